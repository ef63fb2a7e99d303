/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads recorded system calls, line by line: what strace(1) prints (also with -f, -o and
 * timestamps), and records of the kernel's audit (SECCOMP, type 1326, and SYSCALL, type 1300; of
 * auditd, ausearch -i or the kernel's log). Lines are written by others: whatever they hold,
 * reading them is bounded.
 */
#ifndef FILTER_RECORD_RECORD_H
#define FILTER_RECORD_RECORD_H

#include "filter/query/call.h"
#include "filter/record/record_span.h"

enum record_kind {
	RECORD_CALL,	/* a call was made */
	RECORD_NOTHING, /* understood, and no call: a signal, an exit, the second half of a call */
	RECORD_UNKNOWN, /* not understood */
};

/* What is known of the processes from the lines so far. */
struct record_reader {
	const struct abi *native;
	const struct abi *alone; /* the ABI of the one process, whose lines have no number */
	bool many;		 /* lines with a process's number have been seen */
	struct record_process {
		uint32_t pid;
		const struct abi *abi;
	} * processes; /* those that do not run the native ABI, or did not */
	size_t count, capacity;
};

#define RECORD_PROCESSES_MAX 65536 /* whose ABI is remembered */

struct record {
	struct call call; /* arguments that the line does not have are not given */
	/* made by name on an ABI where the same call also goes by socketcall(2) or ipc(2) */
	bool has_other;
	struct call other;
	/* of an audit record "TIME:SERIAL": a SECCOMP and a SYSCALL record with the same are of one
	 * call, of which the second has more */
	struct record_span stamp;
	bool has_arguments;
};

/* native: the ABI of calls if no line says otherwise. It must outlive the reader. */
void record_start(struct record_reader *reader, const struct abi *native);
void record_free(struct record_reader *reader);
/* Reads one line, with or without its end. record's stamp borrows from the line. */
enum record_kind record_read(struct record_reader *reader, const char *line, size_t length,
			     struct record *record);

/* ---- for the files of this room */

/* One line of strace's output, without blanks at its ends. */
enum record_kind record_strace_read(struct record_reader *reader, struct record_span line,
				    struct record *record);
/* One argument as strace writes it; false if it has no value, or one that is not known here. */
bool record_value_read(const struct abi *abi, struct record_span text, uint64_t *value);
/* True if the line has an audit record. */
bool record_audit_recognize(struct record_span line);
enum record_kind record_audit_read(const struct record_reader *reader, struct record_span line,
				   struct record *record);

#endif
