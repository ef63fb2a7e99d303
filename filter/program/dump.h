/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the filters of a live process from the kernel (PTRACE_SECCOMP_GET_FILTER, ptrace(2)). */
#ifndef FILTER_PROGRAM_DUMP_H
#define FILTER_PROGRAM_DUMP_H

#include <sys/types.h>

#include "filter/program/program.h"

#define DUMP_FILTERS_MAX 256 /* of one process; the kernel's own bound is on instructions */

struct dump {
	struct program filters[DUMP_FILTERS_MAX]; /* the oldest first */
	size_t count;
};

/*
 * Stops the process's main thread for a moment, reads its filters and lets it go on as it was.
 * Needs CAP_SYS_ADMIN in the first user namespace and a caller without a filter of its own: the
 * error says which is missing. count 0: it has no filter.
 */
int dump_process(struct dump *dump, pid_t pid, struct findings *findings) MUST_CHECK;
void dump_free(struct dump *dump);

#endif
