/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 has it, against a second reading of the RFC: encode every code point. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "oci/base.h"
#include "oci/utf8.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
	const char *item, *text;
	size_t length, good;
} rows[] = {
	{"nothing", TEXT(""), 0},
	{"ASCII", TEXT("plain, and longer than eight"), 28},
	{"two bytes", TEXT("\xc3\xa9"), 2},
	{"at a word's edge", TEXT("1234567\xc3\xa9y"), 10},
	{"bad at a word's edge", TEXT("12345678\xffy"), 8},
	{"last of all", TEXT("\xf4\x8f\xbf\xbf"), 4},
	{"beyond the last", TEXT("a\xf4\x90\x80\x80"), 1},
	{"FF FE", TEXT("ab\xff\xfe"), 2},
	{"overlong C0 AF", TEXT("a\xc0\xaf"), 1},
	{"overlong C1 BF", TEXT("\xc1\xbf"), 0},
	{"overlong E0 9F BF", TEXT("\xe0\x9f\xbf"), 0},
	{"overlong F0 8F BF BF", TEXT("\xf0\x8f\xbf\xbf"), 0},
	{"surrogate ED A0 80", TEXT("a\xed\xa0\x80"), 1},
	{"surrogate ED BF BF", TEXT("\xed\xbf\xbf"), 0},
	{"before the surrogates", TEXT("\xed\x9f\xbf"), 3},
	{"F7 BF BF BF", TEXT("a\xf7\xbf\xbf\xbf"), 1},
	{"five bytes", TEXT("\xf8\x88\x80\x80\x80"), 0},
	{"continuation alone", TEXT("a\x80"), 1},
	{"cut after one", TEXT("a\xe2"), 1},
	{"cut after two", TEXT("a\xe2\x82"), 1},
	{"cut after three", TEXT("a\xf0\x9f\x98"), 1},
	{"ASCII within", TEXT("\xe2\x82x"), 0},
};

static void check_stops_at_the_first_bad_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		/* A copy of the exact size, so that a sanitizer sees a byte read too far. */
		char *copy = mem_alloc(rows[i].length);

		memcpy(copy, rows[i].text, rows[i].length);
		if (utf8_check(copy, rows[i].length) != rows[i].good)
			fail_msg("%s: %zu", rows[i].item, utf8_check(copy, rows[i].length));
		free(copy);
	}
}

static size_t encode(uint32_t code, unsigned char *bytes)
{
	if (code < 0x80) {
		bytes[0] = (unsigned char)code;
		return 1;
	}
	if (code < 0x800) {
		bytes[0] = (unsigned char)(0xc0 | code >> 6);
		bytes[1] = (unsigned char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		bytes[0] = (unsigned char)(0xe0 | code >> 12);
		bytes[1] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
		bytes[2] = (unsigned char)(0x80 | (code & 0x3f));
		return 3;
	}
	bytes[0] = (unsigned char)(0xf0 | code >> 18);
	bytes[1] = (unsigned char)(0x80 | (code >> 12 & 0x3f));
	bytes[2] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
	bytes[3] = (unsigned char)(0x80 | (code & 0x3f));
	return 4;
}

static void every_code_point_is_read_back(void **state)
{
	(void)state;
	for (uint32_t code = 0; code < 0x120000; code++) {
		bool good = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
		unsigned char bytes[4] = {0};
		size_t length = encode(code, bytes);
		uint32_t read = UINT32_MAX;

		if (utf8_sequence(bytes, length, &read) != (good ? length : 0) ||
		    read != (good ? code : UINT32_MAX))
			fail_msg("U+%04x", code);
		if (length > 1 && utf8_sequence(bytes, length - 1, NULL) != 0)
			fail_msg("U+%04x cut", code);
	}
}

/* Of all sequences of up to three bytes, those that are good are as many as there are code points.
 */
static void nothing_else_is_good(void **state)
{
	size_t found[5] = {0};

	(void)state;
	for (uint32_t value = 0; value < 0x1000000; value++) {
		unsigned char bytes[] = {(unsigned char)(value >> 16), (unsigned char)(value >> 8),
					 (unsigned char)value};
		size_t size = utf8_sequence(bytes, sizeof(bytes), NULL);

		assert_true(size <= 3);
		found[size]++;
	}
	assert_int_equal(found[1], 0x80 * 0x10000);
	assert_int_equal(found[2], (0x800 - 0x80) * 0x100);
	assert_int_equal(found[3], 0x10000 - 0x800 - 0x800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_stops_at_the_first_bad_byte),
		cmocka_unit_test(every_code_point_is_read_back),
		cmocka_unit_test(nothing_else_is_good),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
