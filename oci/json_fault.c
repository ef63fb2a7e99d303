/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds where a text stops being JSON and why, in words for the person who wrote it. yajl only
 * reports that something is wrong, and roughly where; this examines the bytes after the last good
 * token. It judges texts only where yajl is too lenient: encoding and strings.
 */
#include <config.h>

#include "oci/json_fault.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "oci/utf8.h"

/* Sets the fault and returns true, so that `return fault_set(...)` reads well. */
static bool PRINTF(5, 6) fault_set(struct json_fault *fault, size_t offset, const char *id,
				   const char *remedy, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	*fault = (struct json_fault){offset, id, remedy, mem_vformat(format, arguments)};
	va_end(arguments);
	return true;
}

/* The character at offset, escaped for a message. */
static const char *fault_show_character(const char *text, size_t offset, size_t length)
{
	size_t size = utf8_sequence((const unsigned char *)text + offset, length - offset, NULL);

	return text_escaped(text + offset, size ? size : 1);
}

/* True if these last bytes begin a character that the end of the text cuts off. */
static bool fault_is_cut_sequence(const char *text, size_t length)
{
	if (length >= 4)
		return false;
	/* One of these two can follow any good beginning, even after 0xe0, 0xed, 0xf0 and 0xf4. */
	for (int filler = 0x80; filler <= 0xbf; filler += 0x3f) {
		unsigned char whole[4];

		memset(whole, filler, sizeof(whole));
		memcpy(whole, text, length);
		if (utf8_sequence(whole, sizeof(whole), NULL) > length)
			return true;
	}
	return false;
}

/* UTF-16 and UTF-32 in either byte order: JSON begins with two ASCII characters or a mark. */
static bool fault_is_wide(const char *text, size_t length)
{
	if (length < 2)
		return false;
	if (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0)
		return true;
	if (text[0] && text[1])
		return false;
	return text[0] || text[1] || (length >= 4 && (text[2] || text[3]));
}

static bool fault_bytes(const char *text, size_t length, struct json_fault *fault)
{
	size_t good = utf8_check(text, length);
	const char *nul = memchr(text, '\0', good);

	if (nul)
		return fault_set(fault, (size_t)(nul - text), "json-encoding", "remove it",
				 "the text contains a NUL byte");
	if (good == length)
		return false;
	if (fault_is_cut_sequence(text + good, length - good))
		return fault_set(fault, length, "json-truncated", NULL,
				 "the text ends within a UTF-8 character");
	return fault_set(fault, good, "json-encoding", "save it as UTF-8",
			 "the byte 0x%02x is not UTF-8", (unsigned char)text[good]);
}

bool json_fault_encoding(const char *text, size_t length, struct json_fault *fault)
{
	if (length == 0)
		return fault_set(fault, 0, "json-empty", "one JSON value", "the text is empty");
	if (fault_is_wide(text, length))
		return fault_set(fault, 0, "json-encoding", "save it as UTF-8",
				 "the text is UTF-16 or UTF-32");
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		return fault_set(fault, 0, "json-encoding", "save it as UTF-8 without this mark",
				 "the text begins with a byte order mark");
	return fault_bytes(text, length, fault);
}

static bool fault_cut(struct json_fault *fault, size_t length, const char *expected,
		      const char *within)
{
	return fault_set(fault, length, "json-truncated", expected, "the text ends within %s",
			 within);
}

/*
 * The code of \uXXXX at offset; -1: not such an escape; -2: it begins like one, but the text ends.
 */
static long fault_escape_code(const char *text, size_t offset, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	long code = 0;

	for (size_t i = 0; i < 6; i++) {
		int c = offset + i < length ? tolower((unsigned char)text[offset + i]) : -1;
		const char *digit = c > 0 ? strchr(digits, c) : NULL;

		if (c < 0)
			return -2;
		if (i == 0 ? c != '\\' : i == 1 ? text[offset + 1] != 'u' : !digit)
			return -1;
		if (i >= 2)
			code = code * 16 + (digit - digits);
	}
	return code;
}

/* \uXXXX at *offset, which moves on behind it and behind the second half of a pair. */
static bool fault_unicode(const char *text, size_t *offset, size_t length, struct json_fault *fault)
{
	long code = fault_escape_code(text, *offset, length), second;

	if (code == -2)
		return fault_cut(fault, length, "a closing \"", "a string");
	if (code == -1)
		return fault_set(fault, *offset, "json-string", "such as \\u00e9",
				 "\\u needs four hexadecimal digits");
	if (code == 0)
		return fault_set(fault, *offset, "json-string", "leave it out",
				 "\\u0000 in a string would cut it short for other readers");
	if (code >= 0xd800 && code <= 0xdbff) {
		second = fault_escape_code(text, *offset + 6, length);
		if (second == -2)
			return fault_cut(fault, length, "a closing \"", "a string");
		if (second >= 0xdc00 && second <= 0xdfff) {
			*offset += 12;
			return false;
		}
	}
	if (code >= 0xd800 && code <= 0xdfff)
		return fault_set(fault, *offset, "json-string",
				 "a pair such as \\ud83d\\ude00, or the character itself",
				 "\\u%04lx is one half of a surrogate pair", code);
	*offset += 6;
	return false;
}

static bool fault_escape(const char *text, size_t *offset, size_t length, struct json_fault *fault)
{
	if (*offset + 1 == length)
		return fault_cut(fault, length, "a closing \"", "a string");
	if (text[*offset + 1] == 'u')
		return fault_unicode(text, offset, length, fault);
	if (!memchr("\"\\/bfnrt", text[*offset + 1], 8))
		return fault_set(fault, *offset, "json-string", "write \\\\ for a backslash",
				 "\\%s is not a valid JSON escape",
				 fault_show_character(text, *offset + 1, length));
	*offset += 2;
	return false;
}

static bool fault_control(size_t offset, unsigned char byte, struct json_fault *fault)
{
	if (byte == '\n' || byte == '\r')
		return fault_set(fault, offset, "json-string", "close it with \", or write \\n",
				 "the line ends within a string");
	return fault_set(fault, offset, "json-string",
			 byte == '\t' ? "write \\t" : "write \\u and four digits",
			 "a string contains the control byte 0x%02x", byte);
}

bool json_fault_string(const char *text, size_t start, size_t length, struct json_fault *fault)
{
	size_t offset = start + 1;

	while (offset < length) {
		unsigned char byte = (unsigned char)text[offset];

		if (byte == '"')
			return false;
		if (byte < 0x20)
			return fault_control(offset, byte, fault);
		if (byte != '\\')
			offset++;
		else if (fault_escape(text, &offset, length, fault))
			return true;
	}
	return fault_cut(fault, length, "a closing \"", "a string");
}

/* What may follow a token, before and behind the separator if there is one. */
static const struct json_expectation {
	char separator, closer;	     /* closer: what ends the container in place of a separator */
	bool key;		     /* is it a key that comes next? else a value */
	const char *before, *behind; /* expected there */
	const char *within;
} expectations[] = {
	[AFTER_NOTHING] = {0, 0, false, "a JSON value", NULL, NULL},
	[AFTER_DOCUMENT] = {0, 0, false, "nothing after the JSON value", NULL, NULL},
	[AFTER_ARRAY_OPEN] = {0, ']', false, "a value or ]", NULL, "an array"},
	[AFTER_ELEMENT] = {',', ']', false, "a comma or ] after the array element",
			   "a value after the comma", "an array"},
	[AFTER_OBJECT_OPEN] = {0, '}', true, "a key in double quotes or }", NULL, "an object"},
	[AFTER_KEY] = {':', 0, false, "a colon after the key", "a value after the colon",
		       "an object"},
	[AFTER_MEMBER] = {',', '}', true, "a comma or } after the object's member",
			  "a key in double quotes after the comma", "an object"},
};

static size_t fault_skip_space(const char *text, size_t offset, size_t length)
{
	while (offset < length && memchr(" \t\r\n", text[offset], 4))
		offset++;
	return offset;
}

/* Letters and signs of anything that might be meant as a number or a word. */
static bool fault_is_word_byte(char byte)
{
	return isalnum((unsigned char)byte) || memchr("+-._", byte, 4);
}

static size_t fault_word_end(const char *text, size_t offset, size_t length)
{
	while (offset < length && fault_is_word_byte(text[offset]))
		offset++;
	return offset;
}

static bool fault_number(const char *text, size_t start, size_t end, struct json_fault *fault)
{
	return fault_set(fault, start, "json-syntax",
			 "write decimal digits without + or a leading 0, such as 10",
			 "%s is not a JSON number", text_escaped(text + start, end - start));
}

/* A number or a word that yajl refused. */
static bool fault_word(const char *text, size_t start, size_t length, struct json_fault *fault)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t end = fault_word_end(text, start, length), size = end - start;

	if (isalpha((unsigned char)text[start]) || text[start] == '_') {
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if (end == length && size < strlen(words[i]) &&
			    memcmp(text + start, words[i], size) == 0)
				return fault_cut(fault, length, words[i], "a word");
		return fault_set(
			fault, start, "json-syntax",
			"expected true, false, null, a number, or a string in double quotes",
			"unknown word %s", text_escaped(text + start, size));
	}
	if (end == length && memchr("+-.eE", text[end - 1], 5) && !memchr("+.", text[start], 2))
		return fault_cut(fault, length, "a digit", "a number");
	return fault_number(text, start, end, fault);
}

/* 010 and 0x10: yajl reads the 0 as a number, which ends at from: the fault begins before. */
static bool fault_number_tail(const char *text, size_t from, size_t length,
			      struct json_fault *fault)
{
	size_t start = from;

	if (from == 0 || !isdigit((unsigned char)text[from - 1]) || !fault_is_word_byte(text[from]))
		return false;
	while (start > 0 && fault_is_word_byte(text[start - 1]))
		start--;
	return fault_number(text, start, fault_word_end(text, from, length), fault);
}

static bool fault_habit(const char *text, size_t offset, size_t length, struct json_fault *fault)
{
	char next = offset + 1 < length ? text[offset + 1] : '\0';

	if (text[offset] == '#' || (text[offset] == '/' && (next == '/' || next == '*')))
		return fault_set(fault, offset, "json-syntax", "leave it out",
				 "JSON has no comments");
	if (text[offset] == '\'')
		return fault_set(fault, offset, "json-syntax", "use double quotes",
				 "JSON has no single quotes");
	return false;
}

static bool fault_end(struct json_fault *fault, size_t length, const char *expected,
		      const char *within)
{
	if (within)
		return fault_cut(fault, length, expected, within);
	return fault_set(fault, length, "json-empty", expected, "the text is only white space");
}

/* Checks what stands where a key or a value should. */
static bool fault_content(const char *text, size_t offset, size_t length, bool key,
			  struct json_fault *fault)
{
	if (text[offset] == '"')
		return json_fault_string(text, offset, length, fault);
	return !key && fault_is_word_byte(text[offset]) && fault_word(text, offset, length, fault);
}

void json_fault_find(const char *text, size_t length, size_t from, enum json_after after,
		     struct json_fault *fault)
{
	const struct json_expectation *expectation = &expectations[after];
	size_t offset = fault_skip_space(text, from, length), separator = offset;
	bool behind =
		expectation->separator && offset < length && text[offset] == expectation->separator;
	bool content = behind || (!expectation->separator && after != AFTER_DOCUMENT);
	const char *expected = behind ? expectation->behind : expectation->before;

	if (behind)
		offset = fault_skip_space(text, offset + 1, length);
	if (offset == length) {
		(void)fault_end(fault, length, expected, expectation->within);
		return;
	}
	if ((content && fault_content(text, offset, length, expectation->key, fault)) ||
	    fault_number_tail(text, from, length, fault) ||
	    fault_habit(text, offset, length, fault))
		return;
	if (behind && text[offset] == expectation->closer)
		(void)fault_set(fault, separator, "json-syntax", "leave it out",
				"trailing comma before %c", text[offset]);
	else
		(void)fault_set(fault, offset, "json-syntax", NULL, "expected %s, not %s", expected,
				fault_show_character(text, offset, length));
}

static int fault_compare_keys(const struct json_member *a, const struct json_member *b)
{
	if (a->key_length != b->key_length)
		return a->key_length < b->key_length ? -1 : 1;
	return memcmp(a->key, b->key, a->key_length);
}

/* By key, and equal keys in the order of the file. */
static int fault_compare_members(const void *a, const void *b)
{
	const struct json_member *one = *(const struct json_member *const *)a;
	const struct json_member *two = *(const struct json_member *const *)b;
	int order = fault_compare_keys(one, two);

	return order ? order : one < two ? -1 : one > two;
}

void json_fault_duplicates(const struct json *object, const char *file, struct findings *findings)
{
	CLEANUP(cleanup_free) const struct json_member **order = NULL;
	const struct json_member *first;

	if (object->length < 2)
		return;
	order = mem_zero(object->length, sizeof(const struct json_member *));
	for (size_t i = 0; i < object->length; i++)
		order[i] = &object->members[i];
	qsort(order, object->length, sizeof(*order), fault_compare_members);
	first = order[0];
	for (size_t i = 1; i < object->length; i++) {
		struct place place = order[i]->place;

		if (fault_compare_keys(first, order[i]) != 0) {
			first = order[i];
			continue;
		}
		place.file = file;
		(void)finding_error(findings, "duplicate-key", place, "remove one of them",
				    "duplicate key %s, which stands already in line %u, column %u",
				    text_escaped(first->key, first->key_length), first->place.line,
				    first->place.column);
	}
}
