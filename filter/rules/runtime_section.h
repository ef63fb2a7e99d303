/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares a profile as written with the same as a runtime reads it, and sorts the differences into
 * kinds that a policy can accept by name.
 */
#ifndef FILTER_RULES_RUNTIME_SECTION_H
#define FILTER_RULES_RUNTIME_SECTION_H

#include "filter/rules/rules.h"
#include "filter/rules/runtime_reading.h"
#include "filter/table/table.h"
#include "oci/policy.h"

/*
 * The kinds (enum policy_accept), each with its exact meaning; "stricter" counts ALLOW, LOG, TRACE
 * and NOTIFY as one and errno data not at all:
 * enosys	one answers ENOSYS where the other gives the default, which denies; or no system
 *		call has the number (-1, or bit 31 beside x86-64's), and the runtime is not laxer
 * dropped	a rule names the call, the runtime's libseccomp does not know the name; the runtime
 *		is not laxer
 * multiplexed	socketcall(2) or ipc(2)
 * width	they are equal for arguments whose high halves are 0 where the kernel takes 32 bits
 *		(x32: where libseccomp does)
 * overlap	several rules meet on the call; the runtime is not laxer
 */
struct section_comparison {
	unsigned found;	   /* kinds of differences, accepted or not */
	unsigned refused;  /* those of them that are not accepted */
	bool unacceptable; /* a difference of no kind */
	char *difference;  /* one that is not accepted: "x86_64 chmod: ALLOW here, ..."; owned */
};

/*
 * Compares the strict table with the runtime's. rules: those of which the strict table was made. 0,
 * or -1 after an error in findings (a bound). *comparison is all zero before; free its text.
 */
int runtime_section_compare(struct space *space, const struct rules *rules,
			    const struct runtime_reading *reading, struct node strict,
			    struct node theirs, unsigned accept,
			    struct section_comparison *comparison,
			    struct findings *findings) MUST_CHECK;

/*
 * The condition that the high halves of arguments on which rules have conditions are 0 where the
 * kernel, or for x32 libseccomp, does not look at them. Of calls that meet it, readings that differ
 * in width only agree on the effective call (filter/effective).
 */
struct node runtime_section_high_zero(struct space *space, const struct rules *rules);

#endif
