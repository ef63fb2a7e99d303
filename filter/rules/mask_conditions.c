/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions to masks. The values that meet a comparison are one or two ranges; a range is a few
 * aligned groups of 2^n values, each of which is one mask.
 */
#include <config.h>

#include "filter/rules/mask_conditions.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"
#include "filter/rules/rules.h"
#include "oci/resolve.h"

/* Two ranges of 32 bits have at most 2 * 31 groups each. */
#define GROUPS_MAX 124

/* Conditions, any of which may hold in place of one. */
struct choices {
	struct profile_condition list[GROUPS_MAX];
	size_t count;
};

/* ---- widths */

/* The width of a call's argument, the widest over the listed ABIs that have the call. */
static unsigned mask_widest(const struct resolved *resolved, const char *name, unsigned index)
{
	unsigned bits = 0;

	for (size_t i = 0; i < resolved->arch_count; i++) {
		const struct abi *abi = abi_of(resolved->arches[i].arch);
		uint32_t number;
		unsigned here;

		if (!syscall_number(abi, name, &number))
			continue;
		here = signature_bits(abi, number, index);
		bits = here > bits ? here : bits;
	}
	return bits == 0 ? 64 : bits;
}

static bool mask_same_widths(const struct resolved *resolved, const struct profile_rule *rule,
			     size_t a, size_t b)
{
	for (size_t i = 0; i < rule->condition_count; i++) {
		unsigned index = rule->conditions[i].index;

		if (mask_widest(resolved, rule->names[a].text, index) !=
		    mask_widest(resolved, rule->names[b].text, index))
			return false;
	}
	return true;
}

/* ---- one condition */

static void mask_choice_add(struct choices *choices, const struct profile_condition *condition,
			    uint64_t mask, uint64_t value)
{
	struct profile_condition *choice = &choices->list[choices->count++];

	*choice = *condition;
	choice->comparison = CMP_MASKED_EQ;
	choice->value = mask;
	choice->value_two = value & mask;
}

/* first..last, both within ones: the largest aligned group that begins at first, again and again.
 */
static void mask_choices_range(struct choices *choices, const struct profile_condition *condition,
			       uint64_t ones, uint64_t first, uint64_t last)
{
	while (first <= last) {
		uint64_t size = 1;

		while (first % (2 * size) == 0 && first + (2 * size - 1) <= last)
			size *= 2;
		mask_choice_add(choices, condition, ones & ~(size - 1), first);
		first += size;
	}
}

/* A condition that all arguments meet gets no mask: libseccomp does not take mask 0 for that. */
static void mask_choices_order(struct choices *choices, const struct profile_condition *condition,
			       uint64_t ones)
{
	uint64_t value = condition->value & ones;
	enum comparison how = condition->comparison;
	bool less = how == CMP_NE || how == CMP_LT || how == CMP_LE;
	bool greater = how == CMP_NE || how == CMP_GT || how == CMP_GE;
	bool equal = how == CMP_LE || how == CMP_GE;

	if (less && !greater && equal)
		mask_choices_range(choices, condition, ones, 0, value);
	else if (less && value > 0)
		mask_choices_range(choices, condition, ones, 0, value - 1);
	if (greater && !less && equal)
		mask_choices_range(choices, condition, ones, value, ones);
	else if (greater && value < ones)
		mask_choices_range(choices, condition, ones, value + 1, ones);
}

/* The conditions that replace one; itself alone if nothing changes. */
static void mask_choices_make(struct choices *choices, const struct profile_condition *condition,
			      unsigned bits)
{
	uint64_t ones = bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;

	choices->count = 0;
	if (bits < 64 && condition->comparison == CMP_EQ)
		mask_choice_add(choices, condition, ones, condition->value);
	else if (bits < 64 && condition->comparison != CMP_MASKED_EQ)
		mask_choices_order(choices, condition, ones);
	else if (condition->comparison == CMP_MASKED_EQ && (condition->value & ~ones) &&
		 (condition->value & ones))
		mask_choice_add(choices, condition, condition->value & ones, condition->value_two);
	/* none: no value meets it, or every value does, which one mask cannot say */
	if (choices->count == 0 || (choices->count == 1 && choices->list[0].value == 0))
		choices->list[0] = *condition;
	choices->count += choices->count == 0;
}

/* ---- one rule */

struct mask_narrowing {
	struct resolved *resolved;
	const struct profile_rule **rules; /* those that are made, owned */
	size_t count, capacity;
};

static void mask_rule_add(struct mask_narrowing *n, const struct profile_rule *rule)
{
	n->rules = mem_grow(n->rules, n->count, &n->capacity, sizeof(*n->rules));
	n->rules[n->count++] = rule;
}

static struct choices *mask_rule_choices(const struct mask_narrowing *n,
					 const struct profile_rule *rule)
{
	struct choices *choices = mem_zero(rule->condition_count + 1, sizeof(*choices));

	for (size_t i = 0; i < rule->condition_count; i++)
		mask_choices_make(&choices[i], &rule->conditions[i],
				  mask_widest(n->resolved, rule->names[0].text,
					      rule->conditions[i].index));
	return choices;
}

static bool mask_choices_are_same(const struct profile_rule *rule, const struct choices *choices)
{
	for (size_t i = 0; i < rule->condition_count; i++) {
		const struct profile_condition *old = &rule->conditions[i];
		const struct profile_condition *now = &choices[i].list[0];

		if (choices[i].count != 1 || old->comparison != now->comparison ||
		    old->value != now->value || old->value_two != now->value_two)
			return false;
	}
	return true;
}

/* Any condition will do: a rule for each choice of each. */
static void mask_split_or(struct mask_narrowing *n, const struct profile_rule *rule,
			  const struct choices *choices)
{
	for (size_t i = 0; i < rule->condition_count; i++) {
		for (size_t j = 0; j < choices[i].count; j++) {
			struct profile_rule *copy = resolved_copy_rule(n->resolved, rule);

			copy->condition_count = 1;
			copy->conditions[0] = choices[i].list[j];
			mask_rule_add(n, copy);
		}
	}
}

/* All must hold: a rule for each way to choose one of each. */
static void mask_split_and(struct mask_narrowing *n, const struct profile_rule *rule,
			   const struct choices *choices, size_t total)
{
	for (size_t i = 0; i < total; i++) {
		struct profile_rule *copy = resolved_copy_rule(n->resolved, rule);
		size_t left = i;

		for (size_t j = rule->condition_count; j-- > 0; left /= choices[j].count)
			copy->conditions[j] = choices[j].list[left % choices[j].count];
		mask_rule_add(n, copy);
	}
}

/* How many rules it would become; NARROW_RULES_MAX + 1 if more. */
static size_t mask_split_count(const struct profile_rule *rule, const struct choices *choices,
			       bool any)
{
	size_t total = any ? 0 : 1;

	for (size_t i = 0; i < rule->condition_count && total <= NARROW_RULES_MAX; i++)
		total = any ? total + choices[i].count : total * choices[i].count;
	return total > NARROW_RULES_MAX ? NARROW_RULES_MAX + 1 : total;
}

/* All names of the rule have the same widths. */
static void mask_rule_split(struct mask_narrowing *n, const struct profile_rule *rule)
{
	CLEANUP(cleanup_free) struct choices *choices = mask_rule_choices(n, rule);
	bool any = rule_is_or(rule);
	size_t total = mask_split_count(rule, choices, any);

	if (mask_choices_are_same(rule, choices) || total > NARROW_RULES_MAX)
		mask_rule_add(n, rule);
	else if (any)
		mask_split_or(n, rule, choices);
	else
		mask_split_and(n, rule, choices, total);
}

/* The rule for its names from..end alone. */
static const struct profile_rule *
mask_rule_part(struct mask_narrowing *n, const struct profile_rule *rule, size_t from, size_t end)
{
	struct profile_rule *copy;

	if (end - from == rule->name_count)
		return rule;
	copy = resolved_copy_rule(n->resolved, rule);
	copy->names += from;
	copy->name_count = end - from;
	return copy;
}

static void mask_rule(struct mask_narrowing *n, const struct profile_rule *rule)
{
	size_t from, end;

	if (rule->condition_count == 0) {
		mask_rule_add(n, rule);
		return;
	}
	for (from = 0; from < rule->name_count; from = end) {
		end = from + 1;
		while (end < rule->name_count && mask_same_widths(n->resolved, rule, from, end))
			end++;
		mask_rule_split(n, mask_rule_part(n, rule, from, end));
	}
}

void mask_conditions(struct resolved *resolved)
{
	struct mask_narrowing n = {.resolved = resolved};

	for (size_t i = 0; i < resolved->rule_count; i++)
		mask_rule(&n, resolved->rules[i]);
	if (n.count == 0)
		return;
	free(resolved->rules);
	resolved->rules = n.rules;
	resolved->rule_count = n.count;
}
