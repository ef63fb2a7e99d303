/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came of a list of expectations, and how it is told: TAP (version 13) on standard output, a
 * JUnit file, or JSON.
 */
#ifndef SHIM_TEST_TEST_OUTPUT_H
#define SHIM_TEST_TEST_OUTPUT_H

#include "filter/query/expect.h"
#include "filter/rules/rules.h"

enum test_verdict { TEST_PASSED, TEST_FAILED, TEST_SKIPPED };

struct test_case {
	const struct expectation *expectation;
	enum test_verdict verdict;
	const char *reason;	/* of TEST_SKIPPED; static */
	size_t calls, failed;	/* of these */
	struct buffer details;	/* lines for people, each with its end */
	struct buffer failures; /* elements of a JSON array */
	struct buffer live;	/* the same, of what the kernel answered */
};

struct tests {
	struct test_case *list; /* owned */
	size_t count;
	size_t verdicts[TEST_SKIPPED + 1];
	bool live; /* the kernel was asked too */
	bool json; /* failures and live are wanted */
};

void tests_free(struct tests *tests);

void test_output_print_tap(const struct tests *tests);
/* The `result` of --json. */
void test_output_add_json(struct buffer *out, const struct tests *tests);
/* A whole XML document. filter: the FILTER's name. */
void test_output_add_junit(struct buffer *out, const struct tests *tests, const char *filter);

/*
 * The place of the rule that decides a call; no file where there are no rules, or where none of
 * them does (calls newer than the profile, ABIs that are not listed, another reading).
 */
struct place test_output_deciding_place(const struct rules *rules, const struct seccomp_data *call,
					uint32_t outcome);

/* A witness as JSON: auditArch, number, args. */
void test_output_add_witness_json(struct buffer *out, const struct seccomp_data *call);
/* The same for people: "x86_64 chmod(0, 0)". */
void test_output_add_witness(struct buffer *out, const struct seccomp_data *call);

#endif
