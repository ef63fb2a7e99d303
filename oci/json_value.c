/* SPDX-License-Identifier: Apache-2.0 */
/* Queries on a parsed document: members, exact numbers, and which keys an object may have. */
#include <config.h>

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "oci/json.h"
#include "oci/words.h"

const struct json *json_get(const struct json *object, const char *key)
{
	size_t length = strlen(key);

	if (object->type != JSON_OBJECT)
		return NULL;
	for (size_t i = 0; i < object->length; i++)
		if (object->members[i].key_length == length &&
		    memcmp(object->members[i].key, key, length) == 0)
			return object->members[i].value;
	return NULL;
}

const struct json *json_get_present(const struct json *object, const char *key)
{
	const struct json *value = json_get(object, key);

	return value && value->type != JSON_NULL ? value : NULL;
}

bool json_is_text(const struct json *value, const char *text)
{
	return value && value->type == JSON_STRING && strcmp(value->text, text) == 0;
}

const char *json_type_name(enum json_type type)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",	    [JSON_BOOLEAN] = "a boolean",
		[JSON_NUMBER] = "a number", [JSON_STRING] = "a string",
		[JSON_ARRAY] = "an array",  [JSON_OBJECT] = "an object",
	};

	return names[type];
}

/* Why the text of a number is refused, or NULL. */
static const char *json_unsigned_problem(const char *text, uint64_t maximum, uint64_t *result)
{
	uint64_t number = 0;

	if (text[0] == '-')
		return "is negative";
	if (strpbrk(text, ".eE"))
		return "has a fraction or an exponent";
	for (; *text; text++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (unsigned)(*text - '0'), &number))
			return "is too large";
	if (number > maximum)
		return "is too large";
	*result = number;
	return NULL;
}

int json_unsigned(const struct json *value, const char *what, uint64_t maximum, uint64_t *result,
		  struct findings *findings)
{
	CLEANUP(cleanup_free) char *remedy = NULL;
	const char *problem = NULL;

	if (value->type == JSON_NUMBER)
		problem = json_unsigned_problem(value->text, maximum, result);
	if (value->type == JSON_NUMBER && !problem)
		return 0;
	remedy = mem_format("expected a whole number from 0 to %" PRIu64 "%s", maximum,
			    value->type == JSON_STRING ? ", without quotes" : "");
	if (value->type != JSON_NUMBER)
		return finding_error(findings, "wrong-type", value->place, remedy,
				     "%s must be a number, not %s", what,
				     json_type_name(value->type));
	return finding_error(findings, "bad-number", value->place, remedy, "%s %s %s", what,
			     text_escaped(value->text, value->length), problem);
}

/*
 * The next letter in lower case. Go's reader, which runc uses, folds by Unicode: it reads the long
 * s (U+017F) as an s and the Kelvin sign (U+212A) as a k, so they count as another case here.
 */
static int json_fold_next(const char **text)
{
	if (strncmp(*text, "\xc5\xbf", 2) == 0) {
		*text += 2;
		return 's';
	}
	if (strncmp(*text, "\xe2\x84\xaa", 3) == 0) {
		*text += 3;
		return 'k';
	}
	return tolower((unsigned char)*(*text)++);
}

static bool json_equal_folded(const char *a, const char *b)
{
	int one, two;

	do {
		one = json_fold_next(&a);
		two = json_fold_next(&b);
	} while (one == two && one != '\0');
	return one == two;
}

static int json_report_case(const struct json_member *member, const char *where, const char *known,
			    struct findings *findings)
{
	CLEANUP(cleanup_free) char *remedy = mem_format("did you mean %s?", known);

	return finding_error(findings, "key-case", member->place, remedy,
			     "the key %s in %s differs from %s only in case",
			     text_escaped(member->key, member->key_length), where, known);
}

static void json_report_unknown_key(const struct json_member *member, const char *where,
				    const char *const *known, size_t known_count,
				    enum severity severity, const char *otherwise,
				    struct findings *findings)
{
	CLEANUP(cleanup_free) char *remedy = NULL;
	const char *nearest = NULL;

	if (findings->count < FINDINGS_MAX) /* beyond that, findings are only counted */
		nearest = word_nearest(member->key, known, known_count);
	if (nearest)
		remedy = mem_format("did you mean %s?", nearest);
	else if (severity == SEVERITY_ERROR && otherwise)
		remedy = mem_string(otherwise);
	finding_add(findings, severity, "unknown-key", member->place, remedy,
		    "unknown key %s in %s", text_escaped(member->key, member->key_length), where);
}

/* The known key that equals this one in any case of letters; else NULL. */
static const char *json_find_known_key(const char *key, const char *const *known,
				       size_t known_count)
{
	const char *found = NULL;

	for (size_t i = 0; i < known_count; i++) {
		if (strcmp(key, known[i]) == 0)
			return known[i];
		if (json_equal_folded(key, known[i]))
			found = known[i];
	}
	return found;
}

int json_known_keys(const struct json *object, const char *where, const char *const *known,
		    size_t known_count, size_t foreign, enum severity severity,
		    const char *otherwise, struct findings *findings)
{
	size_t errors = findings->errors;

	for (size_t i = 0; i < object->length; i++) {
		const struct json_member *member = &object->members[i];
		const char *found = json_find_known_key(member->key, known, known_count);

		if (found && strcmp(found, member->key) != 0)
			(void)json_report_case(member, where, found, findings);
		else if (!found && severity != SEVERITY_NOTE)
			json_report_unknown_key(member, where, known + foreign,
						known_count - foreign, severity, otherwise,
						findings);
	}
	return findings->errors > errors ? -1 : 0;
}
