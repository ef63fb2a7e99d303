/* SPDX-License-Identifier: Apache-2.0 */
/* The results as TAP (Test Anything Protocol), version 13. */
#include <config.h>

#include "shim/test/test_result.h"

#include <string.h>

/* A # would begin a directive, so it is escaped. */
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

static void tap_add_case(struct buffer *out, const struct test_case *test, size_t number)
{
	CLEANUP(buffer_free) struct buffer title = {0};
	CLEANUP(buffer_free) struct buffer details = {0};

	test_add_title(&title, test->expectation);
	buffer_addf(out, "%sok %zu - ", test->verdict == TEST_FAILED ? "not " : "", number);
	tap_add_text(out, title.data);
	if (test->verdict == TEST_SKIPPED)
		buffer_addf(out, " # SKIP %s", test->reason);
	buffer_add_text(out, "\n");
	test_add_details(&details, test);
	tap_add_details(out, details.data);
}

void tests_add_tap(struct buffer *out, const struct tests *tests)
{
	buffer_addf(out, "TAP version 13\n1..%zu\n", tests->count);
	for (size_t i = 0; i < tests->count; i++)
		tap_add_case(out, &tests->list[i], i + 1);
}
