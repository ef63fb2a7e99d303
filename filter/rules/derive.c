/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the table of a profile (seccomp-shim-profile(5), "Several rules on one call"): the rules of
 * one number are a union, in which an unconditional rule decides alone, and the strictest of
 * several conditional ones that match. Numbers become ranges, ranges a table.
 */
#include <config.h>

#include "filter/rules/derive.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/rules/condition.h"
#include "filter/rules/fallback.h"

/* A rule's conditions as they are compared in certain widths. */
struct derive_known {
	struct widths widths; /* of the arguments that the rule looks at, else 0 */
	struct node table;    /* boolean */
	bool masked;
	size_t next; /* the same rule in other widths: its position + 1, 0 at the end */
};

/* All that is known on one ABI. */
struct memory {
	size_t *first; /* by order: position in list + 1, 0: none yet */
	struct derive_known *list;
	size_t count, capacity;
};

static void cleanup_memory(struct memory *memory)
{
	free(memory->first);
	free(memory->list);
}

/* What one derivation works on. */
struct derivation {
	struct space *space;
	const struct rules *rules;
	const struct abi_rules *abi;
	enum width width;
	const struct leniency *leniency;
	struct findings *findings;
	unsigned char *reported; /* by id: what another ABI has reported of this rule and name */
	struct memory *memory;	 /* of the present ABI */
	struct chains *chains;	 /* may be NULL */
	struct node fallback;	 /* node of the default action */
	struct widths widths;	 /* of the present number */
};

/* The widths of the present number's arguments as far as the rule looks at them. */
static struct widths derive_widths(const struct derivation *d, const struct call_rule *entry)
{
	struct widths widths = {{0}};

	for (unsigned i = 0; i < ARGUMENTS_MAX; i++)
		if (entry->looks_at >> i & 1)
			widths.bits[i] = d->widths.bits[i];
	return widths;
}

static struct derive_known derive_learn(const struct derivation *d, const struct profile_rule *rule,
					const struct widths *widths)
{
	struct derive_known known = {.widths = *widths,
				     .table = conditions_table(d->space, widths, rule)};

	for (size_t i = 0; i < rule->condition_count; i++)
		known.masked |= rule->conditions[i].comparison == CMP_MASKED_EQ;
	return known;
}

/*
 * A rule's conditions as the present number compares them: made once for each set of widths,
 * however many calls the rule names.
 */
static struct derive_known derive_know(const struct derivation *d, const struct call_rule *entry)
{
	struct memory *memory = d->memory;
	struct widths widths = derive_widths(d, entry);
	struct derive_known known;

	for (size_t at = memory->first[entry->order]; at > 0; at = memory->list[at - 1].next)
		if (memcmp(&memory->list[at - 1].widths, &widths, sizeof(widths)) == 0)
			return memory->list[at - 1];
	known = derive_learn(d, entry->rule, &widths);
	known.next = memory->first[entry->order];
	memory->list =
		mem_grow(memory->list, memory->count, &memory->capacity, sizeof(*memory->list));
	memory->list[memory->count++] = known;
	memory->first[entry->order] = memory->count;
	return known;
}

/* The strictest last, so that it is laid on top; of one strictness the first in the file last. */
static int derive_by_weight(const void *left, const void *right)
{
	const struct call_rule *a = *(const struct call_rule *const *)left;
	const struct call_rule *b = *(const struct call_rule *const *)right;
	int rank_a = outcome_rank(rule_outcome(a->rule)),
	    rank_b = outcome_rank(rule_outcome(b->rule));

	if (rank_a != rank_b)
		return rank_a > rank_b ? -1 : 1;
	return a->order > b->order ? -1 : a->order < b->order;
}

/* The union of the conditions of rules[from..to), by halves so that it grows with n log n. */
static struct node derive_union(const struct derivation *d, const struct call_rule **rules,
				size_t from, size_t to)
{
	size_t middle = from + (to - from) / 2;

	if (to - from == 1)
		return derive_know(d, rules[from]).table;
	return table_or(d->space, derive_union(d, rules, from, middle),
			derive_union(d, rules, middle, to));
}

/* Moves the masked rules of from..to to the front; returns where the others begin. */
static size_t derive_masked_first(const struct derivation *d, const struct call_rule **rules,
				  size_t from, size_t to)
{
	size_t masked = from;

	for (size_t i = from; i < to; i++) {
		const struct call_rule *rule = rules[i];

		if (!derive_know(d, rule).masked)
			continue;
		rules[i] = rules[masked];
		rules[masked++] = rule;
	}
	return masked;
}

/*
 * The links of one run, the strictest rules first in the end: each masked rule by itself, for a
 * union of masks grows with their product; all others as one.
 */
static void derive_chain_run(const struct derivation *d, const struct call_rule **rules,
			     size_t from, size_t to, struct chain *chain)
{
	struct node outcome = table_outcome(d->space, rule_outcome(rules[from]->rule));
	size_t plain = derive_masked_first(d, rules, from, to);

	if (plain < to)
		chain_add_link(chain, derive_union(d, rules, plain, to), outcome);
	for (size_t i = from; i < plain; i++)
		chain_add_link(chain, derive_know(d, rules[i]).table, outcome);
}

/*
 * Keeps the chain of a table with at least two links: fewer are no other way to decide. Where no
 * condition can be met the table is the rest itself, which would lead to this chain again.
 */
static void derive_keep_chain(const struct derivation *d, struct chain *chain, struct node node)
{
	for (size_t i = 0; i < chain->count / 2; i++) {
		struct chain_link link = chain->links[i];

		chain->links[i] = chain->links[chain->count - 1 - i];
		chain->links[chain->count - 1 - i] = link;
	}
	chain->node = node;
	if (d->chains && chain->count > 1 && !node_same(node, TABLE_FULL) &&
	    !node_same(node, chain->rest))
		chains_add(d->chains, chain);
	chain_free(chain);
}

/* Lays conditional rules over a base, runs of one outcome at a time. Sorts the list. */
static struct node derive_conditional(const struct derivation *d, const struct call_rule **rules,
				      size_t count, struct node base)
{
	struct chain chain = {.rest = base};
	size_t end;

	if (count == 0)
		return base;
	qsort(rules, count, sizeof(*rules), derive_by_weight);
	for (size_t from = 0; from < count; from = end) {
		uint32_t outcome = rule_outcome(rules[from]->rule);

		for (end = from + 1; end < count; end++)
			if (rule_outcome(rules[end]->rule) != outcome)
				break;
		base = table_choose(d->space, derive_union(d, rules, from, end),
				    table_outcome(d->space, outcome), base);
		derive_chain_run(d, rules, from, end, &chain);
	}
	derive_keep_chain(d, &chain, base);
	return base;
}

/* A conditional rule that is stricter than the unconditional one that erases it. */
static void derive_report_shadowed(const struct derivation *d, const struct call_rule *conditional,
				   const struct call_rule *unconditional)
{
	if (outcome_rank(rule_outcome(conditional->rule)) >=
		    outcome_rank(rule_outcome(unconditional->rule)) ||
	    !rule_report_first(d->reported, conditional, REPORTED_SHADOWED))
		return;
	finding_add(
		d->findings, d->leniency->allow_shadowed ? SEVERITY_WARNING : SEVERITY_ERROR,
		"shadowed-rule", conditional->rule->place,
		"take one of the two out, or give --allow-shadowed",
		"this rule on %s has no effect: the laxer rule at line %u, column %u, which has no "
		"args, covers every call",
		conditional->name->text, unconditional->rule->place.line,
		unconditional->rule->place.column);
}

/* The unconditional rule that decides a group: the first in the file; NULL if there is none. */
static const struct call_rule *derive_find_unconditional(const struct call_rule **rules,
							 size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rules[i]->rule->condition_count == 0)
			return rules[i];
	return NULL;
}

/* An unconditional rule erases the conditional ones. */
static struct node derive_unconditional(const struct derivation *d, const struct call_rule **rules,
					size_t count, const struct call_rule *unconditional)
{
	for (size_t i = 0; i < count; i++)
		if (rules[i]->rule->condition_count > 0)
			derive_report_shadowed(d, rules[i], unconditional);
	return table_outcome(d->space, rule_outcome(unconditional->rule));
}

/* The table of one number's rules over what would happen without them. */
static struct node derive_own(const struct derivation *d, const struct call_rule **rules,
			      size_t count, struct node base)
{
	const struct call_rule *unconditional = derive_find_unconditional(rules, count);

	if (!unconditional)
		return derive_conditional(d, rules, count, base);
	return derive_unconditional(d, rules, count, unconditional);
}

/* The outcome of one call through its multiplexer, where a filter cannot see its arguments. */
static struct node derive_carried_call(const struct derivation *d, const struct call_rule **rules,
				       size_t count)
{
	const struct profile *profile = d->rules->resolved->profile;
	uint32_t best = default_outcome(profile);
	const struct call_rule *unconditional = derive_find_unconditional(rules, count);

	if (unconditional)
		return derive_unconditional(d, rules, count, unconditional);
	for (size_t i = 0; i < count; i++) {
		uint32_t outcome = rule_outcome(rules[i]->rule);

		if (fallback_multiplexed_decides(profile, rules[i]->rule) &&
		    outcome_rank(outcome) < outcome_rank(best))
			best = outcome;
	}
	return table_outcome(d->space, best);
}

static int derive_by_call(const void *left, const void *right)
{
	const struct call_rule *a = *(const struct call_rule *const *)left;
	const struct call_rule *b = *(const struct call_rule *const *)right;

	if (a->call != b->call)
		return a->call < b->call ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* The multiplexer's table from the rules on the calls that it carries. Sorts the list. */
static struct node derive_carried(const struct derivation *d, const struct call_rule **rules,
				  size_t count)
{
	struct node base = d->fallback;
	size_t end;

	if (count == 0)
		return base;
	qsort(rules, count, sizeof(*rules), derive_by_call);
	for (size_t from = 0; from < count; from = end) {
		for (end = from + 1; end < count; end++)
			if (rules[end]->call != rules[from]->call)
				break;
		base = table_choose(d->space, condition_multiplexed(d->space, rules[from]),
				    derive_carried_call(d, rules + from, end - from), base);
	}
	return base;
}

/* The table of one number: the rules that name it, over those on the calls that it carries. */
static struct node derive_number(const struct derivation *d, const struct call_rule *list,
				 size_t count)
{
	CLEANUP(cleanup_free) const struct call_rule **own = mem_alloc(count * sizeof(*own));
	CLEANUP(cleanup_free)
	const struct call_rule **carried = mem_alloc(count * sizeof(*carried));
	size_t own_count = 0, carried_count = 0;
	struct node base;

	for (size_t i = 0; i < count; i++) {
		if (list[i].multiplexed)
			carried[carried_count++] = &list[i];
		else
			own[own_count++] = &list[i];
	}
	base = derive_carried(d, carried, carried_count);
	return own_count == 0 ? base : derive_own(d, own, own_count, base);
}

/* A growing list of ranges of numbers. */
struct ranges {
	struct range *list;
	size_t count, capacity;
};

static void derive_add_range(struct ranges *ranges, uint32_t first, uint32_t last, struct node node)
{
	struct range *previous = ranges->count > 0 ? &ranges->list[ranges->count - 1] : NULL;

	if (previous && node_same(previous->node, node)) {
		previous->last = last;
		return;
	}
	ranges->list =
		mem_grow(ranges->list, ranges->count, &ranges->capacity, sizeof(*ranges->list));
	ranges->list[ranges->count++] = (struct range){first, last, node};
}

/* Numbers that no rule names; they are not on both sides of where ENOSYS begins. */
static void derive_add_unnamed(const struct derivation *d, struct ranges *ranges, uint32_t first,
			       uint32_t last)
{
	derive_add_range(ranges, first, last,
			 table_outcome(d->space, fallback_unnamed(d->rules, d->abi, last)));
}

static void derive_add_gap(const struct derivation *d, struct ranges *ranges, uint32_t first,
			   uint32_t last)
{
	uint32_t highest;

	if (fallback_has_enosys(d->rules, d->abi, &highest) && first <= highest && last > highest) {
		derive_add_unnamed(d, ranges, first, highest);
		first = highest + 1;
	}
	derive_add_unnamed(d, ranges, first, last);
}

/* Drops what was known on another ABI. */
static void derive_forget(struct derivation *d)
{
	memset(d->memory->first, 0, d->rules->resolved->rule_count * sizeof(*d->memory->first));
	d->memory->count = 0;
}

/* The numbers first..last as one ABI decides them. */
static void derive_add_abi(struct derivation *d, struct ranges *ranges, const struct abi_rules *abi,
			   uint32_t first, uint32_t last)
{
	uint64_t next = first;
	size_t end;

	d->abi = abi;
	derive_forget(d);
	for (size_t from = 0; from < abi->count; from = end) {
		uint32_t number = abi->list[from].number;

		end = rules_group_end(abi, from);
		if (number < first || number > last)
			continue;
		if (number > next)
			derive_add_gap(d, ranges, (uint32_t)next, number - 1);
		d->widths = widths_of(d->width, abi->abi, number);
		derive_add_range(ranges, number, number,
				 derive_number(d, &abi->list[from], end - from));
		next = (uint64_t)number + 1;
	}
	if (next <= last)
		derive_add_gap(d, ranges, (uint32_t)next, last);
}

/* All numbers of one audit architecture. With x86-64's, bit 30 tells the two ABIs apart. */
static struct node derive_architecture(struct derivation *d, uint32_t audit_arch)
{
	static const uint32_t firsts[] = {0, X32_BIT, 2 * X32_BIT, 3 * X32_BIT};
	CLEANUP(cleanup_free) struct range *list = NULL;
	struct ranges ranges = {0};

	for (size_t i = 0; i < ARRAY_SIZE(firsts); i++) {
		uint32_t last = firsts[i] + (X32_BIT - 1) - (i == ARRAY_SIZE(firsts) - 1);
		const struct abi *abi = abi_of_call(audit_arch, firsts[i]);
		const struct abi_rules *rules = !abi ? NULL : rules_of_abi(d->rules, abi);

		if (rules)
			derive_add_abi(d, &ranges, rules, firsts[i], last);
		else
			derive_add_range(&ranges, firsts[i], last,
					 table_outcome(d->space, fallback_unlisted()));
	}
	derive_add_range(&ranges, NUMBER_SKIPPED, NUMBER_SKIPPED,
			 table_outcome(d->space, fallback_skipped(d->rules->resolved->profile)));
	list = ranges.list;
	return table_ranges(d->space, WORD_NUMBER, list, ranges.count);
}

static int derive_by_first(const void *left, const void *right)
{
	const struct range *a = left, *b = right;

	return a->first < b->first ? -1 : a->first > b->first;
}

/* All architectures, those that are not listed between the others. */
static struct node derive_all(struct derivation *d)
{
	struct range listed[ARCH_COUNT + 1], all[2 * (ARCH_COUNT + 1) + 1];
	struct node killed = table_outcome(d->space, fallback_unlisted());
	size_t count = 0, out = 0;
	uint32_t next = 0;

	for (size_t i = 0; i < d->rules->abi_count; i++) {
		uint32_t audit_arch = d->rules->abis[i].abi->audit_arch;
		bool twice = false;

		for (size_t j = 0; j < count; j++)
			twice |= listed[j].first == audit_arch;
		if (!twice)
			listed[count++] = (struct range){audit_arch, audit_arch,
							 derive_architecture(d, audit_arch)};
	}
	qsort(listed, count, sizeof(*listed), derive_by_first);
	for (size_t i = 0; i < count; i++) {
		if (listed[i].first > next)
			all[out++] = (struct range){next, listed[i].first - 1, killed};
		all[out++] = listed[i];
		next = listed[i].last + 1;
	}
	all[out++] = (struct range){next, UINT32_MAX, killed};
	return table_ranges(d->space, WORD_ARCH, all, out);
}

/* A value that an argument on a listed ABI cannot have is an error in the profile. */
static void derive_check_widths(const struct derivation *d)
{
	const struct resolved *resolved = d->rules->resolved;
	CLEANUP(cleanup_free)
	unsigned *misfit = mem_alloc((resolved->rule_count + 1) * sizeof(*misfit));

	for (size_t i = 0; i < resolved->rule_count; i++)
		misfit[i] = conditions_misfit(resolved->rules[i]);
	for (size_t i = 0; i < d->rules->abi_count; i++) {
		const struct abi_rules *abi = &d->rules->abis[i];

		for (size_t j = 0; j < abi->count; j++)
			conditions_check_width(abi->abi, &abi->list[j], misfit[abi->list[j].order],
					       d->reported, d->findings);
	}
}

int derive_table(struct space *space, const struct rules *rules, enum width width,
		 const struct leniency *leniency, struct node *table, struct chains *chains,
		 struct findings *findings)
{
	CLEANUP(cleanup_free) unsigned char *reported = mem_zero(rules->name_count + 1, 1);
	CLEANUP(cleanup_memory)
	struct memory memory = {
		.first = mem_zero(rules->resolved->rule_count + 1, sizeof(*memory.first))};
	struct derivation d = {.space = space,
			       .rules = rules,
			       .width = width,
			       .leniency = leniency,
			       .findings = findings,
			       .chains = chains,
			       .reported = reported,
			       .memory = &memory};
	size_t errors = findings->errors;

	d.fallback = table_outcome(space, default_outcome(rules->resolved->profile));
	if (width == WIDTH_KERNEL)
		derive_check_widths(&d);
	*table = derive_all(&d);
	if (findings->errors > errors)
		return -1;
	if (node_same(*table, TABLE_FULL) || table_size(space, *table) > TABLE_NODES_MAX)
		return finding_error(
			findings, "table-bound", rules->resolved->profile->place,
			"use fewer or simpler conditions",
			"the rules need a decision table of more than %u nodes, or too "
			"much work to make it",
			TABLE_NODES_MAX);
	return 0;
}

struct node derive_library_table(struct space *space, const struct rules *rules)
{
	const struct leniency lenient = {.ignore_unknown = true, .allow_shadowed = true};
	CLEANUP(findings_free) struct findings ignored = {0};
	struct node table;

	if (derive_table(space, rules, WIDTH_LIBRARY, &lenient, &table, NULL, &ignored) != 0)
		return TABLE_FULL;
	return table;
}
