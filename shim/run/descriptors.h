/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors that the command inherits, and those that it must not (HACKING.md, "What the command
 * inherits"). Functions of type int return 0 or a negative errno.
 */
#ifndef SHIM_RUN_DESCRIPTORS_H
#define SHIM_RUN_DESCRIPTORS_H

#include "oci/base.h"

/* Whether 3..2+count are open; *missing is the first that is not. To be called before anything is
 * opened. */
bool descriptors_are_open(unsigned count, int *missing) MUST_CHECK;
/* Makes descriptor 0 /dev/null. */
int descriptors_null_stdin(void) MUST_CHECK;
/*
 * Marks every descriptor from first on close-on-exec: by close_range(2), or where that is missing
 * or denied through /proc/self/fd; an error where neither works.
 */
int descriptors_close_on_exec(unsigned first) MUST_CHECK;

#endif
