/* SPDX-License-Identifier: Apache-2.0 */
/* CALLs: a small parser that knows where each word stands, and their text and tables. */
#include <config.h>

#include "filter/call.h"

#include <stdlib.h>
#include <string.h>

#include "filter/constants.h"
#include "filter/signatures.h"
#include "filter/syscalls.h"

#define WORD_MAX 64 /* longer than any name or number */

struct parser {
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
static int PRINTF(4, 5)
	fail(struct parser *p, size_t at, const char *remedy, const char *format, ...)
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

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static void skip_space(struct parser *p)
{
	while (p->at < p->end && is_space(p->text[p->at]))
		p->at++;
}

/* True, and the byte is taken, if it is the next one after spaces. */
static bool take(struct parser *p, char c)
{
	skip_space(p);
	if (p->at == p->end || p->text[p->at] != c)
		return false;
	p->at++;
	return true;
}

/* Takes a word, with a sign in front if there is one; its length may be 0. */
static struct call_word take_word(struct parser *p)
{
	struct call_word word = {0};
	size_t kept;

	skip_space(p);
	word.at = p->at;
	if (p->at < p->end && p->text[p->at] == '-')
		p->at++;
	while (p->at < p->end && is_word(p->text[p->at]))
		p->at++;
	word.length = p->at - word.at;
	kept = word.length < WORD_MAX ? word.length : WORD_MAX;
	memcpy(word.text, p->text + word.at, kept);
	word.text[kept] = '\0';
	return word;
}

static bool looks_like_number(const struct call_word *word)
{
	const char *digits = word->text[0] == '-' ? word->text + 1 : word->text;

	return *digits >= '0' && *digits <= '9';
}

/* All of the text in one base; false if it is no number. *fits: it has no more than 64 bits. */
static bool read_digits(const char *text, unsigned base, uint64_t *value, bool *fits)
{
	static const char digits[] = "0123456789abcdef";

	*value = 0;
	*fits = true;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		char lower = *text >= 'A' && *text <= 'F' ? (char)(*text - 'A' + 'a') : *text;
		const char *digit = memchr(digits, lower, base);

		if (digit == NULL)
			return false;
		*fits &= !__builtin_mul_overflow(*value, base, value);
		*fits &= !__builtin_add_overflow(*value, (uint64_t)(digit - digits), value);
	}
	return true;
}

/* Decimal, 0x hexadecimal, 0 or 0o octal, with a sign; *negative for one below 0. */
static int read_number(struct parser *p, const struct call_word *word, uint64_t *value,
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
	if (word->length > WORD_MAX || !read_digits(text, base, value, &fits))
		return fail(p, word->at, "decimal, 0x hexadecimal or 0 octal digits",
			    "\"%s\" is no number", text_escaped(word->text, strlen(word->text)));
	if (!fits || (*negative && *value > (uint64_t)INT64_MAX + 1))
		return fail(p, word->at, "a number of 64 bits", "%s does not fit 64 bits",
			    word->text);
	if (*negative)
		*value = 0 - *value;
	return 0;
}

/* The ABIs in front of ':' , as --arch takes them. */
static int read_abi(struct parser *p, const struct call_word *word)
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
	remedy = near == NULL ? mem_string("x86_64, x86, x32, aarch64, arm, ...")
			      : mem_format("did you mean %s?", near);
	return fail(p, word->at, remedy, "\"%s\" is no ABI",
		    text_escaped(word->text, strlen(word->text)));
}

/* "it exists on x86_64, x86 and 12 more". */
static char *where_it_exists(const char *name)
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

static int no_such_call(struct parser *p, const struct call_word *word)
{
	const char *near = syscall_nearest(word->text);
	CLEANUP(cleanup_free) char *remedy = NULL;

	if (word->length > WORD_MAX || !syscall_known(word->text)) {
		if (near != NULL)
			remedy = mem_format("did you mean %s?", near);
		return fail(p, word->at, remedy, "no system call has the name \"%s\"",
			    text_escaped(word->text, strlen(word->text)));
	}
	remedy = where_it_exists(word->text);
	return fail(p, word->at, remedy, "%s has no %s", p->call->abi->name, word->text);
}

/* The name of our own tables, which lasts; NULL for one that only libseccomp knows. */
static const char *lasting_name(const struct abi *abi, const char *name, uint32_t number)
{
	const char *first = syscall_name(abi, number);

	if (first != NULL && strcmp(first, name) == 0)
		return first;
	for (size_t i = 0; i < syscall_count(); i++)
		if (strcmp(syscall_at(i), name) == 0)
			return syscall_at(i);
	return first;
}

static int read_name(struct parser *p, const struct call_word *word)
{
	struct call *call = p->call;
	const char *multiplexer;
	unsigned first;

	if (syscall_number(call->abi, word->text, &call->number)) {
		call->name = lasting_name(call->abi, word->text, call->number);
		return 0;
	}
	/* socketcall's and ipc's calls that have no number of their own there. */
	if (syscall_multiplexed(call->abi, word->text, &multiplexer, &first) &&
	    syscall_number(call->abi, multiplexer, &call->number)) {
		if (take(p, '('))
			return fail(p, p->at - 1, "leave the arguments out",
				    "%s is called by %s on %s, its arguments lie in memory",
				    word->text, multiplexer, call->abi->name);
		call->name = lasting_name(call->abi, multiplexer, call->number);
		call->given = 1;
		call->args[0] = first;
		return 0;
	}
	return no_such_call(p, word);
}

/* -1 to 2^32-1. x32's numbers are taken with and without bit 30 and are never x86-64's. */
static int read_call_number(struct parser *p, const struct call_word *word)
{
	struct call *call = p->call;
	uint64_t value;
	bool negative;

	if (read_number(p, word, &value, &negative) != 0)
		return -1;
	if (negative ? value < (uint64_t)INT32_MIN : value > UINT32_MAX)
		return fail(p, word->at, "0 to 4294967295, or -1", "%s is no system call's number",
			    word->text);
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
static int read_part(struct parser *p, unsigned bits, uint64_t *value)
{
	struct call_word word = take_word(p);
	CLEANUP(cleanup_free) char *remedy = NULL;
	const char *near;
	bool negative;

	if (word.length == 0)
		return fail(p, word.at, "a number, * or a constant such as AF_UNIX",
			    p->at < p->end ? "\"%s\" is no argument" : "an argument is missing%.0s",
			    text_escaped(p->text + word.at, p->at < p->end));
	if (looks_like_number(&word)) {
		if (read_number(p, &word, value, &negative) != 0)
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
		return fail(p, word.at, "write the number", "%s is not known on %s", word.text,
			    p->call->abi->name);
	near = constant_nearest(word.text);
	remedy = near == NULL ? mem_string("write the number")
			      : mem_format("did you mean %s?", near);
	return fail(p, word.at, remedy, "no constant has the name \"%s\"",
		    text_escaped(word.text, strlen(word.text)));
}

/* PART|PART|... */
static int read_value(struct parser *p, unsigned index)
{
	size_t at;
	uint64_t value = 0, part;

	skip_space(p);
	at = p->at;
	do {
		if (read_part(p, call_argument_bits(p->call, index), &part) != 0)
			return -1;
		value |= part;
	} while (take(p, '|'));
	if (signature_full_bits(p->call->abi) < 64 && value > UINT32_MAX)
		return fail(p, at, "0 to 0xffffffff", "the value does not fit the arguments of %s",
			    p->call->abi->name);
	p->call->given |= 1u << index;
	p->call->args[index] = value;
	return 0;
}

/*
 * What lies beyond the arguments of a named call may be written only as * or 0, as diff's witnesses
 * do: it is most often a slip. A number has all six, for a filter sees six registers whatever the
 * call takes.
 */
static int check_count(struct parser *p, unsigned index, size_t at)
{
	struct argument arguments[ARGUMENTS_MAX];
	CLEANUP(cleanup_free) char *remedy = NULL;
	int count = p->by_number || p->call->name == NULL
			    ? -1
			    : signature_of(p->call->abi, p->call->name, arguments);

	if (index >= CALL_ARGUMENTS)
		return fail(p, at, "six at most", "a call has no more than six arguments");
	if (count < 0 || index < (unsigned)count || !(p->call->given >> index & 1) ||
	    p->call->args[index] == 0)
		return 0;
	remedy = mem_format("leave it out, or write the number %u, which takes six",
			    p->call->number);
	return fail(p, at, remedy, "%s has no more than %d argument%s", p->call->name, count,
		    count == 1 ? "" : "s");
}

static int read_arguments(struct parser *p)
{
	unsigned index = 0;

	if (take(p, ')'))
		return 0;
	do {
		size_t at;

		skip_space(p);
		at = p->at;
		if (index >= CALL_ARGUMENTS)
			return check_count(p, index, at);
		if (!take(p, '*') && read_value(p, index) != 0)
			return -1;
		if (check_count(p, index, at) != 0)
			return -1;
		index++;
	} while (take(p, ','));
	if (!take(p, ')'))
		return fail(p, p->at, "a comma or the closing parenthesis",
			    p->at < p->end ? "\"%s\" does not belong there"
					   : "the closing parenthesis is missing%.0s",
			    text_escaped(p->text + p->at, p->at < p->end));
	return 0;
}

static int read_head(struct parser *p)
{
	struct call_word word = take_word(p);

	if (word.length > 0 && take(p, ':')) {
		if (read_abi(p, &word) != 0)
			return -1;
		word = take_word(p);
	}
	if (word.length == 0)
		return fail(p, word.at, "such as chmod, socket(AF_VSOCK, *, *) or x86:452",
			    "a system call is missing");
	if (looks_like_number(&word))
		return read_call_number(p, &word);
	return read_name(p, &word);
}

int call_parse(const char *text, size_t length, struct place place, const struct abi *native,
	       struct call *call, struct findings *findings)
{
	struct parser p = {.text = text,
			   .end = length,
			   .place = place,
			   .native = native,
			   .call = call,
			   .findings = findings};

	*call = (struct call){.abi = native};
	if (length > CALL_TEXT_MAX)
		return finding_error(findings, "call", place, "one system call",
				     "a CALL has no more than %d bytes", CALL_TEXT_MAX);
	if (read_head(&p) != 0 || (take(&p, '(') && read_arguments(&p) != 0))
		return -1;
	skip_space(&p);
	if (p.at < p.end)
		return fail(&p, p.at, "NAME or NAME(ARGUMENT, ...)", "\"%s\" does not belong there",
			    text_escaped(text + p.at, length - p.at));
	return 0;
}

unsigned call_argument_bits(const struct call *call, unsigned index)
{
	struct argument arguments[ARGUMENTS_MAX];

	if (call->name == NULL)
		return signature_full_bits(call->abi);
	(void)signature_of(call->abi, call->name, arguments); /* without one: the full width */
	return arguments[index].bits;
}

/* How many arguments are written: the call's own, and what was given beyond them. */
static unsigned shown(const struct call *call, int count)
{
	unsigned last = 0;

	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		if (call->given >> i & 1)
			last = i + 1;
	return count > (int)last ? (unsigned)count : last;
}

static void add_arguments(struct buffer *out, const struct call *call, bool names)
{
	struct argument arguments[ARGUMENTS_MAX];
	int count = call->name == NULL ? -1 : signature_of(call->abi, call->name, arguments);
	unsigned last = shown(call, count);

	if (count < 0 && last == 0)
		return;
	buffer_add_text(out, "(");
	for (unsigned i = 0; i < last; i++) {
		buffer_add_text(out, i > 0 ? ", " : "");
		if (!(call->given >> i & 1)) {
			buffer_add_text(out, "*");
			continue;
		}
		if (names && (int)i < count)
			buffer_addf(out, "%s=", arguments[i].name);
		constant_add(out, call->abi, call->name, i, call->args[i]);
	}
	buffer_add_text(out, ")");
}

static void add_name(struct buffer *out, const struct call *call)
{
	if (call->name != NULL)
		buffer_add_text(out, call->name);
	else if (call->number == UINT32_MAX)
		buffer_add_text(out, "-1");
	else
		buffer_addf(out, "%u", call->number);
}

void call_add_text(struct buffer *out, const struct call *call)
{
	buffer_addf(out, "%s ", call->abi->name);
	add_name(out, call);
	add_arguments(out, call, true);
}

/* No ABI has this architecture: numbers are all there is. */
static void add_unknown(struct buffer *out, const struct seccomp_data *data)
{
	buffer_addf(out, "architecture 0x%x %u(", data->arch, (uint32_t)data->nr);
	for (int i = 0; i < CALL_ARGUMENTS; i++)
		buffer_addf(out, data->args[i] == 0 ? "%s%llx" : "%s0x%llx", i == 0 ? "" : ", ",
			    (unsigned long long)data->args[i]);
	buffer_add_text(out, ")");
}

void call_add(struct buffer *out, const struct seccomp_data *data)
{
	struct call call = {.abi = abi_of_call(data->arch, (uint32_t)data->nr),
			    .number = (uint32_t)data->nr};
	struct argument arguments[ARGUMENTS_MAX];
	int count;

	if (call.abi == NULL) {
		add_unknown(out, data);
		return;
	}
	call.name = syscall_name(call.abi, call.number);
	count = signature_of(call.abi, call.name, arguments);
	memcpy(call.args, data->args, sizeof(call.args));
	for (int i = 0; i < CALL_ARGUMENTS; i++)
		if (count < 0 || i < count || data->args[i] != 0)
			call.given |= 1u << i;
	for (int i = CALL_ARGUMENTS; i-- > 0;) /* what lies before an argument is told too */
		if (call.given >> i > 1)
			call.given |= 1u << i;
	call_add_text(out, &call);
}

/* A value stands beyond the arguments that the call has: only its number may be given that. */
static bool has_beyond(const struct call *call)
{
	struct argument arguments[ARGUMENTS_MAX];
	int count = call->name == NULL ? -1 : signature_of(call->abi, call->name, arguments);

	for (int i = count; i >= 0 && i < CALL_ARGUMENTS; i++)
		if (call->args[i] != 0)
			return true;
	return false;
}

void call_add_plain(struct buffer *out, const struct call *call, const struct abi *native)
{
	if (call->abi != native)
		buffer_addf(out, "%s:", call->abi->name);
	if (has_beyond(call))
		buffer_addf(out, "%u", call->number);
	else
		add_name(out, call);
	add_arguments(out, call, false);
}

struct seccomp_data call_data(const struct call *call)
{
	struct seccomp_data data = {.nr = (int)call->number, .arch = call->abi->audit_arch};

	memcpy(data.args, call->args, sizeof(data.args));
	return data;
}

/* The table where one word has this value, and `otherwise` elsewhere. */
static uint32_t at_value(struct space *space, unsigned word, uint32_t value, uint32_t node,
			 uint32_t otherwise)
{
	return table_compare_word(space, word, value, otherwise, node, otherwise);
}

static uint32_t arguments_table(struct space *space, const struct call *call)
{
	uint32_t node = TABLE_TRUE;

	for (unsigned i = CALL_ARGUMENTS; i-- > 0;) {
		if (!(call->given >> i & 1))
			continue;
		node = at_value(space, word_argument_low(i), (uint32_t)call->args[i], node,
				TABLE_FALSE);
		node = at_value(space, word_argument_high(i), (uint32_t)(call->args[i] >> 32), node,
				TABLE_FALSE);
	}
	return node;
}

uint32_t call_table(struct space *space, const struct call *call)
{
	uint32_t node = arguments_table(space, call);

	node = at_value(space, WORD_NUMBER, call->number, node, TABLE_FALSE);
	return at_value(space, WORD_ARCH, call->abi->audit_arch, node, TABLE_FALSE);
}

uint32_t call_restrict(struct space *space, uint32_t table, const struct call *call,
		       uint32_t otherwise)
{
	return table_choose(space, call_table(space, call), table, otherwise);
}

/* Known words, and what became of nodes that look at them. */
struct rest {
	struct space *space;
	struct seccomp_data data;
	unsigned known;	   /* bits of enum word */
	uint32_t *results; /* by node: the result + 1, 0: not looked at */
	size_t count;
};

static uint32_t rest_of(struct rest *rest, uint32_t node)
{
	unsigned level = table_level(rest->space, node), word = word_of_level(level);
	uint32_t low, high, result;

	if (level == LEVEL_TERMINAL)
		return node;
	if (node < rest->count && rest->results[node] != 0)
		return rest->results[node] - 1;
	low = table_low(rest->space, node);
	high = table_high(rest->space, node);
	if (rest->known >> word & 1) {
		uint32_t value = word_value(&rest->data, word);

		result = rest_of(rest, value >> bit_of_level(level) & 1 ? high : low);
	} else {
		low = rest_of(rest, low);
		high = rest_of(rest, high);
		result = table_node(rest->space, level, low, high);
	}
	if (node < rest->count)
		rest->results[node] = result + 1;
	return result;
}

uint32_t call_rest(struct space *space, uint32_t table, const struct call *call)
{
	struct rest rest = {.space = space,
			    .data = call_data(call),
			    .known = 1u << WORD_ARCH | 1u << WORD_NUMBER,
			    .count = space_size(space)};
	uint32_t result;

	if (table == TABLE_FULL)
		return TABLE_FULL;
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		if (call->given >> i & 1)
			rest.known |= 1u << word_argument_low(i) | 1u << word_argument_high(i);
	rest.results = mem_zero(rest.count + 1, sizeof(*rest.results));
	result = rest_of(&rest, table);
	free(rest.results);
	return result;
}
