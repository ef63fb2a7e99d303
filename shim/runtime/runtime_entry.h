/* SPDX-License-Identifier: Apache-2.0 */
/* What the runtime wrapper does in entrypoint mode, for create, run and exec. */
#ifndef SHIM_RUNTIME_RUNTIME_ENTRY_H
#define SHIM_RUNTIME_RUNTIME_ENTRY_H

#include "shim/input/bundle.h"
#include "shim/policy/decide.h"
#include "shim/runtime/runtime_args.h"

/* True if the entry program is needed for the decision, or may be. */
bool runtime_entry_wanted(const struct policy *policy, const struct decision *decision);
/*
 * For create and run: writes the filter file into the bundle and adds the edits of config.json.
 * *ready: config.json was made ready before. 0, or -1 after an error in findings; places may point
 * into decision.
 */
int runtime_entry_create(struct bundle *bundle, const struct policy *policy,
			 struct runtime_program *runtime, struct decision *decision,
			 struct text_edits *edits, bool *ready,
			 struct findings *findings) MUST_CHECK;
/* What exec reads; kept because places of findings point into it. */
struct entry_exec {
	struct bundle bundle, process;
	char **words; /* the new command line, owned, with borrowed strings; NULL: unchanged */
};

/*
 * For exec: edits the file of --process, or makes another command line, held->words, with the entry
 * program in front of the command. Changes nothing if the container is not in entrypoint mode. 0,
 * or -1 after an error in findings.
 */
int runtime_entry_exec(const struct runtime_args *args, const struct policy *policy,
		       struct runtime_program *runtime, char *const *line, struct entry_exec *held,
		       struct findings *findings) MUST_CHECK;
/* After the last use of findings. */
void entry_exec_free(struct entry_exec *held);

#endif
