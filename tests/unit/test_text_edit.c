/* SPDX-License-Identifier: Apache-2.0 */
/* Edits keep every byte that is not theirs, and what comes out is JSON again. */
#include <config.h>

#include "tests/unit/document.h"

#include "oci/text_edit.h"

/* Edits as words: "set KEY TEXT", "remove KEY", "prepend TEXT", "append TEXT", "replace TEXT" of
 * the value `at` of the root ("": the root itself), with ' for ". */
struct edit_row {
	const char *text;
	struct {
		const char *what, *at, *key, *with;
	} edits[3];
	const char *outcome;
};

static const struct edit_row rows[] = {
	{"{'a':1}", {{NULL, NULL, NULL, NULL}}, "{'a':1}"},
	{" { 'a' : 1 }\n", {{"set", "", "a", "[2]"}}, " { 'a' : [2] }\n"},
	{"{'a':1}", {{"set", "", "a", "2"}}, "{'a':2}"},
	{"{'a':null,'b':1}", {{"set", "", "a", "{}"}}, "{'a':{},'b':1}"},
	{"{'a':1}", {{"set", "", "b", "2"}}, "{'a':1,'b':2}"},
	{"{}", {{"set", "", "b", "2"}}, "{'b':2}"},
	{"{ }", {{"set", "", "b", "2"}}, "{'b':2 }"},
	{"{}", {{"set", "", "b", "2"}, {"set", "", "c", "3"}}, "{'b':2,'c':3}"},
	{"{'a':1}", {{"set", "", "b", "2"}, {"set", "", "c", "3"}}, "{'a':1,'b':2,'c':3}"},
	{"{'a':1}", {{"set", "", "b", "2"}, {"set", "", "a", "3"}}, "{'a':3,'b':2}"},
	{"{\n\t'a':1\n}\n", {{"set", "", "b", "2"}}, "{\n\t'a':1,\n\t'b':2\n}\n"},
	{"{'a':{},'b':1}", {{"set", "a", "x", "1"}, {"set", "", "b", "2"}}, "{'a':{'x':1},'b':2}"},
	{"{'a':{'b':{}}}",
	 {{"set", "a", "c", "1"}, {"set", "", "d", "2"}},
	 "{'a':{'b':{},'c':1},'d':2}"},
	{"{'a':1}", {{"remove", "", "b", NULL}}, "{'a':1}"},
	{"{'a':1}", {{"remove", "", "a", NULL}}, "{}"},
	{"{ 'a':1 }", {{"remove", "", "a", NULL}}, "{  }"},
	{"{'a':1,'b':2,'c':3}", {{"remove", "", "a", NULL}}, "{'b':2,'c':3}"},
	{"{'a':1, 'b':2, 'c':3}", {{"remove", "", "b", NULL}}, "{'a':1, 'c':3}"},
	{"{'a':1,'b':2,'c':3}", {{"remove", "", "c", NULL}}, "{'a':1,'b':2}"},
	{"{'a':[1,2]}", {{"prepend", "a", NULL, "0"}}, "{'a':[0,1,2]}"},
	{"{'a':[1]}",
	 {{"prepend", "a", NULL, "'x'"}, {"prepend", "a", NULL, "'y'"}},
	 "{'a':['x','y',1]}"},
	{"{'a':[]}", {{"prepend", "a", NULL, "0"}, {"append", "a", NULL, "1"}}, "{'a':[0,1]}"},
	{"{'a':[1]}",
	 {{"append", "a", NULL, "2"}, {"prepend", "a", NULL, "0"}, {"append", "a", NULL, "3"}},
	 "{'a':[0,1,2,3]}"},
	{"{'a':[\n  1\n]}", {{"append", "a", NULL, "2"}}, "{'a':[\n  1,\n  2\n]}"},
	{"{'a':[\n  1\n]}", {{"prepend", "a", NULL, "0"}}, "{'a':[\n  0,\n  1\n]}"},
	{"{'\\u0061':1,'\xc3\xa9':1e5}", {{"set", "", "a", "2"}}, "{'\\u0061':2,'\xc3\xa9':1e5}"},
};

static char *quoted(const char *text)
{
	char *copy = mem_string(text);

	for (char *c = copy; *c; c++)
		*c = (char)(*c == '\'' ? '"' : *c);
	return copy;
}

static void edit_do(struct text_edits *edits, const char *what, const struct json *at,
		    const char *key, const char *with)
{
	CLEANUP(cleanup_free) char *text = quoted(with ? with : "");

	if (strcmp(what, "set") == 0)
		text_edits_set_member(edits, at, key, text, strlen(text));
	else if (strcmp(what, "remove") == 0)
		text_edits_remove_member(edits, at, key);
	else if (strcmp(what, "prepend") == 0)
		text_edits_prepend(edits, at, text, strlen(text));
	else
		text_edits_append(edits, at, text, strlen(text));
}

static void row_run(const struct edit_row *row)
{
	struct input input;
	struct text_edits edits = {0};
	struct buffer out = {0};
	struct findings findings = {0};
	struct json_document *again;
	char *outcome = quoted(row->outcome);

	input_parse(&input, row->text);
	edits.document = input.document;
	for (size_t i = 0; i < ARRAY_SIZE(row->edits) && row->edits[i].what; i++)
		edit_do(&edits, row->edits[i].what,
			*row->edits[i].at ? json_get(input.document->root, row->edits[i].at)
					  : input.document->root,
			row->edits[i].key, row->edits[i].with);
	text_edits_apply(&edits, &out);
	if (strcmp(out.data, outcome) != 0)
		print_error("%s\n", row->text);
	assert_string_equal(out.data, outcome);
	again = json_parse("again", out.data, out.length, &findings);
	assert_non_null(again);
	json_free(again);
	buffer_free(&out);
	text_edits_free(&edits);
	input_close(&input);
	free(outcome);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		row_run(&rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
