/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads records of the kernel's audit: fields KEY=VALUE between blanks (kernel/auditsc.c). Of a
 * SECCOMP record no argument is known, of a SYSCALL record the first four. Strings that a process
 * chose are quoted and without blanks, or hexadecimal, so they cannot pass for fields.
 */
#include <config.h>

#include "filter/record/record.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"

#define AUDIT_ARGUMENTS 4
#define RAW_DIGITS_MAX	16 /* of 64 bits */

/* The value of a field; NULL text if there is none. From the record's type on. */
static struct record_span audit_field(struct record_span line, const char *key)
{
	const size_t length = strlen(key);

	for (size_t i = 0; i < line.length; i++) {
		size_t end = i;

		while (end < line.length && line.text[end] != ' ' && line.text[end] != 0x1d)
			end++;
		if (end - i > length && memcmp(line.text + i, key, length) == 0 &&
		    line.text[i + length] == '=')
			return (struct record_span){line.text + i + length + 1,
						    end - i - length - 1};
		i = end;
	}
	return (struct record_span){NULL, 0};
}

/* From "type=" on. Before it stand the kernel's log's own time and "audit:". */
static struct record_span audit_find_record(struct record_span line)
{
	for (size_t i = 0; i + 5 < line.length; i++)
		if (memcmp(line.text + i, "type=", 5) == 0 &&
		    (i == 0 || line.text[i - 1] == ' ' || line.text[i - 1] == ':'))
			return (struct record_span){line.text + i, line.length - i};
	return (struct record_span){NULL, 0};
}

/*
 * "SECCOMP auid=1000 ..." of the journal's "Nov 26 10:00:00 host audit[33]: SECCOMP auid=1000 ...",
 * which has no stamp; NULL text if it is none.
 */
static struct record_span audit_journal_record(struct record_span line)
{
	static const char head[] = "audit[";

	for (size_t i = 0; i + sizeof(head) < line.length; i++) {
		size_t at = i + sizeof(head) - 1;

		if (memcmp(line.text + i, head, sizeof(head) - 1) != 0 ||
		    (i > 0 && line.text[i - 1] != ' '))
			continue;
		while (at < line.length && line.text[at] >= '0' && line.text[at] <= '9')
			at++;
		line = (struct record_span){line.text + at, line.length - at};
		return record_span_starts(line, "]: ")
			       ? (struct record_span){line.text + 3, line.length - 3}
			       : (struct record_span){NULL, 0};
	}
	return (struct record_span){NULL, 0};
}

/* What stands between the parentheses of "audit(TIME:SERIAL)"; NULL text if there is none. */
static struct record_span audit_stamp(struct record_span record)
{
	static const char head[] = "audit(";
	const size_t length = sizeof(head) - 1;

	for (size_t i = 0; i + length <= record.length; i++) {
		const struct record_span rest = {record.text + i + length,
						 record.length - i - length};
		const char *close;

		if (memcmp(record.text + i, head, length) != 0)
			continue;
		close = memchr(rest.text, ')', rest.length);
		return !close ? (struct record_span){NULL, 0}
			      : (struct record_span){rest.text, (size_t)(close - rest.text)};
	}
	return (struct record_span){NULL, 0};
}

bool record_audit_recognize(struct record_span line)
{
	struct record_span record = audit_find_record(line), before = line;

	if (!record.text || !audit_stamp(record).text)
		record = audit_journal_record(line);
	if (!record.text)
		return false;
	before.length = (size_t)(record.text - line.text);
	/* a call whose argument looks like a record is still a call */
	return !memchr(before.text, '(', before.length) && !memchr(before.text, '"', before.length);
}

/* "c000003e", or "x86_64" from ausearch -i. */
static bool audit_read_arch(struct record_span value, uint32_t *arch)
{
	char text[RECORD_NAME_MAX + 1];
	enum arch word;
	char *end;

	if (value.length == 0 || value.length > RECORD_NAME_MAX)
		return false;
	memcpy(text, value.text, value.length);
	text[value.length] = '\0';
	if (word_arch_any(text, &word) ||
	    (strcmp(text, "i386") == 0 && word_arch_any("x86", &word))) {
		*arch = abi_of(word)->audit_arch;
		return true;
	}
	*arch = (uint32_t)strtoul(text, &end, 16);
	return *end == '\0' && text[0] != '-' && text[0] != '+';
}

static bool audit_read_number(struct record_span value, uint32_t *number)
{
	uint64_t wide;

	if (record_span_is(value, "-1")) {
		*number = UINT32_MAX;
		return true;
	}
	if (!record_span_number(value, &wide) || wide > UINT32_MAX)
		return false;
	*number = (uint32_t)wide;
	return true;
}

/* By number, or by name where the record is interpreted. */
static bool audit_read_call(struct record_span record, struct call *call)
{
	const struct record_span value = audit_field(record, "syscall");
	char name[RECORD_NAME_MAX + 1];
	uint32_t arch;

	if (!value.text || !audit_read_arch(audit_field(record, "arch"), &arch))
		return false;
	if (audit_read_number(value, &call->number)) {
		call->abi = abi_of_call(arch, call->number);
	} else {
		call->abi = abi_of_call(arch, 0);
		if (!call->abi || !record_span_name(value, name) ||
		    !syscall_number(call->abi, name, &call->number))
			return false;
	}
	if (!call->abi)
		return false;
	call->name = syscall_name(call->abi, call->number);
	return true;
}

/* How many registers are arguments of the call; all, where its signature is not known. */
static unsigned audit_argument_count(const struct call *call)
{
	struct argument arguments[ARGUMENTS_MAX];
	int count = !call->name ? -1 : signature_of(call->abi, call->name, arguments);

	return count < 0 || count > AUDIT_ARGUMENTS ? AUDIT_ARGUMENTS : (unsigned)count;
}

/* Hexadecimal without 0x. */
static bool audit_raw_value(struct record_span value, uint64_t *number)
{
	char text[RAW_DIGITS_MAX + 1];
	char *end;

	if (value.length == 0 || value.length > RAW_DIGITS_MAX)
		return false;
	memcpy(text, value.text, value.length);
	text[value.length] = '\0';
	*number = strtoull(text, &end, 16);
	return *end == '\0' && text[0] != '-' && text[0] != '+' && text[0] != ' ';
}

/* a0..a3: whole registers; ausearch -i writes words, and 0x before what has none. */
static void audit_read_arguments(struct record_span record, struct call *call, bool interpreted)
{
	for (unsigned i = 0; i < audit_argument_count(call); i++) {
		const char key[] = {'a', (char)('0' + i), '\0'};
		const struct record_span value = audit_field(record, key);

		if (!value.text)
			continue;
		if (interpreted ? record_value_read(call->abi, value, &call->args[i])
				: audit_raw_value(value, &call->args[i]))
			call->given |= 1u << i;
		else
			call->args[i] = 0;
	}
}

static struct record_span audit_first_word(struct record_span text)
{
	const char *end = memchr(text.text, ' ', text.length);

	return (struct record_span){text.text, !end ? text.length : (size_t)(end - text.text)};
}

enum record_kind record_audit_read(const struct record_reader *reader, struct record_span line,
				   struct record *record)
{
	const struct record_span stamped = audit_find_record(line);
	const struct record_span text = !stamped.text ? audit_journal_record(line) : stamped;
	const struct record_span type =
		!stamped.text ? audit_first_word(text) : audit_field(text, "type");
	const bool syscall = record_span_is(type, "1300") || record_span_is(type, "SYSCALL");
	uint32_t number;

	(void)reader; /* a record says its architecture itself */
	if (!syscall && !record_span_is(type, "1326") && !record_span_is(type, "SECCOMP"))
		return RECORD_NOTHING;
	if (!audit_read_call(text, &record->call))
		return RECORD_UNKNOWN;
	record->stamp = audit_stamp(text);
	record->has_arguments = syscall;
	if (syscall)
		audit_read_arguments(text, &record->call,
				     !audit_read_number(audit_field(text, "syscall"), &number));
	return RECORD_CALL;
}
