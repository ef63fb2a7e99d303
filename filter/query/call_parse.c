/* SPDX-License-Identifier: Apache-2.0 */
/* Parses CALLs; errors have the place of the word that is wrong. */
#include <config.h>

#include "filter/query/call.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/constants.h"
#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"

#define WORD_MAX 64 /* longer than any name or number */

struct call_parser {
	const char *text;
	size_t at, end;
	struct place place; /* of text[0] */
	const struct abi *native;
	struct call *call;
	bool by_number; /* not by name */
	struct findings *findings;
};

/* A word and where it stands. */
struct call_word {
	size_t at, length;
	char text[WORD_MAX + 1]; /* what fits */
};

/* An error at a byte; without a place of its own, the message says which column it is. */
static int PRINTF(4, 5) call_parse_fail(struct call_parser *p, size_t at, const char *remedy,
					const char *format, ...)
{
	CLEANUP(cleanup_free) char *message = NULL;
	struct place place = p->place;
	va_list arguments;

	va_start(arguments, format);
	message = mem_vformat(format, arguments);
	va_end(arguments);
	if (place.line == 0)
		return finding_error(p->findings, "call", place, remedy,
				     "%s at column %zu of \"%s\"", message, at + 1,
				     text_escaped(p->text, p->end));
	place.column += (unsigned)at;
	return finding_error(p->findings, "call", place, remedy, "%s", message);
}

static bool call_parse_is_space(char c)
{
	return c == ' ' || c == '\t';
}

static bool call_parse_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static void call_parse_skip_space(struct call_parser *p)
{
	while (p->at < p->end && call_parse_is_space(p->text[p->at]))
		p->at++;
}

/* True, and the byte is taken, if it is the next one after spaces. */
static bool call_parse_take(struct call_parser *p, char c)
{
	call_parse_skip_space(p);
	if (p->at == p->end || p->text[p->at] != c)
		return false;
	p->at++;
	return true;
}

/* Takes a word, with a sign in front if there is one; its length may be 0. */
static struct call_word call_parse_word(struct call_parser *p)
{
	struct call_word word = {0};
	size_t kept;

	call_parse_skip_space(p);
	word.at = p->at;
	if (p->at < p->end && p->text[p->at] == '-')
		p->at++;
	while (p->at < p->end && call_parse_is_word(p->text[p->at]))
		p->at++;
	word.length = p->at - word.at;
	kept = word.length < WORD_MAX ? word.length : WORD_MAX;
	memcpy(word.text, p->text + word.at, kept);
	word.text[kept] = '\0';
	return word;
}

static bool call_parse_looks_like_number(const struct call_word *word)
{
	const char *digits = word->text[0] == '-' ? word->text + 1 : word->text;

	return *digits >= '0' && *digits <= '9';
}

/* All of the text in one base; false if it is no number. *fits: it has no more than 64 bits. */
static bool call_parse_digits(const char *text, unsigned base, uint64_t *value, bool *fits)
{
	static const char digits[] = "0123456789abcdef";

	*value = 0;
	*fits = true;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		char lower = *text >= 'A' && *text <= 'F' ? (char)(*text - 'A' + 'a') : *text;
		const char *digit = memchr(digits, lower, base);

		if (!digit)
			return false;
		*fits &= !__builtin_mul_overflow(*value, base, value);
		*fits &= !__builtin_add_overflow(*value, (uint64_t)(digit - digits), value);
	}
	return true;
}

/* Decimal, 0x hexadecimal, 0 or 0o octal, with a sign; *negative for one below 0. */
static int call_parse_number(struct call_parser *p, const struct call_word *word, uint64_t *value,
			     bool *negative)
{
	const char *text = word->text;
	unsigned base = 10;
	bool fits;

	*negative = *text == '-';
	text += *negative;
	if (text[0] == '0' && text[1] != '\0') {
		base = text[1] == 'x' || text[1] == 'X' ? 16 : 8;
		text += base == 16 || text[1] == 'o' || text[1] == 'O' ? 2 : 1;
	}
	if (word->length > WORD_MAX || !call_parse_digits(text, base, value, &fits))
		return call_parse_fail(p, word->at,
				       "write decimal, 0x hexadecimal or 0 octal digits",
				       "\"%s\" is not a valid number",
				       text_escaped(word->text, strlen(word->text)));
	if (!fits || (*negative && *value > (uint64_t)INT64_MAX + 1))
		return call_parse_fail(p, word->at, "write a number of at most 64 bits",
				       "%s does not fit in 64 bits", word->text);
	if (*negative)
		*value = 0 - *value;
	return 0;
}

/* The ABIs in front of ':' , as --arch takes them. */
static int call_parse_abi(struct call_parser *p, const struct call_word *word)
{
	const char *names[ARCH_COUNT], *near;
	CLEANUP(cleanup_free) char *remedy = NULL;
	enum arch arch;

	if (word_arch_any(word->text, &arch)) {
		p->call->abi = abi_of(arch);
		return 0;
	}
	for (int i = 0; i < ARCH_COUNT; i++)
		names[i] = abi_of((enum arch)i)->name;
	near = word_nearest(word->text, names, ARCH_COUNT);
	remedy = !near ? mem_string("expected x86_64, x86, x32, aarch64, arm, ...")
		       : mem_format("did you mean %s?", near);
	return call_parse_fail(p, word->at, remedy, "unknown ABI \"%s\"",
			       text_escaped(word->text, strlen(word->text)));
}

/* "it exists on x86_64, x86 and 12 more". */
static char *call_parse_where_it_exists(const char *name)
{
	CLEANUP(buffer_free) struct buffer text = {0};
	const size_t told_max = 8;
	size_t count = 0;
	uint32_t number;

	for (int i = 0; i < ARCH_COUNT; i++) {
		const struct abi *abi = abi_of((enum arch)i);

		if (!syscall_number(abi, name, &number))
			continue;
		if (count++ < told_max)
			buffer_addf(&text, "%s%s", count > 1 ? ", " : "it exists on ", abi->name);
	}
	if (count > told_max)
		buffer_addf(&text, " and %zu more", count - told_max);
	if (count == 0)
		buffer_add_text(&text, "it exists on none that is known here");
	return buffer_take(&text);
}

static int call_parse_report_unknown(struct call_parser *p, const struct call_word *word)
{
	const char *near = syscall_nearest(word->text);
	CLEANUP(cleanup_free) char *remedy = NULL;

	if (word->length > WORD_MAX || !syscall_known(word->text)) {
		if (near)
			remedy = mem_format("did you mean %s?", near);
		return call_parse_fail(p, word->at, remedy, "unknown system call \"%s\"",
				       text_escaped(word->text, strlen(word->text)));
	}
	remedy = call_parse_where_it_exists(word->text);
	return call_parse_fail(p, word->at, remedy, "%s has no %s", p->call->abi->name, word->text);
}

/* The name of our own tables, which lasts; NULL for one that only libseccomp knows. */
static const char *call_parse_lasting_name(const struct abi *abi, const char *name, uint32_t number)
{
	const char *first = syscall_name(abi, number);

	if (first && strcmp(first, name) == 0)
		return first;
	for (size_t i = 0; i < syscall_count(); i++)
		if (strcmp(syscall_at(i), name) == 0)
			return syscall_at(i);
	return first;
}

static int call_parse_name(struct call_parser *p, const struct call_word *word)
{
	struct call *call = p->call;
	const char *multiplexer;
	unsigned first;

	if (syscall_number(call->abi, word->text, &call->number)) {
		call->name = call_parse_lasting_name(call->abi, word->text, call->number);
		return 0;
	}
	/* socketcall's and ipc's calls that have no number of their own there. */
	if (syscall_multiplexed(call->abi, word->text, &multiplexer, &first) &&
	    syscall_number(call->abi, multiplexer, &call->number)) {
		if (call_parse_take(p, '('))
			return call_parse_fail(
				p, p->at - 1, "omit the arguments",
				"%s is called by %s on %s, its arguments lie in memory", word->text,
				multiplexer, call->abi->name);
		call->name = call_parse_lasting_name(call->abi, multiplexer, call->number);
		call->given = 1;
		call->args[0] = first;
		return 0;
	}
	return call_parse_report_unknown(p, word);
}

/* -1 to 2^32-1. x32's numbers are taken with and without bit 30 and are never x86-64's. */
static int call_parse_call_number(struct call_parser *p, const struct call_word *word)
{
	struct call *call = p->call;
	uint64_t value;
	bool negative;

	if (call_parse_number(p, word, &value, &negative) != 0)
		return -1;
	if (negative ? value < (uint64_t)INT32_MIN : value > UINT32_MAX)
		return call_parse_fail(p, word->at, "expected 0 to 4294967295, or -1",
				       "%s is not a valid system call number", word->text);
	call->number = (uint32_t)value;
	if (call->abi->arch == ARCH_X32 && call->number < X32_BIT)
		call->number |= X32_BIT;
	call->abi = call->abi->arch == ARCH_X32 || call->abi->arch == ARCH_X86_64
			    ? abi_of_call(call->abi->audit_arch, call->number)
			    : call->abi;
	call->name = syscall_name(call->abi, call->number);
	p->by_number = true;
	return 0;
}

/* One number or constant of an argument. */
static int call_parse_part(struct call_parser *p, unsigned bits, uint64_t *value)
{
	struct call_word word = call_parse_word(p);
	CLEANUP(cleanup_free) char *remedy = NULL;
	const char *near;
	bool negative;

	if (word.length == 0)
		return call_parse_fail(p, word.at,
				       "write a number, * or a constant such as AF_UNIX",
				       p->at < p->end ? "\"%s\" is not a valid argument"
						      : "an argument is missing%.0s",
				       text_escaped(p->text + word.at, p->at < p->end));
	if (call_parse_looks_like_number(&word)) {
		if (call_parse_number(p, &word, value, &negative) != 0)
			return -1;
		/* Two's complement of the argument's width, if it fits. */
		if (negative && bits < 64 && *value >= ~(UINT64_MAX >> (65 - bits)))
			*value &= UINT64_MAX >> (64 - bits);
		return 0;
	}
	if (word.length <= WORD_MAX && constant_value_on(p->call->abi, word.text, value)) {
		if (*value > INT64_MAX && bits < 64)
			*value &= UINT64_MAX >> (64 - bits);
		return 0;
	}
	if (word.length <= WORD_MAX && constant_known(word.text))
		return call_parse_fail(p, word.at, "write the number", "%s is not known on %s",
				       word.text, p->call->abi->name);
	near = constant_nearest(word.text);
	remedy = !near ? mem_string("write the number") : mem_format("did you mean %s?", near);
	return call_parse_fail(p, word.at, remedy, "unknown constant \"%s\"",
			       text_escaped(word.text, strlen(word.text)));
}

/* PART|PART|... */
static int call_parse_value(struct call_parser *p, unsigned index)
{
	size_t at;
	uint64_t value = 0, part;

	call_parse_skip_space(p);
	at = p->at;
	do {
		if (call_parse_part(p, call_argument_bits(p->call, index), &part) != 0)
			return -1;
		value |= part;
	} while (call_parse_take(p, '|'));
	if (signature_full_bits(p->call->abi) < 64 && value > UINT32_MAX)
		return call_parse_fail(p, at, "expected 0 to 0xffffffff",
				       "the value does not fit the arguments of %s",
				       p->call->abi->name);
	p->call->given |= 1u << index;
	p->call->args[index] = value;
	return 0;
}

/*
 * What lies beyond the arguments of a named call may be written only as * or 0, as diff's witnesses
 * do: it is most often a slip. A number has all six, because a filter sees six registers whatever
 * the call takes.
 */
static int call_parse_check_count(struct call_parser *p, unsigned index, size_t at)
{
	struct argument arguments[ARGUMENTS_MAX];
	CLEANUP(cleanup_free) char *remedy = NULL;
	int count = p->by_number || !p->call->name
			    ? -1
			    : signature_of(p->call->abi, p->call->name, arguments);

	if (index >= CALL_ARGUMENTS)
		return call_parse_fail(p, at, "write at most six",
				       "a call has at most six arguments");
	if (count < 0 || index < (unsigned)count || !(p->call->given >> index & 1) ||
	    p->call->args[index] == 0)
		return 0;
	remedy = mem_format("omit it, or write the number %u, which takes six", p->call->number);
	return call_parse_fail(p, at, remedy, "%s takes at most %d argument%s", p->call->name,
			       count, count == 1 ? "" : "s");
}

static int call_parse_arguments(struct call_parser *p)
{
	unsigned index = 0;

	if (call_parse_take(p, ')'))
		return 0;
	do {
		size_t at;

		call_parse_skip_space(p);
		at = p->at;
		if (index >= CALL_ARGUMENTS)
			return call_parse_check_count(p, index, at);
		if (!call_parse_take(p, '*') && call_parse_value(p, index) != 0)
			return -1;
		if (call_parse_check_count(p, index, at) != 0)
			return -1;
		index++;
	} while (call_parse_take(p, ','));
	if (!call_parse_take(p, ')'))
		return call_parse_fail(p, p->at, "write a comma or the closing parenthesis",
				       p->at < p->end ? "unexpected \"%s\""
						      : "the closing parenthesis is missing%.0s",
				       text_escaped(p->text + p->at, p->at < p->end));
	return 0;
}

static int call_parse_head(struct call_parser *p)
{
	struct call_word word = call_parse_word(p);

	if (word.length > 0 && call_parse_take(p, ':')) {
		if (call_parse_abi(p, &word) != 0)
			return -1;
		word = call_parse_word(p);
	}
	if (word.length == 0 && call_parse_take(p, '@'))
		return call_parse_fail(p, word.at,
				       "name one call; only seccomp-shim test takes groups",
				       "a group of system calls is not a CALL");
	if (word.length == 0)
		return call_parse_fail(p, word.at,
				       "write for example chmod, socket(AF_VSOCK, *, *) or x86:452",
				       "a system call is missing");
	if (call_parse_looks_like_number(&word))
		return call_parse_call_number(p, &word);
	return call_parse_name(p, &word);
}

int call_parse(const char *text, size_t length, struct place place, const struct abi *native,
	       struct call *call, struct findings *findings)
{
	struct call_parser p = {.text = text,
				.end = length,
				.place = place,
				.native = native,
				.call = call,
				.findings = findings};

	*call = (struct call){.abi = native};
	if (length > CALL_TEXT_MAX)
		return finding_error(findings, "call", place, "name one system call",
				     "a CALL has at most %d bytes", CALL_TEXT_MAX);
	if (call_parse_head(&p) != 0 || (call_parse_take(&p, '(') && call_parse_arguments(&p) != 0))
		return -1;
	call_parse_skip_space(&p);
	if (p.at < p.end)
		return call_parse_fail(&p, p.at, "write NAME or NAME(ARGUMENT, ...)",
				       "unexpected \"%s\"",
				       text_escaped(text + p.at, length - p.at));
	return 0;
}
