/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads one element of `syscalls`: names, action, conditions, and Docker's includes and excludes.
 * Every part keeps its place in the file.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "oci/profile_reader.h"

static const char *const rule_keys[] = {"name",	 "comment", "includes", "excludes", "errno",
					"names", "action",  "errnoRet", "args"};
#define RULE_DOCKER_KEYS 5
static const char *const condition_keys[] = {"index", "value", "valueTwo", "op"};
static const char *const match_keys[] = {"caps", "arches", "minKernel"};

static void rule_read_name(struct profile_reader *reader, const struct json *value,
			   const char *what, struct profile_name *name)
{
	if (!value_is(value, JSON_STRING, what, reader->findings))
		return;
	name->text = value->text;
	name->place = value->place;
	if (value->length == 0)
		(void)finding_error(reader->findings, "empty-name", value->place,
				    "give the name of a system call", "%s is empty", what);
	if (value->length > PROFILE_NAME_MAX)
		(void)finding_error(reader->findings, "long-name", value->place,
				    "at most 256 bytes", "%s has %zu bytes", what, value->length);
}

static void rule_read_names(struct profile_reader *reader, const struct json *list,
			    struct profile_rule *rule)
{
	if (list->length == 0)
		(void)finding_error(reader->findings, "no-names", list->place,
				    "give at least one system call", "names is empty");
	rule->names = mem_zero(list->length + 1, sizeof(*rule->names));
	for (size_t i = 0; i < list->length; i++)
		rule_read_name(reader, list->items[i], "a name in names", &rule->names[i]);
	rule->name_count = list->length;
}

/* `name`, Docker's old spelling of a list with one element. */
static void rule_read_single_name(struct profile_reader *reader, const struct json *value,
				  bool beside, struct profile_rule *rule)
{
	if (beside) {
		(void)finding_error(reader->findings, "name-and-names", value->place,
				    "put all of them into names", "both name and names are given");
		return;
	}
	rule->names = mem_zero(1, sizeof(*rule->names));
	rule->name_count = 1;
	rule_read_name(reader, value, "name", &rule->names[0]);
}

static void rule_read_all_names(struct profile_reader *reader, const struct json *object,
				struct profile_rule *rule)
{
	const struct json *name = reader_docker(reader, object, "name");
	bool has_names = json_get_present(object, "names");
	const struct json *list = member_array(object, "names", reader->findings);

	if (name)
		rule_read_single_name(reader, name, has_names, rule);
	else if (!has_names)
		(void)finding_error(reader->findings, "missing-key", object->place,
				    "it is required", "a rule has no names");
	if (list && !rule->names)
		rule_read_names(reader, list, rule);
}

static void rule_read_operator(struct profile_reader *reader, const struct json *object,
			       struct profile_condition *condition)
{
	const struct json *value = member_string(object, "op", reader->findings);
	const char *words[CMP_COUNT];

	if (!value || word_comparison(value->text, &condition->comparison))
		return;
	for (int i = 0; i < CMP_COUNT; i++)
		words[i] = comparison_word((enum comparison)i);
	(void)value_unknown(value, "unknown-operator", "op", words, CMP_COUNT,
			    "SCMP_CMP_ with NE, LT, LE, EQ, GE, GT or MASKED_EQ", reader->findings);
}

/* What valueTwo may be, once all parts are known to be well-formed. */
static void rule_check_condition(struct profile_reader *reader, const struct json *object,
				 const struct profile_condition *condition)
{
	const struct json *two = json_get(object, "valueTwo");

	if (condition->value_two == 0)
		return;
	if (condition->comparison != CMP_MASKED_EQ)
		(void)finding_error(reader->findings, "unused-value-two", two->place,
				    "set it to 0, or leave it out",
				    "valueTwo has no meaning with %s",
				    comparison_word(condition->comparison));
	else if (condition->value_two & ~condition->value)
		(void)finding_error(reader->findings, "bits-outside-mask", two->place,
				    "value is the mask, valueTwo what the masked argument equals",
				    "valueTwo has bits outside the mask in value, so the condition "
				    "never holds");
}

static void rule_read_condition(struct profile_reader *reader, const struct json *object,
				struct profile_condition *condition)
{
	struct findings *findings = reader->findings;
	size_t errors = findings->errors;
	uint64_t index = 0;

	condition->place = object->place;
	if (!value_is(object, JSON_OBJECT, "a condition in args", findings))
		return;
	reader_keys(reader, object, "a condition",
		    (struct profile_keys){condition_keys, 0, ARRAY_SIZE(condition_keys)});
	(void)member_required(object, "index", "a condition", findings);
	(void)member_required(object, "value", "a condition", findings);
	(void)member_required(object, "op", "a condition", findings);
	(void)member_unsigned(object, "index", 5, &index, findings);
	(void)member_unsigned(object, "value", UINT64_MAX, &condition->value, findings);
	(void)member_unsigned(object, "valueTwo", UINT64_MAX, &condition->value_two, findings);
	rule_read_operator(reader, object, condition);
	condition->index = (unsigned)index;
	if (findings->errors == errors)
		rule_check_condition(reader, object, condition);
}

static void rule_read_conditions(struct profile_reader *reader, const struct json *object,
				 struct profile_rule *rule)
{
	const struct json *list = member_array(object, "args", reader->findings);

	if (!list)
		return;
	rule->conditions = mem_zero(list->length + 1, sizeof(*rule->conditions));
	rule->condition_count = list->length;
	for (size_t i = 0; i < list->length; i++)
		rule_read_condition(reader, list->items[i], &rule->conditions[i]);
}

/* Moby compares these words as they are, so one that names no architecture never matches. */
static void rule_read_match_arch(struct profile_reader *reader, const struct json *value,
				 struct profile_name *name)
{
	enum arch arch;

	name->place = value->place;
	name->text = "";
	if (!value_is(value, JSON_STRING, "a name in arches", reader->findings))
		return;
	name->text = value->text;
	if (!word_arch_any(value->text, &arch))
		finding_add(reader->findings, SEVERITY_WARNING, "unknown-architecture",
			    value->place,
			    "expected one of Docker's names, such as amd64, arm64, x86",
			    "unknown architecture %s, which never matches",
			    text_escaped(value->text, value->length));
	else if (strcmp(value->text, arch_go_name(arch)) != 0)
		finding_add(
			reader->findings, SEVERITY_NOTE, "foreign-architecture-name", value->place,
			NULL,
			"%s is read as %s; Docker itself compares the letters and finds no match",
			value->text, arch_go_name(arch));
}

static void rule_read_match_arches(struct profile_reader *reader, const struct json *object,
				   struct profile_match *match)
{
	const struct json *list = member_array(object, "arches", reader->findings);

	if (!list)
		return;
	match->arches = mem_zero(list->length + 1, sizeof(*match->arches));
	match->arch_count = list->length;
	for (size_t i = 0; i < list->length; i++)
		rule_read_match_arch(reader, list->items[i], &match->arches[i]);
}

/* Exactly "major.minor", not 0.0; "" is 0.0 in moby, which every kernel reaches. */
static void rule_read_match_kernel(struct profile_reader *reader, const struct json *object,
				   struct profile_match *match)
{
	const struct json *value = member_string(object, "minKernel", reader->findings);
	unsigned major = 0, minor = 0;
	size_t digits;

	if (!value)
		return;
	digits = strspn(value->text, "0123456789");
	match->has_kernel = true;
	if (value->length == 0)
		return;
	if (!kernel_version_parse(value->text, &major, &minor) || (major == 0 && minor == 0) ||
	    value->text[digits + 1 + strspn(value->text + digits + 1, "0123456789")] != '\0')
		(void)finding_error(reader->findings, "bad-kernel-version", value->place,
				    "expected two numbers, such as 4.8",
				    "minKernel %s is not a valid kernel version",
				    text_escaped(value->text, value->length));
	match->kernel_major = major;
	match->kernel_minor = minor;
}

static void rule_read_match(struct profile_reader *reader, const struct json *rule, const char *key,
			    struct profile_match *match)
{
	const struct json *object = NULL;

	if (reader_docker(reader, rule, key))
		object = member_object(rule, key, reader->findings);
	if (!object)
		return;
	match->present = true;
	reader_keys(reader, object, key,
		    (struct profile_keys){match_keys, 0, ARRAY_SIZE(match_keys)});
	match->caps = member_capabilities(object, "caps", reader->findings);
	rule_read_match_arches(reader, object, match);
	rule_read_match_kernel(reader, object, match);
}

void rule_read(struct profile_reader *reader, const struct json *object, struct profile_rule *rule)
{
	const struct json *comment = NULL;
	bool known;

	rule->place = object->place;
	if (!value_is(object, JSON_OBJECT, "a rule in syscalls", reader->findings))
		return;
	reader_keys(reader, object, "a rule",
		    (struct profile_keys){rule_keys, RULE_DOCKER_KEYS, ARRAY_SIZE(rule_keys)});
	rule_read_all_names(reader, object, rule);
	known = reader_action(reader, object, "action", "a rule", &rule->action);
	rule->errno_ret =
		reader_errno(reader, object, "errnoRet", "errno", known ? &rule->action : NULL);
	rule_read_conditions(reader, object, rule);
	rule_read_match(reader, object, "includes", &rule->includes);
	rule_read_match(reader, object, "excludes", &rule->excludes);
	if (reader_docker(reader, object, "comment"))
		comment = member_string(object, "comment", reader->findings);
	rule->comment = comment ? comment->text : NULL;
}

void rule_free(struct profile_rule *rule)
{
	free(rule->names);
	free(rule->conditions);
	free(rule->includes.arches);
	free(rule->excludes.arches);
}
