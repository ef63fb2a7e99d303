/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second opinion: libseccomp's program for the same rules, read back into a table and compared
 * exactly with the derived one, wherever libseccomp has a say.
 */
#ifndef FILTER_RULES_SECOND_OPINION_H
#define FILTER_RULES_SECOND_OPINION_H

#include "filter/rules/rules.h"
#include "filter/table/table.h"

/*
 * Compares and reports: a note if both agree; if they differ or libseccomp did not answer, a
 * finding of the given severity. Returns -1 if that is an error. The derived table stands in any
 * case.
 *
 * libseccomp compares arguments in other widths than the kernel uses (S11): what it is held against
 * are the same rules, derived in its widths.
 *
 * libseccomp has no say on numbers of names that it does not know (newer ones), beyond S10's limit,
 * on -1, and on x86-64 numbers with one of the two highest bits set (it takes all from 2^30 on for
 * x32's).
 */
int second_opinion_compare(struct space *space, const struct rules *rules, struct node table,
			   enum severity severity, struct findings *findings) MUST_CHECK;

#endif
