/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allows or denies names in a resolved profile: removes them from copies of its rules, and adds one
 * rule at the end where one is needed.
 */
#include <config.h>

#include "oci/add_names.h"

#include <stdlib.h>
#include <string.h>

struct name_set {
	const char **sorted; /* owned */
	size_t count;
};

static int names_order(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorts the names and keeps each once. */
static void name_set_make(struct name_set *set, const char *const *names, size_t count)
{
	size_t kept = 0;

	set->sorted = mem_zero(count + 1, sizeof(*set->sorted));
	for (size_t i = 0; i < count; i++)
		set->sorted[i] = names[i];
	qsort(set->sorted, count, sizeof(*set->sorted), names_order);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || strcmp(set->sorted[kept - 1], set->sorted[i]) != 0)
			set->sorted[kept++] = set->sorted[i];
	set->count = kept;
}

static bool name_set_has(const struct name_set *set, const char *name)
{
	return bsearch(&name, set->sorted, set->count, sizeof(*set->sorted), names_order);
}

/* The rule without the names; NULL if no name is left, the rule itself if it has none of them. */
static const struct profile_rule *names_cut_rule(struct resolved *resolved,
						 const struct profile_rule *rule,
						 const struct name_set *set)
{
	struct profile_rule *copy = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < rule->name_count; i++) {
		if (name_set_has(set, rule->names[i].text) && !copy)
			copy = resolved_copy_rule(resolved, rule);
		else if (name_set_has(set, rule->names[i].text))
			continue;
		else if (copy)
			copy->names[kept] = rule->names[i];
		kept += !name_set_has(set, rule->names[i].text);
	}
	if (!copy)
		return rule;
	copy->name_count = kept;
	return kept > 0 ? copy : NULL;
}

/* only_lax: only rules that may let a call pass lose the names. */
static void names_take(struct resolved *resolved, const struct name_set *set, bool only_lax)
{
	size_t kept = 0;

	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		if (!only_lax || action_runs(rule->action) || action_hands_over(rule->action))
			rule = names_cut_rule(resolved, rule, set);
		if (rule)
			resolved->rules[kept++] = rule;
	}
	resolved->rule_count = kept;
}

static void names_add_rule(struct resolved *resolved, const struct name_set *set,
			   enum action action, struct place place)
{
	struct profile_rule *rule = pool_alloc(&resolved->memory, sizeof(*rule));

	*rule = (struct profile_rule){.action = action,
				      .errno_ret = PROFILE_ERRNO_UNSET,
				      .name_count = set->count,
				      .place = place};
	rule->names = pool_alloc(&resolved->memory, set->count * sizeof(*rule->names));
	for (size_t i = 0; i < set->count; i++)
		rule->names[i] =
			(struct profile_name){pool_string(&resolved->memory, set->sorted[i],
							  strlen(set->sorted[i])),
					      place};
	resolved->rules = mem_resize(resolved->rules, resolved->rule_count + 2,
				     sizeof(const struct profile_rule *));
	resolved->rules[resolved->rule_count++] = rule;
}

void resolved_allow(struct resolved *resolved, const char *const *names, size_t count,
		    struct place place)
{
	struct name_set set;

	if (count == 0)
		return;
	name_set_make(&set, names, count);
	names_take(resolved, &set, false);
	names_add_rule(resolved, &set, ACTION_ALLOW, place);
	free(set.sorted);
}

void resolved_deny(struct resolved *resolved, const char *const *names, size_t count,
		   struct place place)
{
	struct name_set set;
	const enum action fallback = resolved->profile->default_action;
	bool lax = action_runs(fallback) || action_hands_over(fallback);

	if (count == 0)
		return;
	name_set_make(&set, names, count);
	/* Rules that deny lose the names too: denied twice, a name would change its errno. */
	names_take(resolved, &set, !lax);
	if (lax)
		names_add_rule(resolved, &set, ACTION_ERRNO, place);
	free(set.sorted);
}
