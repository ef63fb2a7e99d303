/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses JSON text into a tree that records the place of everything. Strict: UTF-8, one value, no
 * comment, no duplicate key, no trailing byte, no NUL, bounded depth and size. The tree keeps the
 * byte range of every value, so that a later edit can replace just these bytes, and the text of
 * every number, so that no reader sees a rounded one.
 */
#ifndef OCI_JSON_H
#define OCI_JSON_H

#include "oci/finding.h"

#define JSON_SIZE_MAX  ((size_t)16 << 20) /* bytes of one document */
#define JSON_DEPTH_MAX 64		  /* arrays and objects inside one another */

enum json_type { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_type type;
	size_t start, end;  /* bytes of the value in the text: [start, end), quotes and brackets
			       included */
	struct place place; /* of its first byte */
	bool boolean;	    /* JSON_BOOLEAN */
	const char *text;   /* JSON_NUMBER: as written; JSON_STRING: decoded; NUL-terminated */
	size_t length; /* bytes of text; for arrays and objects: how many elements or members */
	struct json **items;	     /* JSON_ARRAY: the elements */
	struct json_member *members; /* JSON_OBJECT: in file order */
};

struct json_member {
	const char *key; /* decoded, NUL-terminated (a key with \u0000 is refused) */
	size_t key_length;
	size_t start, end; /* bytes of the key with its quotes */
	struct place place;
	struct json *value;
};

struct json_document {
	const char *file; /* owned copy: places point to it */
	const char *text; /* the caller's text, must outlive the document */
	size_t length;
	struct json *root;
	struct pool memory; /* all nodes and strings */
};

/*
 * Parses length bytes of text. file is the name used in places. Returns NULL after adding at least
 * one error to findings. Strings that contain a NUL (\u0000) are an error, as are lone or mispaired
 * surrogate escapes. The document must outlive the findings of those who read it (their places
 * point to its file name). The errors added here point to file itself, as no document is left.
 */
struct json_document *json_parse(const char *file, const char *text, size_t length,
				 struct findings *findings) MUST_CHECK;
/* Frees the document with all its nodes and strings, not the text. NULL is allowed. */
void json_free(struct json_document *document);

/* The value of a member, or NULL if absent. A null value is returned as the JSON_NULL node. */
const struct json *json_get(const struct json *object, const char *key);
/* The same, but NULL also where the value is null: null for an array or object counts as absent. */
const struct json *json_get_present(const struct json *object, const char *key);
/* True for a string that is this text; value may be NULL. */
bool json_is_text(const struct json *value, const char *text);
/* "null", "a boolean", "a number", "a string", "an array", "an object": for messages. */
const char *json_type_name(enum json_type type);

/*
 * Reads a number from its text: decimal digits only, at most maximum. Returns 0, with *result. On
 * anything else (not a number, sign, fraction, exponent, too large) adds an error that names `what`
 * and returns -1.
 */
int json_unsigned(const struct json *value, const char *what, uint64_t maximum, uint64_t *result,
		  struct findings *findings) MUST_CHECK;

/*
 * Compares the keys of an object with a list of known ones. A key that differs from a known one
 * only in case is always an error. Any other unknown key is a finding of `severity` (id
 * "unknown-key") with the nearest known one in the remedy; with SEVERITY_NOTE unknown keys are
 * skipped without a finding. An error gets the remedy `otherwise` where no known key is near (NULL:
 * no remedy). Returns -1 if an error was added. `where` names the object in messages. The first
 * `foreign` keys are known and never proposed.
 */
int json_known_keys(const struct json *object, const char *where, const char *const *known,
		    size_t known_count, size_t foreign, enum severity severity,
		    const char *otherwise, struct findings *findings);

#endif
