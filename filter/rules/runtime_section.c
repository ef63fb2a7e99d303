/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorts differences between two tables, for every call and not by examples: a table of kinds is
 * refined step by step.
 */
#include <config.h>

#include "filter/rules/runtime_section.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"
#include "filter/query/compare.h"
#include "filter/query/effective.h"
#include "filter/query/table_ranges.h"
#include "filter/rules/fallback.h"
#include "filter/rules/rules.h"
#include "filter/table/table_apply.h"

/* ---- the kinds of differences */

/* Values of the table of kinds. STRICTER and LAXER are what no kind has been found for. */
enum kind { KIND_NONE, KIND_STRICTER, KIND_LAXER, KIND_FIRST };

static const enum policy_accept kinds[ACCEPT_COUNT] = {ACCEPT_ENOSYS, ACCEPT_DROPPED,
						       ACCEPT_MULTIPLEXED, ACCEPT_WIDTH,
						       ACCEPT_OVERLAP};

static uint32_t section_kind_value(enum policy_accept accept)
{
	uint32_t value = KIND_FIRST;

	while (kinds[value - KIND_FIRST] != accept)
		value++;
	return value;
}

struct sorting {
	struct space *space;
	const struct rules *rules;
	const struct runtime_reading *reading;
	struct node table; /* of kinds; TABLE_FULL once a bound is reached */
	struct node strict, theirs;
};

/* The first sorting, by outcomes alone. */
struct section_outcomes {
	uint32_t enosys, otherwise; /* otherwise: the default */
	bool otherwise_denies;
};

static uint32_t section_first_kind(uint32_t strict, uint32_t theirs, void *context)
{
	const struct section_outcomes *known = context;

	if (strict == theirs)
		return KIND_NONE;
	if (known->otherwise_denies && ((strict == known->enosys && theirs == known->otherwise) ||
					(strict == known->otherwise && theirs == known->enosys)))
		return section_kind_value(ACCEPT_ENOSYS);
	return outcome_class(theirs) > outcome_class(strict) ? KIND_LAXER : KIND_STRICTER;
}

static void section_sort_by_outcome(struct sorting *sorting)
{
	const struct resolved *resolved = sorting->rules->resolved;
	uint32_t otherwise = default_outcome(resolved->profile);
	struct section_outcomes known = {
		.enosys = fallback_enosys(abi_of(resolved->target.arch)),
		.otherwise = otherwise,
		.otherwise_denies = !outcome_runs(otherwise) && !outcome_hands_over(otherwise),
	};

	sorting->table = table_apply(sorting->space, sorting->strict, sorting->theirs,
				     section_first_kind, &known);
}

/* Gives a kind to differences without one, if the condition holds. */
struct giving {
	uint32_t value;
	bool laxer_too;
};

/* holds: 0 where the condition does not (the value of TABLE_FALSE). */
static uint32_t section_give_value(uint32_t kind, uint32_t holds, void *context)
{
	const struct giving *giving = context;
	bool open = kind == KIND_STRICTER || (giving->laxer_too && kind == KIND_LAXER);

	return holds && open ? giving->value : kind;
}

static void section_give_kind(struct sorting *sorting, struct node condition,
			      enum policy_accept accept, bool laxer_too)
{
	struct giving giving = {section_kind_value(accept), laxer_too};

	sorting->table =
		table_apply(sorting->space, sorting->table, condition, section_give_value, &giving);
}

/* One call of an ABI, as a condition. below: what must hold of its arguments. */
static struct node section_one_call(struct space *space, const struct abi *abi, uint32_t number,
				    struct node below)
{
	struct node node =
		table_compare_word(space, WORD_NUMBER, number, TABLE_FALSE, below, TABLE_FALSE);

	return table_compare_word(space, WORD_ARCH, abi->audit_arch, TABLE_FALSE, node,
				  TABLE_FALSE);
}

static void section_sort_dropped(struct sorting *sorting)
{
	struct node calls = TABLE_FALSE;

	for (size_t i = 0; i < sorting->rules->abi_count; i++) {
		const struct abi_rules *abi = &sorting->rules->abis[i];

		for (size_t j = 0; j < abi->count; j++) {
			const struct call_rule *entry = &abi->list[j];

			if (entry->multiplexed ||
			    runtime_reading_knows(sorting->reading, entry->name->text))
				continue;
			calls = table_or(sorting->space, calls,
					 section_one_call(sorting->space, abi->abi, entry->number,
							  TABLE_TRUE));
		}
	}
	section_give_kind(sorting, calls, ACCEPT_DROPPED, false);
}

/* -1 everywhere; under x86-64's architecture also what has bit 31 and so is neither ABI's. */
static void section_sort_numbers(struct sorting *sorting)
{
	struct space *space = sorting->space;
	const struct abi *x86_64 = abi_of(ARCH_X86_64);
	struct node minus_one = table_compare_word(space, WORD_NUMBER, NUMBER_SKIPPED, TABLE_FALSE,
						   TABLE_TRUE, TABLE_FALSE);
	struct node high = table_mask_word(space, WORD_NUMBER, UINT32_C(1) << 31, UINT32_C(1) << 31,
					   TABLE_TRUE, TABLE_FALSE);

	section_give_kind(sorting,
			  table_compare_word(space, WORD_ARCH, x86_64->audit_arch, minus_one, high,
					     minus_one),
			  ACCEPT_ENOSYS, false);
}

static void section_sort_multiplexed(struct sorting *sorting)
{
	static const char *const names[] = {"socketcall", "ipc"};
	struct node calls = TABLE_FALSE;

	for (size_t i = 0; i < sorting->rules->abi_count; i++) {
		const struct abi *abi = sorting->rules->abis[i].abi;
		uint32_t number;

		for (size_t j = 0; abi->multiplexed && j < ARRAY_SIZE(names); j++)
			if (syscall_number(abi, names[j], &number))
				calls = table_or(sorting->space, calls,
						 section_one_call(sorting->space, abi, number,
								  TABLE_TRUE));
	}
	section_give_kind(sorting, calls, ACCEPT_MULTIPLEXED, true);
}

/* ---- width: differences that are gone where the high halves are 0 */

/* The condition that the ignored high halves of a call's arguments are 0. */
static struct node section_call_high_zero(struct space *space, const struct abi *abi,
					  uint32_t number)
{
	struct node holds = TABLE_TRUE;

	for (unsigned i = ARGUMENTS_MAX; i-- > 0;) {
		if (abi->arch != ARCH_X32 && signature_bits(abi, number, i) == 64)
			continue;
		holds = table_compare_word(space, word_argument_high(i), 0, TABLE_FALSE, holds,
					   TABLE_FALSE);
	}
	return holds;
}

/* Down to the arguments: which calls have a difference of no kind for some argument. */
struct looking {
	struct space *space;
	uint32_t *seen; /* by node: 0, or the result + 1 */
	size_t size;
};

static struct node section_walk_open(struct looking *looking, struct node node)
{
	unsigned level;
	struct node result, low, high;

	if (node_same(node, TABLE_FULL) || node.index >= looking->size)
		return TABLE_FULL;
	if (looking->seen[node.index] != 0)
		return (struct node){looking->seen[node.index] - 1};
	level = table_level(looking->space, node);
	if (level == LEVEL_TERMINAL) {
		uint32_t kind = table_value(looking->space, node);

		result = kind == KIND_STRICTER || kind == KIND_LAXER ? TABLE_TRUE : TABLE_FALSE;
	} else {
		low = section_walk_open(looking, table_low(looking->space, node));
		high = section_walk_open(looking, table_high(looking->space, node));
		if (word_of_level(level) >= WORD_ARGUMENTS)
			result = node_same(low, TABLE_FULL) || node_same(high, TABLE_FULL)
					 ? TABLE_FULL
				 : node_same(low, TABLE_TRUE) || node_same(high, TABLE_TRUE)
					 ? TABLE_TRUE
					 : TABLE_FALSE;
		else
			result = table_node(looking->space, level, low, high);
	}
	looking->seen[node.index] = result.index + 1;
	return result;
}

static struct node section_open_calls(struct sorting *sorting, struct node table)
{
	struct looking looking = {.space = sorting->space, .size = space_size(sorting->space)};
	struct node result;

	looking.seen = mem_zero(looking.size + 1, sizeof(*looking.seen));
	result = section_walk_open(&looking, table);
	free(looking.seen);
	return result;
}

static bool section_has_conditions(const struct abi_rules *abi, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		if (abi->list[i].rule->condition_count > 0)
			return true;
	return false;
}

struct node runtime_section_high_zero(struct space *space, const struct rules *rules)
{
	struct node holds = TABLE_TRUE;

	for (size_t i = 0; i < rules->abi_count; i++) {
		const struct abi_rules *abi = &rules->abis[i];

		for (size_t j = 0, end; j < abi->count; j = end) {
			uint32_t number = abi->list[j].number;

			end = rules_group_end(abi, j);
			if (!section_has_conditions(abi, j, end))
				continue;
			holds = table_choose(space,
					     section_one_call(space, abi->abi, number, TABLE_TRUE),
					     section_call_high_zero(space, abi->abi, number),
					     holds);
		}
	}
	return holds;
}

static void section_sort_width(struct sorting *sorting)
{
	struct space *space = sorting->space;
	struct node narrow = table_choose(space, runtime_section_high_zero(space, sorting->rules),
					  effective_table(space, sorting->table),
					  table_outcome(space, KIND_NONE));

	section_give_kind(sorting, table_not(space, section_open_calls(sorting, narrow)),
			  ACCEPT_WIDTH, true);
}

static void section_sort_overlap(struct sorting *sorting)
{
	struct node calls = TABLE_FALSE;

	for (size_t i = 0; i < sorting->rules->abi_count; i++) {
		const struct abi_rules *abi = &sorting->rules->abis[i];
		size_t end;

		for (size_t j = 0; j < abi->count; j = end) {
			end = rules_group_end(abi, j);
			if (end - j > 1)
				calls = table_or(sorting->space, calls,
						 section_one_call(sorting->space, abi->abi,
								  abi->list[j].number, TABLE_TRUE));
		}
	}
	section_give_kind(sorting, calls, ACCEPT_OVERLAP, false);
}

/* ---- what is accepted */

struct counting {
	struct section_comparison *comparison;
	unsigned accept;
};

/* Counts the kinds, and leaves only those that are not accepted. */
static uint32_t section_count_kind(uint32_t kind, void *context)
{
	struct counting *counting = context;
	enum policy_accept accept;

	if (kind == KIND_NONE)
		return KIND_NONE;
	if (kind < KIND_FIRST) {
		counting->comparison->unacceptable = true;
		return kind;
	}
	accept = kinds[kind - KIND_FIRST];
	counting->comparison->found |= accept;
	if (counting->accept & accept)
		return KIND_NONE;
	counting->comparison->refused |= accept;
	return kind;
}

static bool section_is_open(uint32_t kind)
{
	return kind == KIND_STRICTER || kind == KIND_LAXER;
}

/* The difference to report: one of no kind before others, a laxer one before all. */
static const struct table_range *section_choose_range(const struct table_ranges *regions)
{
	const struct table_range *chosen = &regions->list[0];

	for (size_t i = 1; i < regions->count; i++) {
		const struct table_range *region = &regions->list[i];

		if ((section_is_open(region->value) && !section_is_open(chosen->value)) ||
		    (region->value == KIND_LAXER && chosen->value != KIND_LAXER))
			chosen = region;
	}
	return chosen;
}

static void section_report_difference(const struct sorting *sorting,
				      const struct table_range *region,
				      struct section_comparison *comparison)
{
	CLEANUP(buffer_free) struct buffer text = {0};

	table_range_add_calls(&text, region);
	buffer_add_text(&text, ": ");
	outcome_add(&text, table_lookup(sorting->space, sorting->strict, &region->witness));
	buffer_add_text(&text, " as written, ");
	outcome_add(&text, table_lookup(sorting->space, sorting->theirs, &region->witness));
	buffer_add_text(&text, " under the runtime; witness ");
	table_range_add_call(&text, &region->witness);
	comparison->difference = buffer_take(&text);
}

static void section_sort_all(struct sorting *sorting)
{
	space_renew(sorting->space);
	section_sort_by_outcome(sorting);
	section_sort_dropped(sorting);
	section_sort_numbers(sorting);
	section_sort_multiplexed(sorting);
	if (!node_same(sorting->table, TABLE_FULL))
		section_sort_width(sorting);
	section_sort_overlap(sorting);
}

int runtime_section_compare(struct space *space, const struct rules *rules,
			    const struct runtime_reading *reading, struct node strict,
			    struct node theirs, unsigned accept,
			    struct section_comparison *comparison, struct findings *findings)
{
	struct sorting sorting = {.space = space,
				  .rules = rules,
				  .reading = reading,
				  .strict = strict,
				  .theirs = theirs};
	struct counting counting = {comparison, accept};
	CLEANUP(table_ranges_free) struct table_ranges regions = {0};
	struct node none, left;

	if (node_same(strict, theirs))
		return 0;
	section_sort_all(&sorting);
	left = table_map(space, sorting.table, section_count_kind, &counting);
	none = table_outcome(space, KIND_NONE);
	if (node_same(left, TABLE_FULL) || node_same(none, TABLE_FULL))
		return finding_error(findings, "table-bound", rules->resolved->profile->place,
				     "use fewer or simpler conditions",
				     "the profile is too complex to be compared with the "
				     "runtime's reading");
	if (node_same(left, none))
		return 0;
	table_ranges_describe(space, left, none, &regions);
	section_report_difference(&sorting, section_choose_range(&regions), comparison);
	return 0;
}
