/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the commands below `hook` share: the policy, the log, and the difference between a refusal
 * (status 1) and trouble (status 2).
 */
#ifndef SHIM_HOOK_HOOK_H
#define SHIM_HOOK_HOOK_H

#include "oci/state.h"
#include "shim/input/bundle.h"
#include "shim/input/policy_file.h"
#include "shim/options.h"
#include "shim/policy/decide.h"
#include "shim/runtime/runtime_options.h"

extern const struct command command_hook_precreate, command_hook_gate, command_hook_install;

struct hook_values {
	/* the wrapper's options; first, because runtime_rows are offsets into it */
	struct runtime_values policy;
	const char *as, *log;
};

/* One call of a hook. */
struct hook {
	struct hook_values values;
	int log; /* a descriptor, -1: none */
	struct policy_file policy_file;
	struct source state_source; /* of gate: the container's state */
	struct json_document *state_document;
	struct bundle bundle; /* the container's config.json; of precreate: standard input */
	struct runtime_program runtime;
	bool has_runtime; /* it is known which runtime will load the section */
	struct decision decision;
	bool trouble; /* an error is no refusal, but a failure */
	struct findings findings;
};

/*
 * The main function of a hook: parses options, opens the log, calls act(hook); prints and logs the
 * first error. Returns the exit status: 0; 1 if act refused; 2 after trouble.
 */
int hook_main(const struct command *command, int argc, char **argv, int (*act)(struct hook *hook));
/*
 * Reads the policy file and applies the options. It is an error if there is neither. This and the
 * next two: 0, or -1 after an error in findings.
 */
int hook_open_policy(struct hook *hook) MUST_CHECK;
/*
 * Finds out which runtime will load the section: from --as, or the policy, or (guess) the process
 * that called the hook. It stays unknown without any of them, and with --as strict.
 */
int hook_find_runtime(struct hook *hook, bool guess) MUST_CHECK;
/* decide_config() on the config.json. */
int hook_decide(struct hook *hook) MUST_CHECK;

/*
 * Checks that the hook is called as a createRuntime hook: only then does it run outside the
 * container and before the container's program (runtime-spec config.md, "POSIX-platform Hooks"). 0,
 * or -1 after an error that says which kind of hook it is, and why that does not work.
 */
int hook_moment_check(const struct container_state *state, struct findings *findings) MUST_CHECK;

#endif
