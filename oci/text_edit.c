/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps edits as byte ranges with their replacements. New entries copy the white space in front of
 * their neighbour, so that the text keeps its layout.
 */
#include <config.h>

#include "oci/text_edit.h"

#include <stdlib.h>
#include <string.h>

#include "oci/json_write.h"

static struct text_edit *text_edit_add(struct text_edits *edits, size_t start, size_t end)
{
	struct text_edit *edit;

	edits->list = mem_grow(edits->list, edits->count, &edits->capacity, sizeof(*edits->list));
	edit = &edits->list[edits->count++];
	*edit = (struct text_edit){.start = start, .end = end};
	return edit;
}

static void text_edit_fill(struct text_edit *edit, struct buffer *text)
{
	edit->length = text->length;
	edit->data = buffer_take(text);
}

static void text_edits_replace(struct text_edits *edits, const struct json *value, const char *text,
			       size_t length)
{
	struct text_edit *edit = text_edit_add(edits, value->start, value->end);

	edit->data = mem_string_n(text, length);
	edit->length = length;
}

static const struct json_member *text_edits_find_member(const struct json *object, const char *key)
{
	for (size_t i = 0; i < object->length; i++)
		if (strcmp(object->members[i].key, key) == 0)
			return &object->members[i];
	return NULL;
}

/* Where an entry of an array or object begins and ends. */
static size_t text_edits_entry_start(const struct json *in, size_t index)
{
	return in->type == JSON_OBJECT ? in->members[index].start : in->items[index]->start;
}

static size_t text_edits_entry_end(const struct json *in, size_t index)
{
	return in->type == JSON_OBJECT ? in->members[index].value->end : in->items[index]->end;
}

/* The white space in front of an offset. */
static void text_edits_add_space(const struct text_edits *edits, size_t offset, struct buffer *out)
{
	const char *text = edits->document->text;
	size_t start = offset;

	while (start > 0 && strchr(" \t\r\n", text[start - 1]))
		start--;
	buffer_add(out, text + start, offset - start);
}

/* True if an earlier edit has given the array or object an entry at this place. */
static bool text_edits_has_entry(const struct text_edits *edits, const struct json *in,
				 size_t offset)
{
	for (size_t i = 0; i < edits->count; i++)
		if (edits->list[i].in == in && edits->list[i].start == offset)
			return true;
	return false;
}

/* An entry behind the last one, and behind those that were added before. */
static void text_edits_append_entry(struct text_edits *edits, const struct json *in,
				    const struct buffer *entry)
{
	size_t offset = in->length > 0 ? text_edits_entry_end(in, in->length - 1) : in->start + 1;
	CLEANUP(buffer_free) struct buffer text = {0};
	struct text_edit *edit;

	if (in->length > 0 || text_edits_has_entry(edits, in, offset))
		buffer_add_text(&text, ",");
	if (in->length > 0)
		text_edits_add_space(edits, text_edits_entry_start(in, in->length - 1), &text);
	buffer_add(&text, entry->data, entry->length);
	edit = text_edit_add(edits, offset, offset);
	edit->in = in;
	text_edit_fill(edit, &text);
}

void text_edits_set_member(struct text_edits *edits, const struct json *object, const char *key,
			   const char *text, size_t length)
{
	const struct json_member *member = text_edits_find_member(object, key);
	CLEANUP(buffer_free) struct buffer entry = {0};

	if (member) {
		text_edits_replace(edits, member->value, text, length);
		return;
	}
	json_add_string(&entry, key, strlen(key));
	buffer_add_text(&entry, ":");
	buffer_add(&entry, text, length);
	text_edits_append_entry(edits, object, &entry);
}

/* With the comma that follows the first member, or the one before any other. */
void text_edits_remove_member(struct text_edits *edits, const struct json *object, const char *key)
{
	const struct json_member *member = text_edits_find_member(object, key);
	size_t index = member ? (size_t)(member - object->members) : 0;

	if (!member)
		return;
	if (index > 0)
		(void)text_edit_add(edits, text_edits_entry_end(object, index - 1),
				    member->value->end);
	else if (object->length > 1)
		(void)text_edit_add(edits, member->start, text_edits_entry_start(object, 1));
	else
		(void)text_edit_add(edits, member->start, member->value->end);
}

void text_edits_prepend(struct text_edits *edits, const struct json *array, const char *text,
			size_t length)
{
	CLEANUP(buffer_free) struct buffer entry = {0};
	struct text_edit *edit;

	buffer_add(&entry, text, length);
	if (array->length == 0) {
		text_edits_append_entry(edits, array, &entry);
		return;
	}
	buffer_add_text(&entry, ",");
	text_edits_add_space(edits, text_edits_entry_start(array, 0), &entry);
	edit = text_edit_add(edits, text_edits_entry_start(array, 0),
			     text_edits_entry_start(array, 0));
	edit->in = array;
	text_edit_fill(edit, &entry);
}

void text_edits_append(struct text_edits *edits, const struct json *array, const char *text,
		       size_t length)
{
	CLEANUP(buffer_free) struct buffer entry = {0};

	buffer_add(&entry, text, length);
	text_edits_append_entry(edits, array, &entry);
}

/*
 * By start; at one place insertions come before removals, otherwise in the order in which they were
 * added.
 */
static int text_edit_order(const void *left, const void *right)
{
	const struct text_edit *a = *(const struct text_edit *const *)left;
	const struct text_edit *b = *(const struct text_edit *const *)right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if ((a->end == a->start) != (b->end == b->start))
		return a->end == a->start ? -1 : 1;
	return a < b ? -1 : a > b;
}

void text_edits_apply(const struct text_edits *edits, struct buffer *out)
{
	CLEANUP(cleanup_free)
	const struct text_edit **order = mem_zero(edits->count + 1, sizeof(*order));
	size_t done = 0;

	for (size_t i = 0; i < edits->count; i++)
		order[i] = &edits->list[i];
	qsort(order, edits->count, sizeof(*order), text_edit_order);
	for (size_t i = 0; i < edits->count; i++) {
		const struct text_edit *edit = order[i];

		if (edit->start > done)
			buffer_add(out, edits->document->text + done, edit->start - done);
		buffer_add(out, edit->data, edit->length);
		done = edit->end > done ? edit->end : done;
	}
	buffer_add(out, edits->document->text + done, edits->document->length - done);
}

void text_edits_free(struct text_edits *edits)
{
	for (size_t i = 0; i < edits->count; i++)
		free(edits->list[i].data);
	free(edits->list);
	*edits = (struct text_edits){0};
}
