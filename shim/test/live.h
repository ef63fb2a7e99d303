/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test --live: for every branch that an expectation's calls can take, one of them is asked of the
 * running kernel, and its answer compared with the table's.
 */
#ifndef SHIM_TEST_LIVE_H
#define SHIM_TEST_LIVE_H

#include "filter/program/program.h"
#include "shim/test/test_result.h"

#define LIVE_BRANCHES_MAX 1024	 /* of one call: a condition has about two for each bit it names */
#define LIVE_CALLS_MAX	  131072 /* asked in one run */

/*
 * Adds to the cases what the kernel answers; where it differs from the table a case fails.
 * program: decides as the table. 0, or -1 with an error in findings.
 */
int live_ask(struct tests *tests, struct table_query *query, struct node table,
	     const struct program *program, struct findings *findings) MUST_CHECK;

#endif
