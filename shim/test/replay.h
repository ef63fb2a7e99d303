/* SPDX-License-Identifier: Apache-2.0 */
/* test --replay: which recorded calls (filter/record/record.h) a filter would deny, and how often.
 */
#ifndef SHIM_TEST_REPLAY_H
#define SHIM_TEST_REPLAY_H

#include "filter/query/table_query.h"
#include "filter/rules/rules.h"

#define REPLAY_ROWS_MAX	    65536 /* different calls that do not pass */
#define REPLAY_OUTCOMES_MAX 16	  /* told of one */

enum replay_verdict {
	REPLAY_PASSES, /* ALLOW or LOG, whatever the record does not tell */
	REPLAY_DENIED, /* ERRNO, TRAP or a kill, whatever it does not tell */
	REPLAY_MAY_BE, /* what it does not tell decides, or a tracer or listener (TRACE, NOTIFY) */
};

/* Calls of one number, verdict and outcome. */
struct replay_row {
	struct call call; /* the first of them, and where it was */
	struct place first;
	enum replay_verdict verdict;
	uint32_t outcomes[REPLAY_OUTCOMES_MAX];
	size_t outcome_count;
	struct seccomp_data witness; /* of the first outcome that is no pass */
	uint32_t outcome;
	size_t count;
};

/* All zero is an empty one. */
struct replay {
	struct replay_row *rows; /* those that do not pass; sorted by replay_sort() */
	size_t row_count, row_capacity;
	size_t *index; /* open addressing: row + 1 */
	size_t index_size;
	size_t calls, verdicts[REPLAY_MAY_BE + 1];
	size_t unknown_lines;
	struct place unknown; /* the first of them */
};

/*
 * Reads a recording. native: the ABI of calls whose line does not tell it. The file's name must
 * outlive the replay. 0, or -1 with an error: no call in it, or more rows than are kept.
 */
int replay_read(struct replay *replay, struct table_query *reach, struct node table,
		const char *file, const char *text, size_t length, const struct abi *native,
		struct findings *findings) MUST_CHECK;
void replay_free(struct replay *replay);

/* By count, the largest first, then by name, ABI, verdict and outcome. */
void replay_sort(struct replay *replay);
/* Lines on standard output. rules: NULL where there are none. */
void replay_print(const struct replay *replay, const struct rules *rules);
/* The `result` of --json. */
void replay_add_json(struct buffer *out, const struct replay *replay, const struct rules *rules);

#endif
