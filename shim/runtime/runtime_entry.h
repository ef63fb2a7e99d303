/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entrypoint mode in the wrapper: what it does for create and run, and for exec, beside what
 * delegate mode does.
 */
#ifndef SHIM_RUNTIME_RUNTIME_ENTRY_H
#define SHIM_RUNTIME_RUNTIME_ENTRY_H

#include "shim/input/bundle.h"
#include "shim/policy/decide.h"
#include "shim/runtime/runtime_args.h"

/* True if the decision has, or may have, something for the entry program to do. */
bool runtime_entry_wanted(const struct policy *policy, const struct decision *decision);
/*
 * Writes the filter file into the bundle and adds the edits of config.json. *ready: it has been
 * made ready before. 0, or -1 after an error in findings, whose places point into decision too.
 */
int runtime_entry_create(struct bundle *bundle, const struct policy *policy,
			 struct runtime_program *runtime, struct decision *decision,
			 struct text_edits *edits, bool *ready,
			 struct findings *findings) MUST_CHECK;
/* What exec looks at, held because places of findings point into it. */
struct entry_exec {
	struct bundle bundle, process;
	char **words; /* what the command line becomes; its strings are borrowed; NULL: as it is */
};

/*
 * exec: edits the file of --process, or makes another command line, held->words, with the entry
 * program in front of the command. Where the container is not in entrypoint mode nothing is
 * changed.
 */
int runtime_entry_exec(const struct runtime_args *args, const struct policy *policy,
		       struct runtime_program *runtime, char *const *line, struct entry_exec *held,
		       struct findings *findings) MUST_CHECK;
/* After the last use of findings. */
void entry_exec_free(struct entry_exec *held);

#endif
