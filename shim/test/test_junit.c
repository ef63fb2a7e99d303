/* SPDX-License-Identifier: Apache-2.0 */
/* The results as JUnit XML: one suite, one case for each expectation. */
#include <config.h>

#include "shim/test/test_result.h"

#include <string.h>

#include "oci/utf8.h"

/* Text in an attribute or element; characters that XML 1.0 does not have become "?". */
static void junit_add_text(struct buffer *out, const char *text)
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

static void junit_add_case(struct buffer *out, const struct test_case *test)
{
	CLEANUP(buffer_free) struct buffer title = {0};
	CLEANUP(buffer_free) struct buffer details = {0};
	const char *file =
		text_escaped(test->expectation->place.file, strlen(test->expectation->place.file));

	test_add_details(&details, test);
	test_add_title(&title, test->expectation);
	buffer_add_text(out, "    <testcase name=\"");
	junit_add_text(out, title.data);
	buffer_add_text(out, "\" classname=\"");
	junit_add_text(out, file);
	buffer_add_text(out, "\" file=\"");
	junit_add_text(out, file);
	buffer_addf(out, "\" line=\"%u\">\n", test->expectation->place.line);
	if (test->verdict == TEST_SKIPPED)
		buffer_addf(out, "      <skipped message=\"%s\"/>\n", test->reason);
	if (test->verdict == TEST_FAILED) {
		buffer_addf(out,
			    "      <failure type=\"expectation\" message=\"%zu of %zu calls\">",
			    test->failed, test->calls);
		junit_add_text(out, details.data ? details.data : "");
		buffer_add_text(out, "</failure>\n");
	} else if (details.length > 0) {
		buffer_add_text(out, "      <system-out>");
		junit_add_text(out, details.data ? details.data : "");
		buffer_add_text(out, "</system-out>\n");
	}
	buffer_add_text(out, "    </testcase>\n");
}

static void junit_add_counts(struct buffer *out, const struct tests *tests, const char *element)
{
	buffer_addf(out, "<%s name=\"seccomp-shim test ", element);
	junit_add_text(out, text_escaped(tests->filter, strlen(tests->filter)));
	buffer_addf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
		    tests->count, tests->verdicts[TEST_FAILED], tests->verdicts[TEST_SKIPPED]);
}

void tests_add_junit(struct buffer *out, const struct tests *tests)
{
	buffer_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	junit_add_counts(out, tests, "testsuites");
	buffer_add_text(out, "  ");
	junit_add_counts(out, tests, "testsuite");
	for (size_t i = 0; i < tests->count; i++)
		junit_add_case(out, &tests->list[i]);
	buffer_add_text(out, "  </testsuite>\n</testsuites>\n");
}
