/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both tables become one of pairs of outcomes; what is not "the same" in it is walked word by word
 * and told as ranges.
 */
#include <config.h>

#include "filter/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter/action.h"
#include "filter/spans.h"
#include "filter/syscalls.h"
#include "filter/table_apply.h"

#define NAMED_CALLS_END	  1024 /* no call but arm's private ones has a number from here on */
#define COMPARE_SPANS_MAX 64   /* values of one word that are listed one by one */
#define SAME		  0u   /* the value of a pair that is no difference */

struct pair_of_outcomes {
	uint32_t a, b;
};

struct comparing {
	struct space *space;
	enum compare_what what;
	struct pair_of_outcomes *pairs; /* value - 1 in the table of pairs */
	size_t pair_count, pair_capacity;
	struct spans_scratch *scratch;
	struct differences *out;
	struct difference now; /* what is being told: filled from the outside in */
	size_t conditions;     /* told of this number */
};

int outcome_class(uint32_t outcome)
{
	enum action action = outcome_action(outcome);

	return action >= ACTION_NOTIFY ? ACTION_NOTIFY : (int)action;
}

static uint32_t pair_value(uint32_t a, uint32_t b, void *context)
{
	struct comparing *c = context;

	if (a == b || (c->what == COMPARE_LAXER && outcome_class(b) <= outcome_class(a)))
		return SAME;
	for (size_t i = 0; i < c->pair_count; i++)
		if (c->pairs[i].a == a && c->pairs[i].b == b)
			return (uint32_t)i + 1;
	c->pairs = mem_grow(c->pairs, c->pair_count, &c->pair_capacity, sizeof(*c->pairs));
	c->pairs[c->pair_count++] = (struct pair_of_outcomes){a, b};
	return (uint32_t)c->pair_count;
}

static bool is_same(const struct comparing *c, uint32_t node)
{
	return table_level(c->space, node) == LEVEL_TERMINAL && table_value(c->space, node) == SAME;
}

static void add_difference(struct comparing *c, uint32_t value, const char *condition)
{
	struct differences *out = c->out;
	struct difference difference = c->now;

	difference.a = c->pairs[value - 1].a;
	difference.b = c->pairs[value - 1].b;
	difference.condition = condition == NULL ? NULL : mem_string(condition);
	difference.witness.arch = difference.arch_first;
	difference.witness.nr = (int)difference.first;
	out->list = mem_grow(out->list, out->count, &out->capacity, sizeof(*out->list));
	out->list[out->count++] = difference;
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
static bool list_word(const struct comparing *c, uint32_t node, struct span_plan *plan)
{
	return span_plan_values(plan, c->space, node, COMPARE_SPANS_MAX) ||
	       span_plan_make(plan, c->scratch, c->space, node);
}

static void walk_arguments(struct comparing *c, uint32_t node, const char *condition);

/* What a span of one word says, after what was said of the words before it. */
static void walk_span(struct comparing *c, const struct span_plan *plan, size_t at, unsigned word,
		      const char *condition)
{
	CLEANUP(buffer_free) struct buffer text = {0};
	uint32_t first = plan->spans[at].first;
	uint32_t last = (at + 1 < plan->count ? plan->spans[at + 1].first : 0) - 1;
	uint32_t node = plan->spans[at].node;
	unsigned index = (word - WORD_ARGUMENTS) / 2;
	char argument[64];
	const char *half = word % 2 == 0		     ? " >> 32"
			   : c->now.abi->argument_bits == 64 ? " & 0xffffffff"
							     : "";

	if (is_same(c, node))
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
	word_set(&c->now.witness, word, first);
	walk_arguments(c, node, text.data == NULL ? "" : text.data);
	word_set(&c->now.witness, word, 0);
}

/* The high half is one value and the low half a range: said as one 64-bit range. */
static bool walk_whole_argument(struct comparing *c, const struct span_plan *high, size_t at,
				unsigned word, const char *condition)
{
	CLEANUP(cleanup_span_plan) struct span_plan low = {0};
	uint32_t node = high->spans[at].node;
	unsigned level = table_level(c->space, node);
	char argument[16];

	if (word % 2 != 0 || word >= WORD_IP || !high->spans[at].single ||
	    high->mask != UINT32_MAX || word_of_level(level) != word + 1 ||
	    !span_plan_make(&low, c->scratch, c->space, node) || low.mask != UINT32_MAX)
		return false;
	(void)snprintf(argument, sizeof(argument), "arg%u", (word - WORD_ARGUMENTS) / 2);
	word_set(&c->now.witness, word, high->spans[at].first);
	for (size_t i = 0; i < low.count; i++) {
		CLEANUP(buffer_free) struct buffer text = {0};
		uint64_t upper = (uint64_t)high->spans[at].first << 32;
		uint32_t last = (i + 1 < low.count ? low.spans[i + 1].first : 0) - 1;

		if (is_same(c, low.spans[i].node))
			continue;
		buffer_add_text(&text, condition);
		add_range(&text, argument, upper | low.spans[i].first, upper | last, UINT64_MAX);
		word_set(&c->now.witness, word + 1, low.spans[i].first);
		walk_arguments(c, low.spans[i].node, text.data);
		word_set(&c->now.witness, word + 1, 0);
	}
	word_set(&c->now.witness, word, 0);
	return true;
}

/* Where no list of values is short: one of the calls stands for all. */
static void walk_example(struct comparing *c, uint32_t node, const char *condition)
{
	CLEANUP(cleanup_free)
	char *text = mem_format("%s%ssome values of arg%u", condition, *condition ? " and " : "",
				(word_of_level(table_level(c->space, node)) - WORD_ARGUMENTS) / 2);
	struct seccomp_data example, before = c->now.witness;
	uint32_t same = table_outcome(c->space, SAME);

	table_witness(c->space, node, same, &example);
	for (unsigned word = WORD_ARGUMENTS; word < WORD_COUNT; word++)
		if (word_value(&example, word) != 0)
			word_set(&c->now.witness, word, word_value(&example, word));
	c->conditions++;
	add_difference(c, table_lookup(c->space, node, &c->now.witness), text);
	c->now.witness = before;
}

static void walk_arguments(struct comparing *c, uint32_t node, const char *condition)
{
	CLEANUP(cleanup_span_plan) struct span_plan plan = {0};
	unsigned level = table_level(c->space, node);

	if (c->conditions > COMPARE_CONDITIONS_MAX)
		return;
	if (level == LEVEL_TERMINAL) {
		CLEANUP(cleanup_free) char *more = mem_format("%s, and more", condition);

		if (table_value(c->space, node) == SAME)
			return;
		c->conditions++;
		add_difference(c, table_value(c->space, node),
			       *condition == '\0'			? NULL
			       : c->conditions > COMPARE_CONDITIONS_MAX ? more
									: condition);
		return;
	}
	if (!list_word(c, node, &plan)) {
		walk_example(c, node, condition);
		return;
	}
	for (size_t i = 0; i < plan.count; i++)
		if (!walk_whole_argument(c, &plan, i, word_of_level(level), condition))
			walk_span(c, &plan, i, word_of_level(level), condition);
}

/* Numbers that are told in one statement. */
static void tell_numbers(struct comparing *c, uint32_t first, uint32_t last, uint32_t node)
{
	c->now.first = first;
	c->now.last = last;
	c->conditions = 0;
	walk_arguments(c, node, "");
}

/* The numbers first..last, of one ABI, lead to node: each that has a name is told by itself. */
static void walk_numbers(struct comparing *c, uint32_t first, uint32_t last, uint32_t node)
{
	uint64_t next = first;

	if (is_same(c, node))
		return;
	if (c->now.arch_first == c->now.arch_last)
		c->now.abi = abi_of_call(c->now.arch_first, first);
	for (uint64_t number = first; c->now.abi != NULL && !c->now.whole && number <= last;
	     number++) {
		uint64_t plain = number - c->now.abi->base;

		/* Names stand in two stretches: the calls, and arm's private ones. */
		if (plain >= NAMED_CALLS_END && plain < ARM_PRIVATE_BASE)
			number += ARM_PRIVATE_BASE - plain;
		if (number > last || plain > ARM_PRIVATE_BASE + 16)
			break;
		if (syscall_name(c->now.abi, (uint32_t)number) == NULL)
			continue;
		if (number > next)
			tell_numbers(c, (uint32_t)next, (uint32_t)number - 1, node);
		tell_numbers(c, (uint32_t)number, (uint32_t)number, node);
		next = number + 1;
	}
	if (next <= last)
		tell_numbers(c, (uint32_t)next, last, node);
}

/* Every number of an architecture, or of a range of unknown ones. */
static void walk_architecture(struct comparing *c, uint32_t node)
{
	CLEANUP(cleanup_span_plan) struct span_plan plan = {0};
	unsigned level = table_level(c->space, node);

	memset(&c->now.witness, 0, sizeof(c->now.witness));
	c->now.abi = NULL;
	c->now.whole = word_of_level(level) != WORD_NUMBER;
	if (c->now.whole) {
		walk_numbers(c, 0, UINT32_MAX, node);
	} else if (span_plan_values(&plan, c->space, node, SPANS_MAX)) {
		for (size_t i = 0; i < plan.count; i++)
			walk_numbers(c, plan.spans[i].first,
				     (i + 1 < plan.count ? plan.spans[i + 1].first : 0) - 1,
				     plan.spans[i].node);
	} else {
		struct seccomp_data example;

		table_witness(c->space, node, table_outcome(c->space, SAME), &example);
		walk_numbers(c, (uint32_t)example.nr, (uint32_t)example.nr,
			     table_at(c->space, node, WORD_NUMBER, (uint32_t)example.nr));
	}
}

static void walk_table(struct comparing *c, uint32_t table)
{
	CLEANUP(cleanup_span_plan) struct span_plan plan = {0};

	if (is_same(c, table))
		return;
	if (word_of_level(table_level(c->space, table)) != WORD_ARCH) {
		c->now.arch_last = UINT32_MAX;
		walk_architecture(c, table);
		return;
	}
	/* Architectures are single values: a filter of 4096 instructions can name no more. */
	if (!span_plan_values(&plan, c->space, table, SPANS_MAX))
		return;
	for (size_t i = 0; i < plan.count; i++) {
		if (is_same(c, plan.spans[i].node))
			continue;
		c->now.arch_first = plan.spans[i].first;
		c->now.arch_last = (i + 1 < plan.count ? plan.spans[i + 1].first : 0) - 1;
		walk_architecture(c, plan.spans[i].node);
	}
}

/* Neighbouring numbers without names, or all of an ABI, that differ alike are one statement. */
static bool joins(const struct difference *left, const struct difference *right)
{
	return left->abi == right->abi && left->arch_first == right->arch_first &&
	       left->last + 1 == right->first && left->a == right->a && left->b == right->b &&
	       left->condition == NULL && right->condition == NULL &&
	       (left->abi == NULL || syscall_name(left->abi, left->last) == NULL) &&
	       (right->abi == NULL || syscall_name(right->abi, right->first) == NULL);
}

static void join_neighbours(struct differences *differences)
{
	size_t kept = 0;

	for (size_t i = 0; i < differences->count; i++) {
		if (kept > 0 && joins(&differences->list[kept - 1], &differences->list[i]))
			differences->list[kept - 1].last = differences->list[i].last;
		else
			differences->list[kept++] = differences->list[i];
	}
	differences->count = kept;
}

int compare_tables(struct space *space, uint32_t a, uint32_t b, enum compare_what what,
		   struct differences *differences)
{
	struct comparing c = {.space = space, .what = what, .out = differences};
	uint32_t table = table_apply(space, a, b, pair_value, &c);

	if (table != TABLE_FULL) {
		/* walk_example() asks for this node: it must be there before the scratch is sized.
		 */
		(void)table_outcome(space, SAME);
		c.scratch = spans_scratch_new(space);
		walk_table(&c, table);
		spans_scratch_free(c.scratch);
		join_neighbours(differences);
	}
	free(c.pairs);
	return table == TABLE_FULL ? -1 : 0;
}

void differences_free(struct differences *differences)
{
	for (size_t i = 0; i < differences->count; i++)
		free(differences->list[i].condition);
	free(differences->list);
	*differences = (struct differences){0};
}

static void add_numbers(struct buffer *out, const struct difference *difference)
{
	const char *name =
		difference->abi == NULL ? NULL : syscall_name(difference->abi, difference->first);

	if (difference->whole)
		buffer_add_text(out, "every call");
	else if (name != NULL && difference->first == difference->last)
		buffer_add_text(out, name);
	else if (difference->first == difference->last)
		buffer_addf(out, "%u", difference->first);
	else
		buffer_addf(out, "%u..%u", difference->first, difference->last);
}

static void add_witness(struct buffer *out, const struct difference *difference)
{
	const char *name =
		difference->abi == NULL ? NULL : syscall_name(difference->abi, difference->first);

	buffer_add_text(out, "; witness ");
	if (name != NULL)
		buffer_add_text(out, name);
	else
		buffer_addf(out, "%u", (uint32_t)difference->witness.nr);
	for (int i = 0; i < 6; i++)
		buffer_addf(out, difference->witness.args[i] > 9 ? "%s0x%llx" : "%s%llu",
			    i == 0 ? "(" : ", ", (unsigned long long)difference->witness.args[i]);
	buffer_add_text(out, ")");
}

void difference_add(struct buffer *out, const struct difference *difference)
{
	if (difference->abi != NULL)
		buffer_addf(out, "%s ", difference->abi->name);
	else if (difference->arch_first == difference->arch_last)
		buffer_addf(out, "architecture 0x%x ", difference->arch_first);
	else
		buffer_addf(out, "architectures 0x%x..0x%x ", difference->arch_first,
			    difference->arch_last);
	add_numbers(out, difference);
	if (difference->condition != NULL)
		buffer_addf(out, ": %s", difference->condition);
	buffer_add_text(out, ": A ");
	outcome_add(out, difference->a);
	buffer_add_text(out, ", B ");
	outcome_add(out, difference->b);
	add_witness(out, difference);
}
