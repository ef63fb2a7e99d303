/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions on arguments: the calls that meet them, and whether their values fit the arguments. */
#ifndef FILTER_RULES_CONDITION_H
#define FILTER_RULES_CONDITION_H

#include "filter/kernel/signatures.h"
#include "filter/rules/rules.h"
#include "filter/table/table.h"

/*
 * The calls that meet a condition, as a boolean table: the argument's low bits are compared with
 * the value's, unsigned; the bits above them are ignored.
 */
struct node condition_table(struct space *space, const struct widths *widths,
			    const struct profile_condition *condition);
/* The calls that meet a rule's conditions: all of them, or one if the list is OR. */
struct node conditions_table(struct space *space, const struct widths *widths,
			     const struct profile_rule *rule);
/*
 * The calls of a multiplexer that are the call which a rule names
 * (seccomp-shim-profile(5), "Multiplexed calls").
 */
struct node condition_multiplexed(struct space *space, const struct call_rule *entry);
/*
 * The widths in which values of a rule do not fit, zero- or sign-extended (seccomp-shim-profile(5),
 * "Width of arguments"): bit 2 * i for 16 bits of argument i, bit 2 * i + 1 for 32.
 */
unsigned conditions_misfit(const struct profile_rule *rule);
/*
 * An error if a value does not fit the call's argument. misfit is conditions_misfit() of the rule.
 * Each rule and name is reported once (rule_report_first).
 */
void conditions_check_width(const struct abi *abi, const struct call_rule *entry, unsigned misfit,
			    unsigned char *reported, struct findings *findings);
/* The same for one call, without a table: true if the arguments meet the rule's conditions. */
bool conditions_met(const struct abi *abi, const struct profile_rule *rule,
		    const struct seccomp_data *data);

#endif
