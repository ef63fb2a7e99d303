/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a table from one or two others: by their outcomes, or where bits are known. */
#ifndef FILTER_TABLE_TABLE_APPLY_H
#define FILTER_TABLE_TABLE_APPLY_H

#include "filter/table/table.h"

/* What two outcomes become. */
typedef uint32_t outcome_function(uint32_t a, uint32_t b, void *context);

/*
 * The table that answers function(a's outcome, b's outcome) to every call. The values need not be
 * outcomes. TABLE_FULL where a bound was reached.
 */
struct node table_apply(struct space *space, struct node a, struct node b,
			outcome_function *function, void *context);

/* What an outcome becomes. */
typedef uint32_t outcome_map(uint32_t outcome, void *context);
/* The table that answers map(the table's outcome) to every call; else like table_apply. */
struct node table_map(struct space *space, struct node table, outcome_map *map, void *context);

typedef bool outcome_test(uint32_t outcome, const void *context);
/* The condition that holds for the calls whose outcome passes the test; else like table_apply. */
struct node table_where(struct space *space, struct node table, outcome_test *test,
			const void *context);

/* The calls whose words, under mask, have these values; value has no bit outside of mask. */
struct known_bits {
	uint32_t mask[WORD_COUNT], value[WORD_COUNT];
};
/*
 * What is left of a table for these calls: a table that looks at none of the known bits. TABLE_FULL
 * if a bound was reached. counted: each node is a step of the space's work.
 */
struct node table_restrict(struct space *space, struct node table, const struct known_bits *known,
			   bool counted);

/* The condition that the call runs (ALLOW, LOG). */
struct node table_runs(struct space *space, struct node table);
/* The condition that the call runs or that somebody else decides (also TRACE, NOTIFY). */
struct node table_may_run(struct space *space, struct node table);

/*
 * Two filters of one process as one: the stricter outcome, of two equal actions the newer filter's
 * data (seccomp(2), "the first-seen action value of highest precedence").
 */
struct node table_stack(struct space *space, struct node newer, struct node older);

#endif
