/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks up in a decision table whether a container can mount, or make a user namespace in which it
 * can. A process that can mount can put another filter in the place of ours, which the next exec
 * would load.
 */
#include <config.h>

#include "shim/entry/entry_mounting.h"

#include <linux/capability.h>
#include <linux/sched.h>

#include "filter/kernel/abi.h"
#include "filter/kernel/syscalls.h"
#include "filter/table/table_apply.h"

/* True if the call may run on some ABI with arguments of which `made`, a boolean table, is true. */
static bool mounting_call_may_run(struct space *space, struct node table, const char *name,
				  struct node made)
{
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		const struct abi *abi = abi_of((enum arch)arch);
		uint32_t number;
		struct node node;

		if (!abi || !syscall_number(abi, name, &number))
			continue;
		node = table_at(space, table, WORD_ARCH, abi->audit_arch);
		node = table_at(space, node, WORD_NUMBER, number);
		node = table_may_run(space, node);
		if (!node_same(table_and(space, made, node), TABLE_FALSE))
			return true; /* or a bound was reached */
	}
	return false;
}

static bool mounting_any_may_run(struct space *space, struct node table, const char *const *names,
				 size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (mounting_call_may_run(space, table, names[i], TABLE_TRUE))
			return true;
	return false;
}

static bool mounting_can_mount(struct space *space, struct node table)
{
	static const char *const names[] = {"mount",	  "umount2",	   "umount",   "move_mount",
					    "pivot_root", "mount_setattr", "open_tree"};

	return mounting_any_may_run(space, table, names, ARRAY_SIZE(names));
}

static bool mounting_can_unshare(struct space *space, struct node table)
{
	static const char *const names[] = {"unshare", "clone3"};
	struct node user = table_mask_word(space, word_argument_low(0), CLONE_NEWUSER,
					   CLONE_NEWUSER, TABLE_TRUE, TABLE_FALSE);

	return mounting_any_may_run(space, table, names, ARRAY_SIZE(names)) ||
	       mounting_call_may_run(space, table, "clone", user);
}

int entry_mounting_check(struct space *space, struct node table, uint64_t capabilities,
			 struct place place, struct findings *findings)
{
	if (node_same(table, TABLE_FULL))
		return finding_error(findings, "table-bound", place, NULL,
				     "the two filters together are too complex to be checked");
	if (!mounting_can_mount(space, table))
		return 0;
	if (capabilities & UINT64_C(1) << CAP_SYS_ADMIN)
		return finding_error(findings, "entry-mounting", place,
				     "drop CAP_SYS_ADMIN, or set \"allowMountingContainers\": true",
				     "the container has CAP_SYS_ADMIN and may mount: it could "
				     "replace the filter that exec loads");
	if (mounting_can_unshare(space, table))
		finding_add(findings, SEVERITY_NOTE, "entry-mounting", place,
			    "deny mount, or unshare and clone with CLONE_NEWUSER",
			    "the container may mount in a user namespace of its own: exec into it "
			    "then loads the filter that it mounts");
	return 0;
}
