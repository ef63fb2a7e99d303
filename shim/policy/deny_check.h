/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that a call that a policy denies is denied in every way to make it. */
#ifndef SHIM_POLICY_DENY_CHECK_H
#define SHIM_POLICY_DENY_CHECK_H

#include "filter/rules/rules.h"
#include "filter/table/table.h"

/*
 * table: of rules, as written. Looks at every listed ABI: the call's own number, and socketcall(2)
 * or ipc(2) with its number in the first argument. 0, or -1 after an error in findings that says
 * how the call passes.
 */
int deny_check(struct space *space, const struct rules *rules, struct node table,
	       const char *const *names, size_t count, struct findings *findings) MUST_CHECK;

#endif
