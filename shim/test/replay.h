/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test --replay: which recorded calls (filter/record/record.h) a filter would deny, and how often;
 * and the forms in which that is printed, each in a file of its name.
 */
#ifndef SHIM_TEST_REPLAY_H
#define SHIM_TEST_REPLAY_H

#include "filter/query/table_query.h"
#include "filter/rules/rules.h"
#include "oci/json_write.h"

#define REPLAY_ROWS_MAX	    65536 /* different calls that do not pass */
#define REPLAY_OUTCOMES_MAX 16	  /* kept of one row */

enum replay_verdict {
	REPLAY_PASSES, /* ALLOW or LOG, whatever the record leaves open */
	REPLAY_DENIED, /* ERRNO, TRAP or a kill, whatever it leaves open */
	REPLAY_MAY_BE, /* what it leaves open decides, or a tracer or listener (TRACE, NOTIFY) */
};

/* Calls of one number, verdict and outcome. */
struct replay_row {
	struct call call; /* the first of them, and where it was */
	struct place first;
	enum replay_verdict verdict;
	uint32_t outcomes[REPLAY_OUTCOMES_MAX];
	size_t outcome_count;
	struct seccomp_data witness; /* of the first outcome that does not let it run */
	uint32_t outcome;
	struct place deciding; /* the rule behind it; no file: none, or not found yet
				  (replay_finish()) */
	size_t count;
};

/* All zero is an empty one. */
struct replay {
	struct replay_row *rows; /* those that do not pass; sorted by replay_finish() */
	size_t row_count, row_capacity;
	size_t *index; /* open addressing: row + 1 */
	size_t index_size;
	size_t calls, verdicts[REPLAY_MAY_BE + 1];
	size_t unknown_lines;
	struct place unknown; /* the first of them */
};

/*
 * Reads a recording. native: the ABI of calls whose line does not name one. The file's name must
 * outlive the replay. 0, or -1 with an error: no call in it, or more rows than are kept.
 */
int replay_read(struct replay *replay, struct table_query *query, struct node table,
		const char *file, const char *text, size_t length, const struct abi *native,
		struct findings *findings) MUST_CHECK;
void replay_free(struct replay *replay);

/*
 * Sorts the rows by count, the largest first, then by name, ABI, verdict and outcome, and finds the
 * rules that decide. rules: NULL if there are none. Nothing may be read afterwards.
 */
void replay_finish(struct replay *replay, const struct rules *rules);

/* ---- the forms, each in a file of its name */

/* "passes", "denied", "may be denied". */
const char *replay_verdict_word(enum replay_verdict verdict);
/* Lines for people. */
void replay_add_text(struct buffer *out, const struct replay *replay);
/* The members of the result of --json. */
void replay_write_json(struct json_writer *json, const struct replay *replay);

#endif
