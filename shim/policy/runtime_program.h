/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real runtime: where it is, whose command line it has, and what it would make of a section:
 * its version and the libseccomp that it uses.
 */
#ifndef SHIM_POLICY_RUNTIME_PROGRAM_H
#define SHIM_POLICY_RUNTIME_PROGRAM_H

#include <sys/stat.h>

#include "filter/rules/runtime_reading.h"
#include "oci/policy.h"

#define RUNTIME_LIBRARY "libseccomp.so.2"

struct runtime_program {
	char *path;	     /* absolute; owned */
	struct stat status;  /* of the file, links followed */
	enum runtime kind;   /* RUNTIME_NONE: none that is known here */
	const char *library; /* the policy's word on libseccomp, NULL: to be found out */
	bool asked;	     /* dialect is known, or cannot be */
	bool known;	     /* what it makes of a section can be told */
	struct runtime_reading dialect;
	const char *why; /* why not; static */
	bool remember;	 /* the caller's wish: what held is remembered, and then not worked out */
};

/*
 * Finds the program that policy->runtime names: a path from the root, or a name in the system's
 * folders; runc if none is named. Never this program itself. 0, or -1 after an error in findings.
 */
int runtime_program_find(struct runtime_program *program, const struct policy *policy,
			 struct findings *findings) MUST_CHECK;
/* Finds out version and library, once; false where that cannot be told for sure (program->why). */
bool runtime_program_ask(struct runtime_program *program);
/* True if the file is runc or crun; else it may hand on to one, which changes without it. */
bool runtime_program_is_itself(const struct runtime_program *program);
void runtime_program_free(struct runtime_program *program);

#endif
