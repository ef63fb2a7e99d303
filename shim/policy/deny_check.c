/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks a denied call up in the decision table, by its own number and through socketcall(2) and
 * ipc(2).
 */
#include <config.h>

#include "shim/policy/deny_check.h"

#include "filter/kernel/syscalls.h"
#include "filter/table/table_apply.h"

static struct node deny_passing_table(struct space *space, struct node table, const struct abi *abi,
				      uint32_t number)
{
	struct node node = table_at(space, table, WORD_ARCH, abi->audit_arch);

	node = table_at(space, node, WORD_NUMBER, number);
	return table_may_run(space, node);
}

static int deny_report_passing(struct findings *findings, struct place place, const struct abi *abi,
			       const char *name, const char *by)
{
	return finding_error(findings, "deny-passed", place, "deny that call too",
			     "%s is denied by the policy, but passes on %s by %s", name, abi->name,
			     by);
}

static int deny_check_multiplexer(struct space *space, const struct abi *abi, struct node table,
				  const char *name, struct place place, struct findings *findings)
{
	const char *multiplexer;
	unsigned call, low = word_argument_low(0);
	struct node is_call, lax;
	uint32_t number;

	if (!syscall_multiplexed(abi, name, &multiplexer, &call) ||
	    !syscall_number(abi, multiplexer, &number))
		return 0;
	is_call = table_mask_word(space, low, syscall_multiplexer_mask(multiplexer), call,
				  TABLE_TRUE, TABLE_FALSE);
	lax = table_and(space, deny_passing_table(space, table, abi, number), is_call);
	return node_same(lax, TABLE_FALSE)
		       ? 0
		       : deny_report_passing(findings, place, abi, name, multiplexer);
}

static int deny_check_name(struct space *space, const struct abi *abi, struct node table,
			   const char *name, struct place place, struct findings *findings)
{
	uint32_t number;

	if (syscall_number(abi, name, &number) &&
	    !node_same(deny_passing_table(space, table, abi, number), TABLE_FALSE))
		return deny_report_passing(findings, place, abi, name, "its number");
	return deny_check_multiplexer(space, abi, table, name, place, findings);
}

int deny_check(struct space *space, const struct rules *rules, struct node table,
	       const char *const *names, size_t count, struct findings *findings)
{
	struct place place = rules->resolved->profile->place;

	space_renew(space);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < rules->abi_count; j++)
			if (deny_check_name(space, rules->abis[j].abi, table, names[i], place,
					    findings))
				return -1;
	return 0;
}
