/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON reader: what it refuses and where, what it keeps of what it takes, exact numbers, known
 * keys.
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
	{"empty", TEXT(""), "1:1 json-empty"},
	{"spaces", TEXT(" \t\n  "), "2:3 json-empty"},
	{"BOM", TEXT("\xef\xbb\xbf{}"), "1:1 json-encoding"},
	{"UTF-16 little", TEXT("{\0}\0"), "1:1 json-encoding"},
	{"UTF-16 big", TEXT("\0{\0}"), "1:1 json-encoding"},
	{"UTF-16 little, marked", TEXT("\xff\xfe{\0}\0"), "1:1 json-encoding"},
	{"UTF-16 big, marked", TEXT("\xfe\xff\0{\0}"), "1:1 json-encoding"},
	{"UTF-32 big", TEXT("\0\0\0{"), "1:1 json-encoding"},
	{"UTF-32 little", TEXT("{\0\0\0"), "1:1 json-encoding"},
	{"trailing text", TEXT("{}\n x"), "2:2 json-syntax"},
	{"trailing bracket", TEXT("[]]"), "1:3 json-syntax"},
	{"trailing comma", TEXT("{},"), "1:3 json-syntax"},
	{"two documents", TEXT("{}\n{}"), "2:1 json-syntax"},
	{"two numbers", TEXT("1 2"), "1:3 json-syntax"},
	{"NUL after document", TEXT("{}\0"), "1:3 json-encoding"},
	{"NUL in string", TEXT("[\"a\0b\"]"), "1:4 json-encoding"},
	{"NUL, later bad UTF-8", TEXT("[\"a\0\xff\"]"), "1:4 json-encoding"},
	{"\\u0000", TEXT("{\"action\":\"SCMP_ACT_ERRNO\\u0000\"}"), "1:26 json-string"},
	{"\\u0000 in a name", TEXT("[\"chmod\\u0000x\"]"), "1:8 json-string"},
	{"\\u0000 in a key", TEXT("{\"a\\u0000\":1}"), "1:4 json-string"},
	{"\\u0000 after a backslash", TEXT("{\"a\\\\\\u0000\":1}"), "1:6 json-string"},
	{"comment", TEXT("[\n// x\n1]"), "2:1 json-syntax"},
	{"comment of C", TEXT("[1 /* x */]"), "1:4 json-syntax"},
	{"comment at the end", TEXT("{} // x"), "1:4 json-syntax"},
	{"comment of a shell", TEXT("# x\n{}"), "1:1 json-syntax"},
	{"trailing comma", TEXT("[1,\n]"), "1:3 json-syntax"},
	{"trailing comma in an object", TEXT("{\"a\":1,\n}"), "1:7 json-syntax"},
	{"comma alone", TEXT("[,]"), "1:2 json-syntax"},
	{"two commas", TEXT("[1,,2]"), "1:4 json-syntax"},
	{"single quotes", TEXT("{'a':1}"), "1:2 json-syntax"},
	{"single quotes about a value", TEXT("{\"a\":'b'}"), "1:6 json-syntax"},
	{"line break in string", TEXT("[\"a\nb\"]"), "1:4 json-string"},
	{"tab in string", TEXT("[\"a\tb\"]"), "1:4 json-string"},
	{"control byte in key", TEXT("{\"\x01\":1}"), "1:3 json-string"},
	{"FF FE", TEXT("{}\n\"\xff\xfe\""), "2:2 json-encoding"},
	{"C0 AF", TEXT("[\"\xc0\xaf\"]"), "1:3 json-encoding"},
	{"ED A0 80", TEXT("[\"\xed\xa0\x80\"]"), "1:3 json-encoding"},
	{"F7 BF BF BF", TEXT("[\"\xf7\xbf\xbf\xbf\"]"), "1:3 json-encoding"},
	{"F4 90 80 80", TEXT("[\"\xf4\x90\x80\x80\"]"), "1:3 json-encoding"},
	{"cut character", TEXT("[\"\xe2\x82"), "1:5 json-truncated"},
	{"cut character of four bytes", TEXT("[\"\xf4\x8f\xbf"), "1:6 json-truncated"},
	{"cut character, 0xE0", TEXT("[\"\xe0"), "1:4 json-truncated"},
	{"cut character, 0xED", TEXT("[\"\xed"), "1:4 json-truncated"},
	{"cut character, 0xF0", TEXT("[\"\xf0"), "1:4 json-truncated"},
	{"cut character, 0xF4", TEXT("[\"\xf4"), "1:4 json-truncated"},
	{"cut character, 0xF5", TEXT("[\"\xf5"), "1:3 json-encoding"},
	{"cut character that never was", TEXT("[\"\xed\xa0"), "1:3 json-encoding"},
	{"lone \\ud800", TEXT("[\"ab\\ud800\"]"), "1:5 json-string"},
	{"lone \\uD800 in a key", TEXT("{\"\\uD800\":1}"), "1:3 json-string"},
	{"\\ud800 before another escape", TEXT("[\"\\ud800\\n\"]"), "1:3 json-string"},
	{"\\ud800 twice", TEXT("[\"\\ud800\\ud800\"]"), "1:3 json-string"},
	{"lone \\udc00", TEXT("[\"\\udc00\"]"), "1:3 json-string"},
	{"\\udc00 after a pair", TEXT("[\"\\ud83d\\ude00\\udc00\"]"), "1:15 json-string"},
	{"\\ud800\\u0041", TEXT("[\"\\ud800\\u0041\"]"), "1:3 json-string"},
	{"\\ud800\\ue000", TEXT("[\"\\ud800\\ue000\"]"), "1:3 json-string"},
	{"\\ud800\\udbff", TEXT("[\"\\ud800\\udbff\"]"), "1:3 json-string"},
	{"short \\u12", TEXT("[\"\\u12\"]"), "1:3 json-string"},
	{"\\u without digits", TEXT("[\"\\uxyzw\"]"), "1:3 json-string"},
	{"\\q", TEXT("[\"a\\q\"]"), "1:4 json-string"},
	{"\\'", TEXT("[\"a\\'\"]"), "1:4 json-string"},
	{"\\x41", TEXT("[\"\\x41\"]"), "1:3 json-string"},
	{"backslash before a line break", TEXT("[\"a\\\nb\"]"), "1:4 json-string"},
	{"CRLF", TEXT("{\r\n\"a\":\r\n x}"), "3:2 json-syntax"},
	{"CVE-2017-16516", TEXT("[\"\\uD83D"), "1:9 json-truncated"},
	{"CVE-2017-16516, closed", TEXT("[\"\\uD83D\\\"]"), "1:3 json-string"},
	{"CVE-2017-16516, cut", TEXT("[\"\\uD83D\\u"), "1:11 json-truncated"},
	{"CVE-2023-33460", TEXT("[\"a\",\"b"), "1:8 json-truncated"},
	{"NaN", TEXT("[NaN]"), "1:2 json-syntax"},
	{"Infinity", TEXT("[Infinity]"), "1:2 json-syntax"},
	{"-Infinity", TEXT("[-Infinity]"), "1:2 json-syntax"},
	{"duplicate", TEXT("{\"a\":1,\n \"b\":2,\n \"a\":3}"), "3:2 duplicate-key"},
	{"duplicate, second empty", TEXT("{\"a\":[1],\"a\":[]}"), "1:10 duplicate-key"},
	{"duplicate within", TEXT("[{\"x\":{\"e\":1,\"e\":1}}]"), "1:14 duplicate-key"},
	{"three times, two keys", TEXT("{\"a\":1,\"b\":1,\"a\":1,\"b\":1,\"a\":1}"),
	 "1:14 duplicate-key; 1:20 duplicate-key; 1:26 duplicate-key"},
	{"written in other ways", TEXT("{\"a\":1,\"\\u0061\":2}"), "1:8 duplicate-key"},
	{"empty key", TEXT("{\"\":1,\"\":2}"), "1:7 duplicate-key"},
	{"and a syntax error", TEXT("[{\"a\":1,\"a\":2},]"), "1:9 duplicate-key; 1:15 json-syntax"},
	{"010", TEXT("[010]"), "1:2 json-syntax"},
	{"010 alone", TEXT("010"), "1:1 json-syntax"},
	{"-01", TEXT("[1,\n -01]"), "2:2 json-syntax"},
	{"0x10", TEXT("{\"a\":0x10}"), "1:6 json-syntax"},
	{"+1", TEXT("[+1]"), "1:2 json-syntax"},
	{".5", TEXT("[.5]"), "1:2 json-syntax"},
	{"1.", TEXT("[1.]"), "1:2 json-syntax"},
	{"1e", TEXT("[1e]"), "1:2 json-syntax"},
	{"-", TEXT("[-]"), "1:2 json-syntax"},
	{"1.2.3", TEXT("[1.2.3]"), "1:2 json-syntax"},
	{"1_000", TEXT("[1_000]"), "1:2 json-syntax"},
	{"wrong word", TEXT("[True]"), "1:2 json-syntax"},
	{"word without quotes", TEXT("{\"a\":SCMP_ACT_KILL}"), "1:6 json-syntax"},
	{"words together", TEXT("[nullnull]"), "1:6 json-syntax"},
	{"no comma", TEXT("[1\n 2]"), "2:2 json-syntax"},
	{"no comma in an object", TEXT("{\"a\":1\n \"b\":2}"), "2:2 json-syntax"},
	{"no colon", TEXT("{\"a\" 1}"), "1:6 json-syntax"},
	{"colon in an array", TEXT("[1:2]"), "1:3 json-syntax"},
	{"no value", TEXT("{\"a\":}"), "1:6 json-syntax"},
	{"key only", TEXT("{\"a\"}"), "1:5 json-syntax"},
	{"key a number", TEXT("{1:2}"), "1:2 json-syntax"},
	{"key without quotes", TEXT("{a:2}"), "1:2 json-syntax"},
	{"wrong bracket", TEXT("[1}"), "1:3 json-syntax"},
	{"wrong brace", TEXT("{]"), "1:2 json-syntax"},
	{"form feed", TEXT("[\f1]"), "1:2 json-syntax"},
	{"form feed after a comma", TEXT("[1,\f2]"), "1:4 json-syntax"},
	{"form feed before a key", TEXT("{\f\"a\":1}"), "1:2 json-syntax"},
	{"vertical tab before the end", TEXT("{\"a\":1\v}"), "1:7 json-syntax"},
	{"vertical tab at the end", TEXT("{}\n\v"), "2:1 json-syntax"},
	{"form feed only", TEXT("\f"), "1:1 json-syntax"},
	{"no-break space",
	 TEXT("[\xc2\xa0"
	      "1]"),
	 "1:2 json-syntax"},
	{"cut number", TEXT("[1."), "1:4 json-truncated"},
	{"cut sign", TEXT("-"), "1:2 json-truncated"},
	{"number, then nothing", TEXT("[12"), "1:4 json-truncated"},
	{"cut word", TEXT("{\"a\":fals"), "1:10 json-truncated"},
	{"cut escape", TEXT("[\"a\\"), "1:5 json-truncated"},
	{"cut after a line", TEXT("{\n\"a\":1,\n"), "3:1 json-truncated"},
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
	{"trailing comma", "[1,]", "trailing comma before ] (leave it out)"},
	{"no comma", "[1 2]", "expected a comma or ] after the array element, not 2"},
	{"trailing text", "{} x", "expected nothing after the JSON value, not x"},
	{"cut object", "{\"a\":1",
	 "the text ends within an object (a comma or } after the object's member)"},
	{"comment", "[/*", "JSON has no comments (leave it out)"},
	{"duplicate key", "{\"a\\u001b\":1,\n\"a\\u001b\":2}",
	 "duplicate key a\\x1b, which stands already in line 1, column 2 (remove one of them)"},
	{"half a surrogate pair", "[\"\\ud800\"]",
	 "\\ud800 is one half of a surrogate pair (a pair such as \\ud83d\\ude00, or the character "
	 "itself)"},
	{"unknown word", "NaN",
	 "unknown word NaN (expected true, false, null, a number, or a string in double quotes)"},
	{"leading 0", "010",
	 "010 is not a JSON number (write decimal digits without + or a leading 0, such as 10)"},
	{"hostile bytes", "[\033]", "expected a value or ], not \\x1b"},
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

/* The JSON reader accepts every type; which types a document may have is decided by its readers. */
static const struct {
	const char *item, *text;
	enum json_type type;
	size_t start, end, length;
} roots[] = {
	{"number", " 12", JSON_NUMBER, 1, 3, 2},
	{"number and a line's end", "-0.5e+7\r\n", JSON_NUMBER, 0, 7, 7},
	{"string", "\"a\\/\" ", JSON_STRING, 0, 5, 2},
	{"null", "null", JSON_NULL, 0, 4, 0},
	{"true", "\ttrue", JSON_BOOLEAN, 1, 5, 0},
	{"array", "[ 1 , 2 ]", JSON_ARRAY, 0, 9, 2},
	{"empty array", "[\n]", JSON_ARRAY, 0, 3, 0},
	{"empty object", " {} ", JSON_OBJECT, 1, 3, 0},
	{"DEL is no control byte of JSON", "\"\x7f\"", JSON_STRING, 0, 3, 1},
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

/* A later edit replaces these bytes and no others. */
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

/* The place is where the text ends. */
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
	{"depth 64", "[", JSON_DEPTH_MAX, "", "]", ""},
	{"depth 64, a value within", "[", JSON_DEPTH_MAX, "1", "]", ""},
	{"depth 65", "[", JSON_DEPTH_MAX + 1, "", "]", "1:65 json-too-deep"},
	{"depth 65, objects", "{\"a\":", JSON_DEPTH_MAX + 1, "1", "}", "1:321 json-too-deep"},
	{"depth 10^6, closed", "[", 1000000, "", "]", "1:65 json-too-deep"},
	{"depth 10^6, open", "[\n", 1000000, "", "", "65:1 json-too-deep"},
	{"objects, open", "{\"a\":", 1000000, "", "", "1:321 json-too-deep"},
	{"string of 20 MB", "12345678901234567890", 1000000, "", "", "0:0 json-too-large"},
	{"16 MiB", " ", JSON_SIZE_MAX - 2, "{}", "", ""},
	{"16 MiB + 1", " ", JSON_SIZE_MAX - 1, "{}", "", "0:0 json-too-large"},
	{"a string that never ends", "\"", 1, "", "", "1:2 json-truncated"},
	{"lines", "\n", 10000000, "x", "", "10000001:1 json-syntax"},
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

/* Long keys, long numbers, and a hundred thousand equal keys. */
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
	{"zero", "0", 5, 0, ""},
	{"the maximum", "5", 5, 5, ""},
	{"index 6", "6", 5, 0,
	 "bad-number: index 6 is too large (expected a whole number from 0 to 5)"},
	{"maximum 0", "0", 0, 0, ""},
	{"maximum 0 and one more", "1", 0, 0,
	 "bad-number: index 1 is too large (expected a whole number from 0 to 0)"},
	{"2^53+1", "9007199254740993", UINT64_MAX, UINT64_C(9007199254740993), ""},
	{"2^63", "9223372036854775808", UINT64_MAX, UINT64_C(1) << 63, ""},
	{"2^64-1", "18446744073709551615", UINT64_MAX, UINT64_MAX, ""},
	{"2^64", "18446744073709551616", UINT64_MAX, 0,
	 "bad-number: index 18446744073709551616 is too large (expected a whole number from 0 to "
	 "18446744073709551615)"},
	{"2^64+10", "18446744073709551626", UINT64_MAX, 0,
	 "bad-number: index 18446744073709551626 is too large (expected a whole number from 0 to "
	 "18446744073709551615)"},
	{"wraps to a small one", "184467440737095516160", UINT64_MAX, 0,
	 "bad-number: index 184467440737095516160 is too large (expected a whole number from 0 to "
	 "18446744073709551615)"},
	{"-1", "-1", 5, 0,
	 "bad-number: index -1 is negative (expected a whole number from 0 to 5)"},
	{"-0", "-0", 5, 0,
	 "bad-number: index -0 is negative (expected a whole number from 0 to 5)"},
	{"1.0", "1.0", 5, 0,
	 "bad-number: index 1.0 has a fraction or an exponent (expected a whole number from 0 to "
	 "5)"},
	{"1e3", "1e3", 5000, 0,
	 "bad-number: index 1e3 has a fraction or an exponent (expected a whole number from 0 to "
	 "5000)"},
	{"4.294967295e9", "4.294967295e9", UINT32_MAX, 0,
	 "bad-number: index 4.294967295e9 has a fraction or an exponent (expected a whole number "
	 "from 0 to "
	 "4294967295)"},
	{"1E999", "1E999", 5, 0,
	 "bad-number: index 1E999 has a fraction or an exponent (expected a whole number from 0 to "
	 "5)"},
	{"2^32", "4294967296", UINT32_MAX, 0,
	 "bad-number: index 4294967296 is too large (expected a whole number from 0 to "
	 "4294967295)"},
	{"a string", "\"3\"", 5, 0,
	 "wrong-type: index must be a number, not a string (expected a whole number from 0 to 5, "
	 "without "
	 "quotes)"},
	{"null", "null", 5, 0,
	 "wrong-type: index must be a number, not null (expected a whole number from 0 to 5)"},
	{"true", "true", 5, 0,
	 "wrong-type: index must be a number, not a boolean (expected a whole number from 0 to 5)"},
	{"an array", "[1]", 5, 0,
	 "wrong-type: index must be a number, not an array (expected a whole number from 0 to 5)"},
	{"an object", "{}", 5, 0,
	 "wrong-type: index must be a number, not an object (expected a whole number from 0 to 5)"},
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
	{"known", "{\"flags\":1,\"syscalls\":2}", SEVERITY_ERROR, ""},
	{"case", "{\"defaultaction\":1}", SEVERITY_ERROR,
	 "2 key-case: the key defaultaction in the section differs from defaultAction only in case "
	 "(did you mean defaultAction?)"},
	{"case is an error always", "{\"FLAGS\":1}", SEVERITY_NOTE,
	 "2 key-case: the key FLAGS in the section differs from flags only in case (did you mean "
	 "flags?)"},
	{"beside the right one", "{\"flags\":1,\"Flags\":1}", SEVERITY_WARNING,
	 "2 key-case: the key Flags in the section differs from flags only in case (did you mean "
	 "flags?)"},
	{"long s, which Go folds", "{\"\xc5\xbfyscalls\":1}", SEVERITY_NOTE,
	 "2 key-case: the key \xc5\xbfyscalls in the section differs from syscalls only in case "
	 "(did "
	 "you mean syscalls?)"},
	{"Kelvin sign, which Go folds", "{\"\xe2\x84\xaaind\":1}", SEVERITY_NOTE,
	 "2 key-case: the key \xe2\x84\xaaind in the section differs from kind only in case (did "
	 "you "
	 "mean kind?)"},
	{"Cyrillic a", "{\"fl\xd0\xb0gs\":1}", SEVERITY_NOTE, ""},
	{"syscals", "{\"syscals\":1}", SEVERITY_ERROR,
	 "2 unknown-key: unknown key syscals in the section (did you mean syscalls?)"},
	{"leniently", "{\"syscals\":1}", SEVERITY_WARNING,
	 "1 unknown-key: unknown key syscals in the section (did you mean syscalls?)"},
	{"elsewhere", "{\"syscals\":1}", SEVERITY_NOTE, ""},
	{"like no other", "{\"mounts\\n\":1}", SEVERITY_ERROR,
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
