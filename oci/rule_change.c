/* SPDX-License-Identifier: Apache-2.0 */
/* Changes to rules, in memory and as text. Rules that are removed go last, the highest first. */
#include <config.h>

#include "oci/rule_change.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "oci/print.h"
#include "oci/reader.h"

void rule_changes_add(struct rule_changes *changes, struct rule_change change)
{
	changes->list =
		mem_grow(changes->list, changes->count, &changes->capacity, sizeof(*changes->list));
	changes->list[changes->count++] = change;
}

void rule_changes_free(struct rule_changes *changes)
{
	free(changes->list);
	*changes = (struct rule_changes){0};
}

static bool removes_name(const struct rule_changes *changes, size_t rule, size_t name)
{
	for (size_t i = 0; i < changes->count; i++)
		if (changes->list[i].kind == RULE_CHANGE_REMOVE_NAME &&
		    changes->list[i].rule == rule && changes->list[i].name == name)
			return true;
	return false;
}

/* One rule after the changes; false if it is removed. */
static bool apply_to_rule(const struct rule_changes *changes, size_t at, struct profile_rule *rule,
			  struct pool *pool)
{
	struct profile_name *names = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < changes->count; i++) {
		const struct rule_change *change = &changes->list[i];

		if (change->kind == RULE_CHANGE_ADD_RULE || change->rule != at)
			continue;
		if (change->kind == RULE_CHANGE_REMOVE_RULE)
			return false;
		if (change->kind == RULE_CHANGE_ACTION) {
			rule->action = change->added.action;
			rule->errno_ret = change->added.errno_ret;
		} else if (!names) {
			names = pool_alloc(pool, rule->name_count * sizeof(*names));
		}
	}
	for (size_t i = 0; names && i < rule->name_count; i++)
		if (!removes_name(changes, at, i))
			names[kept++] = rule->names[i];
	if (names) {
		rule->names = names;
		rule->name_count = kept;
	}
	return !names || kept > 0;
}

const struct profile *rule_changes_apply(const struct rule_changes *changes,
					 const struct profile *profile, struct pool *pool)
{
	struct profile *changed = pool_copy(pool, profile, sizeof(*profile));
	size_t count = 0;

	changed->rules = pool_alloc(pool, (profile->rule_count + changes->count + 1) *
						  sizeof(*changed->rules));
	for (size_t i = 0; i < profile->rule_count; i++) {
		changed->rules[count] = profile->rules[i];
		count += apply_to_rule(changes, i, &changed->rules[count], pool);
	}
	for (size_t i = 0; i < changes->count; i++)
		if (changes->list[i].kind == RULE_CHANGE_ADD_RULE)
			changed->rules[count++] = changes->list[i].added;
	changed->rule_count = count;
	return changed;
}

static void add_condition(struct buffer *out, const struct profile_condition *condition)
{
	buffer_addf(out, "{\"index\":%u,\"value\":%" PRIu64, condition->index, condition->value);
	if (condition->comparison == CMP_MASKED_EQ)
		buffer_addf(out, ",\"valueTwo\":%" PRIu64, condition->value_two);
	buffer_addf(out, ",\"op\":\"%s\"}", comparison_word(condition->comparison));
}

void rule_changes_add_rule(struct buffer *out, const struct profile_rule *rule)
{
	buffer_add_text(out, "{\"names\":[");
	for (size_t i = 0; i < rule->name_count; i++) {
		buffer_add_text(out, i > 0 ? "," : "");
		json_add_string(out, rule->names[i].text, strlen(rule->names[i].text));
	}
	buffer_addf(out, "],\"action\":\"%s\"", action_word(rule->action));
	if (action_takes_errno(rule->action) && rule->errno_ret != PROFILE_ERRNO_UNSET)
		buffer_addf(out, ",\"errnoRet\":%u", rule->errno_ret);
	for (size_t i = 0; i < rule->condition_count; i++) {
		buffer_add_text(out, i == 0 ? ",\"args\":[" : ",");
		add_condition(out, &rule->conditions[i]);
	}
	buffer_add_text(out, rule->condition_count > 0 ? "]}" : "}");
}

/* A patch that is being written. */
struct patch {
	struct buffer *out;
	const struct json *section;
	const char *base; /* JSON pointer of the section */
	bool first;
};

static void PRINTF(3, 4)
	add_operation(struct patch *patch, const char *operation, const char *format, ...)
{
	va_list arguments;
	CLEANUP(cleanup_free) char *path = NULL;

	va_start(arguments, format);
	path = mem_vformat(format, arguments);
	va_end(arguments);
	buffer_addf(patch->out, "%s{\"op\":\"%s\",\"path\":\"%s%s\"", patch->first ? "" : ",",
		    operation, patch->base, path);
	patch->first = false;
}

/* The action, and what of the errno keys fits it (S4). */
static void add_action(struct patch *patch, const struct rule_change *change)
{
	const struct json *rules = json_get(patch->section, "syscalls");
	const struct json *rule = rules->items[change->rule];

	add_operation(patch, "replace", "/syscalls/%zu/action", change->rule);
	buffer_addf(patch->out, ",\"value\":\"%s\"}", action_word(change->added.action));
	if (json_get(rule, "errno")) {
		add_operation(patch, "remove", "/syscalls/%zu/errno", change->rule);
		buffer_add_text(patch->out, "}");
	}
	if (action_takes_errno(change->added.action) &&
	    (json_get(rule, "errnoRet") || change->added.errno_ret != PROFILE_ERRNO_UNSET)) {
		add_operation(patch, "add", "/syscalls/%zu/errnoRet", change->rule);
		buffer_addf(patch->out, ",\"value\":%u}", change->added.errno_ret);
	} else if (json_get(rule, "errnoRet")) {
		add_operation(patch, "remove", "/syscalls/%zu/errnoRet", change->rule);
		buffer_add_text(patch->out, "}");
	}
}

/* The highest positions first, so that the others still stand. */
static int by_position(const void *left, const void *right)
{
	const struct rule_change *a = *(const struct rule_change *const *)left;
	const struct rule_change *b = *(const struct rule_change *const *)right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule > b->rule ? -1 : 1;
	if (a->name != b->name)
		return a->name > b->name ? -1 : 1;
	return a < b ? -1 : a > b; /* rules that are added: in their order */
}

/* A rule at the end; the first one makes the list where there is none. */
static void add_rule(struct patch *patch, const struct rule_change *change, bool *listed)
{
	add_operation(patch, "add", *listed ? "/syscalls/-" : "/syscalls");
	buffer_add_text(patch->out, *listed ? ",\"value\":" : ",\"value\":[");
	rule_changes_add_rule(patch->out, &change->added);
	buffer_add_text(patch->out, *listed ? "}" : "]}");
	*listed = true;
}

static void add_change(struct patch *patch, const struct rule_change *change, bool *listed)
{
	switch (change->kind) {
	case RULE_CHANGE_ACTION:
		add_action(patch, change);
		break;
	case RULE_CHANGE_REMOVE_NAME:
		add_operation(patch, "remove", "/syscalls/%zu/names/%zu", change->rule,
			      change->name);
		buffer_add_text(patch->out, "}");
		break;
	case RULE_CHANGE_REMOVE_RULE:
		add_operation(patch, "remove", "/syscalls/%zu", change->rule);
		buffer_add_text(patch->out, "}");
		break;
	case RULE_CHANGE_ADD_RULE:
		add_rule(patch, change, listed);
		break;
	}
}

void rule_changes_add_patch(struct buffer *out, const struct rule_changes *changes,
			    const struct json *root, bool in_config)
{
	CLEANUP(cleanup_free)
	const struct rule_change **sorted = mem_alloc((changes->count + 1) * sizeof(*sorted));
	struct patch patch = {.out = out, .section = root, .base = "", .first = true};
	bool listed;

	if (in_config) {
		patch.section = json_get(json_get(root, "linux"), "seccomp");
		patch.base = "/linux/seccomp";
	}
	listed = json_get_present(patch.section, "syscalls");
	for (size_t i = 0; i < changes->count; i++)
		sorted[i] = &changes->list[i];
	qsort(sorted, changes->count, sizeof(*sorted), by_position);
	buffer_add_text(out, "[");
	for (size_t i = 0; i < changes->count; i++)
		add_change(&patch, sorted[i], &listed);
	buffer_add_text(out, "]");
}
