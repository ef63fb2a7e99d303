/* SPDX-License-Identifier: Apache-2.0 */
/* Compares and parses pieces of a line: words, names, numbers. */
#include <config.h>

#include "filter/record/record_span.h"

#include <string.h>

bool record_span_is(struct record_span span, const char *word)
{
	return span.length == strlen(word) && memcmp(span.text, word, span.length) == 0;
}

bool record_span_starts(struct record_span span, const char *word)
{
	const size_t length = strlen(word);

	return span.length >= length && memcmp(span.text, word, length) == 0;
}

bool record_span_name(struct record_span span, char *name)
{
	if (span.length == 0 || span.length > RECORD_NAME_MAX)
		return false;
	for (size_t i = 0; i < span.length; i++) {
		const char c = span.text[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_' &&
		    !(i > 0 && c >= '0' && c <= '9'))
			return false;
		name[i] = c;
	}
	name[span.length] = '\0';
	return true;
}

static int record_span_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

bool record_span_number(struct record_span span, uint64_t *number)
{
	unsigned base = 10;
	size_t at = 0;

	if (span.length > 2 && span.text[0] == '0' && (span.text[1] == 'x' || span.text[1] == 'X'))
		base = 16, at = 2;
	else if (span.length > 1 && span.text[0] == '0')
		base = 8, at = 1;
	*number = 0;
	for (size_t i = at; i < span.length; i++) {
		const int digit = record_span_digit(span.text[i]);

		if (digit >= (int)base || *number > (UINT64_MAX - (unsigned)digit) / base)
			return false;
		*number = *number * base + (unsigned)digit;
	}
	return span.length > at;
}
