/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expectation files (seccomp-shim-expect(5)): what a filter has to answer, one expectation a line.
 * Reads them, and checks a whole table against them.
 */
#ifndef FILTER_QUERY_EXPECT_H
#define FILTER_QUERY_EXPECT_H

#include "filter/kernel/groups.h"
#include "filter/query/call.h"
#include "filter/query/outcomes.h"
#include "filter/query/table_query.h"

#define EXPECT_LINE_MAX	    4096	       /* bytes of one line */
#define EXPECT_SIZE_MAX	    ((size_t)16 << 20) /* bytes of one file */
#define EXPECTATIONS_MAX    100000	       /* of one run, as rules of one profile */
#define EXPECT_CALLS_MAX    1000000	       /* of one run, each name of a group counted */
#define EXPECT_ERRORS_MAX   1000	       /* of one file; then it is not read on */
#define EXPECT_FAILURES_MAX 16		       /* calls listed for one expectation that fails */

struct expectation {
	struct place place; /* of the call; its file's name must outlive the expectations */
	char *text;	    /* as written, without comment and outer blanks; owned */
	struct call call;   /* of a group only the ABI */
	bool by_name;	    /* not by a number: also as socketcall(2) or ipc(2) */
	const struct call_group *group; /* NULL: one call */
	struct outcomes outcomes;
};

/* All zero is an empty list. */
struct expectations {
	struct expectation *list;
	size_t count, capacity;
	size_t calls; /* that they are about, all together */
};

/*
 * Adds those of a file. native: the ABI of calls without one. Reads on after an error, so that one
 * run reports all. 0, or -1 with errors.
 */
int expectations_parse(struct expectations *expectations, const char *file, const char *text,
		       size_t length, const struct abi *native,
		       struct findings *findings) MUST_CHECK;
void expectations_free(struct expectations *expectations);

/*
 * One after the other the calls that an expectation is about; *at starts as 0. False: no more. A
 * name stands for its number and, where there is one, for its way by socketcall(2) or ipc(2), whose
 * arguments are not known then.
 */
bool expectation_next(const struct expectation *expectation, size_t *at, struct call *call);

/* The result for one expectation. */
struct expectation_result {
	size_t calls;  /* how many calls it is about; 0: the group has none on that ABI */
	size_t failed; /* of these have an outcome that is not expected */
	struct table_answer
		failures[EXPECT_FAILURES_MAX]; /* a witness of each, as far as there is room
						*/
};

/* It holds if every call with every argument that is not given has one of the outcomes. */
void expectation_check(struct table_query *query, struct node table,
		       const struct expectation *expectation, struct expectation_result *result);

#endif
