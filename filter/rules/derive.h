/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From rules to the decision table: our own reading of what a profile means
 * (seccomp-shim-profile(5)). It looks at no filter and uses no library.
 */
#ifndef FILTER_RULES_DERIVE_H
#define FILTER_RULES_DERIVE_H

#include "filter/kernel/signatures.h"
#include "filter/rules/rules.h"
#include "filter/table/chains.h"
#include "filter/table/table.h"

/*
 * Makes the table, with arguments compared in these widths. Returns 0, or -1 after an error in
 * findings: a stricter rule erased by a laxer one, a value that no argument of a listed ABI can
 * have, a table beyond its bounds. Reports nothing else but what the leniency makes a warning.
 * chains (may be NULL) gets the rules' own way of deciding, for emit_program().
 */
int derive_table(struct space *space, const struct rules *rules, enum width width,
		 const struct leniency *leniency, struct node *table, struct chains *chains,
		 struct findings *findings) MUST_CHECK;
/* The same in libseccomp's widths, for what is compared with it; TABLE_FULL after any error. */
struct node derive_library_table(struct space *space, const struct rules *rules);

#endif
