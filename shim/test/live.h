/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test --live: asks the running kernel about one call for each branch that an expectation's calls
 * can take, and compares its answers with the table's.
 */
#ifndef SHIM_TEST_LIVE_H
#define SHIM_TEST_LIVE_H

#include "filter/program/program.h"
#include "shim/test/test_result.h"

#define LIVE_BRANCHES_MAX 1024	 /* of one call: a condition has about two for each bit it names */
#define LIVE_CALLS_MAX	  131072 /* asked in one run */

/*
 * Adds the kernel's answers to the cases; a case fails if one differs from the table.
 * program: decides like the table. 0, or -1 with an error in findings.
 */
int live_ask(struct tests *tests, struct table_query *query, struct node table,
	     const struct program *program, struct findings *findings) MUST_CHECK;

#endif
