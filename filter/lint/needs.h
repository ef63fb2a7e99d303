/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls that those who start a container's command make under a filter that is in force
 * already: runc and crun between their seccomp(2) and execve(2) (SEMANTICS 2.1, 2.2: strace of runc
 * 1.1.5 and crun 1.8.1, each call denied in every way to see which they survive, and what Go's own
 * runtime may do), and the entry program, which begins under the runtime's filter. One table serves
 * check --starts-under (filter/lint/starts.c) and the wrapper; tests/engines/starts.bats tries it
 * again.
 */
#ifndef FILTER_LINT_NEEDS_H
#define FILTER_LINT_NEEDS_H

#include "filter/kernel/abi.h"
#include "filter/rules/dialect.h"
#include "filter/table/table.h"

/* What it takes to stop the one who makes the call. */
enum need_care {
	NEED_ANSWER,  /* any failure does */
	NEED_STRANGE, /* so it does, but for EPERM and EINVAL, with which old kernels answer */
	NEED_CHANCE,  /* a failure does, but the call is not made each time */
	NEED_LIFE,    /* a failure is lived with, being killed is not */
	NEED_RARELY, /* not made each time, or not missed: not asked for, but given (needs_names) */
};

struct need {
	const char *name; /* of the system call; those that an ABI does not have are not made */
	enum need_care care;
	bool without_nnp; /* made only where noNewPrivileges is false */
	bool created;	  /* only by create and start, as engines do it */
	bool elsewhere;	  /* only by exec, or by other versions: no reason not to start */
	bool fixed;	  /* argument `index` is always `value` */
	unsigned index;
	uint32_t value;
};

struct needs {
	const struct need *list;
	size_t count;
};

/* RUNTIME_NONE: as runc, which needs more. */
struct needs needs_of_runtime(enum runtime runtime);
struct needs needs_of_entry(void);

/* The calls of the number that are as they are made, as a boolean table of arguments. */
uint32_t need_made(const struct need *need, struct space *space);
/*
 * The first need that a table does not meet on this ABI, or NULL; *witness gets a call that shows
 * it. nnp: noNewPrivileges.
 */
const struct need *needs_unmet(struct needs needs, bool nnp, struct space *space, uint32_t table,
			       const struct abi *abi, struct seccomp_data *witness);
/* The names of all needs, into names[count..]; returns the new count. At most NEEDS_MAX in all. */
#define NEEDS_MAX 96
size_t needs_names(struct needs needs, bool nnp, const char *names[NEEDS_MAX], size_t count);

#endif
