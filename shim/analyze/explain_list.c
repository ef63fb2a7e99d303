/* SPDX-License-Identifier: Apache-2.0 */
/* All calls of a filter, grouped by outcome. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "shim/analyze/explain.h"
#include "shim/analyze/families.h"
#include "shim/print.h"

#define NO_OUTCOME UINT32_C(0x00001234) /* as in explain_call.c: no region is skipped */
#define INDENT	   2
#define GAP	   2 /* between columns */

/* ---- making it */

static struct node node_of_arch(const struct explained *explained, uint32_t audit_arch)
{
	return table_at(explained->space, explained->subject->table, WORD_ARCH, audit_arch);
}

/* A program knows an ABI if it answers its calls otherwise than those of an unknown architecture.
 */
static bool knows_abi(const struct explained *explained, const struct abi *abi)
{
	const struct filter_operand *subject = explained->subject;

	if (subject->rules)
		return rules_of_abi(subject->rules, abi);
	return abi == explained->native ||
	       !node_same(node_of_arch(explained, abi->audit_arch), node_of_arch(explained, 0));
}

static void add_call(struct listed_abi *abi, const struct explained *explained, const char *name,
		     uint32_t number)
{
	struct seccomp_data data = {.arch = abi->abi->audit_arch, .nr = (int)number};
	struct listed_call *call = &abi->calls[abi->count++];

	*call = (struct listed_call){.name = name,
				     .number = number,
				     .family = family_of(name),
				     .regions.constants = true};
	call->node =
		table_at(explained->space, node_of_arch(explained, data.arch), WORD_NUMBER, number);
	table_ranges_describe_call(explained->space, call->node,
				   table_outcome(explained->space, NO_OUTCOME), &data,
				   &call->regions);
	call->depends = table_level(explained->space, call->node) != LEVEL_TERMINAL;
	call->outcome = call->depends ? 0 : table_value(explained->space, call->node);
}

static void add_abi(struct listing *listing, const struct explained *explained,
		    const struct abi *abi)
{
	struct listed_abi *listed = &listing->abis[listing->count++];

	*listed = (struct listed_abi){.abi = abi};
	listed->calls = mem_alloc((syscall_count() + 1) * sizeof(*listed->calls));
	for (size_t i = 0; i < syscall_count(); i++) {
		const char *name = syscall_at(i), *first;
		uint32_t number;

		if (!syscall_number(abi, name, &number))
			continue;
		first = syscall_name(abi, number); /* two names may share a number */
		if (first && strcmp(first, name) == 0)
			add_call(listed, explained, name, number);
	}
}

/* The regions of numbers without a name go to their ABIs. */
static void add_numbers(struct listing *listing, const struct explained *explained)
{
	struct table_ranges all = {0};

	table_ranges_describe(explained->space, explained->subject->table,
			      table_outcome(explained->space, NO_OUTCOME), &all);
	for (size_t i = 0; i < all.count; i++) {
		struct table_range *region = &all.list[i];

		for (size_t j = 0; region->abi && j < listing->count; j++) {
			struct table_ranges *numbers = &listing->abis[j].numbers;

			if (region->abi != listing->abis[j].abi ||
			    (!region->whole && region->first == region->last &&
			     syscall_name(region->abi, region->first)))
				continue;
			numbers->list = mem_grow(numbers->list, numbers->count, &numbers->capacity,
						 sizeof(*numbers->list));
			numbers->list[numbers->count++] = *region;
			region->condition = NULL; /* handed over */
		}
	}
	table_ranges_free(&all);
}

void listing_make(struct listing *listing, const struct explained *explained)
{
	*listing = (struct listing){0};
	add_abi(listing, explained, explained->native);
	for (int arch = 0; arch < ARCH_COUNT; arch++)
		if (abi_of((enum arch)arch) != explained->native &&
		    !node_same(explained->subject->table,
			       table_outcome(explained->space, outcome_of(ACTION_ALLOW, 0))) &&
		    knows_abi(explained, abi_of((enum arch)arch)))
			add_abi(listing, explained, abi_of((enum arch)arch));
	add_numbers(listing, explained);
}

void listing_free(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++) {
		struct listed_abi *abi = &listing->abis[i];

		for (size_t j = 0; j < abi->count; j++)
			table_ranges_free(&abi->calls[j].regions);
		free(abi->calls);
		table_ranges_free(&abi->numbers);
	}
	*listing = (struct listing){0};
}

/* ---- text */

/* Words in columns, read downwards as ls(1) does. */
static void add_columns(struct buffer *out, const char *const *words, size_t count, size_t width)
{
	size_t longest = 1, columns, rows;

	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) > longest)
			longest = strlen(words[i]);
	columns = width > INDENT + longest ? (width - INDENT + GAP) / (longest + GAP) : 1;
	columns = columns == 0 ? 1 : columns;
	rows = (count + columns - 1) / columns;
	for (size_t row = 0; row < rows; row++) {
		buffer_addf(out, "%*s", INDENT, "");
		for (size_t at = row; at < count; at += rows)
			buffer_addf(out, "%-*s", at + rows < count ? (int)(longest + GAP) : 0,
				    words[at]);
		buffer_add_text(out, "\n");
	}
}

/* The next outcome after `last` in the order of their strictness and data; false if none is left.
 */
static bool next_outcome(const struct listed_abi *abi, const uint32_t *last, uint32_t *next)
{
	bool found = false;

	for (size_t i = 0; i < abi->count; i++) {
		uint32_t outcome = abi->calls[i].outcome;
		int rank = outcome_rank(outcome);

		if (abi->calls[i].depends)
			continue;
		if (last && (rank < outcome_rank(*last) ||
			     (rank == outcome_rank(*last) && outcome <= *last)))
			continue;
		if (found && (rank > outcome_rank(*next) ||
			      (rank == outcome_rank(*next) && outcome >= *next)))
			continue;
		*next = outcome;
		found = true;
	}
	return found;
}

static void add_group(struct buffer *out, const struct listed_abi *abi, uint32_t outcome,
		      size_t width)
{
	CLEANUP(cleanup_free) const char **words = mem_alloc((abi->count + 1) * sizeof(*words));
	size_t count = 0;

	for (size_t i = 0; i < abi->count; i++)
		if (!abi->calls[i].depends && abi->calls[i].outcome == outcome)
			words[count++] = abi->calls[i].name;
	outcome_add(out, outcome);
	buffer_addf(out, " (%zu):\n", count);
	add_columns(out, words, count, width);
}

static void add_depending(struct buffer *out, const struct listed_abi *abi)
{
	size_t count = 0;

	for (size_t i = 0; i < abi->count; i++)
		count += abi->calls[i].depends;
	if (count == 0)
		return;
	buffer_addf(out, "depends on arguments (%zu):\n", count);
	for (size_t i = 0; i < abi->count; i++) {
		const struct listed_call *call = &abi->calls[i];

		for (size_t j = 0; call->depends && j < call->regions.count; j++) {
			const struct table_range *region = &call->regions.list[j];

			buffer_addf(out, "%*s%s%s%s  ", INDENT, "", call->name,
				    !region->condition ? "" : ": ",
				    !region->condition ? "" : region->condition);
			outcome_add(out, region->value);
			buffer_add_text(out, "\n");
		}
	}
}

/* "numbers without a name:" and what they get; signed where -1 is meant. */
static void add_nameless(struct buffer *out, const struct listed_abi *abi)
{
	if (abi->numbers.count > 0)
		buffer_add_text(out, "numbers without a name:\n");
	for (size_t i = 0; i < abi->numbers.count; i++) {
		const struct table_range *region = &abi->numbers.list[i];

		buffer_addf(out, "%*s", INDENT, "");
		if (table_range_is_all(region))
			buffer_add_text(out, "all");
		else if (region->first == region->last)
			buffer_addf(out, "%u", region->first);
		else
			buffer_addf(out, "%u..%u", region->first, region->last);
		if (region->condition)
			buffer_addf(out, ": %s", region->condition);
		buffer_add_text(out, "  ");
		outcome_add(out, region->value);
		buffer_add_text(out, "\n");
	}
}

void listing_add_text(struct buffer *out, const struct listing *listing, size_t width)
{
	for (size_t i = 0; i < listing->count; i++) {
		const struct listed_abi *abi = &listing->abis[i];
		uint32_t outcome = 0, last = 0;
		bool more = next_outcome(abi, NULL, &outcome);

		buffer_addf(out, "%s%s, %zu calls\n\n", i > 0 ? "\n" : "", abi->abi->name,
			    abi->count);
		for (; more; more = next_outcome(abi, &last, &outcome)) {
			if (outcome_rank(outcome) == (int)ACTION_ALLOW)
				add_depending(out, abi);
			add_group(out, abi, outcome, width);
			last = outcome;
		}
		if (outcome_rank(last) != (int)ACTION_ALLOW)
			add_depending(out, abi);
		add_nameless(out, abi);
	}
}

/* ---- JSON */

static void add_region_json(struct buffer *out, const struct table_range *region)
{
	buffer_add_text(out, "{\"outcome\":\"");
	outcome_add(out, region->value);
	buffer_add_text(out, "\",\"condition\":");
	print_json_text(out, region->condition);
	buffer_add_text(out, "}");
}

static void add_call_json(struct buffer *out, const struct listed_call *call)
{
	buffer_add_text(out, "{\"name\":");
	print_json_text(out, call->name);
	buffer_addf(out, ",\"number\":%u,\"outcomes\":[", call->number);
	for (size_t i = 0; i < call->regions.count; i++) {
		buffer_add_text(out, i > 0 ? "," : "");
		add_region_json(out, &call->regions.list[i]);
	}
	buffer_add_text(out, "]}");
}

static void add_numbers_json(struct buffer *out, const struct listed_abi *abi)
{
	for (size_t i = 0; i < abi->numbers.count; i++) {
		const struct table_range *region = &abi->numbers.list[i];

		buffer_addf(out, "%s{\"first\":%u,\"last\":%u,\"outcome\":\"", i > 0 ? "," : "",
			    region->first, region->last);
		outcome_add(out, region->value);
		buffer_add_text(out, "\",\"condition\":");
		print_json_text(out, region->condition);
		buffer_add_text(out, "}");
	}
}

void listing_add_json(struct buffer *out, const struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++) {
		const struct listed_abi *abi = &listing->abis[i];

		buffer_addf(out, "%s{\"abi\":\"%s\",\"auditArch\":\"0x%x\",\"calls\":[",
			    i > 0 ? "," : "", abi->abi->name, abi->abi->audit_arch);
		for (size_t j = 0; j < abi->count; j++) {
			buffer_add_text(out, j > 0 ? "," : "");
			add_call_json(out, &abi->calls[j]);
		}
		buffer_add_text(out, "],\"numbers\":[");
		add_numbers_json(out, abi);
		buffer_add_text(out, "]}");
	}
}
