/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the JSON reader: any bytes are a document, or refused with a place inside the
 * text. Of a document: places and byte ranges are true, ranges nest, each value's range alone is
 * the same value again, and a second reading gives the same.
 */
#include <stdlib.h>
#include <string.h>

#include "oci/json.h"

#define PLACES_CHECKED 4096 /* bytes of a text: counting lines anew for each value is quadratic */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool text_equal(const char *a, size_t a_length, const char *b, size_t b_length)
{
	return a_length == b_length && memcmp(a, b, a_length) == 0;
}

static void require_equal(const struct json *a, const struct json *b)
{
	require(a->type == b->type && a->length == b->length && a->boolean == b->boolean);
	require(a->end - a->start == b->end - b->start);
	if (a->type == JSON_STRING || a->type == JSON_NUMBER)
		require(text_equal(a->text, a->length, b->text, b->length));
	for (size_t i = 0; a->type == JSON_ARRAY && i < a->length; i++)
		require_equal(a->items[i], b->items[i]);
	for (size_t i = 0; a->type == JSON_OBJECT && i < a->length; i++) {
		const struct json_member *one = &a->members[i], *two = &b->members[i];

		require(text_equal(one->key, one->key_length, two->key, two->key_length));
		require_equal(one->value, two->value);
	}
}

/* The bytes [start, end) alone, in memory of just that size, are this value. */
static void require_reading(const struct json *value, const char *text, size_t start, size_t end)
{
	struct findings findings = {0};
	char *copy = mem_alloc(end - start);
	struct json_document *document;

	memcpy(copy, text + start, end - start);
	document = json_parse("again", copy, end - start, &findings);
	require(document && findings.errors == 0);
	require_equal(document->root, value);
	json_free(document);
	free(copy);
}

static void require_place(struct place place, const char *text, size_t offset)
{
	unsigned line = 1, column = 1;

	if (offset > PLACES_CHECKED)
		return;
	for (size_t i = 0; i < offset; i++) {
		column = text[i] == '\n' ? 1 : column + 1;
		line += text[i] == '\n';
	}
	require(place.line == line && place.column == column);
}

static void check_value(const struct json *value, const char *text, size_t start, size_t end);

static void check_array(const struct json *value, const char *text)
{
	size_t from = value->start + 1;

	require(text[value->start] == '[' && text[value->end - 1] == ']');
	for (size_t i = 0; i < value->length; i++) {
		check_value(value->items[i], text, from, value->end - 1);
		from = value->items[i]->end + 1; /* a comma at least */
	}
}

static void check_object(const struct json *value, const char *text)
{
	size_t from = value->start + 1;

	require(text[value->start] == '{' && text[value->end - 1] == '}');
	for (size_t i = 0; i < value->length; i++) {
		const struct json_member *member = &value->members[i];
		struct json key = {.type = JSON_STRING,
				   .start = member->start,
				   .end = member->end,
				   .text = member->key,
				   .length = member->key_length,
				   .place = member->place};

		check_value(&key, text, from, value->end - 1);
		check_value(member->value, text, member->end + 1, value->end - 1);
		from = member->value->end + 1;
		for (size_t j = 0; j < i; j++)
			require(strcmp(member->key, value->members[j].key) != 0);
	}
}

/* A value stands between start and end. */
static void check_value(const struct json *value, const char *text, size_t start, size_t end)
{
	require(value->start >= start && value->start < value->end && value->end <= end);
	require_place(value->place, text, value->start);
	require_reading(value, text, value->start, value->end);
	if (value->type == JSON_STRING)
		require(strlen(value->text) == value->length);
	if (value->type == JSON_NUMBER)
		require(text_equal(value->text, value->length, text + value->start,
				   value->end - value->start));
	if (value->type == JSON_ARRAY)
		check_array(value, text);
	if (value->type == JSON_OBJECT)
		check_object(value, text);
}

/* Text that is not JSON gives one error, at one of the text's bytes or behind the last. */
static void check_refusal(const struct findings *findings, const char *text, size_t size)
{
	size_t others = 0;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];
		size_t offset = 0;

		others += strcmp(finding->id, "duplicate-key") != 0;
		for (unsigned line = 1; line < finding->place.line; line++) {
			const char *end = memchr(text + offset, '\n', size - offset);

			require(end);
			offset = (size_t)(end - text) + 1;
		}
		offset += finding->place.column - 1;
		require(finding->place.column >= 1 && offset <= size);
		require_place(finding->place, text, offset);
		if (strcmp(finding->id, "json-truncated") == 0)
			require(offset == size);
	}
	require(others <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct findings findings = {0};
	struct json_document *document;
	char *text = mem_alloc(size);

	if (size)
		memcpy(text, data, size);
	document = json_parse("input", text, size, &findings);
	require((!document) == (findings.errors > 0));
	if (document) {
		check_value(document->root, text, 0, size);
		require_reading(document->root, text, 0, size);
	} else {
		check_refusal(&findings, text, size);
	}
	findings_free(&findings);
	json_free(document);
	free(text);
	return 0;
}
