/* SPDX-License-Identifier: Apache-2.0 */
/* Results as TAP (Test Anything Protocol), version 13. */
#include <config.h>

#include "shim/test/test_result.h"

#include <string.h>

#include "shim/print.h"

/* A # would begin a directive. */
static void tap_add_text(struct buffer *out, const char *text)
{
	for (; *text; text++)
		buffer_addf(out, *text == '#' ? "\\%c" : "%c", *text);
}

static void tap_add_details(struct buffer *out, const char *lines)
{
	while (lines && *lines) {
		const size_t length = strcspn(lines, "\n");

		buffer_addf(out, "#   %.*s\n", (int)length, lines);
		lines += length + (lines[length] == '\n');
	}
}

static void tap_print_case(const struct test_case *test, size_t number)
{
	CLEANUP(buffer_free) struct buffer title = {0};
	CLEANUP(buffer_free) struct buffer details = {0};
	CLEANUP(buffer_free) struct buffer out = {0};

	test_add_title(&title, test->expectation);
	buffer_addf(&out, "%sok %zu - ", test->verdict == TEST_FAILED ? "not " : "", number);
	tap_add_text(&out, title.data);
	if (test->verdict == TEST_SKIPPED)
		buffer_addf(&out, " # SKIP %s", test->reason);
	buffer_add_text(&out, "\n");
	test_add_details(&details, test);
	tap_add_details(&out, details.data);
	print_out(out.data, out.length);
}

void tests_print_tap(const struct tests *tests)
{
	CLEANUP(buffer_free) struct buffer head = {0};

	buffer_addf(&head, "TAP version 13\n1..%zu\n", tests->count);
	print_out(head.data, head.length);
	for (size_t i = 0; i < tests->count; i++)
		tap_print_case(&tests->list[i], i + 1);
}
