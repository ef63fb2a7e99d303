/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints a resolved profile as an OCI section: one way to write each thing, so that equal profiles
 * give equal bytes (F11). Only ASCII is written, so that a name cannot play tricks on a terminal.
 */
#include <config.h>

#include "oci/print.h"
#include "oci/reader.h"
#include "oci/utf8.h"

#include <inttypes.h>
#include <string.h>

static void add_indent(struct buffer *out, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		buffer_add_text(out, "  ");
}

/* Bytes that are no UTF-8 become the replacement character: JSON has no way to write them. */
static size_t add_character(struct buffer *out, const char *text, size_t length)
{
	uint32_t code;
	size_t used = utf8_sequence((const unsigned char *)text, length, &code);

	if (used == 0) {
		used = 1;
		code = 0xfffd;
	}
	if (code == '"' || code == '\\')
		buffer_addf(out, "\\%c", (char)code);
	else if (code >= 0x20 && code < 0x7f)
		buffer_add(out, text, 1);
	else if (code < 0x10000)
		buffer_addf(out, "\\u%04" PRIx32, code);
	else
		buffer_addf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd800 + ((code - 0x10000) >> 10),
			    0xdc00 + ((code - 0x10000) & 0x3ff));
	return used;
}

void json_add_string(struct buffer *out, const char *text, size_t length)
{
	buffer_add_text(out, "\"");
	for (size_t i = 0; i < length;)
		i += add_character(out, text + i, length - i);
	buffer_add_text(out, "\"");
}

/* Starts a member: the comma after the one before it, a new line, the key. */
static void add_key(struct buffer *out, unsigned depth, bool first, const char *key)
{
	buffer_add_text(out, first ? "\n" : ",\n");
	add_indent(out, depth);
	buffer_addf(out, "\"%s\": ", key);
}

static void add_text_member(struct buffer *out, unsigned depth, bool first, const char *key,
			    const char *text)
{
	add_key(out, depth, first, key);
	json_add_string(out, text, strlen(text));
}

/* One element of an array of strings, on its own line. */
static void add_element(struct buffer *out, unsigned depth, bool first, const char *text)
{
	buffer_add_text(out, first ? "\n" : ",\n");
	add_indent(out, depth);
	json_add_string(out, text, strlen(text));
}

/* Closes what has elements on lines of their own; an empty array stays on its line. */
static void add_close(struct buffer *out, unsigned depth, bool empty, const char *bracket)
{
	if (!empty) {
		buffer_add_text(out, "\n");
		add_indent(out, depth);
	}
	buffer_add_text(out, bracket);
}

static void add_arches(struct buffer *out, const struct resolved *resolved)
{
	add_key(out, 1, false, "architectures");
	buffer_add_text(out, "[");
	for (size_t i = 0; i < resolved->arch_count; i++)
		add_element(out, 2, i == 0, arch_word(resolved->arches[i].arch));
	add_close(out, 1, resolved->arch_count == 0, "]");
}

static void add_flags(struct buffer *out, const struct profile *profile)
{
	bool empty = true;

	add_key(out, 1, false, "flags");
	buffer_add_text(out, "[");
	for (unsigned bit = FLAG_TSYNC; bit <= FLAG_WAIT_KILLABLE_RECV; bit <<= 1) {
		if (!(profile->flags & bit))
			continue;
		add_element(out, 2, empty, flag_word((enum flag)bit));
		empty = false;
	}
	add_close(out, 1, empty, "]");
}

static void add_condition(struct buffer *out, const struct profile_condition *condition)
{
	add_indent(out, 4);
	buffer_add_text(out, "{");
	add_key(out, 5, true, "index");
	buffer_addf(out, "%u", condition->index);
	add_key(out, 5, false, "value");
	buffer_addf(out, "%" PRIu64, condition->value);
	if (condition->comparison == CMP_MASKED_EQ) {
		add_key(out, 5, false, "valueTwo");
		buffer_addf(out, "%" PRIu64, condition->value_two);
	}
	add_text_member(out, 5, false, "op", comparison_word(condition->comparison));
	add_close(out, 4, false, "}");
}

static void add_conditions(struct buffer *out, const struct profile_rule *rule)
{
	add_key(out, 3, false, "args");
	buffer_add_text(out, "[");
	for (size_t i = 0; i < rule->condition_count; i++) {
		buffer_add_text(out, i == 0 ? "\n" : ",\n");
		add_condition(out, &rule->conditions[i]);
	}
	add_close(out, 3, false, "]");
}

static void add_rule(struct buffer *out, const struct profile_rule *rule)
{
	add_indent(out, 2);
	buffer_add_text(out, "{");
	add_key(out, 3, true, "names");
	buffer_add_text(out, "[");
	for (size_t i = 0; i < rule->name_count; i++)
		add_element(out, 4, i == 0, rule->names[i].text);
	add_close(out, 3, rule->name_count == 0, "]");
	add_text_member(out, 3, false, "action", action_word(rule->action));
	if (action_takes_errno(rule->action)) {
		add_key(out, 3, false, "errnoRet");
		buffer_addf(out, "%u", rule->errno_ret);
	}
	if (rule->condition_count > 0)
		add_conditions(out, rule);
	add_close(out, 2, false, "}");
}

static void add_rules(struct buffer *out, const struct resolved *resolved)
{
	add_key(out, 1, false, "syscalls");
	buffer_add_text(out, "[");
	for (size_t i = 0; i < resolved->rule_count; i++) {
		buffer_add_text(out, i == 0 ? "\n" : ",\n");
		add_rule(out, resolved->rules[i]);
	}
	add_close(out, 1, resolved->rule_count == 0, "]");
}

void section_print(const struct resolved *resolved, struct buffer *out)
{
	const struct profile *profile = resolved->profile;

	buffer_add_text(out, "{");
	add_text_member(out, 1, true, "defaultAction", action_word(profile->default_action));
	if (action_takes_errno(profile->default_action)) {
		add_key(out, 1, false, "defaultErrnoRet");
		buffer_addf(out, "%u", profile->default_errno);
	}
	add_arches(out, resolved);
	if (profile->has_flags)
		add_flags(out, profile);
	if (profile->listener_path)
		add_text_member(out, 1, false, "listenerPath", profile->listener_path);
	if (profile->listener_metadata)
		add_text_member(out, 1, false, "listenerMetadata", profile->listener_metadata);
	add_rules(out, resolved);
	add_close(out, 0, false, "}");
	buffer_add_text(out, "\n");
}
