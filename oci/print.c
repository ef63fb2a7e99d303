/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints a resolved profile as an OCI section: one way to write each thing, so that equal profiles
 * give equal bytes. Only ASCII is written, so that a name cannot play tricks on a terminal.
 */
#include <config.h>

#include "oci/print.h"

#include "oci/json_write.h"

static void section_write_arches(struct json_writer *json, const struct resolved *resolved)
{
	json_write_array(json, "architectures");
	for (size_t i = 0; i < resolved->arch_count; i++)
		json_write_replaced(json, NULL, arch_word(resolved->arches[i].arch));
	json_write_end(json);
}

static void section_write_flags(struct json_writer *json, const struct profile *profile)
{
	json_write_array(json, "flags");
	for (unsigned bit = FLAG_TSYNC; bit <= FLAG_WAIT_KILLABLE_RECV; bit <<= 1)
		if (profile->flags & bit)
			json_write_replaced(json, NULL, flag_word((enum flag)bit));
	json_write_end(json);
}

static void section_write_condition(struct json_writer *json,
				    const struct profile_condition *condition)
{
	json_write_object(json, NULL);
	json_write_unsigned(json, "index", condition->index);
	json_write_unsigned(json, "value", condition->value);
	if (condition->comparison == CMP_MASKED_EQ)
		json_write_unsigned(json, "valueTwo", condition->value_two);
	json_write_replaced(json, "op", comparison_word(condition->comparison));
	json_write_end(json);
}

static void section_write_conditions(struct json_writer *json, const struct profile_rule *rule)
{
	json_write_array(json, "args");
	for (size_t i = 0; i < rule->condition_count; i++)
		section_write_condition(json, &rule->conditions[i]);
	json_write_end(json);
}

static bool section_has_errno(const struct profile_rule *rule, bool brief)
{
	return action_takes_errno(rule->action) &&
	       (!brief || rule->errno_ret != PROFILE_ERRNO_UNSET);
}

void section_write_rule(struct json_writer *json, const char *key, const struct profile_rule *rule,
			bool brief)
{
	json_write_object(json, key);
	json_write_array(json, "names");
	for (size_t i = 0; i < rule->name_count; i++)
		json_write_replaced(json, NULL, rule->names[i].text);
	json_write_end(json);
	json_write_replaced(json, "action", action_word(rule->action));
	if (section_has_errno(rule, brief))
		json_write_unsigned(json, "errnoRet", rule->errno_ret);
	if (rule->condition_count > 0)
		section_write_conditions(json, rule);
	json_write_end(json);
}

static void section_write(struct json_writer *json, const struct resolved *resolved)
{
	const struct profile *profile = resolved->profile;

	json_write_object(json, NULL);
	json_write_replaced(json, "defaultAction", action_word(profile->default_action));
	if (action_takes_errno(profile->default_action))
		json_write_unsigned(json, "defaultErrnoRet", profile->default_errno);
	section_write_arches(json, resolved);
	if (profile->has_flags)
		section_write_flags(json, profile);
	if (profile->listener_path)
		json_write_replaced(json, "listenerPath", profile->listener_path);
	if (profile->listener_metadata)
		json_write_replaced(json, "listenerMetadata", profile->listener_metadata);
	json_write_array(json, "syscalls");
	for (size_t i = 0; i < resolved->rule_count; i++)
		section_write_rule(json, NULL, resolved->rules[i], false);
	json_write_end(json);
	json_write_end(json);
}

void section_print(const struct resolved *resolved, struct buffer *out)
{
	CLEANUP(cleanup_json_writer)
	struct json_writer *json = json_writer_new(out, JSON_INDENTED);

	section_write(json, resolved);
	buffer_add_text(out, "\n");
}
