/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests what only the running kernel can show, in a child, so that this process stays unconfined.
 */
#ifndef SHIM_HOST_KERNEL_ASK_H
#define SHIM_HOST_KERNEL_ASK_H

#include "oci/base.h"

/*
 * True if this kernel runs a system call of the native ABI although a filter denies it (x86-64:
 * uretprobe and uprobe since 6.14 and 6.18, kernel/seccomp.c). False also if the test cannot be
 * made. The call is made with zero arguments: use it only for calls that do nothing then.
 */
bool kernel_ask_ignores_filters(uint32_t number);

#endif
