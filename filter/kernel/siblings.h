/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Families of system calls that do the same (siblings.tab): denying one of them is of no use while
 * another passes.
 */
#ifndef FILTER_KERNEL_SIBLINGS_H
#define FILTER_KERNEL_SIBLINGS_H

#include <stddef.h>

#define FAMILY_CALLS_MAX 16

enum family_kind {
	FAMILY_ANY,  /* also members that are only left out of a list of allowed calls count */
	FAMILY_RULE, /* only members that a rule denies */
	FAMILY_SOME, /* as ANY; calls behind the members count also if only some arguments pass */
	FAMILY_TELL, /* as RULE, but harmless */
};

struct siblings {
	const char *what; /* "change a file's mode" */
	enum family_kind kind;
	unsigned members;		     /* the first so many calls do what each of them does */
	unsigned count;			     /* the others do it too, and more */
	const char *names[FAMILY_CALLS_MAX]; /* the older first */
	struct {
		const char *argument, *constant; /* "flags", "CLONE_NEWUSER"; NULL: any call */
	} wanted[FAMILY_CALLS_MAX];		 /* what makes the call one of the family */
};

size_t siblings_count(void);
/* index < siblings_count(). Static. */
const struct siblings *siblings_at(size_t index);

#endif
