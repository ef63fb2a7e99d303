/* SPDX-License-Identifier: Apache-2.0 */
/* Lists the answers to all calls of every ABI that a filter knows. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "shim/analyze/explanation.h"
#include "shim/analyze/families.h"

#define NO_OUTCOME UINT32_C(0x00001234) /* as in explain_call.c: no region is skipped */

static struct node listing_node(const struct explained *explained, uint32_t audit_arch)
{
	return table_at(explained->space, explained->subject->table, WORD_ARCH, audit_arch);
}

/* A program knows an ABI if it answers its calls otherwise than those of an unknown architecture.
 */
static bool listing_knows_abi(const struct explained *explained, const struct abi *abi)
{
	const struct filter_operand *subject = explained->subject;

	if (subject->rules)
		return rules_of_abi(subject->rules, abi);
	return abi == explained->native ||
	       !node_same(listing_node(explained, abi->audit_arch), listing_node(explained, 0));
}

static void listing_add_call(struct listed_abi *abi, const struct explained *explained,
			     const char *name, uint32_t number)
{
	struct seccomp_data data = {.arch = abi->abi->audit_arch, .nr = (int)number};
	struct listed_call *call = &abi->calls[abi->count++];

	*call = (struct listed_call){.name = name,
				     .number = number,
				     .family = family_of(name),
				     .regions.constants = true};
	call->node =
		table_at(explained->space, listing_node(explained, data.arch), WORD_NUMBER, number);
	table_ranges_describe_call(explained->space, call->node,
				   table_outcome(explained->space, NO_OUTCOME), &data,
				   &call->regions);
	call->depends = table_level(explained->space, call->node) != LEVEL_TERMINAL;
	call->outcome = call->depends ? 0 : table_value(explained->space, call->node);
}

static void listing_add_abi(struct listing *listing, const struct explained *explained,
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
			listing_add_call(listed, explained, name, number);
	}
}

/* The regions of numbers without a name go to their ABIs. */
static void listing_add_numbers(struct listing *listing, const struct explained *explained)
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
	listing_add_abi(listing, explained, explained->native);
	for (int arch = 0; arch < ARCH_COUNT; arch++)
		if (abi_of((enum arch)arch) != explained->native &&
		    !node_same(explained->subject->table,
			       table_outcome(explained->space, outcome_of(ACTION_ALLOW, 0))) &&
		    listing_knows_abi(explained, abi_of((enum arch)arch)))
			listing_add_abi(listing, explained, abi_of((enum arch)arch));
	listing_add_numbers(listing, explained);
}

void listing_find_answers(struct listing *listing, const struct explained *explained)
{
	for (size_t i = 0; i < listing->count; i++) {
		struct listed_abi *abi = &listing->abis[i];

		for (size_t j = 0; j < abi->count; j++)
			abi->calls[j].answers = answers_make(&abi->calls[j].regions, explained);
		abi->number_answers = answers_make(&abi->numbers, explained);
	}
}

void listing_free(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++) {
		struct listed_abi *abi = &listing->abis[i];

		for (size_t j = 0; j < abi->count; j++) {
			answers_free(abi->calls[j].answers, abi->calls[j].regions.count);
			table_ranges_free(&abi->calls[j].regions);
		}
		free(abi->calls);
		answers_free(abi->number_answers, abi->numbers.count);
		table_ranges_free(&abi->numbers);
	}
	*listing = (struct listing){0};
}
