/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command runtime: stands in for runc or crun. It reads the command line and the policy, edits
 * config.json of a container that is to be created or refuses it, and becomes the real runtime:
 * process, descriptors, environment and exit status are the same, and every word is passed on as it
 * came.
 */
#include <config.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim/input/bundle.h"
#include "shim/input/policy_file.h"
#include "shim/options.h"
#include "shim/policy/decide.h"
#include "shim/policy/runtime_program.h"
#include "shim/print.h"
#include "shim/runtime/runtime_args.h"
#include "shim/runtime/runtime_entry.h"
#include "shim/runtime/runtime_log.h"
#include "shim/runtime/runtime_options.h"

#define SELF_NAME      "seccomp-shim-runtime" /* called by this name, all words are the runtime's */
#define STATUS_REFUSED 1
#define STATUS_EXEC    255 /* of exec, as with both runtimes */
#define EDIT_TRIES     16  /* times that another process may replace config.json while it is read */

struct stand_in {
	struct runtime_values values;
	char **words; /* the runtime's command line, in argv: words[-1] is free for the program */
	struct policy_file file;
	struct policy policy; /* the file's, overridden by options */
	struct runtime_program program;
	struct runtime_args args;
	struct bundle bundle;
	struct entry_exec exec;
	struct findings findings;
};

static void runtime_free(struct stand_in *s)
{
	findings_free(&s->findings);
	entry_exec_free(&s->exec);
	bundle_close(&s->bundle);
	runtime_program_free(&s->program);
	policy_file_close(&s->file);
	runtime_values_free(&s->values);
}

/* ---- create and run */

/*
 * The range of bytes that an edit of linux.seccomp may change: the member, with its key and one
 * comma.
 */
static void runtime_edit_range(const struct json_document *document, size_t *from, size_t *end)
{
	const struct json *root = document->root, *in = json_get_present(root, "linux");
	const char *key = "seccomp";

	if (!in || (in->length == 1 && json_get(in, key))) {
		key = in ? "linux" : "";
		in = root;
	}
	*from = in->start + 1;
	*end = in->start + 1;
	for (size_t i = 0; i < in->length; i++) {
		*end = in->members[i].value->end;
		if (strcmp(in->members[i].key, key) == 0)
			return;
		*from = *end;
	}
}

/* [from, end): see bundle_replace(). */
static enum replaced runtime_write_edits(struct stand_in *s, const struct text_edits *edits,
					 size_t from, size_t end)
{
	CLEANUP(buffer_free) struct buffer text = {0};

	text_edits_apply(edits, &text);
	if (text.length > JSON_SIZE_MAX) {
		(void)finding_error(&s->findings, "file-size",
				    (struct place){.file = s->bundle.path}, "use a smaller one",
				    "would be longer than 16 MiB with its edits");
		return REPLACED_FAILED;
	}
	return bundle_replace(&s->bundle, &text, from, end, &s->findings);
}

static enum replaced runtime_edit_config(struct stand_in *s, const struct decision *decision)
{
	CLEANUP(text_edits_free) struct text_edits edits = {0};
	size_t from, end;

	decision_edit(decision, s->bundle.document, &edits);
	runtime_edit_range(s->bundle.document, &from, &end);
	return edits.count == 0 ? REPLACED : runtime_write_edits(s, &edits, from, end);
}

/* Reported before the decision is freed, because places of its errors point into it. */
static void runtime_report_refusal(struct stand_in *s, struct decision *decision)
{
	runtime_log_error(&decision->findings, &s->args);
}

/*
 * Another configuration than config.json of the bundle; NULL if none. crun takes the word
 * config.json for the bundle's own.
 */
static const char *runtime_other_config(const struct stand_in *s)
{
	if (!s->args.config || !*s->args.config ||
	    (s->program.kind == RUNTIME_CRUN && strcmp(s->args.config, "config.json") == 0))
		return NULL;
	return s->args.config;
}

/* exec gets the container's bundle from the runtime, but not the name of another configuration. */
static int runtime_check_own_config(const struct stand_in *s, struct decision *decision)
{
	if (!runtime_other_config(s) || (decision->what != DECISION_ENTRYPOINT && !s->policy.move))
		return 0;
	return finding_error(&decision->findings, "entry-config", NOWHERE,
			     "use config.json of the bundle, without --config",
			     "in entrypoint mode exec could not find the configuration %s",
			     text_escaped(s->args.config, strlen(s->args.config)));
}

/*
 * Entrypoint mode. If the container is ready already, the file kept beside config.json stays its
 * original, whatever is edited; else the original must have the very same bytes.
 */
static enum replaced runtime_edit_entrypoint(struct stand_in *s, struct decision *decision,
					     bool *reported)
{
	CLEANUP(text_edits_free) struct text_edits edits = {0};
	const struct json *root = s->bundle.document->root;
	bool ready = false;

	if (runtime_check_own_config(s, decision) ||
	    runtime_entry_create(&s->bundle, &s->policy, &s->program, decision, &edits, &ready,
				 &decision->findings)) {
		runtime_report_refusal(s, decision);
		*reported = true;
		return REPLACED_FAILED;
	}
	if (edits.count == 0)
		return REPLACED;
	return runtime_write_edits(s, &edits, ready ? root->start + 1 : 0,
				   ready ? root->end - 1 : 0);
}

/* Reads, decides and writes once. REPLACED_NOT: config.json was replaced meanwhile. */
static enum replaced runtime_try_bundle(struct stand_in *s, bool *reported)
{
	CLEANUP(decision_free) struct decision decision = {0};

	if (bundle_read(&s->bundle, s->policy.ignore_unknown, &s->findings))
		return REPLACED_FAILED;
	if (decide_config(&decision, s->bundle.document, s->bundle.config, &s->policy,
			  &s->program) == 0)
		return runtime_entry_wanted(&s->policy, &decision)
			       ? runtime_edit_entrypoint(s, &decision, reported)
			       : runtime_edit_config(s, &decision);
	runtime_report_refusal(s, &decision);
	*reported = true;
	return REPLACED_FAILED;
}

static int runtime_edit_bundle(struct stand_in *s, bool *reported)
{
	if (bundle_open(&s->bundle, s->args.bundle, runtime_other_config(s), &s->findings))
		return -1;
	for (int i = 0; i < EDIT_TRIES; i++) {
		enum replaced replaced = runtime_try_bundle(s, reported);

		if (replaced != REPLACED_NOT)
			return replaced == REPLACED ? 0 : -1;
	}
	return finding_error(&s->findings, "file-changing", (struct place){.file = s->bundle.path},
			     "let only one program write it at a time", "keeps being replaced");
}

/* ---- the command line */

static int runtime_act(struct stand_in *s, bool *reported)
{
	if (s->args.command == COMMAND_EXEC)
		return runtime_entry_exec(&s->args, &s->policy, &s->program, s->words, &s->exec,
					  &s->findings);
	if (!policy_in_force(&s->policy))
		return 0;
	switch (s->args.command) {
	case COMMAND_CREATE:
	case COMMAND_RUN:
		return runtime_edit_bundle(s, reported);
	case COMMAND_RESTORE:
		if (s->policy.allow_restore)
			return 0;
		return finding_error(
			&s->findings, "restore", NOWHERE,
			"set \"allowRestore\": true in the policy",
			"restore is refused: a restored container has the filters that "
			"it was saved with, whatever the policy says");
	case COMMAND_EXEC:
	case COMMAND_HARMLESS:
		break;
	}
	return 0;
}

/*
 * Looks for a log on the command line, without errors, before it is known whether it is runc's or
 * crun's.
 */
static void runtime_find_log(struct stand_in *s)
{
	CLEANUP(findings_free) struct findings ignored = {0};

	(void)!runtime_args_parse(&s->args, RUNTIME_RUNC, s->words, &ignored);
}

static int runtime_read_line(struct stand_in *s)
{
	if (s->program.kind == RUNTIME_NONE)
		return finding_error(&s->findings, "runtime-kind", NOWHERE,
				     "set \"runtimeKind\": \"runc\" or \"crun\"",
				     "it is not known whether the runtime %s has the command line "
				     "of runc or crun",
				     text_escaped(s->program.path, strlen(s->program.path)));
	return runtime_args_parse(&s->args, s->program.kind, s->words, &s->findings);
}

static int runtime_prepare(struct stand_in *s, bool *reported)
{
	runtime_find_log(s);
	if (policy_file_open(&s->file, s->values.policy, runtime_values_given(&s->values),
			     &s->findings))
		return -1;
	s->policy = s->file.policy;
	if (runtime_values_apply(&s->values, &s->policy, &s->findings) ||
	    runtime_program_find(&s->program, &s->policy, &s->findings) || runtime_read_line(s))
		return -1;
	s->program.remember = true;
	return runtime_act(s, reported);
}

/*
 * SIGXFSZ is ignored, so that a file that is too large is an error that can be reported. The
 * runtime gets the signal as we inherited it.
 */
static int runtime_prepare_with_signals(struct stand_in *s, bool *reported)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction before;
	int result;

	if (sigaction(SIGXFSZ, &ignore, &before))
		return finding_error(&s->findings, "signals", NOWHERE, NULL,
				     "cannot ignore SIGXFSZ");
	result = runtime_prepare(s, reported);
	if (sigaction(SIGXFSZ, &before, NULL))
		return finding_error(&s->findings, "signals", NOWHERE, NULL,
				     "cannot restore SIGXFSZ");
	return result;
}

static int runtime_status(const struct stand_in *s)
{
	return s->args.command == COMMAND_EXEC ? STATUS_EXEC : STATUS_REFUSED;
}

static int runtime_become(struct stand_in *s)
{
	char **words = s->exec.words ? s->exec.words : s->words - 1;

	words[0] = s->program.path;
	(void)execv(s->program.path, words);
	(void)finding_error(&s->findings, "runtime-exec", NOWHERE,
			    "give a program for this machine", "cannot execute the runtime %s: %s",
			    text_escaped(s->program.path, strlen(s->program.path)),
			    strerror(errno));
	runtime_log_error(&s->findings, &s->args);
	return runtime_status(s);
}

static const char *runtime_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int runtime_main(const struct command *command, int argc, char **argv)
{
	CLEANUP(runtime_free)
	struct stand_in s = {.bundle = {.folder = -1, .file = -1},
			     .exec = {.bundle = {.folder = -1, .file = -1},
				      .process = {.folder = -1, .file = -1}}};
	bool reported = false;
	int first = 1;

	if (strcmp(runtime_base_name(argv[0]), SELF_NAME) != 0)
		first = options_parse(command, argc, argv, &s.values);
	if (first < 0)
		return first == -2 ? STATUS_OK : STATUS_REFUSED;
	s.words = argv + first;
	if (runtime_prepare_with_signals(&s, &reported) == 0)
		return runtime_become(&s);
	if (!reported)
		runtime_log_error(&s.findings, &s.args);
	return runtime_status(&s);
}

bool runtime_is_called(const char *program)
{
	return program && strcmp(runtime_base_name(program), SELF_NAME) == 0;
}

static const char runtime_notes[] =
	"Called as seccomp-shim-runtime, all words are the runtime's, and the policy is\n"
	"/etc/seccomp-shim/runtime.json: so Docker, podman, containerd and CRI-O can use it as\n"
	"their runtime. The options are named like the keys of the policy, which\n"
	"seccomp-shim-runtime.json(5) describes, and override them; --allow, --deny,\n"
	"--annotation and --accept may be repeated.\n"
	"\n"
	"Exit status: the real runtime's; 1 if the container is refused, 255 for exec.";

const struct command command_runtime = {
	.name = "runtime",
	.synopsis = "[options] -- RUNTIME-ARGS...",
	.summary = "Stands in for runc or crun and applies a policy.",
	.notes = runtime_notes,
	.options = runtime_rows,
	.option_count = RUNTIME_ROW_COUNT,
	.trouble = STATUS_REFUSED,
	.becomes_another = true,
	.main = runtime_main,
};
