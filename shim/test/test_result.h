/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The results of a list of expectations, and the forms in which they are printed: one file each,
 * named after the form (test_tap.c, test_json.c, test_junit.c).
 */
#ifndef SHIM_TEST_TEST_RESULT_H
#define SHIM_TEST_TEST_RESULT_H

#include "filter/query/expect.h"
#include "filter/rules/rules.h"
#include "oci/json_write.h"
#include "shim/test/probe.h"

enum test_verdict { TEST_PASSED, TEST_FAILED, TEST_SKIPPED };

/* A call that gets none of the expected outcomes. */
struct test_failure {
	struct seccomp_data call;
	uint32_t outcome;
	struct place place; /* of the rule that decides; no file: none does */
};

/* A call that the kernel was asked about, or should have been. */
struct test_answer {
	struct probe probe;
	uint32_t outcome; /* the table's */
	bool agrees;
};

struct test_case {
	const struct expectation *expectation;
	enum test_verdict verdict;
	const char *reason;	       /* of TEST_SKIPPED; static */
	size_t calls, failed;	       /* of these */
	struct test_failure *failures; /* the first of those; owned */
	size_t failure_count;
	struct test_answer *answers; /* of the kernel; owned */
	size_t answer_count, answer_capacity;
	bool left_out; /* the kernel was not asked about all branches (LIVE_BRANCHES_MAX) */
};

struct tests {
	const char *filter;	/* the FILTER as it was named */
	struct test_case *list; /* owned */
	size_t count;
	size_t verdicts[TEST_SKIPPED + 1];
	bool live; /* the kernel was asked too */
};

void tests_free(struct tests *tests);
/* Fills in verdicts, when no verdict changes any more. */
void tests_count_verdicts(struct tests *tests);

/*
 * The place of the rule that decides a call; no file if there are no rules, or if none of them
 * decides (calls newer than the profile, ABIs that are not listed, another reading).
 */
struct place test_deciding_place(const struct rules *rules, const struct seccomp_data *call,
				 uint32_t outcome);

/* ---- for every form */

/* "passed", "failed", "skipped". */
const char *test_verdict_word(enum test_verdict verdict);
/* "FILE:LINE" of an expectation or a recorded call, harmless on a terminal. */
void test_add_line(struct buffer *out, struct place place);
/* "FILE:LINE TEXT" of an expectation, harmless on a terminal. */
void test_add_title(struct buffer *out, const struct expectation *expectation);
/* A call with all its arguments: "x86_64 chmod(0, 0)". */
void test_add_call(struct buffer *out, const struct seccomp_data *call);
/* Lines for people: the calls that fail, and what the kernel answered. */
void test_add_details(struct buffer *out, const struct test_case *test);

/* ---- the forms */

/* TAP, version 13. */
void tests_add_tap(struct buffer *out, const struct tests *tests);
/* The members of the result of --json. */
void tests_write_json(struct json_writer *json, const struct tests *tests);
/* A whole XML document. */
void tests_add_junit(struct buffer *out, const struct tests *tests);

#endif
