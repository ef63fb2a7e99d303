/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds rules that apply to the same call, which is legal (seccomp-shim-profile(5), "Several rules
 * on one call", "Multiplexed calls") but seldom intended, and lists whose conditions are
 * alternatives.
 */
#include <config.h>

#include "filter/kernel/action.h"
#include "filter/lint/lint.h"
#include "filter/rules/condition.h"
#include "filter/rules/fallback.h"

/* Pairs grow with the square: more conditional rules on one call are not compared. */
#define OVERLAP_RULES_MAX 64

/* The state of the search: one ABI after the other, number by number. */
struct overlap_search {
	struct space *space;
	const struct profile *profile;
	const struct abi *abi;	 /* the present one */
	unsigned char *reported; /* for rule_report_first */
	struct findings *findings;
};

static char *overlaps_outcome_text(const struct call_rule *entry)
{
	struct buffer buffer = {0};

	outcome_add(&buffer, rule_outcome(entry->rule));
	return buffer_take(&buffer);
}

/* ---- alternatives */

/* The first condition on an argument that an earlier one of the rule names too; NULL if there is
 * none. */
static const struct profile_condition *overlaps_find_repeated(const struct profile_rule *rule)
{
	unsigned seen = 0;

	for (size_t i = 0; i < rule->condition_count; i++) {
		if (seen & 1u << rule->conditions[i].index)
			return &rule->conditions[i];
		seen |= 1u << rule->conditions[i].index;
	}
	return NULL;
}

void lint_alternatives(const struct resolved *resolved, struct findings *findings)
{
	const struct profile *profile = resolved->profile;
	bool denies = profile->default_action != ACTION_ALLOW;

	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];
		const struct profile_condition *repeated = overlaps_find_repeated(rule);

		denies |= rule->action != ACTION_ALLOW;
		if (repeated)
			finding_add(
				findings, SEVERITY_WARNING, "alternatives", repeated->place,
				"write a rule for each alternative",
				"a second condition on argument %u: each condition of this rule is "
				"enough by itself, here as in runc and crun",
				repeated->index);
	}
	if (!denies)
		finding_add(findings, SEVERITY_WARNING, "allows-everything", profile->default_place,
			    "add a rule that denies something", "every call is allowed");
}

/* ---- rules on one number */

static void overlaps_report_useless(const struct overlap_search *s, const struct call_rule *useless,
				    const struct call_rule *first)
{
	CLEANUP(cleanup_free) char *outcome = overlaps_outcome_text(first);

	if (!rule_report_first(s->reported, useless, REPORTED_USELESS))
		return;
	finding_add(
		s->findings, SEVERITY_WARNING, "useless-rule", useless->name->place,
		"take one of the two out",
		"%s is decided by the rule at line %u, column %u (%s): this rule has no effect on "
		"it, here as in runc and crun",
		useless->name->text, first->name->place.line, first->name->place.column, outcome);
}

static void overlaps_report_pair(const struct overlap_search *s, const struct call_rule *rule,
				 const struct call_rule *other)
{
	const struct call_rule *winner = rule;
	CLEANUP(cleanup_free) char *outcome = NULL;

	if (!rule_report_first(s->reported, rule, REPORTED_OVERLAP))
		return;
	if (outcome_rank(rule_outcome(other->rule)) <= outcome_rank(rule_outcome(rule->rule)))
		winner = other;
	outcome = overlaps_outcome_text(winner);
	finding_add(
		s->findings, SEVERITY_WARNING, "overlapping-rules", rule->rule->place,
		"make the conditions exclude each other",
		"this rule on %s and the one at line %u, column %u match the same calls: %s wins "
		"because it is stricter or earlier; runc and crun go by libseccomp's own order",
		rule->name->text, other->rule->place.line, other->rule->place.column, outcome);
}

/* Conditional rules, tables of what each is met by. */
static void overlaps_check_pairs(const struct overlap_search *s, const struct call_rule **rules,
				 const struct node *tables, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			struct node both;

			if (rule_outcome(rules[i]->rule) == rule_outcome(rules[j]->rule))
				continue;
			both = table_and(s->space, tables[i], tables[j]);
			if (!node_same(both, TABLE_FALSE) && !node_same(both, TABLE_FULL))
				overlaps_report_pair(s, rules[i], rules[j]);
		}
	}
}

static void overlaps_check_conditional(const struct overlap_search *s,
				       const struct call_rule **rules, size_t count)
{
	struct node tables[OVERLAP_RULES_MAX];
	struct widths widths;

	if (count < 2 || count > OVERLAP_RULES_MAX)
		return;
	widths = widths_of(WIDTH_KERNEL, s->abi, rules[0]->number);
	for (size_t i = 0; i < count; i++)
		tables[i] = conditions_table(s->space, &widths, rules[i]->rule);
	overlaps_check_pairs(s, rules, tables, count);
}

/* Rules without conditions beside the first one, which decides. */
static void overlaps_check_unconditional(const struct overlap_search *s,
					 const struct call_rule **rules, size_t count,
					 const struct call_rule *first)
{
	for (size_t i = 0; i < count; i++)
		if (rules[i]->rule->condition_count == 0 &&
		    rule_outcome(rules[i]->rule) != rule_outcome(first->rule))
			overlaps_report_useless(s, rules[i], first);
}

/* A rule with conditions on a call that a multiplexer carries. */
static void overlaps_report_multiplexed(const struct overlap_search *s,
					const struct call_rule *entry)
{
	if (entry->rule->condition_count == 0 ||
	    !rule_report_first(s->reported, entry, REPORTED_MULTIPLEXED))
		return;
	finding_add(s->findings, SEVERITY_WARNING, "multiplexed-call", entry->rule->place,
		    "give socketcall or ipc a rule of its own",
		    "%s can be called through its multiplexer on %s, where a filter cannot see its "
		    "arguments: there %s",
		    entry->name->text, arch_word(s->abi->arch),
		    fallback_multiplexed_decides(s->profile, entry->rule)
			    ? "the rule's action applies whatever they are"
			    : "it stays under the default action");
}

/* All entries of one number. */
static void overlaps_check_number(const struct overlap_search *s, const struct call_rule *list,
				  size_t count)
{
	CLEANUP(cleanup_free) const struct call_rule **own = mem_alloc(count * sizeof(*own));
	const struct call_rule *first = NULL;
	size_t own_count = 0;

	for (size_t i = 0; i < count; i++) {
		if (list[i].multiplexed)
			continue;
		own[own_count++] = &list[i];
		if (!first && list[i].rule->condition_count == 0)
			first = &list[i];
	}
	for (size_t i = 0; i < count && !first; i++)
		if (list[i].multiplexed)
			overlaps_report_multiplexed(s, &list[i]);
	if (first)
		overlaps_check_unconditional(s, own, own_count, first);
	else
		overlaps_check_conditional(s, own, own_count);
}

static void overlaps_check_abi(struct overlap_search *s, const struct abi_rules *rules)
{
	size_t end;

	s->abi = rules->abi;
	space_renew(s->space);
	for (size_t from = 0; from < rules->count; from = end) {
		end = rules_group_end(rules, from);
		overlaps_check_number(s, &rules->list[from], end - from);
	}
}

void lint_overlaps(const struct resolved *resolved, const struct leniency *leniency,
		   struct findings *findings)
{
	CLEANUP(findings_free) struct findings ignored = {0}; /* filter_build reports them */
	CLEANUP(cleanup_rules) struct rules *rules = rules_new(resolved, leniency, &ignored);
	CLEANUP(cleanup_space) struct space *space = space_new();
	CLEANUP(cleanup_free)
	unsigned char *reported = rules ? mem_zero(rules->name_count + 1, 1) : NULL;
	struct overlap_search search = {.space = space,
					.profile = resolved->profile,
					.reported = reported,
					.findings = findings};

	for (size_t i = 0; rules && i < rules->abi_count; i++)
		overlaps_check_abi(&search, &rules->abis[i]);
}
