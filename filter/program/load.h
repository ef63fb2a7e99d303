/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp(2), and the questions one asks the kernel before: the only file of this floor that
 * changes the process (DESIGN, F10).
 */
#ifndef FILTER_PROGRAM_LOAD_H
#define FILTER_PROGRAM_LOAD_H

#include "filter/rules/filter.h"

/*
 * The SECCOMP_FILTER_FLAG_* bits that a profile stands for (S13); without a `flags` key SPEC_ALLOW
 * is implied. A rule NOTIFY needs NEW_LISTENER (S14), and TSYNC together with it TSYNC_ESRCH.
 */
unsigned load_flags(const struct resolved *resolved, bool *implied_spec_allow);
/* What the flags mean for the one who loads: a listener comes back; other threads get the filter.
 */
bool load_gives_listener(const struct filter *filter);
bool load_synchronises(const struct filter *filter);
/*
 * What the running kernel can do with this filter: every action that the profile uses
 * (SECCOMP_GET_ACTION_AVAIL) and every flag (S13). A written flag that is missing is an error; an
 * implied SPEC_ALLOW that is missing is taken out of filter->flags. Seccomp itself missing, or a
 * kernel older than 4.14, is an error.
 */
int load_check(struct filter *filter, const struct resolved *resolved,
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
int load_filter_listening(const struct filter *filter, int *listener) MUST_CHECK;
/* The same without a listener: what NOTIFY would be asked about answers ENOSYS. Not for a launch.
 */
int load_filter(const struct filter *filter) MUST_CHECK;

#endif
