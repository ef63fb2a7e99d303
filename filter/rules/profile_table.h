/* SPDX-License-Identifier: Apache-2.0 */
/* From a resolved profile to its decision table: as written, or as a runtime reads it. */
#ifndef FILTER_RULES_PROFILE_TABLE_H
#define FILTER_RULES_PROFILE_TABLE_H

#include "filter/rules/rules.h"
#include "filter/rules/runtime_reading.h"
#include "filter/table/chains.h"

/*
 * Makes the table in the caller's space. reading: whose (--as); NULL: as written. *rules (may be
 * NULL) gets the rules by number, which the caller frees before resolved; chains (may be NULL) the
 * rules' own way of deciding (derive_table). Returns 0, or -1 after an error in findings.
 */
int profile_table(struct space *space, const struct resolved *resolved,
		  const struct runtime_reading *reading, const struct leniency *leniency,
		  struct rules **rules, struct node *table, struct chains *chains,
		  struct findings *findings) MUST_CHECK;

#endif
