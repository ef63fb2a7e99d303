/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads a program with seccomp(2), and asks the kernel before what it can do. The only file of
 * filter/ that changes the process (HACKING.md, "Our own seccomp call").
 */
#ifndef FILTER_PROGRAM_LOAD_H
#define FILTER_PROGRAM_LOAD_H

#include "filter/program/program.h"
#include "oci/resolve.h"

/* Bits of seccomp(2)'s flags (linux/seccomp.h, SECCOMP_FILTER_FLAG_*; older headers lack some). */
#define LOAD_TSYNC		(1u << 0)
#define LOAD_LOG		(1u << 1)
#define LOAD_SPEC_ALLOW		(1u << 2)
#define LOAD_NEW_LISTENER	(1u << 3)
#define LOAD_TSYNC_ESRCH	(1u << 4)
#define LOAD_WAIT_KILLABLE_RECV (1u << 5)

/* Whether loading returns a listener's descriptor. */
bool load_gives_listener(unsigned flags);
/* Whether the other threads get the filter, too. */
bool load_synchronises(unsigned flags);
/*
 * Whether the running kernel can load a filter with these flags: every action that the profile uses
 * (SECCOMP_GET_ACTION_AVAIL) and every flag. A flag that is missing is an error; only a SPEC_ALLOW
 * that the profile does not write (implied_spec_allow) is taken out of *flags instead. Seccomp
 * itself missing, or a kernel older than 4.14, is an error. 0, or -1 with errors in findings.
 */
int load_check(unsigned *flags, bool implied_spec_allow, const struct resolved *resolved,
	       struct findings *findings) MUST_CHECK;
/*
 * prctl(PR_SET_NO_NEW_PRIVS) and reads it back. 0 or a negative errno.
 */
int load_no_new_privs(void) MUST_CHECK;
/*
 * seccomp(SECCOMP_SET_MODE_FILTER) once, never again with weaker flags. 0 on success; a negative
 * errno; -ESRCH if TSYNC answered with a thread's id. *listener gets the descriptor that
 * NEW_LISTENER gives (close-on-exec by the kernel), else -1. Makes no other system call and touches
 * no memory but the program's, errno and *listener.
 */
int load_filter_listening(const struct program *program, unsigned flags, int *listener) MUST_CHECK;
/*
 * The same without a listener: calls for which NOTIFY would ask it fail with ENOSYS. Not for a
 * launch.
 */
int load_filter(const struct program *program, unsigned flags) MUST_CHECK;

#endif
