/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where two tables of one space decide differently, as a list of statements in stable order, each
 * with a witness: a call that shows it.
 */
#ifndef FILTER_COMPARE_H
#define FILTER_COMPARE_H

#include "filter/abi.h"
#include "filter/table.h"

struct difference {
	uint32_t arch_first,
		arch_last;     /* AUDIT_ARCH values; a range only where no ABI is known there */
	const struct abi *abi; /* NULL: an architecture that no ABI of ours has */
	uint32_t first, last;  /* numbers */
	bool whole;	       /* every number of the ABI (or of all these architectures) */
	char *condition;       /* on arguments, "arg0 == 0x28"; NULL: whatever they are; owned */
	uint32_t a, b;	       /* outcomes */
	struct seccomp_data witness;
};

struct differences {
	struct difference *list;
	size_t count, capacity;
};

/* For one call at most so many conditions are listed: the last one then ends with ", and more". */
#define COMPARE_CONDITIONS_MAX 16

enum compare_what {
	COMPARE_ALL,   /* any other outcome, also other data */
	COMPARE_LAXER, /* only where b is laxer than a; ALLOW, LOG, TRACE and NOTIFY are one, data
			  never counts */
};

/* 0, or -1 where a bound was reached. differences starts empty; free it with differences_free. */
int compare_tables(struct space *space, uint32_t a, uint32_t b, enum compare_what what,
		   struct differences *differences) MUST_CHECK;
void differences_free(struct differences *differences);

/*
 * One line without its end: "x86_64 socket: arg0 == 0x28: A ALLOW, B ERRNO(EPERM); witness
 * socket(0x28, 0, 0, 0, 0, 0)".
 */
void difference_add(struct buffer *out, const struct difference *difference);

/* "KILL < TRAP < ERRNO < may execute" as 0..4 (CONTRACT "--stricter"). */
int outcome_class(uint32_t outcome);

#endif
