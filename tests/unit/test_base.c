/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, buffers, escaping and findings: what every other module takes for granted. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "oci/finding.h"

/* AddressSanitizer ends a program that asks for too much; here NULL is wanted, as without it. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static jmp_buf out_of_memory;

static void leave(void)
{
	longjmp(out_of_memory, 1);
}

static void resize_too_far(void)
{
	volatile size_t count = SIZE_MAX / 2;

	free(mem_resize(NULL, count, 3));
}

static void zero_too_far(void)
{
	volatile size_t count = SIZE_MAX / 2;

	free(mem_zero(count, 3));
}

static void alloc_too_far(void)
{
	volatile size_t size = SIZE_MAX / 2;

	free(mem_alloc(size));
}

static void string_too_far(void)
{
	volatile size_t length = SIZE_MAX;

	free(mem_string_n("", length));
}

static void pool_too_far(void)
{
	volatile size_t size = SIZE_MAX - 3;
	struct pool pool = {0};

	(void)pool_alloc(&pool, size);
}

static void grow_too_far(void)
{
	size_t capacity = SIZE_MAX / 2 + 1;

	free(mem_grow(NULL, capacity, &capacity, 1));
}

static void buffer_too_far(void)
{
	volatile size_t length = SIZE_MAX;
	struct buffer buffer = {0};

	buffer_add(&buffer, "", length);
}

static void memory_failure_has_one_place(void **state)
{
	static void (*const requests[])(void) = {resize_too_far, zero_too_far, alloc_too_far,
						 string_too_far, pool_too_far, grow_too_far,
						 buffer_too_far};
	volatile size_t failed = 0;

	(void)state;
	mem_on_failure(leave);
	for (volatile size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		if (setjmp(out_of_memory) == 0)
			requests[i]();
		else
			failed++;
	}
	mem_on_failure(NULL);
	assert_int_equal(failed, ARRAY_SIZE(requests));
}

static void forget(void)
{
}

static void memory_failure_never_returns(void **state)
{
	static void (*const handlers[])(void) = {NULL, forget};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(handlers); i++) {
		pid_t child = fork();
		int status;

		assert_true(child >= 0);
		if (child == 0) {
			mem_on_failure(handlers[i]);
			string_too_far();
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	}
}

static void memory_of_no_size_is_memory(void **state)
{
	void *memory = mem_alloc(0);

	(void)state;
	assert_non_null(memory);
	memory = mem_resize(memory, 0, 8);
	assert_non_null(memory);
	free(memory);
	memory = mem_zero(0, 8);
	assert_non_null(memory);
	free(memory);
}

static void memory_grows_by_doubling(void **state)
{
	size_t capacity = 0, moves = 0, before = 0;
	unsigned *list = NULL;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		list = mem_grow(list, i, &capacity, sizeof(*list));
		moves += capacity != before;
		before = capacity;
		list[i] = i;
	}
	assert_true(moves < 20);
	assert_int_equal(list[99999], 99999);
	free(list);
}

static void pools_keep_every_piece(void **state)
{
	static const size_t sizes[] = {1, 7, 8, 100, 40000, 0, 5};
	const char *texts[2000];
	struct pool pool = {0};

	(void)state;
	assert_null(pool_copy(&pool, NULL, 0));
	assert_string_equal(pool_string(&pool, NULL, 0), "");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		CLEANUP(cleanup_free) char *text = mem_format("text %zu", i);
		char *memory = pool_alloc(&pool, sizes[i % ARRAY_SIZE(sizes)]);

		assert_int_equal((uintptr_t)memory % sizeof(uint64_t), 0);
		memset(memory, 0xff, sizes[i % ARRAY_SIZE(sizes)]);
		texts[i] = pool_string(&pool, text, strlen(text));
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		CLEANUP(cleanup_free) char *text = mem_format("text %zu", i);

		assert_string_equal(texts[i], text);
	}
	assert_memory_equal(pool_copy(&pool, "a\0b", 4), "a\0b", 4);
	pool_free(&pool);
	assert_null(pool.chunks);
	pool_free(&pool);
}

static void strings_are_copied_and_formatted(void **state)
{
	CLEANUP(cleanup_free) char *whole = mem_string("abc");
	CLEANUP(cleanup_free) char *part = mem_string_n("abc\0d", 5);
	CLEANUP(cleanup_free) char *none = mem_string_n(NULL, 0);
	CLEANUP(cleanup_free) char *made = mem_format("%d-%s", 7, "x");
	char *stolen = STEAL(whole);

	(void)state;
	assert_null(whole);
	assert_string_equal(stolen, "abc");
	assert_memory_equal(part, "abc\0d", 6);
	assert_string_equal(none, "");
	assert_string_equal(made, "7-x");
	free(stolen);
}

static void cleanup_close_keeps_errno(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), none = -1;

	(void)state;
	assert_true(fd >= 0);
	errno = ENOTTY;
	cleanup_close(&fd);
	cleanup_close(&none);
	assert_int_equal(errno, ENOTTY);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(errno, EBADF);
}

static void buffer_holds_what_was_added(void **state)
{
	struct buffer buffer = {0};
	char *taken;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buffer_addf(&buffer, "%d,", i % 10);
	buffer_add(&buffer, NULL, 0);
	buffer_add(&buffer, "\0x", 2);
	buffer_add_text(&buffer, "end");
	assert_int_equal(buffer.length, 2005);
	assert_memory_equal(buffer.data + 1998, "9,\0xend", 8);
	taken = buffer_take(&buffer);
	assert_null(buffer.data);
	assert_int_equal(buffer.capacity, 0);
	free(taken);
	taken = buffer_take(&buffer);
	assert_string_equal(taken, "");
	free(taken);
	buffer_add_text(&buffer, "x");
	buffer_free(&buffer);
	assert_null(buffer.data);
}

#define TEXT(literal) literal, sizeof(literal) - 1

/* Whatever a file holds, its line on the terminal is one harmless line. */
static const struct {
	const char *item, *text;
	size_t length;
	const char *shown;
} escapes[] = {
	{"plain", TEXT("chmod"), "chmod"},
	{"nothing", TEXT(""), ""},
	{"quotes stay", TEXT("a\"b'c"), "a\"b'c"},
	{"names", TEXT("a\nb\tc\\d"), "a\\nb\\tc\\\\d"},
	{"escape sequence", TEXT("\033[2J"), "\\x1b[2J"},
	{"carriage return", TEXT("a\rb"), "a\\x0db"},
	{"NUL", TEXT("a\0b"), "a\\x00b"},
	{"DEL", TEXT("\x7f"), "\\x7f"},
	{"C1 CSI", TEXT("\xc2\x9b"), "\\xc2\\x9b"},
	{"no-break space is seen", TEXT("\xc2\xa0"), "\xc2\xa0"},
	{"letters", TEXT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
	 "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
	{"soft hyphen", TEXT("\xc2\xad"), "\\xc2\\xad"},
	{"right-to-left override", TEXT("\xe2\x80\xae"), "\\xe2\\x80\\xae"},
	{"isolate", TEXT("\xe2\x81\xa6"), "\\xe2\\x81\\xa6"},
	{"arabic letter mark", TEXT("\xd8\x9c"), "\\xd8\\x9c"},
	{"zero width space", TEXT("\xe2\x80\x8b"), "\\xe2\\x80\\x8b"},
	{"line separator", TEXT("\xe2\x80\xa8"), "\\xe2\\x80\\xa8"},
	{"paragraph separator", TEXT("\xe2\x80\xa9"), "\\xe2\\x80\\xa9"},
	{"byte order mark", TEXT("\xef\xbb\xbf"), "\\xef\\xbb\\xbf"},
	{"tag character", TEXT("\xf3\xa0\x80\xa1"), "\\xf3\\xa0\\x80\\xa1"},
	{"not UTF-8", TEXT("\xff\xfe"), "\\xff\\xfe"},
	{"overlong", TEXT("\xc0\xaf"), "\\xc0\\xaf"},
	{"surrogate", TEXT("\xed\xa0\x80"), "\\xed\\xa0\\x80"},
	{"cut character", TEXT("a\xe2\x82"), "a\\xe2\\x82"},
};

static void escaping_leaves_one_harmless_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(escapes); i++) {
		const char *shown = text_escaped(escapes[i].text, escapes[i].length);

		if (strcmp(shown, escapes[i].shown) != 0)
			fail_msg("%s: %s", escapes[i].item, shown);
	}
}

static void escaping_cuts_what_is_long(void **state)
{
	char text[400], shown[2000];

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(strlen(text_escaped(text, 256)), 256);
	assert_int_equal(strlen(text_escaped(text, 257)), 259);
	assert_string_equal(text_escaped(text, 257) + 255, "a...");
	memset(text, '\001', sizeof(text));
	assert_int_equal(strlen(text_escaped(text, sizeof(text))), 4 * 256 + 3);
	/* Not in the middle of a character: 85 of three bytes fit. */
	for (size_t i = 0; i < 99; i++)
		memcpy(text + 3 * i, "\xe2\x82\xac", 3);
	(void)strcpy(shown, text_escaped(text, 297));
	assert_int_equal(strlen(shown), 258);
	assert_string_equal(shown + 252, "\xe2\x82\xac...");
}

static void escaped_texts_live_for_eight_calls(void **state)
{
	const char *first = text_escaped("first", 5);

	(void)state;
	for (int i = 0; i < 7; i++)
		assert_string_equal(text_escaped("other", 5), "other");
	assert_string_equal(first, "first");
}

static void findings_count_and_keep(void **state)
{
	struct findings findings = {0};
	struct place place = {"f.json", 3, 7};

	(void)state;
	assert_int_equal(finding_error(&findings, "some-id", place, "do %d", "it is %d", 5), -1);
	finding_add(&findings, SEVERITY_WARNING, "other-id", NOWHERE, NULL, "hm");
	finding_add(&findings, SEVERITY_NOTE, "third-id", NOWHERE, NULL, "so");
	assert_int_equal(findings.count, 3);
	assert_int_equal(findings.errors, 1);
	assert_int_equal(findings.warnings, 1);
	assert_string_equal(findings.list[0].id, "some-id");
	assert_string_equal(findings.list[0].message, "it is 5");
	assert_string_equal(findings.list[0].remedy, "do %d"); /* no format */
	assert_int_equal(findings.list[0].place.column, 7);
	assert_null(findings.list[1].remedy);
	findings_free(&findings);
	assert_int_equal(findings.errors, 0);
	assert_null(findings.list);
}

/* A hostile file cannot make gigabytes of messages, and no error is forgotten. */
static void findings_are_bounded(void **state)
{
	struct findings findings = {0};

	(void)state;
	for (unsigned i = 0; i < FINDINGS_MAX + 5; i++)
		finding_add(&findings, SEVERITY_WARNING, "id", NOWHERE, NULL, "%u", i);
	(void)finding_error(&findings, "id", NOWHERE, NULL, "last"); /* counted below */
	assert_int_equal(findings.count, FINDINGS_MAX);
	assert_int_equal(findings.dropped, 6);
	assert_int_equal(findings.warnings, FINDINGS_MAX + 5);
	assert_int_equal(findings.errors, 1);
	findings_free(&findings);
}

static void findings_are_sorted_by_place(void **state)
{
	static const struct {
		const char *file;
		unsigned line, column;
		const char *message;
	} rows[] = {
		{"b", 1, 1, "6"}, {"a", 2, 1, "4"},  {"a", 1, 9, "2"}, {"a", 1, 10, "3"},
		{"a", 2, 1, "5"}, {NULL, 0, 0, "0"}, {"a", 0, 0, "1"}, {"b", 1, 1, "7"},
	};
	struct findings findings = {0};
	char digit[2] = "0";

	(void)state;
	findings_sort(&findings);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		finding_add(&findings, SEVERITY_NOTE, "id",
			    (struct place){rows[i].file, rows[i].line, rows[i].column}, NULL, "%s",
			    rows[i].message);
	findings_sort(&findings);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++, digit[0]++)
		assert_string_equal(findings.list[i].message, digit);
	finding_add(&findings, SEVERITY_NOTE, "id", NOWHERE, NULL, "8");
	findings_free(&findings);
}

static void places_are_written(void **state)
{
	static const struct {
		struct place place;
		const char *text;
	} rows[] = {
		{{NULL, 0, 0}, ""},
		{{NULL, 3, 1}, ""},
		{{"/a/b.json", 0, 0}, "/a/b.json: "},
		{{"/a/b.json", 12, 5}, "/a/b.json:12:5: "},
		{{"a\nb", 1, 1}, "a\\nb:1:1: "},
	};
	char path[1001], *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buffer buffer = {0};

		place_add(&buffer, rows[i].place);
		text = buffer_take(&buffer);
		assert_string_equal(text, rows[i].text);
		free(text);
	}
	/* A long path is not cut. */
	for (size_t i = 0; i < 1000; i++)
		path[i] = i % 250 ? 'a' : '/';
	path[1000] = '\0';
	struct buffer buffer = {0};
	place_add(&buffer, (struct place){.file = path});
	assert_int_equal(buffer.length, 1002);
	buffer_free(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_failure_has_one_place),
		cmocka_unit_test(memory_failure_never_returns),
		cmocka_unit_test(memory_of_no_size_is_memory),
		cmocka_unit_test(memory_grows_by_doubling),
		cmocka_unit_test(pools_keep_every_piece),
		cmocka_unit_test(strings_are_copied_and_formatted),
		cmocka_unit_test(cleanup_close_keeps_errno),
		cmocka_unit_test(buffer_holds_what_was_added),
		cmocka_unit_test(escaping_leaves_one_harmless_line),
		cmocka_unit_test(escaping_cuts_what_is_long),
		cmocka_unit_test(escaped_texts_live_for_eight_calls),
		cmocka_unit_test(findings_count_and_keep),
		cmocka_unit_test(findings_are_bounded),
		cmocka_unit_test(findings_are_sorted_by_place),
		cmocka_unit_test(places_are_written),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
