/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds rules that decide nothing (seccomp-shim-profile(5), "Several rules on one call"): never
 * met, covered by others, or with the default's outcome. lint_overlaps.c reports those that an
 * unconditional rule with another outcome erases.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"
#include "filter/lint/lint.h"
#include "filter/rules/condition.h"

/* The work grows with the square: more conditional rules on one call are not compared. */
#define GROUP_MAX 64

enum why { WHY_COVERED, WHY_NEVER_MET, WHY_DEFAULT };

/* What becomes of one rule and name, over all ABIs. */
struct fate {
	const struct call_rule *entry; /* NULL: no listed ABI has the call */
	const struct call_rule *other; /* which decides instead; NULL: several, or none */
	enum why why;
	bool decides; /* on one ABI at least */
};

/* The conditional rules of one number. */
struct lint_group {
	const struct call_rule *rules[GROUP_MAX];
	struct node tables[GROUP_MAX];
	size_t count;
};

static struct node lint_rules_conditions_table(const struct lint *lint, const struct abi *abi,
					       const struct call_rule *entry)
{
	const struct widths widths = widths_of(WIDTH_KERNEL, abi, entry->number);

	return conditions_table(lint->space, &widths, entry->rule);
}

static void lint_rules_set_useless(struct fate *fates, const struct call_rule *entry, enum why why,
				   const struct call_rule *other)
{
	struct fate *fate = &fates[entry->id];

	if (!fate->entry)
		*fate = (struct fate){.entry = entry, .other = other, .why = why};
}

static void lint_rules_set_useful(struct fate *fates, const struct call_rule *entry)
{
	fates[entry->id].entry = entry;
	fates[entry->id].decides = true;
}

/* True if rule a is laid over rule b. */
static bool lint_rules_is_over(const struct call_rule *a, const struct call_rule *b)
{
	int rank_a = outcome_rank(rule_outcome(a->rule)),
	    rank_b = outcome_rank(rule_outcome(b->rule));

	return rank_a != rank_b ? rank_a < rank_b : a->order < b->order;
}

static bool lint_rules_meet(const struct lint *lint, struct node a, struct node b)
{
	return !node_same(table_and(lint->space, a, b), TABLE_FALSE);
}

/* What rule i of the group decides after those that beat it; *other is one of them that meets it.
 */
static struct node lint_rules_left_for(const struct lint *lint, const struct lint_group *group,
				       size_t i, const struct call_rule **other)
{
	struct node left = group->tables[i];

	*other = NULL;
	for (size_t j = 0; j < group->count; j++) {
		if (j == i || !lint_rules_is_over(group->rules[j], group->rules[i]) ||
		    !lint_rules_meet(lint, group->tables[j], group->tables[i]))
			continue;
		*other = !*other ? group->rules[j] : *other;
		left = table_and(lint->space, left, table_not(lint->space, group->tables[j]));
	}
	return left;
}

/* A rule with the default's own outcome counts where it is laid over another. */
static bool lint_rules_covers_another(const struct lint *lint, const struct lint_group *group,
				      size_t i, struct node left)
{
	for (size_t j = 0; j < group->count; j++)
		if (j != i && lint_rules_is_over(group->rules[i], group->rules[j]) &&
		    lint_rules_meet(lint, group->tables[j], left))
			return true;
	return false;
}

static void lint_rules_judge_one(const struct lint *lint, const struct lint_group *group, size_t i,
				 struct fate *fates)
{
	const struct call_rule *rule = group->rules[i], *other;
	struct node left = lint_rules_left_for(lint, group, i, &other);

	if (node_same(group->tables[i], TABLE_FALSE))
		lint_rules_set_useless(fates, rule, WHY_NEVER_MET, NULL);
	else if (node_same(left, TABLE_FALSE))
		lint_rules_set_useless(fates, rule, WHY_COVERED, other);
	else if (rule_outcome(rule->rule) == default_outcome(lint->rules->resolved->profile) &&
		 !lint_rules_covers_another(lint, group, i, left))
		lint_rules_set_useless(fates, rule, WHY_DEFAULT, NULL);
	else
		lint_rules_set_useful(fates, rule);
}

/* The rules of one number of which none is unconditional. */
static void lint_rules_judge_conditional(const struct lint *lint, const struct abi *abi,
					 const struct call_rule *list, size_t count,
					 struct fate *fates)
{
	struct lint_group group = {.count = 0};

	for (size_t i = 0; i < count; i++) {
		if (list[i].multiplexed)
			continue;
		if (group.count == GROUP_MAX) {
			for (size_t j = 0; j < count; j++)
				lint_rules_set_useful(fates, &list[j]);
			return;
		}
		group.tables[group.count] = lint_rules_conditions_table(lint, abi, &list[i]);
		group.rules[group.count++] = &list[i];
	}
	for (size_t i = 0; i < group.count; i++)
		lint_rules_judge_one(lint, &group, i, fates);
}

static void lint_rules_judge_number(const struct lint *lint, const struct abi *abi,
				    const struct call_rule *list, size_t count, struct fate *fates)
{
	uint32_t fallback = default_outcome(lint->rules->resolved->profile);
	const struct call_rule *first = NULL;

	for (size_t i = 0; i < count && !first; i++)
		if (!list[i].multiplexed && list[i].rule->condition_count == 0)
			first = &list[i];
	if (!first) {
		lint_rules_judge_conditional(lint, abi, list, count, fates);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (list[i].multiplexed)
			continue;
		if (&list[i] != first)
			lint_rules_set_useless(fates, &list[i], WHY_COVERED, first);
		else if (rule_outcome(first->rule) == fallback && count == 1)
			lint_rules_set_useless(fates, first, WHY_DEFAULT, NULL);
		else
			lint_rules_set_useful(fates, first);
	}
}

static bool lint_rules_same_outcome(const struct fate *fate)
{
	return fate->other && rule_outcome(fate->other->rule) == rule_outcome(fate->entry->rule);
}

static void lint_rules_report_covered(const struct lint *lint, const struct fate *fate)
{
	const struct call_rule *entry = fate->entry, *other = fate->other;
	bool erased = other->rule->condition_count == 0;

	if (lint_rules_same_outcome(fate))
		finding_add(lint->findings, SEVERITY_NOTE, "repeated-rule", entry->name->place,
			    "take one of the two out",
			    "%s already has this outcome by the rule at line %u, column %u",
			    entry->name->text, other->name->place.line, other->name->place.column);
	else if (!erased || (entry->rule->condition_count > 0 &&
			     outcome_rank(rule_outcome(entry->rule)) >
				     outcome_rank(rule_outcome(other->rule))))
		finding_add(lint->findings, SEVERITY_WARNING, "useless-rule", entry->name->place,
			    erased ? "give the other rule conditions, or take one of the two out"
				   : "make the conditions exclude each other",
			    "%s is decided by the %s rule at line %u, column %u%s: this rule has "
			    "no effect on it",
			    entry->name->text, erased ? "unconditional" : "stricter or earlier",
			    other->name->place.line, other->name->place.column,
			    erased ? "" : " wherever this one is met");
}

static void lint_rules_report_fate(const struct lint *lint, const struct fate *fate)
{
	const struct call_rule *entry = fate->entry;

	if (fate->why == WHY_COVERED && fate->other)
		lint_rules_report_covered(lint, fate);
	else if (fate->why == WHY_NEVER_MET)
		finding_add(lint->findings, SEVERITY_WARNING, "never-met", entry->rule->place,
			    "give other values; conditions on different arguments must all hold",
			    "no call of %s meets this rule's conditions: it has no effect",
			    entry->name->text);
	else if (fate->why == WHY_DEFAULT)
		finding_add(lint->findings, SEVERITY_NOTE, "same-as-default", entry->name->place,
			    "take it out, or keep it for the reader",
			    "this rule gives %s the outcome that it has by the default action "
			    "anyway; runc and crun skip such rules",
			    entry->name->text);
}

/* A rule with many names is reported once if its own conditions are the reason. */
static bool lint_rules_is_reported(const struct fate *fates, size_t id)
{
	return fates[id].why == WHY_NEVER_MET && id > 0 && fates[id - 1].entry &&
	       fates[id - 1].why == WHY_NEVER_MET && !fates[id - 1].decides &&
	       fates[id - 1].entry->rule == fates[id].entry->rule;
}

/* Whether a condition was met, for all calls looked at so far: by none, by every one. */
struct met {
	const struct profile_condition *condition;
	bool never, always;
};

/* Whether the calls that a rule names can meet one of its conditions. */
static struct met lint_rules_look_at_condition(const struct lint *lint,
					       const struct profile_rule *rule, size_t index)
{
	struct met met = {.condition = &rule->conditions[index], .never = true, .always = true};
	bool any = false;

	for (size_t i = 0; i < lint->rules->abi_count; i++) {
		const struct abi *abi = lint->rules->abis[i].abi;

		for (size_t j = 0; j < rule->name_count && (met.never || met.always); j++) {
			struct widths widths;
			uint32_t number;
			struct node table;

			if (!syscall_number(abi, rule->names[j].text, &number))
				continue;
			widths = widths_of(WIDTH_KERNEL, abi, number);
			table = condition_table(lint->space, &widths, met.condition);
			met.never &= node_same(table, TABLE_FALSE);
			met.always &= node_same(table, TABLE_TRUE);
			any = true;
		}
	}
	met.never &= any;
	met.always &= any;
	return met;
}

static bool lint_rules_lacks_argument(const struct abi *abi, const char *name, unsigned index)
{
	struct argument arguments[ARGUMENTS_MAX];
	uint32_t number;
	int count;

	if (!syscall_number(abi, name, &number))
		return false;
	count = signature_of(abi, name, arguments);
	return count >= 0 && index >= (unsigned)count;
}

/* A condition on a register that the kernel ignores: the caller chooses its value. */
static void lint_rules_check_argument(const struct lint *lint, const struct profile_rule *rule,
				      const struct profile_condition *condition)
{
	for (size_t i = 0; i < lint->rules->abi_count; i++) {
		const struct abi *abi = lint->rules->abis[i].abi;

		for (size_t j = 0; j < rule->name_count; j++) {
			const char *name = rule->names[j].text;

			if (!lint_rules_lacks_argument(abi, name, condition->index))
				continue;
			finding_add(lint->findings, SEVERITY_WARNING, "no-such-argument",
				    condition->place,
				    "name an argument of the call; the first one has index 0",
				    "%s of %s has no argument %u: the caller can put any value "
				    "there, and so decides whether this condition is met",
				    name, arch_word(abi->arch), condition->index);
			return;
		}
	}
}

/* rules_new checks the rules for this target; these are the names of all others. */
static void lint_rules_check_other_names(const struct lint *lint)
{
	const struct resolved *resolved = lint->rules->resolved;
	const struct profile *profile = resolved->profile;
	size_t applied = 0;

	for (size_t i = 0; i < profile->rule_count; i++) {
		const struct profile_rule *rule = &profile->rules[i];

		if (applied < resolved->rule_count && resolved->rules[applied] == rule) {
			applied++;
			continue;
		}
		for (size_t j = 0; j < rule->name_count; j++) {
			const char *name = rule->names[j].text, *near = syscall_nearest(name);
			CLEANUP(cleanup_free) char *remedy = NULL;

			if (syscall_known(name))
				continue;
			remedy = !near ? mem_string("take the name out")
				       : mem_format("did you mean %s?", near);
			finding_add(lint->findings, SEVERITY_NOTE, "unknown-syscall",
				    rule->names[j].place, remedy,
				    "unknown system call \"%s\"; its rule is not for this target",
				    text_escaped(name, strlen(name)));
		}
	}
}

/* A condition that every call meets; one that no call meets beside others that may be met. */
static void lint_rules_check_conditions(const struct lint *lint, const struct profile_rule *rule)
{
	static const char remedy[] = "take the condition out, or give it the value that was meant";

	for (size_t i = 0; i < rule->condition_count; i++) {
		struct met met = lint_rules_look_at_condition(lint, rule, i);

		lint_rules_check_argument(lint, rule, met.condition);
		if (met.always)
			finding_add(lint->findings, SEVERITY_WARNING, "always-met",
				    met.condition->place, remedy,
				    "every call meets this condition on argument %u",
				    met.condition->index);
		else if (met.never && rule_is_or(rule))
			finding_add(lint->findings, SEVERITY_WARNING, "never-met",
				    met.condition->place, remedy,
				    "no call meets this condition on argument %u",
				    met.condition->index);
	}
}

void lint_rules(const struct lint *lint)
{
	CLEANUP(cleanup_free)
	struct fate *fates = mem_zero(lint->rules->name_count + 1, sizeof(*fates));
	size_t end;

	lint_rules_check_other_names(lint);
	for (size_t i = 0; i < lint->rules->resolved->rule_count; i++)
		lint_rules_check_conditions(lint, lint->rules->resolved->rules[i]);
	for (size_t i = 0; i < lint->rules->abi_count; i++) {
		const struct abi_rules *rules = &lint->rules->abis[i];

		for (size_t from = 0; from < rules->count; from = end) {
			end = rules_group_end(rules, from);
			lint_rules_judge_number(lint, rules->abi, &rules->list[from], end - from,
						fates);
		}
	}
	for (size_t id = 0; id < lint->rules->name_count; id++)
		if (fates[id].entry && !fates[id].decides && !lint_rules_is_reported(fates, id))
			lint_rules_report_fate(lint, &fates[id]);
}
