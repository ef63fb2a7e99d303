/* SPDX-License-Identifier: Apache-2.0 */
/* The forms in which results are told. Decides nothing. */
#include <config.h>
#include "shim/test/test_output.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"
#include "filter/rules/filter.h"
#include "oci/utf8.h"
#include "shim/print.h"

static const char *const verdict_words[] = {
	[TEST_PASSED] = "passed",
	[TEST_FAILED] = "failed",
	[TEST_SKIPPED] = "skipped",
};

void tests_free(struct tests *tests)
{
	for (size_t i = 0; i < tests->count; i++) {
		buffer_free(&tests->list[i].details);
		buffer_free(&tests->list[i].failures);
		buffer_free(&tests->list[i].live);
	}
	free(tests->list);
	*tests = (struct tests){0};
}

struct place test_output_deciding_place(const struct rules *rules, const struct seccomp_data *call,
					uint32_t outcome)
{
	const struct profile *profile;
	struct place place;

	if (!rules)
		return NOWHERE;
	profile = rules->resolved->profile;
	place = filter_deciding_place(rules, call, outcome);
	if (place.line == profile->default_place.line &&
	    place.column == profile->default_place.column && default_outcome(profile) != outcome)
		return NOWHERE;
	return place;
}

void test_output_add_witness(struct buffer *out, const struct seccomp_data *data)
{
	struct call call = {.abi = abi_of_call(data->arch, (uint32_t)data->nr),
			    .number = (uint32_t)data->nr};
	struct argument arguments[ARGUMENTS_MAX];
	int count;

	call.name = syscall_name(call.abi, call.number);
	count = !call.name ? -1 : signature_of(call.abi, call.name, arguments);
	for (int i = 0; i < ARGUMENTS_MAX; i++)
		if (i < count || data->args[i] != 0)
			call.given |= 1u << i;
	memcpy(call.args, data->args, sizeof(call.args));
	call_add_text(out, &call);
}

void test_output_add_witness_json(struct buffer *out, const struct seccomp_data *data)
{
	buffer_addf(out, "{\"auditArch\":\"0x%x\",\"number\":%u,\"args\":[", data->arch,
		    (uint32_t)data->nr);
	for (size_t i = 0; i < ARRAY_SIZE(data->args); i++)
		buffer_addf(out, "%s\"0x%llx\"", i == 0 ? "" : ",",
			    (unsigned long long)data->args[i]);
	buffer_add_text(out, "]}");
}

/* "FILE:LINE TEXT", harmless on a terminal. */
static void add_title(struct buffer *out, const struct expectation *expectation)
{
	buffer_add_escaped(out, expectation->place.file, strlen(expectation->place.file));
	buffer_addf(out, ":%u ", expectation->place.line);
	buffer_add_escaped(out, expectation->text, strlen(expectation->text));
}

/* ---- TAP */

/* A # would begin a directive. */
static void add_tap_text(struct buffer *out, const char *text)
{
	for (; *text; text++)
		buffer_addf(out, *text == '#' ? "\\%c" : "%c", *text);
}

static void add_tap_details(struct buffer *out, const char *lines)
{
	while (lines && *lines) {
		const size_t length = strcspn(lines, "\n");

		buffer_addf(out, "#   %.*s\n", (int)length, lines);
		lines += length + (lines[length] == '\n');
	}
}

static void print_tap_case(const struct test_case *test, size_t number)
{
	CLEANUP(buffer_free) struct buffer title = {0};
	CLEANUP(buffer_free) struct buffer out = {0};

	add_title(&title, test->expectation);
	buffer_addf(&out, "%sok %zu - ", test->verdict == TEST_FAILED ? "not " : "", number);
	add_tap_text(&out, title.data);
	if (test->verdict == TEST_SKIPPED)
		buffer_addf(&out, " # SKIP %s", test->reason);
	buffer_add_text(&out, "\n");
	add_tap_details(&out, test->details.data);
	print_out(out.data, out.length);
}

void test_output_print_tap(const struct tests *tests)
{
	CLEANUP(buffer_free) struct buffer head = {0};

	buffer_addf(&head, "TAP version 13\n1..%zu\n", tests->count);
	print_out(head.data, head.length);
	for (size_t i = 0; i < tests->count; i++)
		print_tap_case(&tests->list[i], i + 1);
}

/* ---- JSON */

static void add_case_json(struct buffer *out, const struct test_case *test, bool live)
{
	const struct expectation *expectation = test->expectation;

	buffer_add_text(out, "{\"text\":");
	print_json_text(out, expectation->text);
	buffer_add_text(out, ",\"file\":");
	print_json_text(out, expectation->place.file);
	buffer_addf(out, ",\"line\":%u,\"column\":%u", expectation->place.line,
		    expectation->place.column);
	buffer_addf(out, ",\"verdict\":\"%s\",\"reason\":", verdict_words[test->verdict]);
	print_json_text(out, test->reason);
	buffer_addf(out,
		    ",\"calls\":%zu,\"failedCalls\":%zu,\"failures\":[%s],\"live\":", test->calls,
		    test->failed, test->failures.data ? test->failures.data : "");
	if (live)
		buffer_addf(out, "[%s]}", test->live.data ? test->live.data : "");
	else
		buffer_add_text(out, "null}");
}

void test_output_add_json(struct buffer *out, const struct tests *tests)
{
	buffer_addf(out, "{\"passed\":%zu,\"failed\":%zu,\"skipped\":%zu,\"expectations\":[",
		    tests->verdicts[TEST_PASSED], tests->verdicts[TEST_FAILED],
		    tests->verdicts[TEST_SKIPPED]);
	for (size_t i = 0; i < tests->count; i++) {
		if (i > 0)
			buffer_add_text(out, ",");
		add_case_json(out, &tests->list[i], tests->live);
	}
	buffer_add_text(out, "]}");
}

/* ---- JUnit */

/* Text in an attribute or element; what XML 1.0 has no way to say becomes "?". */
static void add_xml(struct buffer *out, const char *text)
{
	const char *const end = text + strlen(text);

	while (text < end) {
		uint32_t code = 0;
		size_t length =
			utf8_sequence((const unsigned char *)text, (size_t)(end - text), &code);

		if (length == 0 || code == 0xfffe || code == 0xffff || code == 0x7f ||
		    (code < ' ' && code != '\n' && code != '\t'))
			buffer_add_text(out, "?");
		else if (strchr("<>&\"'\n\t", (int)code) && code < 0x80)
			buffer_addf(out, "&#%u;", code);
		else
			buffer_add(out, text, length);
		text += length == 0 ? 1 : length;
	}
}

static void add_junit_case(struct buffer *out, const struct test_case *test)
{
	CLEANUP(buffer_free) struct buffer title = {0};
	const char *file =
		text_escaped(test->expectation->place.file, strlen(test->expectation->place.file));
	const char *details = test->details.data ? test->details.data : "";

	add_title(&title, test->expectation);
	buffer_add_text(out, "    <testcase name=\"");
	add_xml(out, title.data);
	buffer_add_text(out, "\" classname=\"");
	add_xml(out, file);
	buffer_add_text(out, "\" file=\"");
	add_xml(out, file);
	buffer_addf(out, "\" line=\"%u\">\n", test->expectation->place.line);
	if (test->verdict == TEST_SKIPPED)
		buffer_addf(out, "      <skipped message=\"%s\"/>\n", test->reason);
	if (test->verdict == TEST_FAILED) {
		buffer_addf(out,
			    "      <failure type=\"expectation\" message=\"%zu of %zu calls\">",
			    test->failed, test->calls);
		add_xml(out, details);
		buffer_add_text(out, "</failure>\n");
	} else if (*details) {
		buffer_add_text(out, "      <system-out>");
		add_xml(out, details);
		buffer_add_text(out, "</system-out>\n");
	}
	buffer_add_text(out, "    </testcase>\n");
}

static void add_junit_counts(struct buffer *out, const struct tests *tests, const char *element,
			     const char *filter)
{
	buffer_addf(out, "<%s name=\"seccomp-shim test ", element);
	add_xml(out, text_escaped(filter, strlen(filter)));
	buffer_addf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
		    tests->count, tests->verdicts[TEST_FAILED], tests->verdicts[TEST_SKIPPED]);
}

void test_output_add_junit(struct buffer *out, const struct tests *tests, const char *filter)
{
	buffer_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	add_junit_counts(out, tests, "testsuites", filter);
	buffer_add_text(out, "  ");
	add_junit_counts(out, tests, "testsuite", filter);
	for (size_t i = 0; i < tests->count; i++)
		add_junit_case(out, &tests->list[i]);
	buffer_add_text(out, "  </testsuite>\n</testsuites>\n");
}
