/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where two tables of one space decide differently, as a list of statements in stable order, each
 * with a witness: a call that shows it.
 */
#ifndef FILTER_QUERY_COMPARE_H
#define FILTER_QUERY_COMPARE_H

#include "filter/query/table_ranges.h"

struct difference {
	struct table_range region;
	uint32_t a, b; /* outcomes */
	/* The calls have bits set that the kernel ignores; without these a and b do not differ. */
	bool same_effective;
};

struct differences {
	struct difference *list;
	size_t count;
	struct table_ranges regions; /* own what the list's regions point to */
};

enum compare_what {
	COMPARE_ALL,   /* any other outcome, also other data */
	COMPARE_LAXER, /* only where b is laxer than a; ALLOW, LOG, TRACE and NOTIFY are one, data
			  never counts */
};

/*
 * Returns 0, or -1 if a bound was reached. differences starts empty and stays so only if the tables
 * do not differ; free it with differences_free.
 */
int compare_tables(struct space *space, struct node a, struct node b, enum compare_what what,
		   struct differences *differences) MUST_CHECK;
void differences_free(struct differences *differences);

/*
 * One line without its end: "x86_64 socket: domain == 40: A ALLOW, B ERRNO(EPERM); witness
 * socket(40, 0, 0)", and after it " (same effective call as socket(...))" where that is so.
 */
void difference_add(struct buffer *out, const struct difference *difference);

/* The kernel's precedence with ALLOW, LOG, TRACE and NOTIFY as one, as --stricter compares; a
 * smaller number is stricter. */
int outcome_class(uint32_t outcome);

#endif
