/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs work that may hang, crash or eat memory in a child process with limits (HACKING.md, "Hostile
 * input"). One of the three files of filter/ that touch the system.
 */
#ifndef FILTER_PROGRAM_CHILD_H
#define FILTER_PROGRAM_CHILD_H

#include "oci/base.h"

#define CHILD_MEMORY_MORE \
	((size_t)256 << 20) /* bytes of address space beyond what the process has */
#define CHILD_CPU_SECONDS 2
#define CHILD_WAIT_MS	  10000
#define CHILD_ANSWER_MAX  ((size_t)8 << 20) /* bytes */

/*
 * Runs work(argument, out) in a child and collects what it wrote into the pipe `out`. Returns 0 if
 * the child ended by itself with work's result 0; else a negative value and *reason, a static
 * sentence. No child is left behind, and none of the caller's buffers is flushed twice.
 */
int child_run(int (*work)(void *argument, int out), void *argument, struct buffer *answer,
	      const char **reason) MUST_CHECK;

/* write(2) until all is written; 0 or -1. */
int write_all(int fd, const void *data, size_t length) MUST_CHECK;

#endif
