/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer: every kind of value, its layouts, hostile bytes, and a round trip by the reader.
 */
#include <config.h>

#include "oci/json_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oci/json.h"
#include "oci/json_fault.h"

/* A document with a value of every kind. */
static void write_all(struct json_writer *json)
{
	json_write_object(json, NULL);
	json_write_string(json, "text", "a\"\\\n/");
	json_write_string(json, "none", NULL);
	json_write_unsigned(json, "largest", UINT64_MAX);
	json_write_integer(json, "least", INT64_MIN);
	json_write_hex(json, "hex", 0x1f);
	json_write_format(json, "format", "%s-%d", "x", 7);
	json_write_bool(json, "yes", true);
	json_write_null(json, "null");
	json_write_raw(json, "raw", "{\"a\":[1]}", 9);
	json_write_array(json, "list");
	json_write_unsigned(json, NULL, 1);
	json_write_array(json, NULL);
	json_write_end(json);
	json_write_short_object(json, NULL);
	json_write_unsigned(json, "b", 2);
	json_write_bool(json, "c", false);
	json_write_end(json);
	json_write_end(json);
	json_write_object(json, "empty");
	json_write_end(json);
	json_write_end(json);
}

#define VALUES_COMPACT                                                                     \
	"\"text\":\"a\\\"\\\\\\u000a/\",\"none\":null,\"largest\":18446744073709551615,"   \
	"\"least\":-9223372036854775808,\"hex\":\"0x1f\",\"format\":\"x-7\",\"yes\":true," \
	"\"null\":null,\"raw\":{\"a\":[1]},"

static void test_layouts(void **state)
{
	static const struct {
		enum json_layout layout;
		const char *text;
	} rows[] = {
		{JSON_COMPACT,
		 "{" VALUES_COMPACT "\"list\":[1,[],{\"b\":2,\"c\":false}],\"empty\":{}}"},
		{JSON_ONE_LINE,
		 "{\"text\": \"a\\\"\\\\\\u000a/\", \"none\": null, \"largest\": "
		 "18446744073709551615, \"least\": -9223372036854775808, \"hex\": \"0x1f\", "
		 "\"format\": \"x-7\", \"yes\": true, \"null\": null, \"raw\": {\"a\":[1]}, "
		 "\"list\": [1, [], {\"b\": 2, \"c\": false}], \"empty\": {}}"},
		{JSON_INDENTED,
		 "{\n  \"text\": \"a\\\"\\\\\\u000a/\",\n  \"none\": null,\n  \"largest\": "
		 "18446744073709551615,\n  \"least\": -9223372036854775808,\n  \"hex\": \"0x1f\",\n"
		 "  \"format\": \"x-7\",\n  \"yes\": true,\n  \"null\": null,\n  \"raw\": "
		 "{\"a\":[1]},\n  \"list\": [\n    1,\n    [],\n    {\"b\": 2, \"c\": false}\n  "
		 "],\n"
		 "  \"empty\": {}\n}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(buffer_free) struct buffer out = {0};
		CLEANUP(cleanup_json_writer)
		struct json_writer *json = json_writer_new(&out, rows[i].layout);

		write_all(json);
		assert_string_equal(out.data, rows[i].text);
	}
}

/* What is written is ASCII, and what was no UTF-8 can still be read by people. */
static void test_strings(void **state)
{
	static const struct {
		const char *text, *string, *replaced;
	} rows[] = {
		{"", "\"\"", "\"\""},
		{"plain", "\"plain\"", "\"plain\""},
		{"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"", "\"\\u0001\\u001f\\u007f\""},
		{"\xc3\xa4", "\"\\u00e4\"", "\"\\u00e4\""},
		{"\xe2\x80\xae", "\"\\u202e\"", "\"\\u202e\""},
		{"\xf0\x9f\x98\x80", "\"\\ud83d\\ude00\"", "\"\\ud83d\\ude00\""},
		{"a\xff", "\"a\\\\xff\"", "\"a\\ufffd\""},
		{"\xed\xa0\x80", "\"\\\\xed\\\\xa0\\\\x80\"", "\"\\ufffd\\ufffd\\ufffd\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(buffer_free) struct buffer out = {0};
		CLEANUP(cleanup_json_writer)
		struct json_writer *json = json_writer_new(&out, JSON_COMPACT);
		CLEANUP(cleanup_free)
		char *wanted = mem_format("[%s,%s]", rows[i].string, rows[i].replaced);

		json_write_array(json, NULL);
		json_write_string(json, NULL, rows[i].text);
		json_write_replaced(json, NULL, rows[i].text);
		json_write_end(json);
		assert_string_equal(out.data, wanted);
	}
}

/* Whatever the layout, the reader takes it and finds the same values. */
static void test_round_trip(void **state)
{
	(void)state;
	for (int layout = JSON_COMPACT; layout <= JSON_INDENTED; layout++) {
		CLEANUP(buffer_free) struct buffer out = {0};
		CLEANUP(findings_free) struct findings findings = {0};
		CLEANUP(cleanup_json_writer)
		struct json_writer *json = json_writer_new(&out, (enum json_layout)layout);
		struct json_document *document;

		write_all(json);
		document = json_parse("written", out.data, out.length, &findings);
		assert_non_null(document);
		assert_true(json_is_text(json_get(document->root, "text"), "a\"\\\n/"));
		assert_true(json_is_text(json_get(document->root, "hex"), "0x1f"));
		assert_int_equal(json_get(document->root, "list")->length, 3);
		assert_int_equal(json_get(document->root, "empty")->length, 0);
		json_free(document);
	}
}

/* As deep as the writer allows, which is deeper than the reader does. */
static void test_depth(void **state)
{
	CLEANUP(buffer_free) struct buffer out = {0};
	CLEANUP(cleanup_json_writer)
	struct json_writer *json = json_writer_new(&out, JSON_COMPACT);

	(void)state;
	for (int i = 0; i < JSON_WRITE_DEPTH_MAX; i++)
		json_write_array(json, NULL);
	for (int i = 0; i < JSON_WRITE_DEPTH_MAX; i++)
		json_write_end(json);
	assert_int_equal(out.length, 2 * JSON_WRITE_DEPTH_MAX);
	assert_int_equal(out.data[JSON_WRITE_DEPTH_MAX - 1], '[');
	assert_int_equal(out.data[JSON_WRITE_DEPTH_MAX], ']');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
