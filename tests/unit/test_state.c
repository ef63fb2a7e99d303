/* SPDX-License-Identifier: Apache-2.0 */
/* A container's state: what runc, crun and others give to hooks, and what is not a state. */
#include <config.h>

#include "tests/unit/document.h"

#include "oci/state.h"

#define STATE(rest) "{'id':'c','status':'creating','bundle':'/b',\n" rest "}"

static const struct row rows[] = {
	{"runc", STATE("'ociVersion':'1.0.2-dev','pid':77"), ""},
	{"crun: pid 0, further keys", STATE("'ociVersion':'1.0','pid':0,'root':'/r','owner':''"),
	 ""},
	{"no version, pid, annotations", "{'id':'c','status':'created','bundle':'/b'}", ""},
	{"crun: another word", "{'id':'c','status':'starting','bundle':'/'}", ""},
	{"unknown word", "{'id':'c','status':'paused','bundle':'/'}", ""},
	{"annotations", STATE("'annotations':null"), ""},
	{"annotations", STATE("'annotations':{}"), ""},
	{"annotations", STATE("'annotations':{'a':''}"), ""},
	{"annotations", STATE("'annotations':{'a':1}"), "2:20 error wrong-type"},
	{"annotations", STATE("'annotations':[]"), "2:15 error wrong-type"},
	{"no object", "['id']", "1:1 error wrong-type"},
	{"no object", "null", "1:1 error wrong-type"},
	{"nothing", "{}", "1:1 error missing-key; 1:1 error missing-key; 1:1 error missing-key"},
	{"config.json", "{'ociVersion':'1','process':{},'root':{}}", "1:1 error state-is-config"},
	{"config.json", "{'ociVersion':'1','linux':{}}", "1:1 error state-is-config"},
	{"id", "{'status':'created','bundle':'/b'}", "1:1 error missing-key"},
	{"id", "{'id':'','status':'created','bundle':'/b'}", "1:7 error empty-value"},
	{"id", "{'id':7,'status':'created','bundle':'/b'}", "1:7 error wrong-type"},
	{"status", "{'id':'c','bundle':'/b'}", "1:1 error missing-key"},
	{"status", "{'id':'c','status':null,'bundle':'/b'}", "1:20 error wrong-type"},
	{"bundle", "{'id':'c','status':'created'}", "1:1 error missing-key"},
	{"bundle", "{'id':'c','status':'created','bundle':''}", "1:39 error empty-value"},
	{"bundle", "{'id':'c','status':'created','bundle':'b'}", "1:30 error bundle-relative"},
	{"bundle", "{'id':'c','status':'created','bundle':'../b'}", "1:30 error bundle-relative"},
	{"pid", STATE("'pid':2147483647"), ""},
	{"pid", STATE("'pid':2147483648"), "2:7 error bad-number"},
	{"pid", STATE("'pid':-1"), "2:7 error bad-number"},
	{"pid", STATE("'pid':'1'"), "2:7 error wrong-type"},
	{"key in another case", STATE("'Pid':1"), "2:1 error key-case"},
	{"key in another case", STATE("'Bundle':'/x'"), "2:1 error key-case"},
	{"version", STATE("'ociVersion':1"), "2:14 error wrong-type"},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct input input;
		struct container_state read;
		int result;

		input_parse(&input, rows[i].text);
		result = state_read(input.document->root, &read, &input.findings);
		row_check(&rows[i], &input.findings);
		assert_int_equal(result, input.findings.errors ? -1 : 0);
		input_close(&input);
	}
}

/* As runc 1.1 writes it. */
static void test_fields(void **state)
{
	struct input input;
	struct container_state read;

	(void)state;
	input_parse(&input, "{'ociVersion':'1.0.2-dev','id':'box','status':'creating',\n"
			    "'pid':4711,'bundle':'/run/box',\n'annotations':{'a':'1','b':''}}");
	assert_int_equal(state_read(input.document->root, &read, &input.findings), 0);
	assert_string_equal(read.oci_version, "1.0.2-dev");
	assert_string_equal(read.id, "box");
	assert_int_equal(read.status, STATE_CREATING);
	assert_string_equal(read.status_text, "creating");
	assert_int_equal(read.status_place.line, 1);
	assert_true(read.has_pid);
	assert_int_equal(read.pid, 4711);
	assert_int_equal(read.pid_place.line, 2);
	assert_string_equal(read.bundle, "/run/box");
	assert_int_equal(read.bundle_place.column, 12);
	assert_int_equal(read.annotations->length, 2);
	assert_string_equal(json_get(read.annotations, "a")->text, "1");
	assert_string_equal(json_get(read.annotations, "b")->text, "");
	input_close(&input);
}

static void test_words(void **state)
{
	static const struct {
		const char *word;
		enum state_status status;
	} words[] = {
		{"creating", STATE_CREATING}, {"created", STATE_CREATED},
		{"starting", STATE_STARTING}, {"running", STATE_RUNNING},
		{"stopped", STATE_STOPPED},   {"Running", STATE_OTHER},
		{"paused", STATE_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		char *text = mem_format("{'id':'c','status':'%s','bundle':'/'}", words[i].word);
		struct input input;
		struct container_state read;

		input_parse(&input, text);
		assert_int_equal(state_read(input.document->root, &read, &input.findings), 0);
		assert_int_equal(read.status, words[i].status);
		assert_false(read.has_pid);
		assert_null(read.oci_version);
		assert_null(read.annotations);
		input_close(&input);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
