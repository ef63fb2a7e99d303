/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command `hook gate`, a createRuntime hook for any engine: reads the container's state, then
 * config.json of the bundle as the runtime did, and refuses the container if the policy refuses it
 * or would have to change it: a hook at this time cannot change anything.
 */
#include <config.h>

#include "shim/hook/hook.h"

#include <fcntl.h>
#include <string.h>

#include "filter/query/compare.h"
#include "filter/query/effective.h"
#include "filter/rules/runtime_section.h"
#include "filter/table/table_apply.h"
#include "oci/resolve.h"
#include "shim/entry/entry.h"
#include "shim/entry/entry_path.h"
#include "shim/print.h"

/* ---- what is read */

static int gate_read_state(struct hook *hook, struct container_state *state)
{
	struct source *source = &hook->state_source;

	hook->trouble = true;
	if (source_read(source, AT_FDCWD, "-", "state", &hook->findings))
		return -1;
	hook->state_document =
		json_parse(source->name, source->text, source->length, &hook->findings);
	if (!hook->state_document || state_read(hook->state_document->root, state, &hook->findings))
		return -1;
	hook->trouble = false;
	return 0;
}

/* A config.json with errors is refused; one that cannot be read is trouble. */
static int gate_read_bundle(struct hook *hook, const struct container_state *state)
{
	const struct bundle *bundle = &hook->bundle;

	if (bundle_open(&hook->bundle, state->bundle, NULL, &hook->findings) == 0 &&
	    bundle_read(&hook->bundle, hook->policy_file.policy.ignore_unknown, &hook->findings) ==
		    0)
		return 0;
	hook->trouble = !bundle->document || !config_is(bundle->document->root);
	return -1;
}

/* ---- what the policy would have changed */

/* The table that the policy gives; narrow gets the table of runtime_section_high_zero(). */
static int gate_wanted_table(struct hook *hook, struct space *space, struct node *table,
			     struct node *narrow)
{
	const struct policy *policy = &hook->policy_file.policy;
	const struct leniency leniency = {policy->ignore_unknown, policy->allow_shadowed};
	CLEANUP(cleanup_rules) struct rules *rules = NULL;

	space_renew(space);
	if (filter_decide(space, hook->decision.resolved, NULL, &leniency, &rules, table,
			  &hook->findings))
		return -1;
	*narrow = runtime_section_high_zero(space, rules);
	return 0;
}

/* The container's own section as the runtime reads it; as we do if the runtime is not known. */
static int gate_own_table(struct hook *hook, struct space *space, struct node *table)
{
	const struct policy *policy = &hook->policy_file.policy;
	const bool known = hook->has_runtime && runtime_program_ask(&hook->runtime);
	const struct runtime_reading *reading = known ? &hook->runtime.dialect : NULL;
	const struct leniency leniency = {known || policy->ignore_unknown,
					  known || policy->allow_shadowed};
	CLEANUP(cleanup_resolved)
	struct resolved *own = profile_resolve(hook->bundle.config->seccomp,
					       &hook->decision.resolved->target, &hook->findings);

	space_renew(space);
	return own ? filter_decide(space, own, reading, &leniency, NULL, table, &hook->findings)
		   : -1;
}

static int gate_report_laxer(struct hook *hook, const struct difference *difference,
			     const char *remedy)
{
	CLEANUP(buffer_free) struct buffer line = {0};

	difference_add(&line, difference);
	return finding_error(&hook->findings, "gate-laxer", hook->bundle.config->seccomp->place,
			     remedy,
			     "linux.seccomp (B) is laxer than the profile of the policy (A): %s",
			     line.data);
}

static int gate_report_bound(struct hook *hook)
{
	return finding_error(&hook->findings, "table-bound", hook->bundle.config->seccomp->place,
			     "use smaller filters",
			     "it is too large to be compared with the profile of the policy");
}

/* As with `require`, a difference only in bits that the kernel ignores can be accepted. */
static int gate_compare_section(struct hook *hook, struct space *space, struct node want,
				struct node have, struct node narrow)
{
	CLEANUP(differences_free) struct differences exact = {0}, rest = {0};

	space_renew(space);
	if (compare_tables(space, want, have, COMPARE_LAXER, &exact))
		return gate_report_bound(hook);
	if (exact.count == 0)
		return 0;
	have = table_choose(space, narrow, effective_table(space, have), want);
	if (compare_tables(space, want, have, COMPARE_LAXER, &rest))
		return gate_report_bound(hook);
	if (rest.count > 0)
		return gate_report_laxer(
			hook, &rest.list[0],
			"use the runtime wrapper or hook precreate, which write it");
	if (hook->policy_file.policy.accept & ACCEPT_WIDTH)
		return 0;
	return gate_report_laxer(hook, &exact.list[0],
				 "use the runtime wrapper or hook precreate, which write it in the "
				 "kernel's widths, or set \"accept\": [\"width\"]");
}

/* If the policy gives a section, the container's own must be at least as strict. */
static int gate_check_section(struct hook *hook)
{
	CLEANUP(cleanup_space) struct space *space = space_new();
	struct node want, have, narrow;

	if (!hook->bundle.config->seccomp)
		return finding_error(
			&hook->findings, "gate-unconfined", hook->bundle.config->place,
			"use the runtime wrapper or hook precreate, which write it",
			"the container has no linux.seccomp, but the policy gives it one");
	if (gate_wanted_table(hook, space, &want, &narrow) || gate_own_table(hook, space, &have))
		return -1;
	return gate_compare_section(hook, space, want, have, narrow);
}

/* Checks the filter file that the entry program will load. */
static int gate_check_filter(struct hook *hook, const struct entry_options *options)
{
	CLEANUP(source_free) struct source source = {0};
	CLEANUP(findings_free) struct findings ignored = {0};
	CLEANUP(cleanup_close) int file = -1;
	struct buffer existing;
	/* a file that cannot be read counts as damaged */
	const bool there = source_read_entry(&source, hook->bundle.folder, ENTRY_FILE_NAME,
					     ENTRY_FILE_NAME, &file, &ignored) == 0;

	existing = (struct buffer){.data = source.text, .length = source.length};
	return entry_existing_check(hook->decision.resolved, options, there ? &existing : NULL,
				    hook->bundle.config->place, &hook->findings);
}

/*
 * In entrypoint mode the wrapper must have mounted the entry program and made it the first to run.
 */
static int gate_check_entrypoint(struct hook *hook)
{
	const struct policy *policy = &hook->policy_file.policy;
	CLEANUP(cleanup_free) char *program = entry_program_path(&hook->findings);
	CLEANUP(cleanup_free) char *folder = bundle_folder(&hook->bundle, &hook->findings);
	const struct entry_options options = {.program = program,
					      .bundle = folder,
					      .ignore_unknown = policy->ignore_unknown,
					      .allow_shadowed = policy->allow_shadowed};

	if (!program || !folder)
		return -1;
	if (entry_is_ready(hook->bundle.document, &options))
		return gate_check_filter(hook, &options);
	return finding_error(&hook->findings, "gate-entrypoint", hook->bundle.config->place,
			     "use the runtime wrapper, which adds them",
			     "the policy's mode is entrypoint, but the container does not start "
			     "with the entry program and the filter of this bundle");
}

static int gate_check(struct hook *hook)
{
	switch (hook->decision.what) {
	case DECISION_SECTION:
		return gate_check_section(hook);
	case DECISION_ENTRYPOINT:
		return gate_check_entrypoint(hook);
	default: /* DECISION_REMOVE: a section that is not needed is no reason to refuse */
		return 0;
	}
}

static int gate_act(struct hook *hook)
{
	struct container_state state;

	/* the moment first: inside a container the policy cannot be read */
	if (gate_read_state(hook, &state) || hook_moment_check(&state, &hook->findings) ||
	    hook_open_policy(hook) || gate_read_bundle(hook, &state) ||
	    hook_find_runtime(hook, true) || hook_decide(hook))
		return -1;
	return gate_check(hook);
}

static int gate_main(const struct command *command, int argc, char **argv)
{
	return hook_main(command, argc, argv, gate_act);
}

const struct command command_hook_gate = {
	.name = "hook gate",
	.synopsis = "[options] <state",
	.summary = "Refuses containers that the policy refuses: a createRuntime hook.",
	.notes = "Reads the container's state on standard input and BUNDLE/config.json, and\n"
		 "changes nothing. In any other stage (createContainer, startContainer, ...) it\n"
		 "refuses every container and says why.\n"
		 "Exit status: 0 passed, 1 refused, 2 an error. Engines treat 1 and 2 alike.",
	.trouble = STATUS_TROUBLE,
	.main = gate_main,
};
