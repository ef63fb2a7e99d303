/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits of a JSON text by the byte ranges of its values: what is not edited keeps every byte. The
 * edits of one document are gathered first and applied once; the document itself never changes.
 */
#ifndef OCI_TEXT_EDIT_H
#define OCI_TEXT_EDIT_H

#include "oci/json.h"

struct text_edit {
	size_t start, end;     /* bytes of the text that go; equal: nothing goes */
	char *data;	       /* what comes instead, owned */
	size_t length;	       /* bytes of data */
	const struct json *in; /* the object or array that gets a new entry, else NULL */
};

/* All zero is an empty list. Borrows from the document. */
struct text_edits {
	const struct json_document *document;
	struct text_edit *list; /* in the order in which they were added */
	size_t count, capacity;
};

/*
 * In all of these `text` is length bytes of JSON, written as they are. A member is set at most
 * once; nothing inside a value that is replaced may be edited.
 */
/* Sets the member's value to text; adds the member at the end if the object does not have it. */
void text_edits_set_member(struct text_edits *edits, const struct json *object, const char *key,
			   const char *text, size_t length);
/* Removes the member and its comma, if it is there. Nothing else may be added to that object. */
void text_edits_remove_member(struct text_edits *edits, const struct json *object, const char *key);
/* Adds a new first or last element. Elements that are added one after the other keep that order. */
void text_edits_prepend(struct text_edits *edits, const struct json *array, const char *text,
			size_t length);
void text_edits_append(struct text_edits *edits, const struct json *array, const char *text,
		       size_t length);

/* Appends the document's text with all edits to out. Without edits these are the same bytes. */
void text_edits_apply(const struct text_edits *edits, struct buffer *out);
/* The list is empty afterwards; the document stays. */
void text_edits_free(struct text_edits *edits);

#endif
