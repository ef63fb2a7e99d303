/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes one raw system call of any ABI that this machine has, and no other call, so that it works
 * under a filter that denies everything.
 */
#ifndef SHIM_TEST_PROBE_CALL_H
#define SHIM_TEST_PROBE_CALL_H

#include <linux/seccomp.h>

#include "oci/base.h"

enum probe_way {
	PROBE_WAY_NONE,	  /* this program cannot make calls of that architecture */
	PROBE_WAY_NATIVE, /* the program's own instruction; x32's numbers too */
	PROBE_WAY_INT80,  /* i386's gate, from x86-64: arguments have 32 bits */
};

enum probe_way probe_way(uint32_t audit_arch);
/* True for calls that new kernels exempt from filters: uretprobe, uprobe. */
bool probe_passes_filters(const struct seccomp_data *call);
/* Returns what the kernel returned; -errno for an error. */
long probe_call(enum probe_way way, const struct seccomp_data *call);

#endif
