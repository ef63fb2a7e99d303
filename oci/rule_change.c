/* SPDX-License-Identifier: Apache-2.0 */
/* Changes to rules, in memory and as text. Rules that are removed go last, the highest first. */
#include <config.h>

#include "oci/rule_change.h"

#include <stdlib.h>

#include "oci/print.h"

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

void rule_changes_add_rule(struct buffer *out, const struct profile_rule *rule)
{
	CLEANUP(cleanup_json_writer)
	struct json_writer *json = json_writer_new(out, JSON_COMPACT);

	section_write_rule(json, NULL, rule, true);
}

/* A patch that is being written. */
struct patch {
	struct json_writer *json;
	const struct json *section;
	const char *base; /* JSON pointer of the section */
};

/* Opens an operation: its value may follow, then json_write_end(). */
static void PRINTF(3, 4)
	patch_open(struct patch *patch, const char *operation, const char *format, ...)
{
	CLEANUP(cleanup_free) char *path = NULL;
	va_list arguments;

	va_start(arguments, format);
	path = mem_vformat(format, arguments);
	va_end(arguments);
	json_write_object(patch->json, NULL);
	json_write_string(patch->json, "op", operation);
	json_write_format(patch->json, "path", "%s%s", patch->base, path);
}

/* An errnoRet or errno of a rule that the new action has no use for. */
static void patch_remove_errno(struct patch *patch, size_t rule, const char *key)
{
	patch_open(patch, "remove", "/syscalls/%zu/%s", rule, key);
	json_write_end(patch->json);
}

/* The action, and what of the errno keys fits it. */
static void patch_change_action(struct patch *patch, const struct rule_change *change)
{
	const struct json *rules = json_get(patch->section, "syscalls");
	const struct json *rule = rules->items[change->rule];

	patch_open(patch, "replace", "/syscalls/%zu/action", change->rule);
	json_write_string(patch->json, "value", action_word(change->added.action));
	json_write_end(patch->json);
	if (json_get(rule, "errno"))
		patch_remove_errno(patch, change->rule, "errno");
	if (action_takes_errno(change->added.action) &&
	    (json_get(rule, "errnoRet") || change->added.errno_ret != PROFILE_ERRNO_UNSET)) {
		patch_open(patch, "add", "/syscalls/%zu/errnoRet", change->rule);
		json_write_unsigned(patch->json, "value", change->added.errno_ret);
		json_write_end(patch->json);
	} else if (json_get(rule, "errnoRet")) {
		patch_remove_errno(patch, change->rule, "errnoRet");
	}
}

/* The highest positions first, so that the others still stand. */
static int rule_change_order(const void *left, const void *right)
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
static void patch_add_rule(struct patch *patch, const struct rule_change *change, bool *listed)
{
	patch_open(patch, "add", *listed ? "/syscalls/-" : "/syscalls");
	if (!*listed)
		json_write_array(patch->json, "value");
	section_write_rule(patch->json, *listed ? "value" : NULL, &change->added, true);
	if (!*listed)
		json_write_end(patch->json);
	json_write_end(patch->json);
	*listed = true;
}

static void patch_add_change(struct patch *patch, const struct rule_change *change, bool *listed)
{
	switch (change->kind) {
	case RULE_CHANGE_ACTION:
		patch_change_action(patch, change);
		break;
	case RULE_CHANGE_REMOVE_NAME:
		patch_open(patch, "remove", "/syscalls/%zu/names/%zu", change->rule, change->name);
		json_write_end(patch->json);
		break;
	case RULE_CHANGE_REMOVE_RULE:
		patch_open(patch, "remove", "/syscalls/%zu", change->rule);
		json_write_end(patch->json);
		break;
	case RULE_CHANGE_ADD_RULE:
		patch_add_rule(patch, change, listed);
		break;
	}
}

void rule_changes_write_patch(struct json_writer *json, const char *key,
			      const struct rule_changes *changes, const struct json *root,
			      bool in_config)
{
	CLEANUP(cleanup_free)
	const struct rule_change **sorted = mem_alloc((changes->count + 1) * sizeof(*sorted));
	struct patch patch = {.json = json, .section = root, .base = ""};
	bool listed;

	if (in_config) {
		patch.section = json_get(json_get(root, "linux"), "seccomp");
		patch.base = "/linux/seccomp";
	}
	listed = json_get_present(patch.section, "syscalls");
	for (size_t i = 0; i < changes->count; i++)
		sorted[i] = &changes->list[i];
	qsort(sorted, changes->count, sizeof(*sorted), rule_change_order);
	json_write_array(json, key);
	for (size_t i = 0; i < changes->count; i++)
		patch_add_change(&patch, sorted[i], &listed);
	json_write_end(json);
}
