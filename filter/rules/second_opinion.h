/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second opinion: libseccomp's programs for the same rules, read back into a table and compared
 * exactly with the derived one.
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
 * libseccomp compares arguments in other widths than the kernel uses
 * (seccomp-shim-profile(5), "Width of arguments"): its programs are compared with the same rules,
 * derived in its widths. Every call of a listed ABI is compared but for what library_scope.h leaves
 * out, and every call of an ABI that is not listed with libseccomp's bad-architecture action; the
 * note names what is left out.
 */
int second_opinion_compare(struct space *space, const struct rules *rules, struct node table,
			   enum severity severity, struct findings *findings) MUST_CHECK;

#endif
