/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members of a JSON object by the type that they must have; another type is an error. An absent
 * member is not a finding; null counts as absent for arrays and objects only.
 */
#ifndef OCI_MEMBER_H
#define OCI_MEMBER_H

#include "oci/json.h"

/* False, with an error that names `what`, if value is not of this type. */
bool value_is(const struct json *value, enum json_type type, const char *what,
	      struct findings *findings);

/* NULL if the member is absent, null, or of another type (an error). */
const struct json *member_array(const struct json *object, const char *key,
				struct findings *findings);
const struct json *member_object(const struct json *object, const char *key,
				 struct findings *findings);
/* NULL if the member is absent or not a string (an error). */
const struct json *member_string(const struct json *object, const char *key,
				 struct findings *findings);
/* The value of a boolean; false if the member is absent or something else (an error). */
bool member_boolean(const struct json *object, const char *key, struct findings *findings);
/*
 * True, with *result, if the member is a number of at most maximum. False if it is absent or
 * something else (an error).
 */
bool member_unsigned(const struct json *object, const char *key, uint64_t maximum, uint64_t *result,
		     struct findings *findings);
/* An array of CAP_ names as bits (word_capability); none if the member is absent. Unknown names are
 * errors. */
uint64_t member_capabilities(const struct json *object, const char *key, struct findings *findings);
/* Of the key, not of its value; the object's where the member is absent. */
struct place member_place(const struct json *object, const char *key);
/*
 * 0 if the member is present (null too); else -1 after the error "WHERE has no KEY" at the object.
 */
int member_required(const struct json *object, const char *key, const char *where,
		    struct findings *findings);

/*
 * Adds the error `unknown WHAT TEXT`, with the nearest candidate in the remedy, or else
 * `otherwise`. Always returns -1.
 */
int value_unknown(const struct json *value, const char *id, const char *what,
		  const char *const *candidates, size_t count, const char *otherwise,
		  struct findings *findings);

#endif
