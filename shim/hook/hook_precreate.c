/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command `hook precreate`, for podman's stage of that name: reads the config.json that podman
 * proposes and prints the one that is used. What the policy does not change keeps every byte.
 * stdout gets the whole document or nothing.
 */
#include <config.h>

#include "shim/hook/hook.h"

#include <fcntl.h>

#include "shim/print.h"

static int precreate_read_config(struct hook *hook)
{
	struct bundle *bundle = &hook->bundle;
	struct source *source = &bundle->source;

	hook->trouble = true;
	if (source_read(source, AT_FDCWD, "-", "config.json", &hook->findings))
		return -1;
	bundle->document = json_parse(source->name, source->text, source->length, &hook->findings);
	if (!bundle->document)
		return -1;
	if (!config_is(bundle->document->root) || json_get(bundle->document->root, "bundle"))
		return finding_error(&hook->findings, "no-config", bundle->document->root->place,
				     "use it as podman's precreate hook; as createRuntime hook use "
				     "seccomp-shim hook gate",
				     "is not a config.json");
	hook->trouble = false;
	bundle->config = config_read(bundle->document->root, false,
				     hook->policy_file.policy.ignore_unknown, &hook->findings);
	return bundle->config ? 0 : -1;
}

static int precreate_act(struct hook *hook)
{
	CLEANUP(text_edits_free) struct text_edits edits = {.document = NULL};
	CLEANUP(buffer_free) struct buffer text = {0};

	if (hook_open_policy(hook) || precreate_read_config(hook) ||
	    hook_find_runtime(hook, false) || hook_decide(hook))
		return -1;
	if (hook->decision.what == DECISION_ENTRYPOINT)
		return finding_error(&hook->findings, "hook-entrypoint", NOWHERE,
				     "use podman run --runtime seccomp-shim-runtime",
				     "the policy's mode is entrypoint, which needs the runtime "
				     "wrapper");
	decision_edit(&hook->decision, hook->bundle.document, &edits);
	text_edits_apply(&edits, &text);
	print_out(text.data, text.length);
	return 0;
}

static int precreate_main(const struct command *command, int argc, char **argv)
{
	return hook_main(command, argc, argv, precreate_act);
}

const struct command command_hook_precreate = {
	.name = "hook precreate",
	.synopsis = "[options] <config.json >config.json",
	.summary = "Applies the policy to a config.json: podman's precreate hook.",
	.notes = "Reads a config.json on standard input and writes it to standard output, with\n"
		 "linux.seccomp as the policy says and every other byte as it was. Only podman\n"
		 "has such hooks: CRI-O does not start if it reads one.\n"
		 "Exit status: 0 done, 1 refused, 2 an error; then standard output stays empty.",
	.trouble = STATUS_TROUBLE,
	.main = precreate_main,
};
