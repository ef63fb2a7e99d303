/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads lines of strace(1): process number, time and other columns in front, then a call, or
 * something else. A call's arguments are cut at the commas outside of quotes and brackets.
 */
#include <config.h>

#include "filter/record/record.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/syscalls.h"

#define MODE_HEAD   "[ Process PID="
#define COLUMNS_MAX 6 /* in front of a call: process, times, number, instruction pointer */

/* What follows some bytes, which there must be, and blanks. */
static struct record_span strace_after(struct record_span line, size_t count)
{
	line.text += count;
	line.length -= count;
	while (line.length > 0 && line.text[0] == ' ')
		line = (struct record_span){line.text + 1, line.length - 1};
	return line;
}

static size_t strace_digit_count(struct record_span line, size_t at)
{
	size_t count = 0;

	while (at + count < line.length && line.text[at + count] >= '0' &&
	       line.text[at + count] <= '9')
		count++;
	return count;
}

static bool strace_is_at(struct record_span line, size_t at, char c)
{
	return at < line.length && line.text[at] == c;
}

/* ---- the ABI of each process */

/* Where a process is, or would be, in the list that is sorted by number. */
static size_t strace_process_position(const struct record_reader *reader, uint32_t pid)
{
	size_t low = 0, high = reader->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (reader->processes[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct abi *strace_process_abi(const struct record_reader *reader, uint32_t pid)
{
	const size_t at = strace_process_position(reader, pid);

	return at < reader->count && reader->processes[at].pid == pid ? reader->processes[at].abi
								      : reader->native;
}

static void strace_process_set(struct record_reader *reader, uint32_t pid, const struct abi *abi)
{
	const size_t at = strace_process_position(reader, pid);

	if (at < reader->count && reader->processes[at].pid == pid) {
		reader->processes[at].abi = abi;
		return;
	}
	if (reader->count == RECORD_PROCESSES_MAX)
		return;
	reader->processes = mem_grow(reader->processes, reader->count, &reader->capacity,
				     sizeof(*reader->processes));
	memmove(reader->processes + at + 1, reader->processes + at,
		(reader->count - at) * sizeof(*reader->processes));
	reader->processes[at] = (struct record_process){pid, abi};
	reader->count++;
}

/* What "32 bit mode" is beside the native ABI; NULL for what is not known. */
static const struct abi *strace_mode_abi(const struct abi *native, struct record_span mode)
{
	static const struct {
		enum arch native, narrow;
	} pairs[] = {
		{ARCH_X86_64, ARCH_X86}, {ARCH_AARCH64, ARCH_ARM},     {ARCH_PPC64, ARCH_PPC},
		{ARCH_S390X, ARCH_S390}, {ARCH_PARISC64, ARCH_PARISC},
	};

	if (record_span_starts(mode, "64 bit"))
		return native->argument_bits == 64 ? native : NULL;
	if (record_span_starts(mode, "x32"))
		return native->arch == ARCH_X86_64 ? abi_of(ARCH_X32) : NULL;
	for (size_t i = 0; record_span_starts(mode, "32 bit") && i < ARRAY_SIZE(pairs); i++)
		if (pairs[i].native == native->arch)
			return abi_of(pairs[i].narrow);
	return native->argument_bits == 32 ? native : NULL;
}

/* "[ Process PID=12 runs in 32 bit mode. ]" */
static enum record_kind strace_read_mode(struct record_reader *reader, struct record_span line)
{
	static const char middle[] = " runs in ";
	const size_t start = sizeof(MODE_HEAD) - 1, count = strace_digit_count(line, start);
	struct record_span pid = {line.text + start, count},
			   mode = strace_after(line, start + count);
	uint64_t number;
	const struct abi *abi;

	if (!record_span_number(pid, &number) || number > UINT32_MAX ||
	    !record_span_starts(mode, middle + 1))
		return RECORD_UNKNOWN;
	abi = strace_mode_abi(reader->native, strace_after(mode, sizeof(middle) - 2));
	if (!abi)
		return RECORD_UNKNOWN;
	strace_process_set(reader, (uint32_t)number, abi);
	if (!reader->many)
		reader->alone = abi;
	return RECORD_NOTHING;
}

/* ---- what stands in front of a call */

/* "[pid   12] ", or what -i and -n write in brackets; 0 if it is none of them. */
static size_t strace_bracket_column(struct record_span line, uint32_t *pid)
{
	const char *close = memchr(line.text, ']', line.length);
	struct record_span inner;
	uint64_t number;

	if (!close || line.text[0] != '[')
		return 0;
	inner = (struct record_span){line.text + 1, (size_t)(close - line.text) - 1};
	if (record_span_starts(inner, "pid ")) {
		inner = strace_after(inner, 4);
		inner.length = strace_digit_count(inner, 0); /* --decode-pids=comm adds <NAME> */
		if (!record_span_number(inner, &number) || number > UINT32_MAX)
			return 0;
		*pid = (uint32_t)number;
		return (size_t)(close - line.text) + 1;
	}
	inner = strace_after(inner, 0);
	for (size_t i = 0; i < inner.length; i++)
		if (!strchr("0123456789abcdef?", inner.text[i]) || inner.text[i] == '\0')
			return 0;
	return inner.length == 0 ? 0 : (size_t)(close - line.text) + 1;
}

/* "12:34:56", "12:34:56.789012", "1433959355.121", "0.000123" */
static size_t strace_time_column(struct record_span line)
{
	size_t at = strace_digit_count(line, 0);
	bool time = false;

	if (at == 0)
		return 0;
	for (int i = 0;
	     i < 2 && strace_is_at(line, at, ':') && strace_digit_count(line, at + 1) == 2; i++) {
		at += 3;
		time = i == 1;
	}
	if (strace_is_at(line, at, '.') && strace_digit_count(line, at + 1) > 0) {
		at += 1 + strace_digit_count(line, at + 1);
		time = true;
	}
	return time && strace_is_at(line, at, ' ') ? at : 0;
}

/* "(+     0.000123)", what -r adds to another time */
static size_t strace_relative_column(struct record_span line)
{
	size_t at = 2;

	if (!record_span_starts(line, "(+"))
		return 0;
	while (at < line.length &&
	       (strace_digit_count(line, at) > 0 || line.text[at] == ' ' || line.text[at] == '.'))
		at++;
	return strace_is_at(line, at, ')') ? at + 1 : 0;
}

/* "12 ", "12<comm> ": the process, as -o writes it; also seconds of -ttt=s. */
static size_t strace_number_column(struct record_span line, uint32_t *pid)
{
	const size_t count = strace_digit_count(line, 0);
	size_t end = count;
	uint64_t number = 0;

	if (count == 0)
		return 0;
	if (strace_is_at(line, end, '<')) {
		const char *close = memchr(line.text + end, '>', line.length - end);

		end = !close ? end : (size_t)(close - line.text) + 1;
	}
	for (size_t i = 0; i < count; i++)
		number =
			number > UINT32_MAX ? number : number * 10 + (unsigned)(line.text[i] - '0');
	if (!strace_is_at(line, end, ' ') || number > UINT32_MAX)
		return 0;
	if (*pid == 0)
		*pid = (uint32_t)number;
	return end;
}

/* Takes the columns in front away; *pid stays 0 without a process's number. */
static struct record_span strace_strip_columns(struct record_span line, uint32_t *pid)
{
	for (int i = 0; i < COLUMNS_MAX && line.length > 0; i++) {
		size_t used = strace_bracket_column(line, pid);

		if (used == 0)
			used = strace_time_column(line);
		if (used == 0)
			used = strace_number_column(line, pid);
		if (used == 0)
			used = strace_relative_column(line);
		if (used == 0)
			break;
		line = strace_after(line, used);
	}
	return line;
}

/* ---- arguments */

/* What a bracket is closed by; 0: no bracket. In front of < stands the number that it explains. */
static char strace_closing_bracket(struct record_span text, size_t at)
{
	const char c = text.text[at];
	const char before = at > 0 ? text.text[at - 1] : ' ';

	if (c == '(' || c == '[' || c == '{')
		return c == '(' ? ')' : c == '[' ? ']' : '}';
	if (c == '<' && !strace_is_at(text, at + 1, '<') &&
	    ((before >= '0' && before <= '9') || before == 'D'))
		return '>';
	return 0;
}

/* One past the end of a quoted text; the text's length where it does not end. */
static size_t strace_quote_end(struct record_span text, size_t at)
{
	for (at++; at < text.length && text.text[at] != '"'; at++)
		if (text.text[at] == '\\')
			at++;
	return at < text.length ? at + 1 : text.length;
}

static size_t strace_remark_end(struct record_span text, size_t at)
{
	for (at += 2; at + 1 < text.length; at++)
		if (text.text[at] == '*' && text.text[at + 1] == '/')
			return at + 2;
	return text.length;
}

/* Where an argument ends: at its comma, or at the parenthesis that closes the list. */
static size_t strace_argument_end(struct record_span text, size_t at)
{
	unsigned depth = 0, angles = 0;

	while (at < text.length) {
		const char c = text.text[at];

		if (c == '"') {
			at = strace_quote_end(text, at);
			continue;
		}
		if (c == '/' && strace_is_at(text, at + 1, '*')) {
			at = strace_remark_end(text, at);
			continue;
		}
		if (angles > 0 && c == '\\') {
			at += 2; /* 3</tmp/a\"b>: a quote that opens nothing */
			continue;
		}
		if (angles > 0 || strace_closing_bracket(text, at) == '>') {
			angles += strace_closing_bracket(text, at) == '>';
			angles -= c == '>' && !(at > 0 && text.text[at - 1] == '-');
		} else if (strace_closing_bracket(text, at) != 0) {
			depth++;
		} else if (depth == 0 && (c == ',' || c == ')')) {
			return at;
		} else if (c == ')' || c == ']' || c == '}') {
			depth -= depth > 0;
		}
		at++;
	}
	return text.length;
}

/*
 * Calls whose printed arguments are not the kernel's from some index on: 64-bit values are printed
 * as one where 32-bit ABIs pass two, an old call takes a structure, offsets come in halves.
 */
static unsigned strace_reliable_arguments(const struct call *call)
{
	static const struct {
		const char *name;
		unsigned narrow, wide; /* how many, on ABIs with 32-bit and with 64-bit registers */
	} rows[] = {
		{"_llseek", 1, 6},	   {"arm_fadvise64_64", 2, 6},
		{"fadvise64", 1, 6},	   {"fadvise64_64", 1, 6},
		{"fallocate", 2, 6},	   {"fanotify_mark", 2, 6},
		{"ftruncate64", 1, 6},	   {"ipc", 0, 0},
		{"lookup_dcookie", 0, 6},  {"mmap", 0, 6},
		{"mmap2", 5, 5},	   {"pread64", 3, 6},
		{"preadv", 3, 4},	   {"preadv2", 3, 4},
		{"pwrite64", 3, 6},	   {"pwritev", 3, 4},
		{"pwritev2", 3, 4},	   {"readahead", 1, 6},
		{"rt_sigreturn", 0, 0},	   {"select", 0, 6},
		{"sigreturn", 0, 0},	   {"socketcall", 0, 0},
		{"sync_file_range", 1, 6}, {"sync_file_range2", 1, 6},
		{"truncate64", 1, 6},
	};

	for (size_t i = 0; call->name && i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].name, call->name) == 0)
			return call->abi->argument_bits == 32 ? rows[i].narrow : rows[i].wide;
	return 6;
}

/*
 * "flags=CLONE_VM|SIGCHLD" in clone, whose arguments are printed in another order, unless they are
 * raw numbers: then in the kernel's.
 */
static bool strace_clone_argument(const struct call *call, struct record_span *text,
				  unsigned *index)
{
	static const char flags[] = "flags=";

	if (!call->name || strcmp(call->name, "clone") != 0)
		return true;
	if (!record_span_starts(*text, flags))
		return strace_digit_count(*text, 0) > 0;
	*text = strace_after(*text, sizeof(flags) - 1);
	*index = call->abi->arch == ARCH_S390 || call->abi->arch == ARCH_S390X ? 1 : 0;
	return true;
}

/* strace writes the value that the kernel takes: what is wider than the argument is a sign. */
static void strace_add_argument(struct call *call, struct record_span text, unsigned index)
{
	uint64_t value;
	unsigned bits;

	text = strace_after(text, 0);
	if (index >= strace_reliable_arguments(call) ||
	    !strace_clone_argument(call, &text, &index) ||
	    !record_value_read(call->abi, text, &value))
		return;
	bits = call_argument_bits(call, index);
	call->given |= 1u << index;
	call->args[index] = bits < 64 ? value & ((UINT64_C(1) << bits) - 1) : value;
}

static bool strace_ends_with(struct record_span text, const char *word)
{
	const size_t length = strlen(word);

	return text.length >= length && memcmp(text.text + text.length - length, word, length) == 0;
}

/*
 * Of a call that is still being made what stands for its rest is cut off. On a terminal a remark
 * about a new process can come between: "vfork(strace: Process 12 attached".
 */
static void strace_cut_unfinished(struct record_span *text)
{
	static const char unfinished[] = "<unfinished ...>", remark[] = "strace: Process ";

	if (strace_ends_with(*text, unfinished)) {
		text->length -= sizeof(unfinished) - 1;
		return;
	}
	for (size_t i = 0; strace_ends_with(*text, " attached") && i < text->length; i++) {
		const struct record_span rest = {text->text + i, text->length - i};

		if (record_span_starts(rest, remark)) {
			text->length = i;
			return;
		}
	}
}

/*
 * text begins after the opening parenthesis. A call that is still being made ("openat(AT_FDCWD,
 * "x", O_RDONLY <unfinished ...>") has all that is known before it is made: strace writes that in
 * one go, so that the last piece is whole too.
 */
static void strace_read_arguments(struct call *call, struct record_span text)
{
	size_t at = 0;

	strace_cut_unfinished(&text);
	for (unsigned index = 0; index < 6; index++) {
		const size_t end = strace_argument_end(text, at);

		strace_add_argument(call, (struct record_span){text.text + at, end - at}, index);
		if (!strace_is_at(text, end, ','))
			return;
		at = end + 1;
	}
}

/* ---- lines */

/* A name, or "syscall_0x1c5" for a number that strace does not know. */
static bool strace_find_call(const struct abi *abi, struct record_span word, struct call *call)
{
	static const char numbered[] = "syscall_";
	char name[RECORD_NAME_MAX + 1];
	uint64_t number;

	call->abi = abi;
	if (!record_span_name(word, name))
		return false;
	if (syscall_number(abi, name, &call->number)) {
		call->name = syscall_name(abi, call->number);
		return true;
	}
	if (!record_span_starts(word, numbered) ||
	    !record_span_number((struct record_span){word.text + sizeof(numbered) - 1,
						     word.length - sizeof(numbered) + 1},
				&number) ||
	    number > UINT32_MAX)
		return false;
	call->number = (uint32_t)number | (abi->arch == ARCH_X32 ? X32_BIT : 0);
	call->abi = abi_of_call(abi->audit_arch, call->number);
	call->name = !call->abi ? NULL : syscall_name(call->abi, call->number);
	return call->abi;
}

/* The same call by socketcall(2) or ipc(2): strace writes the inner call's name for both. */
static bool strace_find_other(const struct abi *abi, struct record_span word, struct call *other)
{
	char name[RECORD_NAME_MAX + 1];
	const char *multiplexer;
	unsigned inner;

	if (!record_span_name(word, name) ||
	    !syscall_multiplexed(abi, name, &multiplexer, &inner) ||
	    !syscall_number(abi, multiplexer, &other->number))
		return false;
	other->abi = abi;
	other->name = syscall_name(abi, other->number);
	other->given = 1;
	other->args[0] = inner;
	return true;
}

static enum record_kind strace_read_call(const struct abi *abi, struct record_span line,
					 struct record *record)
{
	const char *open = memchr(line.text, '(', line.length);
	struct record_span word = {line.text, !open ? 0 : (size_t)(open - line.text)};

	if (!open)
		return RECORD_UNKNOWN;
	record->has_other = strace_find_other(abi, word, &record->other);
	if (!strace_find_call(abi, word, &record->call)) {
		if (!record->has_other)
			return RECORD_UNKNOWN;
		record->call = record->other; /* it has no number of its own there */
		record->has_other = false;
		return RECORD_CALL;
	}
	strace_read_arguments(&record->call, strace_after(line, word.length + 1));
	return RECORD_CALL;
}

/*
 * Lines about processes: "--- SIGCHLD {...} ---", "+++ exited with 0 +++", "<... read resumed>",
 * and what follows on a terminal when a remark has cut a call in two: ", child_tidptr=0x7f) = 12".
 */
static bool strace_is_no_call(struct record_span line)
{
	static const char *const heads[] = {
		"--- ", "+++ ", "<... ", "> ", "strace: ", "<unfinished ...>", ", ", ") ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
		if (record_span_starts(line, heads[i]))
			return true;
	return record_span_starts(line, "Process ") &&
	       strace_digit_count(line, 8) > 0; /* "attached": strace before 5 */
}

enum record_kind record_strace_read(struct record_reader *reader, struct record_span line,
				    struct record *record)
{
	uint32_t pid = 0;

	line = strace_strip_columns(line, &pid);
	if (pid != 0)
		reader->many = true;
	if (record_span_starts(line, "strace: [ "))
		line = strace_after(line, 8);
	if (record_span_starts(line, MODE_HEAD))
		return strace_read_mode(reader, line);
	if (line.length == 0)
		return RECORD_UNKNOWN;
	if (strace_is_no_call(line))
		return RECORD_NOTHING;
	return strace_read_call(pid == 0 ? reader->alone : strace_process_abi(reader, pid), line,
				record);
}
