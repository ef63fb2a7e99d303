/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table walked word by word and told as ranges: architectures, numbers, then conditions on
 * arguments, in this order and upwards.
 */
#include <config.h>

#include "filter/region.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter/spans.h"
#include "filter/syscalls.h"

#define NAMED_CALLS_END	 1024 /* no call but arm's private ones has a number from here on */
#define REGION_SPANS_MAX 64   /* values of one word that are listed one by one */

struct walk {
	const struct space *space;
	uint32_t skipped; /* the node that is not told */
	struct spans_scratch *scratch;
	struct regions *out;
	struct region now; /* what is being told: filled from the outside in */
	size_t conditions; /* told of this number */
};

static bool is_skipped(const struct walk *walk, uint32_t node)
{
	return node == walk->skipped;
}

static void add_region(struct walk *walk, uint32_t value, const char *condition)
{
	struct regions *out = walk->out;
	struct region region = walk->now;

	region.value = value;
	region.condition = condition == NULL ? NULL : mem_string(condition);
	region.witness.arch = region.arch_first;
	region.witness.nr = (int)region.first;
	out->list = mem_grow(out->list, out->count, &out->capacity, sizeof(*out->list));
	out->list[out->count++] = region;
}

/* As people write numbers: small ones in decimal. */
static void add_value(struct buffer *text, uint64_t value)
{
	buffer_addf(text, value <= UINT16_MAX ? "%llu" : "0x%llx", (unsigned long long)value);
}

/* Adds " and TEXT" for a range of an argument's values. */
static void add_range(struct buffer *text, const char *argument, uint64_t first, uint64_t last,
		      uint64_t top)
{
	if (first == 0 && last == top)
		return;
	buffer_addf(text, "%s%s ", text->length > 0 ? " and " : "", argument);
	if (first != last)
		buffer_add_text(text, first == 0 ? "<= " : last == top ? ">= " : "in ");
	else
		buffer_add_text(text, "== ");
	if (first != 0 || first == last)
		add_value(text, first);
	if (first != 0 && first != last && last != top)
		buffer_add_text(text, "..");
	if (first != last && last != top)
		add_value(text, last);
}

/* The spans of a word: of its values where these are few, else of some of its bits. */
static bool list_word(const struct walk *walk, uint32_t node, struct span_plan *plan)
{
	return span_plan_values(plan, walk->space, node, REGION_SPANS_MAX) ||
	       span_plan_make(plan, walk->scratch, walk->space, node);
}

static void walk_arguments(struct walk *walk, uint32_t node, const char *condition);

/* What a span of one word says, after what was said of the words before it. */
static void walk_span(struct walk *walk, const struct span_plan *plan, size_t at, unsigned word,
		      const char *condition)
{
	CLEANUP(buffer_free) struct buffer text = {0};
	uint32_t first = plan->spans[at].first;
	uint32_t last = (at + 1 < plan->count ? plan->spans[at + 1].first : 0) - 1;
	uint32_t node = plan->spans[at].node;
	unsigned index = (word - WORD_ARGUMENTS) / 2;
	char argument[64];
	bool wide = walk->now.abi == NULL || walk->now.abi->argument_bits == 64;
	const char *half = word % 2 == 0 ? " >> 32" : wide ? " & 0xffffffff" : "";

	if (is_skipped(walk, node))
		return;
	if (word >= WORD_IP)
		(void)snprintf(argument, sizeof(argument), "instruction pointer%s", half);
	else if (plan->mask != UINT32_MAX)
		(void)snprintf(argument, sizeof(argument), "(arg%u%s & 0x%x)", index,
			       word % 2 == 0 ? " >> 32" : "", plan->mask);
	else
		(void)snprintf(argument, sizeof(argument), *half ? "(arg%u%s)" : "arg%u%s", index,
			       half);
	if (plan->mask != UINT32_MAX)
		last = (plan->spans[at].single ? first : last & plan->mask);
	buffer_add_text(&text, condition);
	add_range(&text, argument, first, last, plan->mask);
	word_set(&walk->now.witness, word, first);
	walk_arguments(walk, node, text.data == NULL ? "" : text.data);
	word_set(&walk->now.witness, word, 0);
}

/* The high half is one value and the low half a range: said as one 64-bit range. */
static bool walk_whole_argument(struct walk *walk, const struct span_plan *high, size_t at,
				unsigned word, const char *condition)
{
	CLEANUP(cleanup_span_plan) struct span_plan low = {0};
	uint32_t node = high->spans[at].node;
	unsigned level = table_level(walk->space, node);
	char argument[16];

	if (word % 2 != 0 || word >= WORD_IP || !high->spans[at].single ||
	    high->mask != UINT32_MAX || word_of_level(level) != word + 1 ||
	    !span_plan_values(&low, walk->space, node, REGION_SPANS_MAX))
		return false;
	(void)snprintf(argument, sizeof(argument), "arg%u", (word - WORD_ARGUMENTS) / 2);
	word_set(&walk->now.witness, word, high->spans[at].first);
	for (size_t i = 0; i < low.count; i++) {
		CLEANUP(buffer_free) struct buffer text = {0};
		uint64_t upper = (uint64_t)high->spans[at].first << 32;
		uint32_t last = (i + 1 < low.count ? low.spans[i + 1].first : 0) - 1;

		if (is_skipped(walk, low.spans[i].node))
			continue;
		buffer_add_text(&text, condition);
		add_range(&text, argument, upper | low.spans[i].first, upper | last, UINT64_MAX);
		word_set(&walk->now.witness, word + 1, low.spans[i].first);
		walk_arguments(walk, low.spans[i].node, text.data);
		word_set(&walk->now.witness, word + 1, 0);
	}
	word_set(&walk->now.witness, word, 0);
	return true;
}

/* Where no list of values is short: one of the calls stands for all. */
static void walk_example(struct walk *walk, uint32_t node, const char *condition)
{
	CLEANUP(cleanup_free)
	char *text =
		mem_format("%s%ssome values of arg%u", condition, *condition ? " and " : "",
			   (word_of_level(table_level(walk->space, node)) - WORD_ARGUMENTS) / 2);
	struct seccomp_data example, before = walk->now.witness;

	table_witness(walk->space, node, walk->skipped, &example);
	for (unsigned word = WORD_ARGUMENTS; word < WORD_COUNT; word++)
		if (word_value(&example, word) != 0)
			word_set(&walk->now.witness, word, word_value(&example, word));
	walk->conditions++;
	add_region(walk, table_lookup(walk->space, node, &walk->now.witness), text);
	walk->now.witness = before;
}

static void walk_arguments(struct walk *walk, uint32_t node, const char *condition)
{
	CLEANUP(cleanup_span_plan) struct span_plan plan = {0};
	unsigned level = table_level(walk->space, node);

	if (walk->conditions > REGION_CONDITIONS_MAX)
		return;
	if (level == LEVEL_TERMINAL) {
		CLEANUP(cleanup_free) char *more = mem_format("%s, and more", condition);

		if (is_skipped(walk, node))
			return;
		walk->conditions++;
		add_region(walk, table_value(walk->space, node),
			   *condition == '\0'			      ? NULL
			   : walk->conditions > REGION_CONDITIONS_MAX ? more
								      : condition);
		return;
	}
	if (!list_word(walk, node, &plan)) {
		walk_example(walk, node, condition);
		return;
	}
	for (size_t i = 0; i < plan.count; i++)
		if (!walk_whole_argument(walk, &plan, i, word_of_level(level), condition))
			walk_span(walk, &plan, i, word_of_level(level), condition);
}

/* Numbers that are told in one statement. */
static void tell_numbers(struct walk *walk, uint32_t first, uint32_t last, uint32_t node)
{
	walk->now.first = first;
	walk->now.last = last;
	walk->conditions = 0;
	walk_arguments(walk, node, "");
}

/* The numbers first..last, of one ABI, lead to node: each that has a name is told by itself. */
static void walk_numbers(struct walk *walk, uint32_t first, uint32_t last, uint32_t node)
{
	uint64_t next = first;

	if (is_skipped(walk, node))
		return;
	if (walk->now.arch_first == walk->now.arch_last)
		walk->now.abi = abi_of_call(walk->now.arch_first, first);
	for (uint64_t number = first; walk->now.abi != NULL && !walk->now.whole && number <= last;
	     number++) {
		uint64_t plain = number - walk->now.abi->base;

		/* Names stand in two stretches: the calls, and arm's private ones. */
		if (plain >= NAMED_CALLS_END && plain < ARM_PRIVATE_BASE)
			number += ARM_PRIVATE_BASE - plain;
		if (number > last || plain > ARM_PRIVATE_BASE + 16)
			break;
		if (syscall_name(walk->now.abi, (uint32_t)number) == NULL)
			continue;
		if (number > next)
			tell_numbers(walk, (uint32_t)next, (uint32_t)number - 1, node);
		tell_numbers(walk, (uint32_t)number, (uint32_t)number, node);
		next = number + 1;
	}
	if (next <= last)
		tell_numbers(walk, (uint32_t)next, last, node);
}

/* On x86-64's audit architecture numbers of two ABIs follow each other. */
static void walk_both_abis(struct walk *walk, uint32_t first, uint32_t last, uint32_t node)
{
	bool x86_64 = walk->now.arch_first == walk->now.arch_last &&
		      walk->now.arch_first == abi_of(ARCH_X86_64)->audit_arch;

	while (x86_64 && last - first >= X32_BIT - first % X32_BIT) {
		uint32_t end = first | (X32_BIT - 1);

		walk_numbers(walk, first, end, node);
		first = end + 1;
	}
	walk_numbers(walk, first, last, node);
}

/* Every number of an architecture, or of a range of unknown ones. */
static void walk_architecture(struct walk *walk, uint32_t node)
{
	CLEANUP(cleanup_span_plan) struct span_plan plan = {0};
	unsigned level = table_level(walk->space, node);

	memset(&walk->now.witness, 0, sizeof(walk->now.witness));
	walk->now.abi = NULL;
	walk->now.whole = word_of_level(level) != WORD_NUMBER;
	if (walk->now.whole) {
		walk_numbers(walk, 0, UINT32_MAX, node);
	} else if (span_plan_values(&plan, walk->space, node, SPANS_MAX)) {
		for (size_t i = 0; i < plan.count; i++)
			walk_both_abis(walk, plan.spans[i].first,
				       (i + 1 < plan.count ? plan.spans[i + 1].first : 0) - 1,
				       plan.spans[i].node);
	} else {
		struct seccomp_data example;

		table_witness(walk->space, node, walk->skipped, &example);
		walk_numbers(walk, (uint32_t)example.nr, (uint32_t)example.nr,
			     table_at(walk->space, node, WORD_NUMBER, (uint32_t)example.nr));
	}
}

static void describe_architectures(struct walk *walk, uint32_t table)
{
	CLEANUP(cleanup_span_plan) struct span_plan plan = {0};

	if (is_skipped(walk, table))
		return;
	if (word_of_level(table_level(walk->space, table)) != WORD_ARCH) {
		walk->now.arch_last = UINT32_MAX;
		walk_architecture(walk, table);
		return;
	}
	/* Real filters name architectures as values; of one that looks at their bits one is told.
	 */
	if (!span_plan_values(&plan, walk->space, table, SPANS_MAX)) {
		struct seccomp_data example;

		table_witness(walk->space, table, walk->skipped, &example);
		walk->now.arch_first = walk->now.arch_last = example.arch;
		walk_architecture(walk, table_at(walk->space, table, WORD_ARCH, example.arch));
		return;
	}
	for (size_t i = 0; i < plan.count; i++) {
		if (is_skipped(walk, plan.spans[i].node))
			continue;
		walk->now.arch_first = plan.spans[i].first;
		walk->now.arch_last = (i + 1 < plan.count ? plan.spans[i + 1].first : 0) - 1;
		walk_architecture(walk, plan.spans[i].node);
	}
}

/* Neighbouring numbers without names, or all of an ABI, that differ alike are one statement. */
static bool joins(const struct region *left, const struct region *right)
{
	return left->abi == right->abi && left->arch_first == right->arch_first &&
	       left->last + 1 == right->first && left->value == right->value &&
	       left->condition == NULL && right->condition == NULL &&
	       (left->abi == NULL || syscall_name(left->abi, left->last) == NULL) &&
	       (right->abi == NULL || syscall_name(right->abi, right->first) == NULL);
}

static void join_neighbours(struct regions *regions)
{
	size_t kept = 0;

	for (size_t i = 0; i < regions->count; i++) {
		if (kept > 0 && joins(&regions->list[kept - 1], &regions->list[i]))
			regions->list[kept - 1].last = regions->list[i].last;
		else
			regions->list[kept++] = regions->list[i];
	}
	regions->count = kept;
}

void regions_describe(const struct space *space, uint32_t table, uint32_t skipped,
		      struct regions *regions)
{
	struct walk walk = {.space = space, .skipped = skipped, .out = regions};

	walk.scratch = spans_scratch_new(space);
	describe_architectures(&walk, table);
	spans_scratch_free(walk.scratch);
	join_neighbours(regions);
}

void regions_free(struct regions *regions)
{
	for (size_t i = 0; i < regions->count; i++)
		free(regions->list[i].condition);
	free(regions->list);
	*regions = (struct regions){0};
}

void region_add_calls(struct buffer *out, const struct region *region)
{
	const char *name = region->abi == NULL ? NULL : syscall_name(region->abi, region->first);

	if (region->abi != NULL)
		buffer_addf(out, "%s ", region->abi->name);
	else if (region->arch_first == region->arch_last)
		buffer_addf(out, "architecture 0x%x ", region->arch_first);
	else
		buffer_addf(out, "architectures 0x%x..0x%x ", region->arch_first,
			    region->arch_last);
	if (region->whole)
		buffer_add_text(out, "every call");
	else if (name != NULL && region->first == region->last)
		buffer_add_text(out, name);
	else if (region->first == region->last)
		buffer_addf(out, "%u", region->first);
	else
		buffer_addf(out, "%u..%u", region->first, region->last);
	if (region->condition != NULL)
		buffer_addf(out, ": %s", region->condition);
}

void region_add_witness(struct buffer *out, const struct region *region)
{
	const char *name = region->abi == NULL ? NULL : syscall_name(region->abi, region->first);

	if (name != NULL)
		buffer_add_text(out, name);
	else
		buffer_addf(out, "%u", (uint32_t)region->witness.nr);
	for (int i = 0; i < 6; i++) {
		buffer_add_text(out, i == 0 ? "(" : ", ");
		add_value(out, region->witness.args[i]);
	}
	buffer_add_text(out, ")");
}
