/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the numbers of names, once for each ABI, and reports names that no system call has. */
#include <config.h>

#include "filter/rules/rules.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"

uint32_t rule_outcome(const struct profile_rule *rule)
{
	return outcome_of(rule->action, rule->errno_ret);
}

uint32_t default_outcome(const struct profile *profile)
{
	return outcome_of(profile->default_action, profile->default_errno);
}

bool rule_is_or(const struct profile_rule *rule)
{
	unsigned seen = 0;

	for (size_t i = 0; i < rule->condition_count; i++) {
		unsigned bit = 1u << rule->conditions[i].index;

		if (seen & bit)
			return true;
		seen |= bit;
	}
	return false;
}

/*
 * A dropped rule that is laxer than the default leaves the call denied, any other opens a hole
 * (seccomp-shim-profile(5), "Unknown names").
 */
static void rules_report_unknown(const struct profile *profile, const struct profile_rule *rule,
				 const struct profile_name *name, bool ignore,
				 struct findings *findings)
{
	bool laxer = outcome_rank(rule_outcome(rule)) > outcome_rank(default_outcome(profile));
	const char *near = syscall_nearest(name->text);
	CLEANUP(cleanup_free) char *remedy = NULL;

	if (near)
		remedy = mem_format("did you mean %s?", near);
	else if (laxer || ignore)
		remedy = mem_string("take the name out, or use a newer seccomp-shim");
	else
		remedy = mem_string("take the name out, or give --ignore-unknown to drop its rule");
	finding_add(findings, laxer || ignore ? SEVERITY_WARNING : SEVERITY_ERROR,
		    "unknown-syscall", name->place, remedy, "unknown system call \"%s\"%s",
		    text_escaped(name->text, strlen(name->text)),
		    laxer    ? ": it stays under the default action"
		    : ignore ? ": its rule is dropped"
			     : "");
}

static void rules_check_names(const struct resolved *resolved, bool ignore,
			      struct findings *findings)
{
	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		for (size_t j = 0; j < rule->name_count; j++)
			if (!syscall_known(rule->names[j].text))
				rules_report_unknown(resolved->profile, rule, &rule->names[j],
						     ignore, findings);
	}
}

static void rules_add_entry(struct abi_rules *rules, size_t *capacity, struct call_rule entry)
{
	rules->list = mem_grow(rules->list, rules->count, capacity, sizeof(*rules->list));
	rules->list[rules->count++] = entry;
}

static void rules_add_name(struct abi_rules *rules, size_t *capacity, struct call_rule entry)
{
	const char *multiplexer;
	uint32_t number;

	if (syscall_number(rules->abi, entry.name->text, &number)) {
		entry.number = number;
		rules_add_entry(rules, capacity, entry);
	}
	if (syscall_multiplexed(rules->abi, entry.name->text, &multiplexer, &entry.call) &&
	    syscall_number(rules->abi, multiplexer, &entry.number)) {
		entry.multiplexed = true;
		entry.multiplexer = multiplexer;
		entry.call_mask = syscall_multiplexer_mask(multiplexer);
		rules_add_entry(rules, capacity, entry);
	}
}

static int rules_by_number(const void *left, const void *right)
{
	const struct call_rule *a = left, *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	if (a->multiplexed != b->multiplexed)
		return a->multiplexed ? 1 : -1;
	if (a->call != b->call)
		return a->call < b->call ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* A rule that names a call twice counts once. */
static void rules_drop_repeated(struct abi_rules *rules)
{
	size_t kept = 0;

	for (size_t i = 0; i < rules->count; i++) {
		const struct call_rule *entry = &rules->list[i];
		const struct call_rule *last = kept == 0 ? NULL : &rules->list[kept - 1];

		if (!last || last->number != entry->number || last->order != entry->order ||
		    last->multiplexed != entry->multiplexed || last->call != entry->call)
			rules->list[kept++] = *entry;
	}
	rules->count = kept;
}

static unsigned rules_arguments(const struct profile_rule *rule)
{
	unsigned looks_at = 0;

	for (size_t i = 0; i < rule->condition_count; i++)
		looks_at |= 1u << rule->conditions[i].index;
	return looks_at;
}

static void rules_collect(struct abi_rules *rules, const struct resolved *resolved)
{
	size_t capacity = 0, id = 0;

	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];
		unsigned looks_at = rules_arguments(rule);

		for (size_t j = 0; j < rule->name_count; j++)
			rules_add_name(rules, &capacity,
				       (struct call_rule){.order = i,
							  .id = id++,
							  .rule = rule,
							  .looks_at = looks_at,
							  .name = &rule->names[j]});
	}
	if (rules->count > 0)
		qsort(rules->list, rules->count, sizeof(*rules->list), rules_by_number);
	rules_drop_repeated(rules);
}

struct rules *rules_new(const struct resolved *resolved, const struct leniency *leniency,
			struct findings *findings)
{
	size_t errors = findings->errors;
	struct rules *rules;

	rules_check_names(resolved, leniency->ignore_unknown, findings);
	if (findings->errors > errors)
		return NULL;
	rules = mem_zero(1, sizeof(*rules));
	rules->resolved = resolved;
	rules->abi_count = resolved->arch_count;
	for (size_t i = 0; i < resolved->rule_count; i++)
		rules->name_count += resolved->rules[i]->name_count;
	for (size_t i = 0; i < rules->abi_count; i++) {
		rules->abis[i].abi = abi_of(resolved->arches[i].arch);
		rules_collect(&rules->abis[i], resolved);
	}
	return rules;
}

void rules_free(struct rules *rules)
{
	if (!rules)
		return;
	for (size_t i = 0; i < rules->abi_count; i++)
		free(rules->abis[i].list);
	free(rules);
}

void cleanup_rules(struct rules **rules)
{
	rules_free(*rules);
}

bool rule_report_first(unsigned char *reported, const struct call_rule *entry, enum reported what)
{
	bool first = (reported[entry->id] & what) == 0;

	reported[entry->id] |= (unsigned char)what;
	return first;
}

size_t rules_group_end(const struct abi_rules *abi, size_t from)
{
	size_t end = from;

	while (end < abi->count && abi->list[end].number == abi->list[from].number)
		end++;
	return end;
}

const struct abi_rules *rules_of_abi(const struct rules *rules, const struct abi *abi)
{
	for (size_t i = 0; i < rules->abi_count; i++)
		if (rules->abis[i].abi == abi)
			return &rules->abis[i];
	return NULL;
}
