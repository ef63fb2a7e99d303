/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads JSON members by type, and reports what is wrong and where. The readers (profile, rule,
 * config, process) know what a value means.
 */
#include <config.h>

#include "oci/member.h"

#include <string.h>
#include <strings.h>

#include "oci/words.h"

bool value_is(const struct json *value, enum json_type type, const char *what,
	      struct findings *findings)
{
	if (value->type == type)
		return true;
	(void)finding_error(findings, "wrong-type", value->place, NULL, "%s must be %s, not %s",
			    what, json_type_name(type), json_type_name(value->type));
	return false;
}

static const struct json *member_typed(const struct json *value, enum json_type type,
				       const char *key, struct findings *findings)
{
	if (!value || !value_is(value, type, key, findings))
		return NULL;
	return value;
}

const struct json *member_array(const struct json *object, const char *key,
				struct findings *findings)
{
	return member_typed(json_get_present(object, key), JSON_ARRAY, key, findings);
}

const struct json *member_object(const struct json *object, const char *key,
				 struct findings *findings)
{
	return member_typed(json_get_present(object, key), JSON_OBJECT, key, findings);
}

const struct json *member_string(const struct json *object, const char *key,
				 struct findings *findings)
{
	return member_typed(json_get(object, key), JSON_STRING, key, findings);
}

bool member_boolean(const struct json *object, const char *key, struct findings *findings)
{
	const struct json *value = member_typed(json_get(object, key), JSON_BOOLEAN, key, findings);

	return value && value->boolean;
}

bool member_unsigned(const struct json *object, const char *key, uint64_t maximum, uint64_t *result,
		     struct findings *findings)
{
	const struct json *value = json_get(object, key);

	return value && json_unsigned(value, key, maximum, result, findings) == 0;
}

struct place member_place(const struct json *object, const char *key)
{
	for (size_t i = 0; i < object->length; i++)
		if (strcmp(object->members[i].key, key) == 0)
			return object->members[i].place;
	return object->place;
}

int member_required(const struct json *object, const char *key, const char *where,
		    struct findings *findings)
{
	if (json_get(object, key))
		return 0;
	return finding_error(findings, "missing-key", object->place, "it is required",
			     "%s has no %s", where, key);
}

static int member_report_capability(const struct json *value, struct findings *findings)
{
	const char *words[CAPABILITY_COUNT];

	for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
		words[i] = capability_word(i);
	return value_unknown(value, "unknown-capability", "capability", words, CAPABILITY_COUNT,
			     "a name such as CAP_CHOWN", findings);
}

uint64_t member_capabilities(const struct json *object, const char *key, struct findings *findings)
{
	const struct json *list = member_array(object, key, findings);
	uint64_t set = 0;

	for (size_t i = 0; list && i < list->length; i++) {
		unsigned capability;

		if (!value_is(list->items[i], JSON_STRING, "a name of a capability", findings))
			continue;
		if (word_capability(list->items[i]->text, &capability))
			set |= UINT64_C(1) << capability;
		else
			(void)member_report_capability(list->items[i], findings);
	}
	return set;
}

/* "ALLOW" for SCMP_ACT_ALLOW: the candidate that is the word behind what all candidates begin with.
 */
static const char *value_complete_word(const char *word, const char *const *candidates,
				       size_t count)
{
	size_t length = strlen(word);

	for (size_t i = 0; i < count; i++) {
		size_t prefix = strlen(candidates[i]);

		if (length == 0 || prefix <= length)
			continue;
		prefix -= length;
		if (candidates[i][prefix - 1] == '_' &&
		    strcasecmp(candidates[i] + prefix, word) == 0 &&
		    strncmp(candidates[i], candidates[0], prefix) == 0)
			return candidates[i];
	}
	return NULL;
}

int value_unknown(const struct json *value, const char *id, const char *what,
		  const char *const *candidates, size_t count, const char *otherwise,
		  struct findings *findings)
{
	CLEANUP(cleanup_free) char *remedy = NULL;
	const char *nearest = NULL;

	if (findings->count < FINDINGS_MAX)
		nearest = word_nearest(value->text, candidates, count);
	if (findings->count < FINDINGS_MAX && !nearest)
		nearest = value_complete_word(value->text, candidates, count);
	remedy = nearest ? mem_format("did you mean %s?", nearest)
			 : mem_format("expected %s", otherwise);
	return finding_error(findings, id, value->place, remedy, "unknown %s %s", what,
			     text_escaped(value->text, value->length));
}
