/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the runtime wrapper does in entrypoint mode: the filter file and config.json for create and
 * run, process.json or the command line for exec.
 */
#include <config.h>

#include "shim/runtime/runtime_entry.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "oci/member.h"
#include "shim/entry/entry.h"
#include "shim/entry/entry_path.h"
#include "shim/policy/container_match.h"
#include "shim/policy/require.h"
#include "shim/runtime/runtime_state.h"

bool runtime_entry_wanted(const struct policy *policy, const struct decision *decision)
{
	return decision->what == DECISION_ENTRYPOINT ||
	       (decision->what == DECISION_NOTHING && policy->mode == POLICY_ENTRYPOINT);
}

/* What create, run and exec need. program and folder are owned. */
struct entry_setting {
	struct entry_options options;
	char *program, *folder;
	struct source existing;
	struct buffer existing_text; /* of existing, borrowed */
	bool has_existing;
};

static void runtime_entry_free(struct entry_setting *setting)
{
	source_free(&setting->existing);
	free(setting->program);
	free(setting->folder);
}

static int runtime_entry_prepare(struct entry_setting *setting, const struct bundle *bundle,
				 const struct policy *policy, struct runtime_program *runtime,
				 struct findings *findings)
{
	CLEANUP(findings_free) struct findings ignored = {0};
	CLEANUP(cleanup_close) int file = -1;

	setting->program = entry_program_path(findings);
	if (setting->program)
		setting->folder = bundle_folder(bundle, findings);
	if (!setting->folder)
		return -1;
	setting->options = (struct entry_options){
		.program = setting->program,
		.bundle = setting->folder,
		.dialect = runtime_program_ask(runtime) ? &runtime->dialect : NULL,
		.move = policy->move,
		.allow_mounting = policy->allow_mounting_containers,
		.require_no_new_privileges = policy->require_no_new_privileges,
		.ignore_unknown = policy->ignore_unknown,
		.allow_shadowed = policy->allow_shadowed,
	};
	/* A file that cannot be read counts as missing: it is written anew, or exec is refused. */
	setting->has_existing =
		source_read_entry(&setting->existing, bundle->folder, ENTRY_FILE_NAME,
				  ENTRY_FILE_NAME, &file, &ignored) == 0;
	setting->existing_text =
		(struct buffer){.data = setting->existing.text, .length = setting->existing.length};
	return 0;
}

static const struct buffer *runtime_entry_existing(const struct entry_setting *setting)
{
	return setting->has_existing ? &setting->existing_text : NULL;
}

/* ---- create and run */

/*
 * A descriptor of the container's root file system; -1 if it cannot be opened (reported by
 * entry_config_check()).
 */
static int runtime_entry_open_root(const struct bundle *bundle)
{
	const struct json *root = json_get_present(bundle->document->root, "root");
	const struct json *path = root ? json_get(root, "path") : NULL;

	if (!path || path->type != JSON_STRING)
		return -1;
	return openat(bundle->folder, path->text, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* The section that entry_make() widened must still be as strict as the policy requires. */
static int runtime_entry_check_required(const struct bundle *bundle, const struct policy *policy,
					const struct entry *entry,
					const struct entry_options *options,
					const struct target *target, struct input *again,
					struct findings *findings)
{
	struct container container;
	const struct input_options reading = {.seccomp_root = policy->seccomp_root,
					      .ignore_unknown = policy->ignore_unknown};
	const struct required required = {.name = policy->require,
					  .input = again,
					  .target = target,
					  .place = bundle->config->seccomp->place,
					  .section = entry->section.data};

	if (container_read(&container, bundle->document, bundle->config, policy, findings))
		return -1;
	if (container.exempt && container.exempt->from_require)
		return 0;
	return input_source(again, policy->require, &reading, findings)
		       ? -1
		       : require_check(&required, policy, options->dialect, findings);
}

int runtime_entry_create(struct bundle *bundle, const struct policy *policy,
			 struct runtime_program *runtime, struct decision *decision,
			 struct text_edits *edits, bool *ready, struct findings *findings)
{
	CLEANUP(runtime_entry_free) struct entry_setting setting = {0};
	CLEANUP(entry_free) struct entry entry = {0};
	CLEANUP(cleanup_close) int root = runtime_entry_open_root(bundle);

	if (runtime_entry_prepare(&setting, bundle, policy, runtime, findings))
		return -1;
	setting.options.root = &root;
	*ready = entry_is_ready(bundle->document, &setting.options);
	if (entry_make(&entry, bundle->document, bundle->config, decision->resolved,
		       &setting.options, runtime_entry_existing(&setting), edits, findings))
		return -1;
	if (entry.section.length > 0 && policy->require &&
	    runtime_entry_check_required(bundle, policy, &entry, &setting.options, &entry.target,
					 &decision->again, findings))
		return -1;
	if (!entry.used || entry.keep)
		return 0;
	return replace_own(bundle->folder, ENTRY_FILE_NAME, bundle->path, ENTRY_FILE_MODE,
			   entry.file.data, entry.file.length, findings);
}

/* ---- exec */

static int runtime_entry_edit_process(const struct runtime_args *args, struct entry_exec *held,
				      const struct entry_setting *setting,
				      struct findings *findings)
{
	struct bundle *file = &held->process;
	CLEANUP(text_edits_free) struct text_edits edits = {0};
	CLEANUP(buffer_free) struct buffer text = {0};

	if (bundle_open(file, NULL, args->process, findings) ||
	    bundle_read_process(file, findings) ||
	    entry_process(file->document, held->bundle.config, &setting->options,
			  runtime_entry_existing(setting), &edits, findings))
		return -1;
	if (edits.count == 0)
		return 0;
	text_edits_apply(&edits, &text);
	switch (replace_at(file->folder, file->entry, file->path, &file->status, text.data,
			   text.length, findings)) {
	case REPLACED:
		return 0;
	case REPLACED_NOT:
		return finding_error(findings, "file-changing", (struct place){.file = file->path},
				     "let only one program write it at a time",
				     "is being replaced by another program");
	default:
		return -1;
	}
}

/* Makes the new command line; the command stands behind the container's id. */
static int runtime_entry_edit_line(const struct runtime_args *args, const struct bundle *bundle,
				   const struct entry_setting *setting, char *const *line,
				   char ***words, struct findings *findings)
{
	size_t count = 0, at = 0;

	while (line[count])
		count++;
	while (line[at] != args->id)
		at++;
	if (!line[at + 1])
		return 0; /* no command: the runtime reports it */
	if (entry_command_check(bundle->document, bundle->config, &setting->options,
				runtime_entry_existing(setting), args->adds_capabilities, findings))
		return -1;
	*words = mem_zero(count + ENTRY_WORDS + 2, sizeof(**words));
	memcpy(*words + 1, line, (at + 1) * sizeof(*line));
	for (size_t i = 0; i < ENTRY_WORDS; i++)
		(*words)[at + 2 + i] = (char *)(uintptr_t)entry_words[i];
	memcpy(*words + at + 2 + ENTRY_WORDS, line + at + 1, (count - at - 1) * sizeof(*line));
	return 0;
}

int runtime_entry_exec(const struct runtime_args *args, const struct policy *policy,
		       struct runtime_program *runtime, char *const *line, struct entry_exec *held,
		       struct findings *findings)
{
	CLEANUP(runtime_entry_free) struct entry_setting setting = {0};
	struct bundle *bundle = &held->bundle;
	CLEANUP(cleanup_free) char *folder = NULL;
	bool made;

	if (policy->mode != POLICY_ENTRYPOINT || !args->id)
		return 0;
	if (args->exec_unclear)
		return finding_error(findings, "runtime-args", NOWHERE, "use --process FILE",
				     "exec has an unknown option, so its command cannot be found "
				     "for entrypoint mode");
	folder = runtime_state_bundle(args, runtime, line, findings);
	if (!folder || bundle_open(bundle, folder, NULL, findings) ||
	    bundle_read(bundle, policy->ignore_unknown, findings) ||
	    entry_is_made(bundle->document, &made, findings))
		return -1;
	if (!made)
		return 0;
	if (runtime_entry_prepare(&setting, bundle, policy, runtime, findings))
		return -1;
	return args->process ? runtime_entry_edit_process(args, held, &setting, findings)
			     : runtime_entry_edit_line(args, bundle, &setting, line, &held->words,
						       findings);
}

void entry_exec_free(struct entry_exec *held)
{
	bundle_close(&held->bundle);
	bundle_close(&held->process);
	free(held->words);
}
