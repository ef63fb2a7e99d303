/* SPDX-License-Identifier: Apache-2.0 */
/* Two tables made into one, outcome by outcome; and one table's outcomes made into others. */
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
/*
 * Two filters of one process as one: the stricter outcome, of two equal actions the newer filter's
 * data (seccomp(2), "the first-seen action value of highest precedence").
 */
struct node table_stack(struct space *space, struct node newer, struct node older);

#endif
