/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits of a JSON text by the byte ranges of its values: what is not edited keeps every byte. The
 * edits of one document are gathered first and applied once; the document itself never changes.
 */
#ifndef OCI_EDIT_H
#define OCI_EDIT_H

#include "oci/json.h"

struct edit {
	size_t start, end;     /* bytes of the text that go; equal: nothing goes */
	char *data;	       /* what comes instead, owned */
	size_t length;	       /* bytes of data */
	const struct json *in; /* the object or array that gets a new entry, else NULL */
};

/* All zero is an empty list. Borrows from the document. */
struct edits {
	const struct json_document *document;
	struct edit *list; /* in the order in which they were added */
	size_t count, capacity;
};

/*
 * In all of these `text` is length bytes of JSON, written as they are. A value is replaced at most
 * once; nothing inside a replaced value may be edited.
 */
void edits_replace(struct edits *edits, const struct json *value, const char *text, size_t length);
/* The member's value becomes text; a member that the object does not have comes last. */
void edits_set_member(struct edits *edits, const struct json *object, const char *key,
		      const char *text, size_t length);
/* The member and its comma go; none, if there is none. Nothing is added to that object besides. */
void edits_remove_member(struct edits *edits, const struct json *object, const char *key);
/* A new first or last element. Added twice, the first of a list comes out first. */
void edits_prepend(struct edits *edits, const struct json *array, const char *text, size_t length);
void edits_append(struct edits *edits, const struct json *array, const char *text, size_t length);

/* The document's text with all edits. Without edits these are the same bytes. */
void edits_apply(const struct edits *edits, struct buffer *out);
void edits_free(struct edits *edits);

#endif
