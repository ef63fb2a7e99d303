/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what the section and its rules have in common: keys, actions and errno values. */
#include <config.h>

#include "oci/profile_reader.h"

#include <stdlib.h>
#include <string.h>

static bool reader_lists_key(const char *key, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(key, list[i]) == 0)
			return true;
	return false;
}

void reader_keys(struct profile_reader *reader, const struct json *object, const char *where,
		 struct profile_keys keys)
{
	if (reader->format == PROFILE_OCI)
		for (size_t i = 0; i < object->length; i++)
			if (reader_lists_key(object->members[i].key, keys.known, keys.docker_count))
				finding_add(reader->findings, reader->unknown, "docker-key",
					    object->members[i].place,
					    "use it in a profile file only",
					    "%s in %s is a key of Docker's format, not of an OCI "
					    "section",
					    object->members[i].key, where);
	(void)json_known_keys(object, where, keys.known, keys.count,
			      reader->format == PROFILE_OCI ? keys.docker_count : 0,
			      reader->unknown, "remove it, or give --ignore-unknown",
			      reader->findings); /* errors are counted in findings */
}

const struct json *reader_docker(const struct profile_reader *reader, const struct json *object,
				 const char *key)
{
	return reader->format == PROFILE_DOCKER ? json_get(object, key) : NULL;
}

static int reader_report_action(struct profile_reader *reader, const struct json *value)
{
	const char *words[ACTION_COUNT + 1] = {"SCMP_ACT_KILL"};

	for (int i = 0; i < ACTION_COUNT; i++)
		words[i + 1] = action_word((enum action)i);
	return value_unknown(value, "unknown-action", "action", words, ARRAY_SIZE(words),
			     "an action of the OCI runtime specification, such as SCMP_ACT_ERRNO",
			     reader->findings);
}

bool reader_action(struct profile_reader *reader, const struct json *object, const char *key,
		   const char *where, enum action *action)
{
	const struct json *value;

	if (member_required(object, key, where, reader->findings))
		return false;
	value = member_string(object, key, reader->findings);
	if (!value)
		return false;
	return word_action(value->text, action) || reader_report_action(reader, value) == 0;
}

/* A number as containers/common writes it in errno: decimal digits in a string. */
static bool reader_parse_errno(const char *text, unsigned *number)
{
	size_t length = strlen(text);

	if (length == 0 || length > 4 || strspn(text, "0123456789") != length || text[0] == '0')
		return false;
	*number = (unsigned)strtoul(text, NULL, 10);
	return *number <= PROFILE_ERRNO_MAX;
}

/* errno and defaultErrno: "" counts as absent, as in Go. */
static void reader_read_errno_name(struct profile_reader *reader, const struct json *value,
				   const char *key, unsigned *number)
{
	if (!value_is(value, JSON_STRING, key, reader->findings) || value->length == 0)
		return;
	if (!word_errno(value->text, number) && !reader_parse_errno(value->text, number))
		(void)finding_error(reader->findings, "bad-errno", value->place,
				    "expected a name such as EPERM, or a number from 1 to 4094",
				    "unknown error name %s in %s",
				    text_escaped(value->text, value->length), key);
}

/* A name where a number must be, as containers/common has it in other keys. */
static void reader_report_errno_type(struct profile_reader *reader, const struct json *value,
				     const char *key)
{
	CLEANUP(cleanup_free) char *remedy = NULL;
	unsigned number;

	if (value->type == JSON_STRING && word_errno(value->text, &number))
		remedy = mem_format("write %u for %s", number, value->text);
	else
		remedy = mem_string("expected a number from 1 to 4094");
	(void)finding_error(reader->findings, "wrong-type", value->place, remedy,
			    "%s must be a number, not %s", key, json_type_name(value->type));
}

static void reader_read_errno_number(struct profile_reader *reader, const struct json *value,
				     const char *key, unsigned *number)
{
	uint64_t read;

	if (value->type != JSON_NUMBER) {
		reader_report_errno_type(reader, value, key);
		return;
	}
	if (json_unsigned(value, key, UINT32_MAX, &read, reader->findings))
		return;
	if (read == 0)
		(void)finding_error(reader->findings, "bad-errno", value->place,
				    "expected a number from 1 to 4094",
				    "%s 0 would skip the call and report success", key);
	else if (read > PROFILE_ERRNO_MAX)
		(void)finding_error(reader->findings, "bad-errno", value->place,
				    "expected a number from 1 to 4094",
				    "%s %s is not a valid error number", key, value->text);
	else
		*number = (unsigned)read;
}

unsigned reader_errno(struct profile_reader *reader, const struct json *object,
		      const char *number_key, const char *name_key, const enum action *action)
{
	const struct json *value = json_get(object, number_key);
	const struct json *name = reader_docker(reader, object, name_key);
	unsigned number = PROFILE_ERRNO_UNSET;

	if (value)
		reader_read_errno_number(reader, value, number_key, &number);
	if (name) {
		reader_read_errno_name(reader, name, name_key, &number);
		if (name->type == JSON_STRING && name->length == 0)
			name = NULL;
	}
	if ((value || name) && action && !action_takes_errno(*action))
		(void)finding_error(reader->findings, "unusable-errno",
				    value ? value->place : name->place,
				    "only SCMP_ACT_ERRNO and SCMP_ACT_TRACE use an error number",
				    "%s cannot be used with %s", value ? number_key : name_key,
				    action_word(*action));
	return number;
}
