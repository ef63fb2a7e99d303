/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On which calls the second opinion compares libseccomp's program with the table, and which it
 * leaves out: those that libseccomp cannot know about, or on which it is known to have no rule like
 * ours.
 */
#ifndef FILTER_RULES_LIBRARY_SCOPE_H
#define FILTER_RULES_LIBRARY_SCOPE_H

#include "filter/rules/rules.h"
#include "filter/table/table.h"

/*
 * The calls of one listed ABI that are compared, as a boolean table. Left out are:
 * - number -1 (seccomp-shim-profile(5), "Unlisted architectures");
 * - numbers above the highest one that the rules name, if they get ENOSYS
 *   (seccomp-shim-profile(5), "Newer system calls"), which libseccomp does not do;
 * - numbers of names in the rules that libseccomp does not know;
 * - x86-64 numbers with bit 31, and with bit 30 but for x32's: libseccomp takes all from 2^30 on
 *   for x32's;
 * - multiplexed calls with other bits in the first argument than the kernel compares
 *   (seccomp-shim-profile(5), "Multiplexed calls"), which libseccomp compares whole.
 */
struct node library_scope(struct space *space, const struct rules *rules,
			  const struct abi_rules *abi);
/*
 * The calls of unlisted ABIs that libseccomp's program for this ABI decides: every number of every
 * architecture that is not listed, and the numbers of x32 (or x86-64) beside its sibling.
 */
struct node library_scope_unlisted(struct space *space, const struct rules *rules,
				   const struct abi_rules *abi);
/* Adds what is left out for these rules, as a list in words; there is always something. */
void library_scope_add_left_out(struct buffer *out, const struct rules *rules);

#endif
