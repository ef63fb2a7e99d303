/* SPDX-License-Identifier: Apache-2.0 */
/* One condition on one argument: the calls that meet it, and whether its value can be met at all.
 */
#ifndef FILTER_CONDITION_H
#define FILTER_CONDITION_H

#include "filter/rules.h"
#include "filter/table.h"

/*
 * The calls that meet a condition, as a boolean table. ABIs with 32-bit arguments compare the low
 * halves; x32 does so where the value fits one, else it compares 64 bits. Unsigned.
 */
uint32_t condition_table(struct space *space, const struct abi *abi,
			 const struct profile_condition *condition);
/*
 * The calls of a multiplexer that are the call which a rule names (S16): socketcall(2) and ipc(2)
 * take an int, and ipc only its low 16 bits; what stands above is the version of its arguments
 * (ipc/syscall.c).
 */
uint32_t condition_multiplexed(struct space *space, const struct call_rule *entry);
#define IPC_CALL_MASK UINT32_C(0xffff)
/*
 * An error if a value does not fit the ABI's arguments, zero- or sign-extended (S11). told is by
 * the rules' order: each rule is told of once.
 */
void condition_check_width(const struct abi *abi, const struct call_rule *entry,
			   unsigned char *told, struct findings *findings);
/* The same for one call, without a table: true if the arguments meet the rule's conditions. */
bool conditions_met(const struct abi *abi, const struct profile_rule *rule,
		    const struct seccomp_data *data);

#endif
