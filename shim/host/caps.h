/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The five capability sets of this process, through libcap: read, and set in the steps that a
 * change of ids needs (capabilities(7)). Bits are as word_capability. Those of type int return 0 or
 * a negative errno.
 */
#ifndef SHIM_HOST_CAPS_H
#define SHIM_HOST_CAPS_H

#include <sys/types.h>

#include "oci/base.h"

struct capability_sets {
	uint64_t bounding, permitted, effective, inheritable, ambient;
};

/* The sets of the calling thread. */
int capabilities_read(struct capability_sets *sets) MUST_CHECK;

/*
 * The capabilities that a command executed by a process with these sets and this user will hold
 * after exec: uid 0: bounding and inheritable (no_new_privs adds none that are not permitted);
 * another uid: ambient, plus bounding only if no_new_privs is off, because a program with file
 * capabilities may gain them.
 */
uint64_t capabilities_of_command(const struct capability_sets *sets, uid_t uid, bool no_new_privs);
/*
 * The capabilities that a command started by this process as its present user will hold after exec.
 */
int capabilities_after_exec(bool no_new_privs, uint64_t *capabilities) MUST_CHECK;

/* Permitted capabilities outlive the change to another user (PR_SET_KEEPCAPS; exec clears it). */
int capabilities_keep(void) MUST_CHECK;
/* Leaves no more than these in the bounding set. Needs CAP_SETPCAP where there is more. */
int capabilities_drop_bounding(uint64_t bounding) MUST_CHECK;
/*
 * Sets permitted, effective, inheritable, then ambient, and reads all five back: -EPERM if one is
 * not as asked, the bounding set included.
 */
int capabilities_set(const struct capability_sets *sets) MUST_CHECK;

/* Appends the names: "CAP_CHOWN, CAP_KILL". */
void capabilities_add_text(struct buffer *buffer, uint64_t capabilities);

#endif
