/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Explains what is wrong with a text that is not JSON, or not the JSON that we accept. Only
 * oci/json.c uses it.
 */
#ifndef OCI_JSON_FAULT_H
#define OCI_JSON_FAULT_H

#include "oci/json.h"

/* What the last good token was, hence what may follow. */
enum json_after {
	AFTER_NOTHING,
	AFTER_DOCUMENT,
	AFTER_ARRAY_OPEN,
	AFTER_ELEMENT,
	AFTER_OBJECT_OPEN,
	AFTER_KEY,
	AFTER_MEMBER
};

struct json_fault {
	size_t offset; /* of the byte that is wrong; the text's length where something is missing */
	const char *id, *remedy; /* static strings; remedy may be NULL */
	char *message;		 /* owned by whoever asked */
};

/* Checks the whole text before it is parsed: encoding, emptiness. True if there is a fault. */
bool json_fault_encoding(const char *text, size_t length, struct json_fault *fault);
/*
 * Checks the string that begins at start with its quote: escapes (lone surrogates and \u0000 too),
 * control bytes, a missing end. True if there is a fault.
 */
bool json_fault_string(const char *text, size_t start, size_t length, struct json_fault *fault);
/*
 * Finds what is wrong after the last good token, which ended at from. There must be something
 * wrong.
 */
void json_fault_find(const char *text, size_t length, size_t from, enum json_after after,
		     struct json_fault *fault);

/*
 * Adds an error for each key that the object has already; file is the name in its place. Other
 * readers use the first or the last of two equal keys, so nobody knows which was meant.
 */
void json_fault_duplicates(const struct json *object, const char *file, struct findings *findings);

#endif
