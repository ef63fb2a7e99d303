/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From rules to the decision table: our own reading of what a profile means (S7, S9, S10, S12,
 * S16). It looks at no filter and uses no library.
 */
#ifndef FILTER_RULES_DERIVE_H
#define FILTER_RULES_DERIVE_H

#include "filter/rules/rules.h"
#include "filter/table/chains.h"
#include "filter/table/table.h"

/*
 * Makes the table. Returns 0, or -1 after an error in findings: a stricter rule erased by a laxer
 * one (S7), a value that no argument of a listed ABI can have, a table beyond its bounds. With
 * options->advise findings also get warnings of rules that meet (S7, S16).
 * chains (may be NULL) gets the rules' own way of deciding, for emit_program().
 */
int derive_table(struct space *space, const struct rules *rules,
		 const struct filter_options *options, struct node *table, struct chains *chains,
		 struct findings *findings) MUST_CHECK;

#endif
