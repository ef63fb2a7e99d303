/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether runc or crun can still start a container's command once the filter is loaded: the calls
 * of filter/lint/runtime_calls.h, as the filter answers them.
 */
#ifndef FILTER_LINT_STARTS_H
#define FILTER_LINT_STARTS_H

#include "filter/rules/rules.h"
#include "filter/rules/runtime_reading.h"
#include "filter/table/table.h"

/*
 * Adds an error for each call that keeps the runtime from starting anything, at the place of the
 * rule that denies it; a warning where the call's arguments, or chance, decide. table is what the
 * runtime loads (runtime_table); nnp: noNewPrivileges, with which it loads the filter
 * later.
 */
void starts_check(struct space *space, const struct rules *rules, struct node table,
		  enum runtime runtime, bool nnp, struct findings *findings);

#endif
