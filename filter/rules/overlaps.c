/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings for `check`; nothing here changes what is decided. */
#include <config.h>

#include "filter/rules/overlaps.h"

#include "filter/kernel/action.h"
#include "filter/rules/fallback.h"

static char *outcome_string(uint32_t outcome)
{
	struct buffer buffer = {0};

	outcome_add(&buffer, outcome);
	return buffer_take(&buffer);
}

/* The first condition on an argument that an earlier one of the rule names too; NULL if there is
 * none. */
static const struct profile_condition *repeated_argument(const struct profile_rule *rule)
{
	unsigned seen = 0;

	for (size_t i = 0; i < rule->condition_count; i++) {
		if (seen & 1u << rule->conditions[i].index)
			return &rule->conditions[i];
		seen |= 1u << rule->conditions[i].index;
	}
	return NULL;
}

void overlaps_report_profile(const struct resolved *resolved, struct findings *findings)
{
	const struct profile *profile = resolved->profile;
	bool denies = profile->default_action != ACTION_ALLOW;

	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];
		const struct profile_condition *repeated = repeated_argument(rule);

		denies |= rule->action != ACTION_ALLOW;
		if (repeated)
			finding_add(
				findings, SEVERITY_WARNING, "alternatives", repeated->place,
				"a rule for each alternative",
				"a second condition on argument %u: each condition of this rule is "
				"enough by itself, here as in runc and crun",
				repeated->index);
	}
	if (!denies)
		finding_add(findings, SEVERITY_WARNING, "allows-everything", profile->default_place,
			    "a rule that denies something", "every call is allowed");
}

static void advise_useless(const struct call_rule *useless, const struct call_rule *first,
			   unsigned char *told, struct findings *findings)
{
	CLEANUP(cleanup_free) char *outcome = outcome_string(rule_outcome(first->rule));

	if (!rule_tell(told, useless, TOLD_USELESS))
		return;
	finding_add(
		findings, SEVERITY_WARNING, "useless-rule", useless->name->place,
		"take one of the two out",
		"%s is decided by the rule at line %u, column %u (%s): this rule has no effect on "
		"it, here as in runc and crun",
		useless->name->text, first->name->place.line, first->name->place.column, outcome);
}

static void advise_overlap(const struct call_rule *rule, const struct call_rule *other,
			   unsigned char *told, struct findings *findings)
{
	const struct call_rule *winner = rule;
	CLEANUP(cleanup_free) char *outcome = NULL;

	if (!rule_tell(told, rule, TOLD_OVERLAP))
		return;
	if (outcome_rank(rule_outcome(other->rule)) <= outcome_rank(rule_outcome(rule->rule)))
		winner = other;
	outcome = outcome_string(rule_outcome(winner->rule));
	finding_add(findings, SEVERITY_WARNING, "overlapping-rules", rule->rule->place,
		    "make the conditions exclude each other",
		    "this rule on %s and the one at line %u, column %u meet: %s wins as the "
		    "stricter or "
		    "earlier; runc and crun decide by libseccomp's inner order",
		    rule->name->text, other->rule->place.line, other->rule->place.column, outcome);
}

/* Pairs would grow with the square: beyond this many conditional rules on one call none is looked
 * at. */
#define OVERLAP_RULES_MAX 64

static void advise_overlaps(struct space *space, const struct call_rule **rules,
			    const struct node *tables, size_t count, unsigned char *told,
			    struct findings *findings)
{
	if (count > OVERLAP_RULES_MAX)
		return;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			if (rule_outcome(rules[i]->rule) != rule_outcome(rules[j]->rule) &&
			    !node_same(table_and(space, tables[i], tables[j]), TABLE_FALSE))
				advise_overlap(rules[i], rules[j], told, findings);
}

void overlaps_report_group(struct space *space, const struct call_rule **rules,
			   const struct node *tables, size_t count, unsigned char *told,
			   struct findings *findings)
{
	const struct call_rule *first = NULL;

	for (size_t i = 0; i < count; i++) {
		if (rules[i]->rule->condition_count > 0)
			continue;
		if (!first)
			first = rules[i];
		else if (rule_outcome(rules[i]->rule) != rule_outcome(first->rule))
			advise_useless(rules[i], first, told, findings);
	}
	if (!first)
		advise_overlaps(space, rules, tables, count, told, findings);
}

void overlaps_report_multiplexed(const struct abi *abi, const struct profile *profile,
				 const struct call_rule **rules, size_t count, unsigned char *told,
				 struct findings *findings)
{
	for (size_t i = 0; i < count; i++) {
		if (rules[i]->rule->condition_count == 0 ||
		    !rule_tell(told, rules[i], TOLD_MULTIPLEXED))
			continue;
		finding_add(findings, SEVERITY_WARNING, "multiplexed-call", rules[i]->rule->place,
			    "give socketcall or ipc a rule of its own",
			    "%s can be called through its multiplexer on %s, where its arguments "
			    "cannot "
			    "be looked at: there %s",
			    rules[i]->name->text, arch_word(abi->arch),
			    fallback_multiplexed_decides(profile, rules[i]->rule)
				    ? "the rule's action is given whatever they are"
				    : "it stays under the default action");
	}
}
