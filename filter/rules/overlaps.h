/* SPDX-License-Identifier: Apache-2.0 */
/* What `check` says of rules that meet on one call: legal, decided by S7 and S16, and seldom meant.
 */
#ifndef FILTER_RULES_OVERLAPS_H
#define FILTER_RULES_OVERLAPS_H

#include "filter/rules/rules.h"
#include "filter/table/table.h"

/* A rule whose conditions are OR because two name one argument (S7); a profile that denies nothing.
 */
void overlaps_report_profile(const struct resolved *resolved, struct findings *findings);
/* The rules that name one number: an unconditional one without effect, conditional ones that
 * overlap (S7); tables
 * are those of their conditions. */
void overlaps_report_group(struct space *space, const struct call_rule **rules,
			   const struct node *tables, size_t count, unsigned char *told,
			   struct findings *findings);
/* The rules on calls that a multiplexer carries and that has no unconditional rule of its own
 * (S16). */
void overlaps_report_multiplexed(const struct abi *abi, const struct profile *profile,
				 const struct call_rule **rules, size_t count, unsigned char *told,
				 struct findings *findings);

#endif
