/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the real runtime for a container's state, which names its bundle. */
#ifndef SHIM_RUNTIME_RUNTIME_STATE_H
#define SHIM_RUNTIME_RUNTIME_STATE_H

#include "shim/policy/runtime_program.h"
#include "shim/runtime/runtime_args.h"

/*
 * Runs `RUNTIME [its own options of line] state ID`. line: the command line, which args was read
 * from. Returns the absolute path of the bundle, owned by the caller; NULL after an error in
 * findings.
 */
char *runtime_state_bundle(const struct runtime_args *args, const struct runtime_program *runtime,
			   char *const *line, struct findings *findings) MUST_CHECK;

#endif
