/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands below `hook`, and what those that engines call have in common: the policy, the log,
 * and that a refusal (1) is told from trouble (2).
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
	struct runtime_values policy; /* the wrapper's options, for its rows: they come first */
	const char *as, *log;
};

/* One call of a hook. */
struct hook {
	struct hook_values values;
	int log; /* descriptor, -1: none */
	struct policy_file policy_file;
	struct source state_source; /* the gate's: the container's state */
	struct json_document *state_document;
	struct bundle bundle; /* the container's config.json; precreate's is standard input */
	struct runtime_program runtime;
	bool has_runtime; /* it is known which one will load the section */
	struct decision decision;
	bool trouble; /* an error is not a refusal, but something that went wrong */
	struct findings findings;
};

/*
 * main of a hook: options and log, then act(hook); prints and logs the first error. The
 * exit status: 0, 1 where act refused, 2 where there was trouble.
 */
int hook_main(const struct command *command, int argc, char **argv, int (*act)(struct hook *hook));
/* The policy file with the options. Without both there is nothing to go by, which is an error. */
int hook_open_policy(struct hook *hook) MUST_CHECK;
/*
 * Which runtime will load the section: as --as says, or the policy, or (guess) the process that has
 * called the hook. Without any of them, and for --as strict, it stays unknown.
 */
int hook_find_runtime(struct hook *hook, bool guess) MUST_CHECK;
/* decide_config() on the config.json. */
int hook_decide(struct hook *hook) MUST_CHECK;

/*
 * The moment at which a hook is called: only in createRuntime is it outside the container, before
 * the container's program runs (runtime-spec config.md, "POSIX-platform Hooks"). 0, or -1 and an
 * error that says which hook it has been made, and why that does not work.
 */
int hook_moment_check(const struct container_state *state, struct findings *findings) MUST_CHECK;

#endif
