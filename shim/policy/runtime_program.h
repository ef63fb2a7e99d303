/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real runtime: where its program is, whether it has the command line of runc or crun, and how
 * it reads a section, which depends on its version and its libseccomp.
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
	enum runtime kind;   /* RUNTIME_NONE: not known */
	const char *library; /* libseccomp's version as the policy says; NULL: to be found out */
	bool asked;	     /* runtime_program_ask() was called */
	bool known;	     /* dialect is known */
	struct runtime_reading dialect;
	const char *why; /* why dialect is not known; static */
	bool remember;	 /* set by the caller: remember decisions that held */
};

/*
 * Finds the program that policy->runtime names: a path from the root, or a name in the system's
 * folders; runc if none is named. Never this program itself. 0, or -1 after an error in findings.
 */
int runtime_program_find(struct runtime_program *program, const struct policy *policy,
			 struct findings *findings) MUST_CHECK;
/*
 * Finds out the version and libseccomp, once. False if they cannot be known for sure
 * (program->why).
 */
bool runtime_program_ask(struct runtime_program *program);
/*
 * True if the file itself is runc or crun; any other may execute one, which can change while this
 * file stays.
 */
bool runtime_program_is_itself(const struct runtime_program *program);
void runtime_program_free(struct runtime_program *program);

#endif
