/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON reader: what it refuses and where, what it keeps of what it takes, exact numbers, known
 * keys. Rows carry the number of the hostile input corpus and the S or F item that decides.
 */
#include <config.h>

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "oci/json.h"

#define TEXT(literal) literal, sizeof(literal) - 1

/* A document in memory of just its size, so that a sanitizer sees a byte read too far. */
struct input {
	char *text;
	struct json_document *document;
	struct findings findings;
};

static struct json *input_parse(struct input *input, const char *text, size_t length)
{
	*input = (struct input){.text = mem_alloc(length)};
	if (length)
		memcpy(input->text, text, length);
	input->document = json_parse("p.json", input->text, length, &input->findings);
	assert_int_equal(!input->document, input->findings.errors > 0);
	return input->document ? input->document->root : NULL;
}

static void input_close(struct input *input)
{
	findings_free(&input->findings);
	json_free(input->document);
	free(input->text);
}

/* "1:3 json-syntax; 2:5 duplicate-key", or "" */
static char *input_outcome(struct input *input)
{
	struct buffer outcome = {0};

	findings_sort(&input->findings);
	for (size_t i = 0; i < input->findings.count; i++) {
		const struct finding *finding = &input->findings.list[i];

		assert_string_equal(finding->place.file, "p.json");
		assert_int_equal(finding->severity, SEVERITY_ERROR);
		buffer_addf(&outcome, "%s%u:%u %s", i ? "; " : "", finding->place.line,
			    finding->place.column, finding->id);
	}
	return buffer_take(&outcome);
}

static const struct refusal {
	const char *item, *text;
	size_t length;
	const char *outcome;
} refusals[] = {
	{"S1 01 empty", TEXT(""), "1:1 json-empty"},
	{"S1 02 spaces", TEXT(" \t\n  "), "2:3 json-empty"},
	{"S1 03 BOM", TEXT("\xef\xbb\xbf{}"), "1:1 json-encoding"},
	{"S1 04 UTF-16 little", TEXT("{\0}\0"), "1:1 json-encoding"},
	{"S1 04 UTF-16 big", TEXT("\0{\0}"), "1:1 json-encoding"},
	{"S1 04 UTF-16 little, marked", TEXT("\xff\xfe{\0}\0"), "1:1 json-encoding"},
	{"S1 04 UTF-16 big, marked", TEXT("\xfe\xff\0{\0}"), "1:1 json-encoding"},
	{"S1 04 UTF-32 big", TEXT("\0\0\0{"), "1:1 json-encoding"},
	{"S1 04 UTF-32 little", TEXT("{\0\0\0"), "1:1 json-encoding"},
	{"S1 06 trailing text", TEXT("{}\n x"), "2:2 json-syntax"},
	{"S1 06 trailing bracket", TEXT("[]]"), "1:3 json-syntax"},
	{"S1 06 trailing comma", TEXT("{},"), "1:3 json-syntax"},
	{"S1 07 two documents", TEXT("{}\n{}"), "2:1 json-syntax"},
	{"S1 07 two numbers", TEXT("1 2"), "1:3 json-syntax"},
	{"S1 08 NUL after document", TEXT("{}\0"), "1:3 json-encoding"},
	{"S1 09 NUL in string", TEXT("[\"a\0b\"]"), "1:4 json-encoding"},
	{"S1 09 NUL, later bad UTF-8", TEXT("[\"a\0\xff\"]"), "1:4 json-encoding"},
	{"S1 10 \\u0000", TEXT("{\"action\":\"SCMP_ACT_ERRNO\\u0000\"}"), "1:26 json-string"},
	{"S1 11 \\u0000 in a name", TEXT("[\"chmod\\u0000x\"]"), "1:8 json-string"},
	{"S1 12 \\u0000 in a key", TEXT("{\"a\\u0000\":1}"), "1:4 json-string"},
	{"S1 12 \\u0000 after a backslash", TEXT("{\"a\\\\\\u0000\":1}"), "1:6 json-string"},
	{"S1 13 comment", TEXT("[\n// x\n1]"), "2:1 json-syntax"},
	{"S1 13 comment of C", TEXT("[1 /* x */]"), "1:4 json-syntax"},
	{"S1 13 comment at the end", TEXT("{} // x"), "1:4 json-syntax"},
	{"S1 13 comment of a shell", TEXT("# x\n{}"), "1:1 json-syntax"},
	{"S1 14 trailing comma", TEXT("[1,\n]"), "1:3 json-syntax"},
	{"S1 14 trailing comma in an object", TEXT("{\"a\":1,\n}"), "1:7 json-syntax"},
	{"S1 14 comma alone", TEXT("[,]"), "1:2 json-syntax"},
	{"S1 14 two commas", TEXT("[1,,2]"), "1:4 json-syntax"},
	{"S1 15 single quotes", TEXT("{'a':1}"), "1:2 json-syntax"},
	{"S1 15 single quotes about a value", TEXT("{\"a\":'b'}"), "1:6 json-syntax"},
	{"S1 16 line break in string", TEXT("[\"a\nb\"]"), "1:4 json-string"},
	{"S1 16 tab in string", TEXT("[\"a\tb\"]"), "1:4 json-string"},
	{"S1 16 control byte in key", TEXT("{\"\x01\":1}"), "1:3 json-string"},
	{"S1 17 FF FE", TEXT("{}\n\"\xff\xfe\""), "2:2 json-encoding"},
	{"S1 18 C0 AF", TEXT("[\"\xc0\xaf\"]"), "1:3 json-encoding"},
	{"S1 19 ED A0 80", TEXT("[\"\xed\xa0\x80\"]"), "1:3 json-encoding"},
	{"S1 20 F7 BF BF BF", TEXT("[\"\xf7\xbf\xbf\xbf\"]"), "1:3 json-encoding"},
	{"S1 20 F4 90 80 80", TEXT("[\"\xf4\x90\x80\x80\"]"), "1:3 json-encoding"},
	{"S1 cut character", TEXT("[\"\xe2\x82"), "1:5 json-truncated"},
	{"S1 cut character of four bytes", TEXT("[\"\xf4\x8f\xbf"), "1:6 json-truncated"},
	{"S1 cut character, E0", TEXT("[\"\xe0"), "1:4 json-truncated"},
	{"S1 cut character, ED", TEXT("[\"\xed"), "1:4 json-truncated"},
	{"S1 cut character, F0", TEXT("[\"\xf0"), "1:4 json-truncated"},
	{"S1 cut character, F4", TEXT("[\"\xf4"), "1:4 json-truncated"},
	{"S1 cut character, F5", TEXT("[\"\xf5"), "1:3 json-encoding"},
	{"S1 cut character that never was", TEXT("[\"\xed\xa0"), "1:3 json-encoding"},
	{"S1 21 lone \\ud800", TEXT("[\"ab\\ud800\"]"), "1:5 json-string"},
	{"S1 21 lone \\uD800 in a key", TEXT("{\"\\uD800\":1}"), "1:3 json-string"},
	{"S1 21 \\ud800 before another escape", TEXT("[\"\\ud800\\n\"]"), "1:3 json-string"},
	{"S1 21 \\ud800 twice", TEXT("[\"\\ud800\\ud800\"]"), "1:3 json-string"},
	{"S1 22 lone \\udc00", TEXT("[\"\\udc00\"]"), "1:3 json-string"},
	{"S1 22 \\udc00 after a pair", TEXT("[\"\\ud83d\\ude00\\udc00\"]"), "1:15 json-string"},
	{"S1 23 \\ud800\\u0041", TEXT("[\"\\ud800\\u0041\"]"), "1:3 json-string"},
	{"S1 23 \\ud800\\ue000", TEXT("[\"\\ud800\\ue000\"]"), "1:3 json-string"},
	{"S1 23 \\ud800\\udbff", TEXT("[\"\\ud800\\udbff\"]"), "1:3 json-string"},
	{"S1 24 short \\u12", TEXT("[\"\\u12\"]"), "1:3 json-string"},
	{"S1 24 \\u without digits", TEXT("[\"\\uxyzw\"]"), "1:3 json-string"},
	{"S1 25 \\q", TEXT("[\"a\\q\"]"), "1:4 json-string"},
	{"S1 25 \\'", TEXT("[\"a\\'\"]"), "1:4 json-string"},
	{"S1 25 \\x41", TEXT("[\"\\x41\"]"), "1:3 json-string"},
	{"S1 25 backslash before a line break", TEXT("[\"a\\\nb\"]"), "1:4 json-string"},
	{"S1 35 CRLF", TEXT("{\r\n\"a\":\r\n x}"), "3:2 json-syntax"},
	{"S1 38 CVE-2017-16516", TEXT("[\"\\uD83D"), "1:9 json-truncated"},
	{"S1 38 CVE-2017-16516, closed", TEXT("[\"\\uD83D\\\"]"), "1:3 json-string"},
	{"S1 38 CVE-2017-16516, cut", TEXT("[\"\\uD83D\\u"), "1:11 json-truncated"},
	{"S1 39 CVE-2023-33460", TEXT("[\"a\",\"b"), "1:8 json-truncated"},
	{"S1 40 NaN", TEXT("[NaN]"), "1:2 json-syntax"},
	{"S1 40 Infinity", TEXT("[Infinity]"), "1:2 json-syntax"},
	{"S1 40 -Infinity", TEXT("[-Infinity]"), "1:2 json-syntax"},
	{"S1 41 duplicate", TEXT("{\"a\":1,\n \"b\":2,\n \"a\":3}"), "3:2 duplicate-key"},
	{"S1 42 duplicate, second empty", TEXT("{\"a\":[1],\"a\":[]}"), "1:10 duplicate-key"},
	{"S1 43 duplicate within", TEXT("[{\"x\":{\"e\":1,\"e\":1}}]"), "1:14 duplicate-key"},
	{"S1 41 three times, two keys", TEXT("{\"a\":1,\"b\":1,\"a\":1,\"b\":1,\"a\":1}"),
	 "1:14 duplicate-key; 1:20 duplicate-key; 1:26 duplicate-key"},
	{"S1 41 written in other ways", TEXT("{\"a\":1,\"\\u0061\":2}"), "1:8 duplicate-key"},
	{"S1 41 empty key", TEXT("{\"\":1,\"\":2}"), "1:7 duplicate-key"},
	{"S1 41 and a syntax error", TEXT("[{\"a\":1,\"a\":2},]"),
	 "1:9 duplicate-key; 1:15 json-syntax"},
	{"S1 72 010", TEXT("[010]"), "1:2 json-syntax"},
	{"S1 72 010 alone", TEXT("010"), "1:1 json-syntax"},
	{"S1 72 -01", TEXT("[1,\n -01]"), "2:2 json-syntax"},
	{"S1 73 0x10", TEXT("{\"a\":0x10}"), "1:6 json-syntax"},
	{"S1 74 +1", TEXT("[+1]"), "1:2 json-syntax"},
	{"S1 74 .5", TEXT("[.5]"), "1:2 json-syntax"},
	{"S1 74 1.", TEXT("[1.]"), "1:2 json-syntax"},
	{"S1 74 1e", TEXT("[1e]"), "1:2 json-syntax"},
	{"S1 74 -", TEXT("[-]"), "1:2 json-syntax"},
	{"S1 74 1.2.3", TEXT("[1.2.3]"), "1:2 json-syntax"},
	{"S1 74 1_000", TEXT("[1_000]"), "1:2 json-syntax"},
	{"S1 wrong word", TEXT("[True]"), "1:2 json-syntax"},
	{"S1 word without quotes", TEXT("{\"a\":SCMP_ACT_KILL}"), "1:6 json-syntax"},
	{"S1 words together", TEXT("[nullnull]"), "1:6 json-syntax"},
	{"S1 no comma", TEXT("[1\n 2]"), "2:2 json-syntax"},
	{"S1 no comma in an object", TEXT("{\"a\":1\n \"b\":2}"), "2:2 json-syntax"},
	{"S1 no colon", TEXT("{\"a\" 1}"), "1:6 json-syntax"},
	{"S1 colon in an array", TEXT("[1:2]"), "1:3 json-syntax"},
	{"S1 no value", TEXT("{\"a\":}"), "1:6 json-syntax"},
	{"S1 key only", TEXT("{\"a\"}"), "1:5 json-syntax"},
	{"S1 key a number", TEXT("{1:2}"), "1:2 json-syntax"},
	{"S1 key without quotes", TEXT("{a:2}"), "1:2 json-syntax"},
	{"S1 wrong bracket", TEXT("[1}"), "1:3 json-syntax"},
	{"S1 wrong brace", TEXT("{]"), "1:2 json-syntax"},
	{"S1 form feed", TEXT("[\f1]"), "1:2 json-syntax"},
	{"S1 form feed after a comma", TEXT("[1,\f2]"), "1:4 json-syntax"},
	{"S1 form feed before a key", TEXT("{\f\"a\":1}"), "1:2 json-syntax"},
	{"S1 vertical tab before the end", TEXT("{\"a\":1\v}"), "1:7 json-syntax"},
	{"S1 vertical tab at the end", TEXT("{}\n\v"), "2:1 json-syntax"},
	{"S1 form feed only", TEXT("\f"), "1:1 json-syntax"},
	{"S1 no-break space",
	 TEXT("[\xc2\xa0"
	      "1]"),
	 "1:2 json-syntax"},
	{"S1 05 cut number", TEXT("[1."), "1:4 json-truncated"},
	{"S1 05 cut sign", TEXT("-"), "1:2 json-truncated"},
	{"S1 05 number, then nothing", TEXT("[12"), "1:4 json-truncated"},
	{"S1 05 cut word", TEXT("{\"a\":fals"), "1:10 json-truncated"},
	{"S1 05 cut escape", TEXT("[\"a\\"), "1:5 json-truncated"},
	{"S1 05 cut after a line", TEXT("{\n\"a\":1,\n"), "3:1 json-truncated"},
};

static void refusals_have_one_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		CLEANUP(cleanup_free) char *outcome = NULL;
		struct input input;

		(void)input_parse(&input, refusals[i].text, refusals[i].length);
		outcome = input_outcome(&input);
		if (strcmp(outcome, refusals[i].outcome) != 0)
			fail_msg("%s: %s", refusals[i].item, outcome);
		input_close(&input);
	}
}

static const struct {
	const char *item, *text, *message;
} messages[] = {
	{"S1 14", "[1,]", "the comma before ] is one too many (leave it out)"},
	{"S1", "[1 2]", "expected a comma or ] after the array element, not 2"},
	{"S1 06", "{} x", "expected nothing after the JSON value, not x"},
	{"S1 05", "{\"a\":1",
	 "the text ends within an object (a comma or } after the object's member)"},
	{"S1 13", "[/*", "JSON has no comments (leave it out)"},
	{"S1 41", "{\"a\\u001b\":1,\n\"a\\u001b\":2}",
	 "the key a\\x1b stands already in line 1, column 2 (remove one of them)"},
	{"S1 21", "[\"\\ud800\"]",
	 "\\ud800 is one half of a surrogate pair (a pair such as \\ud83d\\ude00, or the character "
	 "itself)"},
	{"S1 40", "NaN",
	 "unknown word NaN (true, false, null, a number, or a string in double quotes)"},
	{"S1 72", "010",
	 "010 is not a JSON number (decimal digits without + or a leading 0, such as 10)"},
	{"F6 hostile bytes", "[\033]", "expected a value or ], not \\x1b"},
};

static void messages_say_what_would_be_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		CLEANUP(cleanup_free) char *line = NULL;
		const struct finding *finding;
		struct input input;

		(void)input_parse(&input, messages[i].text, strlen(messages[i].text));
		assert_int_equal(input.findings.count, 1);
		finding = &input.findings.list[0];
		line = finding->remedy ? mem_format("%s (%s)", finding->message, finding->remedy)
				       : mem_string(finding->message);
		if (strcmp(line, messages[i].message) != 0)
			fail_msg("%s: %s", messages[i].item, line);
		input_close(&input);
	}
}

/* 36, 37: which types a document may have is not this floor's business. */
static const struct {
	const char *item, *text;
	enum json_type type;
	size_t start, end, length;
} roots[] = {
	{"S1 36 number", " 12", JSON_NUMBER, 1, 3, 2},
	{"S1 36 number and a line's end", "-0.5e+7\r\n", JSON_NUMBER, 0, 7, 7},
	{"S1 36 string", "\"a\\/\" ", JSON_STRING, 0, 5, 2},
	{"S1 36 null", "null", JSON_NULL, 0, 4, 0},
	{"S1 36 true", "\ttrue", JSON_BOOLEAN, 1, 5, 0},
	{"S1 37 array", "[ 1 , 2 ]", JSON_ARRAY, 0, 9, 2},
	{"S1 empty array", "[\n]", JSON_ARRAY, 0, 3, 0},
	{"S1 empty object", " {} ", JSON_OBJECT, 1, 3, 0},
	{"S1 DEL is no control byte of JSON", "\"\x7f\"", JSON_STRING, 0, 3, 1},
};

static void roots_of_every_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		struct input input;
		struct json *root = input_parse(&input, roots[i].text, strlen(roots[i].text));

		if (!root || root->type != roots[i].type || root->start != roots[i].start ||
		    root->end != roots[i].end || root->length != roots[i].length)
			fail_msg("%s", roots[i].item);
		input_close(&input);
	}
}

static const char *const profile =
	"{\r\n"
	"\t\"defaultAction\": \"SCMP_ACT_ERRNO\",\r\n"
	"\t\"defaultErrnoRet\" : 38,\n"
	"\t\"flags\": [ ],\n"
	"\t\"syscalls\": [\n"
	"\t\t{ \"names\": [\"chmod\", \"caf\xc3\xa9\"], \"x\": true },\n"
	"\t\t{ \"value\": 18446744073709551615, \"y\": [null, -1.5e3] },\n"
	"\t\t{ \"\\u0061\\ud83d\\ude00\": { } }\n"
	"\t]\n"
	"}\n";

/* S1: a later edit replaces these bytes and no others. */
static void values_know_their_bytes_and_places(void **state)
{
	static const struct {
		const char *bytes;
		unsigned line, column;
	} names[] = {{"\"chmod\"", 6, 15}, {"\"caf\xc3\xa9\"", 6, 24}};
	struct input input;
	const struct json *root = input_parse(&input, profile, strlen(profile)), *value, *rules;

	(void)state;
	assert_non_null(root);
	assert_int_equal(root->length, 4);
	value = json_get(root, "defaultErrnoRet");
	assert_string_equal(value->text, "38");
	assert_memory_equal(profile + value->start, "38,", 3);
	assert_int_equal(value->end - value->start, 2);
	assert_int_equal(value->place.line, 3);
	assert_int_equal(value->place.column, 22);
	assert_ptr_equal(value->place.file, input.document->file);
	assert_int_equal(root->members[1].place.column, 2);
	assert_memory_equal(profile + root->members[1].start, "\"defaultErrnoRet\" ", 18);
	assert_int_equal(root->members[1].end - root->members[1].start, 17);
	rules = json_get(root, "syscalls");
	assert_int_equal(rules->length, 3);
	value = json_get(rules->items[0], "names");
	for (size_t i = 0; i < 2; i++) {
		const struct json *name = value->items[i];

		assert_int_equal(name->end - name->start, strlen(names[i].bytes));
		assert_memory_equal(profile + name->start, names[i].bytes, strlen(names[i].bytes));
		assert_int_equal(name->place.line, names[i].line);
		assert_int_equal(name->place.column, names[i].column);
	}
	assert_true(json_get(rules->items[0], "x")->boolean);
	assert_string_equal(json_get(rules->items[1], "value")->text, "18446744073709551615");
	assert_string_equal(json_get(rules->items[1], "y")->items[1]->text, "-1.5e3");
	value = json_get(rules->items[2], "a\xf0\x9f\x98\x80");
	assert_int_equal(value->type, JSON_OBJECT);
	assert_int_equal(value->place.line, 8);
	assert_memory_equal(profile + value->start, "{ }", 3);
	assert_int_equal(value->end - value->start, 3);
	input_close(&input);
}

static void strings_are_decoded(void **state)
{
	static const char text[] =
		"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\","
		"\"\\u0041\\u00e9\\u20AC\\uD83D\\uDE00\\u0001\\uffff\\udbff\\udfff\","
		"\"\",\"\xc3\xa9\"]";
	static const char *const decoded[] = {
		"\"\\/\b\f\n\r\t",
		"A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\x01\xef\xbf\xbf\xf4\x8f\xbf\xbf", "",
		"\xc3\xa9"};
	struct input input;
	struct json *root = input_parse(&input, TEXT(text));

	(void)state;
	assert_non_null(root);
	assert_int_equal(root->length, ARRAY_SIZE(decoded));
	for (size_t i = 0; i < ARRAY_SIZE(decoded); i++) {
		assert_int_equal(root->items[i]->length, strlen(decoded[i]));
		assert_string_equal(root->items[i]->text, decoded[i]);
	}
	input_close(&input);
}

static void every_prefix_is_refused(const char *text, size_t length)
{
	struct input input;
	size_t end;

	assert_non_null(input_parse(&input, text, length));
	end = input.document->root->end;
	input_close(&input);
	for (size_t i = 0; i < end; i++) {
		(void)input_parse(&input, text, i);
		if (input.findings.count != 1)
			fail_msg("%zu bytes: %zu findings", i, input.findings.count);
		input_close(&input);
	}
}

/* 05, S1: the place is where the text ends. */
static void truncation_at_every_byte(void **state)
{
	size_t length = strlen(profile);
	struct input input;

	(void)state;
	every_prefix_is_refused(profile, length);
	for (size_t i = 1; i + 2 < length; i++) {
		size_t line = 1, column = 1;

		(void)input_parse(&input, profile, i);
		for (size_t j = 0; j < i; j++) {
			column = profile[j] == '\n' ? 1 : column + 1;
			line += profile[j] == '\n';
		}
		assert_string_equal(input.findings.list[0].id, "json-truncated");
		assert_int_equal(input.findings.list[0].place.line, line);
		assert_int_equal(input.findings.list[0].place.column, column);
		input_close(&input);
	}
}

static void truncation_of_a_real_profile(void **state)
{
	const char *folder = getenv("REFERENCE_DATA");
	CLEANUP(cleanup_free) char *path = NULL;
	CLEANUP(cleanup_free) char *text = NULL;
	size_t length;
	FILE *file;

	(void)state;
	if (!folder) {
		print_message("REFERENCE_DATA is not set: no real profile to cut\n");
		skip();
	}
	path = mem_format("%s/moby-default.json", folder);
	text = mem_alloc(JSON_SIZE_MAX);
	file = fopen(path, "re");
	assert_non_null(file);
	length = fread(text, 1, JSON_SIZE_MAX, file);
	assert_int_equal(fclose(file), 0);
	every_prefix_is_refused(text, length);
}

/* count times before, then middle, then count times after. */
static char *text_repeat(const char *before, size_t count, const char *middle, const char *after,
			 size_t *length)
{
	struct buffer buffer = {0};

	for (size_t i = 0; i < count; i++)
		buffer_add_text(&buffer, before);
	buffer_add_text(&buffer, middle);
	for (size_t i = 0; i < count; i++)
		buffer_add_text(&buffer, after);
	*length = buffer.length;
	return buffer_take(&buffer);
}

static const struct {
	const char *item, *before;
	size_t count;
	const char *middle, *after, *outcome;
} repeats[] = {
	{"F6 26 depth 64", "[", JSON_DEPTH_MAX, "", "]", ""},
	{"F6 26 depth 64, a value within", "[", JSON_DEPTH_MAX, "1", "]", ""},
	{"F6 26 depth 65", "[", JSON_DEPTH_MAX + 1, "", "]", "1:65 json-too-deep"},
	{"F6 26 depth 65, objects", "{\"a\":", JSON_DEPTH_MAX + 1, "1", "}", "1:321 json-too-deep"},
	{"F6 27 depth 10^6, closed", "[", 1000000, "", "]", "1:65 json-too-deep"},
	{"F6 28 depth 10^6, open", "[\n", 1000000, "", "", "65:1 json-too-deep"},
	{"F6 28 objects, open", "{\"a\":", 1000000, "", "", "1:321 json-too-deep"},
	{"F6 29 string of 20 MB", "12345678901234567890", 1000000, "", "", "0:0 json-too-large"},
	{"F6 33 16 MiB", " ", JSON_SIZE_MAX - 2, "{}", "", ""},
	{"F6 33 16 MiB + 1", " ", JSON_SIZE_MAX - 1, "{}", "", "0:0 json-too-large"},
	{"F6 33 a string that never ends", "\"", 1, "", "", "1:2 json-truncated"},
	{"F6 lines", "\n", 10000000, "x", "", "10000001:1 json-syntax"},
};

static void size_and_depth_are_bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(repeats); i++) {
		CLEANUP(cleanup_free) char *outcome = NULL;
		CLEANUP(cleanup_free) char *text = NULL;
		struct input input;
		size_t length;

		text = text_repeat(repeats[i].before, repeats[i].count, repeats[i].middle,
				   repeats[i].after, &length);
		(void)input_parse(&input, text, length);
		outcome = input_outcome(&input);
		if (strcmp(outcome, repeats[i].outcome) != 0)
			fail_msg("%s: %s", repeats[i].item, outcome);
		input_close(&input);
	}
}

/* 32, F6 */
static void a_million_objects(void **state)
{
	CLEANUP(cleanup_free) char *text = NULL;
	struct buffer buffer = {0};
	struct input input;
	struct json *root;

	(void)state;
	buffer_add_text(&buffer, "[{}");
	for (size_t i = 1; i < 1000000; i++)
		buffer_add_text(&buffer, ",{}");
	buffer_add_text(&buffer, "]");
	text = buffer_take(&buffer);
	root = input_parse(&input, text, strlen(text));
	assert_int_equal(root->length, 1000000);
	assert_int_equal(root->items[999999]->start, 1 + 3 * 999999);
	input_close(&input);
}

/* 30, 31 and 41 in bulk, F6: long keys, long numbers, and a hundred thousand equal keys. */
static void long_and_many_keys(void **state)
{
	CLEANUP(cleanup_free) char *text = NULL;
	struct buffer buffer = {0};
	struct input input;
	struct json *root;

	(void)state;
	buffer_add_text(&buffer, "{\"");
	for (size_t i = 0; i < 100000; i++)
		buffer_add_text(&buffer, "0123456789");
	buffer_add_text(&buffer, "\":1");
	for (size_t i = 0; i < 100000; i++)
		buffer_add_text(&buffer, "2");
	for (size_t i = 0; i < 100000; i++)
		buffer_addf(&buffer, ",\"%zu\":0", i % 50000);
	buffer_add_text(&buffer, "}");
	text = buffer_take(&buffer);
	root = input_parse(&input, text, strlen(text));
	assert_null(root);
	assert_int_equal(input.findings.errors, 50000);
	assert_int_equal(input.findings.count, FINDINGS_MAX);
	input_close(&input);
	(void)strcpy(strstr(text, ",\"0\""), "}");
	root = input_parse(&input, text, strlen(text));
	assert_int_equal(root->members[0].key_length, 1000000);
	assert_int_equal(root->members[0].value->length, 100001);
	input_close(&input);
}

static const struct {
	const char *item, *text;
	uint64_t maximum, number;
	const char *outcome; /* "" or "ID: MESSAGE (REMEDY)" */
} numbers[] = {
	{"S2 zero", "0", 5, 0, ""},
	{"S2 76 the maximum", "5", 5, 5, ""},
	{"S2 76 index 6", "6", 5, 0,
	 "bad-number: index 6 is too large (a whole number from 0 to 5)"},
	{"S2 maximum 0", "0", 0, 0, ""},
	{"S2 maximum 0 and one more", "1", 0, 0,
	 "bad-number: index 1 is too large (a whole number from 0 to 0)"},
	{"S2 62 2^53+1", "9007199254740993", UINT64_MAX, UINT64_C(9007199254740993), ""},
	{"S2 63 2^63", "9223372036854775808", UINT64_MAX, UINT64_C(1) << 63, ""},
	{"S2 64 2^64-1", "18446744073709551615", UINT64_MAX, UINT64_MAX, ""},
	{"S2 65 2^64", "18446744073709551616", UINT64_MAX, 0,
	 "bad-number: index 18446744073709551616 is too large (a whole number from 0 to "
	 "18446744073709551615)"},
	{"S2 65 2^64+10", "18446744073709551626", UINT64_MAX, 0,
	 "bad-number: index 18446744073709551626 is too large (a whole number from 0 to "
	 "18446744073709551615)"},
	{"S2 65 wraps to a small one", "184467440737095516160", UINT64_MAX, 0,
	 "bad-number: index 184467440737095516160 is too large (a whole number from 0 to "
	 "18446744073709551615)"},
	{"S2 66 -1", "-1", 5, 0, "bad-number: index -1 is negative (a whole number from 0 to 5)"},
	{"S2 67 -0", "-0", 5, 0, "bad-number: index -0 is negative (a whole number from 0 to 5)"},
	{"S2 68 1.0", "1.0", 5, 0,
	 "bad-number: index 1.0 has a fraction or an exponent (a whole number from 0 to 5)"},
	{"S2 69 1e3", "1e3", 5000, 0,
	 "bad-number: index 1e3 has a fraction or an exponent (a whole number from 0 to 5000)"},
	{"S2 70 4.294967295e9", "4.294967295e9", UINT32_MAX, 0,
	 "bad-number: index 4.294967295e9 has a fraction or an exponent (a whole number from 0 to "
	 "4294967295)"},
	{"S2 71 1E999", "1E999", 5, 0,
	 "bad-number: index 1E999 has a fraction or an exponent (a whole number from 0 to 5)"},
	{"S2 77 2^32", "4294967296", UINT32_MAX, 0,
	 "bad-number: index 4294967296 is too large (a whole number from 0 to 4294967295)"},
	{"S2 75 a string", "\"3\"", 5, 0,
	 "wrong-type: index must be a number, not a string (a whole number from 0 to 5, without "
	 "quotes)"},
	{"S2 null", "null", 5, 0,
	 "wrong-type: index must be a number, not null (a whole number from 0 to 5)"},
	{"S2 true", "true", 5, 0,
	 "wrong-type: index must be a number, not a boolean (a whole number from 0 to 5)"},
	{"S2 an array", "[1]", 5, 0,
	 "wrong-type: index must be a number, not an array (a whole number from 0 to 5)"},
	{"S2 an object", "{}", 5, 0,
	 "wrong-type: index must be a number, not an object (a whole number from 0 to 5)"},
};

static void number_row(size_t i)
{
	CLEANUP(cleanup_free) char *outcome = mem_string("");
	uint64_t number = 77;
	struct input input;
	struct json *root = input_parse(&input, numbers[i].text, strlen(numbers[i].text));
	int status = json_unsigned(root, "index", numbers[i].maximum, &number, &input.findings);

	assert_int_equal(status, numbers[i].outcome[0] ? -1 : 0);
	assert_int_equal(input.findings.errors, numbers[i].outcome[0] ? 1 : 0);
	if (status) {
		free(outcome);
		outcome = mem_format("%s: %s (%s)", input.findings.list[0].id,
				     input.findings.list[0].message, input.findings.list[0].remedy);
	} else if (number != numbers[i].number) {
		fail_msg("%s: %" PRIu64, numbers[i].item, number);
	}
	if (strcmp(outcome, numbers[i].outcome) != 0)
		fail_msg("%s: %s", numbers[i].item, outcome);
	input_close(&input);
}

static void numbers_are_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		number_row(i);
}

/* 31, S2 and F6 */
static void a_number_of_many_digits(void **state)
{
	CLEANUP(cleanup_free) char *text = NULL;
	struct input input;
	uint64_t number;
	size_t length;
	struct json *root;

	(void)state;
	text = text_repeat("9", 100000, "", "", &length);
	root = input_parse(&input, text, length);
	assert_int_equal(root->length, 100000);
	assert_int_equal(json_unsigned(root, "value", UINT64_MAX, &number, &input.findings), -1);
	assert_true(strlen(input.findings.list[0].message) < 300);
	input_close(&input);
}

static void members_are_found(void **state)
{
	struct input input;
	struct json *root = input_parse(&input, TEXT("{\"a\":null,\"b\":[1],\"ab\":2,\"\":3}"));

	(void)state;
	assert_int_equal(json_get(root, "a")->type, JSON_NULL);
	assert_null(json_get_present(root, "a"));
	assert_int_equal(json_get_present(root, "b")->type, JSON_ARRAY);
	assert_string_equal(json_get(root, "ab")->text, "2");
	assert_string_equal(json_get(root, "")->text, "3");
	assert_null(json_get(root, "A"));
	assert_null(json_get(root, "abc"));
	assert_null(json_get_present(root, "abc"));
	assert_null(json_get(json_get(root, "b"), "a"));
	json_free(NULL);
	input_close(&input);
}

static const char *const known_keys[] = {"defaultAction", "syscalls", "flags", "kind"};

static const struct {
	const char *item, *text;
	enum severity severity;
	const char *outcome;
} keys[] = {
	{"S1 known", "{\"flags\":1,\"syscalls\":2}", SEVERITY_ERROR, ""},
	{"S1 44 case", "{\"defaultaction\":1}", SEVERITY_ERROR,
	 "2 key-case: the key defaultaction in the section differs from defaultAction only in case "
	 "(did you mean defaultAction?)"},
	{"S1 44 case is an error always", "{\"FLAGS\":1}", SEVERITY_NOTE,
	 "2 key-case: the key FLAGS in the section differs from flags only in case (did you mean "
	 "flags?)"},
	{"S1 44 beside the right one", "{\"flags\":1,\"Flags\":1}", SEVERITY_WARNING,
	 "2 key-case: the key Flags in the section differs from flags only in case (did you mean "
	 "flags?)"},
	{"S1 45 long s, which Go folds", "{\"\xc5\xbfyscalls\":1}", SEVERITY_NOTE,
	 "2 key-case: the key \xc5\xbfyscalls in the section differs from syscalls only in case "
	 "(did "
	 "you mean syscalls?)"},
	{"S1 45 Kelvin sign, which Go folds", "{\"\xe2\x84\xaaind\":1}", SEVERITY_NOTE,
	 "2 key-case: the key \xe2\x84\xaaind in the section differs from kind only in case (did "
	 "you "
	 "mean kind?)"},
	{"S1 45 Cyrillic a", "{\"fl\xd0\xb0gs\":1}", SEVERITY_NOTE, ""},
	{"S1 46 syscals", "{\"syscals\":1}", SEVERITY_ERROR,
	 "2 unknown-key: unknown key syscals in the section (did you mean syscalls?)"},
	{"S1 46 leniently", "{\"syscals\":1}", SEVERITY_WARNING,
	 "1 unknown-key: unknown key syscals in the section (did you mean syscalls?)"},
	{"S1 elsewhere", "{\"syscals\":1}", SEVERITY_NOTE, ""},
	{"S1 like no other", "{\"mounts\\n\":1}", SEVERITY_ERROR,
	 "2 unknown-key: unknown key mounts\\n in the section (take it out)"},
};

static void key_row(size_t i)
{
	CLEANUP(cleanup_free) char *outcome = mem_string("");
	struct input input;
	struct json *root = input_parse(&input, keys[i].text, strlen(keys[i].text));
	int status = json_known_keys(root, "the section", known_keys, ARRAY_SIZE(known_keys), 0,
				     keys[i].severity, "take it out", &input.findings);

	assert_int_equal(status, input.findings.errors ? -1 : 0);
	assert_true(input.findings.count <= 1);
	for (size_t j = 0; j < input.findings.count; j++) {
		const struct finding *finding = &input.findings.list[j];

		free(outcome);
		outcome = mem_format("%d %s: %s%s%s%s", (int)finding->severity, finding->id,
				     finding->message, finding->remedy ? " (" : "",
				     finding->remedy ? finding->remedy : "",
				     finding->remedy ? ")" : "");
	}
	if (strcmp(outcome, keys[i].outcome) != 0)
		fail_msg("%s: %s", keys[i].item, outcome);
	input_close(&input);
}

static void keys_are_held_against_the_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		key_row(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_have_one_place),
		cmocka_unit_test(messages_say_what_would_be_right),
		cmocka_unit_test(roots_of_every_type),
		cmocka_unit_test(values_know_their_bytes_and_places),
		cmocka_unit_test(strings_are_decoded),
		cmocka_unit_test(truncation_at_every_byte),
		cmocka_unit_test(truncation_of_a_real_profile),
		cmocka_unit_test(size_and_depth_are_bounded),
		cmocka_unit_test(a_million_objects),
		cmocka_unit_test(long_and_many_keys),
		cmocka_unit_test(numbers_are_exact),
		cmocka_unit_test(a_number_of_many_digits),
		cmocka_unit_test(members_are_found),
		cmocka_unit_test(keys_are_held_against_the_known),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
