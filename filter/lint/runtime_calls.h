/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls that are made under a filter before the container's command starts: by runc and crun
 * between their seccomp(2) and execve(2) (as strace shows them for runc 1.1.5 and crun 1.8.1, each
 * call denied in every way to see which failures they survive, and what Go's runtime may add), and
 * by the entry program, which begins under the runtime's filter. check --starts-under
 * (filter/lint/starts.c) and the wrapper use the same table; tests/engines/starts.bats tries it
 * again.
 */
#ifndef FILTER_LINT_RUNTIME_CALLS_H
#define FILTER_LINT_RUNTIME_CALLS_H

#include "filter/kernel/abi.h"
#include "filter/rules/runtime_reading.h"
#include "filter/table/table.h"

/* Which answers to the call stop the one who makes it. */
enum runtime_call_care {
	CALL_ANSWER,  /* any failure */
	CALL_STRANGE, /* any failure but EPERM and EINVAL, which old kernels give */
	CALL_CHANCE,  /* any failure, but the call is not made each time */
	CALL_LIFE,    /* only being killed */
	CALL_RARELY, /* rarely made, or not missed: not asked for, but allowed (runtime_calls_names)
		      */
};

struct runtime_call {
	const char *name; /* of the system call; those that an ABI does not have are not made */
	enum runtime_call_care care;
	bool without_nnp; /* made only where noNewPrivileges is false */
	bool created;	  /* only by create and start, as engines do it */
	bool elsewhere;	  /* only by exec, or by other versions: no reason not to start */
	bool fixed;	  /* argument `index` is always `value` */
	unsigned index;
	uint32_t value;
};

struct runtime_calls {
	const struct runtime_call *list;
	size_t count;
};

/* RUNTIME_NONE: as runc, which needs more. */
struct runtime_calls runtime_calls_of(enum runtime runtime);
struct runtime_calls runtime_calls_of_entry(void);

/* The calls of the number that are as they are made, as a boolean table of arguments. */
struct node runtime_call_made(const struct runtime_call *need, struct space *space);
/*
 * The first need that a table does not meet on this ABI, or NULL; *witness gets a call that shows
 * it. nnp: noNewPrivileges.
 */
const struct runtime_call *runtime_calls_unmet(struct runtime_calls needs, bool nnp,
					       struct space *space, struct node table,
					       const struct abi *abi, struct seccomp_data *witness);
/* The names of all needs, into names[count..]; returns the new count. At most RUNTIME_CALLS_MAX in
 * all. */
#define RUNTIME_CALLS_MAX 96
size_t runtime_calls_names(struct runtime_calls needs, bool nnp,
			   const char *names[RUNTIME_CALLS_MAX], size_t count);

#endif
