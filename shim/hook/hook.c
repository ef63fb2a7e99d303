/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command `hook` and what its subcommands share. Engines call hooks in any directory and with
 * any environment; neither is looked at. Engines discard most of what a hook prints on stderr, so
 * it can go to a log file too.
 */
#include <config.h>

#include "shim/hook/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shim/input/target.h"
#include "shim/print.h"
#include "shim/replace.h"

#define STATUS_REFUSED 1

static const struct command *const commands[] = {&command_hook_precreate, &command_hook_gate,
						 &command_hook_install};

/* ---- the log */

static int hook_open_log(struct hook *hook)
{
	const char *fault;

	if (!hook->values.log)
		return 0;
	hook->log = replace_open_log(hook->values.log, 0600, false, &fault);
	if (hook->log >= 0)
		return 0;
	return finding_error(&hook->findings, "file-write",
			     (struct place){.file = hook->values.log}, print_write_remedy(errno),
			     "cannot open: %s", fault);
}

/* One line, in one write: several hooks may have one log. */
static void hook_log_line(const struct hook *hook, const char *command, const char *message)
{
	CLEANUP(buffer_free) struct buffer line = {0};
	const time_t now = time(NULL);
	char stamp[sizeof("2026-06-30T12:00:00Z")] = "";
	struct tm parts;

	if (hook->log < 0)
		return;
	if (gmtime_r(&now, &parts))
		(void)strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &parts);
	buffer_addf(&line, "%s seccomp-shim %s[%d]: %s\n", stamp, command, (int)getpid(), message);
	(void)!write(hook->log, line.data, line.length); /* the line is on stderr too */
}

/* ---- the policy, and the runtime that will load the section */

int hook_open_policy(struct hook *hook)
{
	const struct runtime_values *values = &hook->values.policy;
	int result;

	hook->trouble = true;
	result = policy_file_open(&hook->policy_file, values->policy, runtime_values_given(values),
				  &hook->findings);
	if (result == 0)
		result = runtime_values_apply(values, &hook->policy_file.policy, &hook->findings);
	hook->trouble = result != 0;
	return result;
}

/* For --as: no program is looked for. */
static int hook_runtime_as(struct hook *hook)
{
	const struct target_options options = {.as = hook->values.as};
	struct runtime_program *runtime = &hook->runtime;

	if (target_reading(&options, &runtime->dialect, &hook->findings))
		return -1;
	runtime->asked = runtime->known = true;
	runtime->kind = runtime->dialect.runtime;
	hook->has_runtime = runtime->kind != RUNTIME_NONE;
	return 0;
}

/* "runc" or "crun" if that is our parent process; NULL if it is another program. */
static const char *hook_parent_runtime(void)
{
	CLEANUP(cleanup_free) char *path = mem_format("/proc/%d/comm", (int)getppid());
	CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char name[sizeof("runc\n")] = "";
	ssize_t length = fd < 0 ? -1 : read(fd, name, sizeof(name) - 1);

	if (length == 5 && strcmp(name, "runc\n") == 0)
		return "runc";
	return length == 5 && strcmp(name, "crun\n") == 0 ? "crun" : NULL;
}

int hook_find_runtime(struct hook *hook, bool guess)
{
	struct policy policy = hook->policy_file.policy; /* runtime may be set to a guess */
	int result = 0;

	hook->trouble = true;
	if (hook->values.as)
		result = hook_runtime_as(hook);
	if (!policy.runtime && guess)
		policy.runtime = hook_parent_runtime();
	if (!hook->values.as && policy.runtime && policy_in_force(&policy)) {
		result = runtime_program_find(&hook->runtime, &policy, &hook->findings);
		hook->has_runtime = result == 0;
	}
	hook->trouble = result != 0;
	return result;
}

/* ---- the container */

/*
 * True if the first error is about a file, not about the profile: then the container is not
 * refused.
 */
static bool hook_is_trouble(const struct findings *findings)
{
	static const char *const prefixes[] = {"file-", "directory-", "localhost-", "json-"};
	size_t first = 0;

	while (first < findings->count && findings->list[first].severity != SEVERITY_ERROR)
		first++;
	if (first == findings->count)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (strncmp(findings->list[first].id, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

int hook_decide(struct hook *hook)
{
	if (decide_config(&hook->decision, hook->bundle.document, hook->bundle.config,
			  &hook->policy_file.policy,
			  hook->has_runtime ? &hook->runtime : NULL) == 0)
		return 0;
	hook->trouble = hook_is_trouble(&hook->decision.findings);
	return -1;
}

/* ---- main */

static const struct option_row own_rows[] = {
	{0, "as", "READING",
	 "the runtime that will load the section: runc, crun, runc@2.5.5 or strict\n"
	 "(default: as the policy says)",
	 OPTION_TEXT, offsetof(struct hook_values, as)},
	{0, "log", "FILE",
	 "also append refusals to this file: engines discard most of a hook's output", OPTION_TEXT,
	 offsetof(struct hook_values, log)},
};

/* Parses the wrapper's options and our own. */
static int hook_parse_options(const struct command *command, int argc, char **argv,
			      struct hook_values *values)
{
	struct option_row rows[RUNTIME_ROW_COUNT + ARRAY_SIZE(own_rows)];
	struct command whole = *command;

	memcpy(rows, runtime_rows, sizeof(runtime_rows));
	memcpy(rows + RUNTIME_ROW_COUNT, own_rows, sizeof(own_rows));
	whole.options = rows;
	whole.option_count = ARRAY_SIZE(rows);
	return options_parse(&whole, argc, argv, values);
}

static void hook_free(struct hook *hook)
{
	decision_free(&hook->decision);
	findings_free(&hook->findings);
	bundle_close(&hook->bundle);
	runtime_program_free(&hook->runtime);
	policy_file_close(&hook->policy_file);
	json_free(hook->state_document);
	source_free(&hook->state_source);
	runtime_values_free(&hook->values.policy);
	cleanup_close(&hook->log);
}

int hook_main(const struct command *command, int argc, char **argv, int (*act)(struct hook *hook))
{
	CLEANUP(hook_free) struct hook hook = {.log = -1, .bundle = {.folder = -1, .file = -1}};
	CLEANUP(buffer_free) struct buffer line = {0};
	int first = hook_parse_options(command, argc, argv, &hook.values);
	struct findings *findings;

	if (first == -2)
		return STATUS_OK;
	if (first < 0)
		return STATUS_TROUBLE;
	if (first < argc) {
		print_one_error("give options only", "%s: unexpected argument \"%s\"",
				command->name, text_escaped(argv[first], strlen(argv[first])));
		return STATUS_TROUBLE;
	}
	hook.trouble = true;
	if (hook_open_log(&hook) == 0 && act(&hook) == 0)
		return STATUS_OK;
	findings = hook.findings.errors > 0 ? &hook.findings : &hook.decision.findings;
	print_findings(findings, true, false);
	print_add_error(findings, &line);
	hook_log_line(&hook, command->name, line.data);
	return hook.trouble ? STATUS_TROUBLE : STATUS_REFUSED;
}

/* ---- hook itself */

static void hook_print_help(void)
{
	(void)printf("Usage: seccomp-shim hook COMMAND [options]\n\n%s\n\nCommands:\n",
		     command_hook.summary);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		(void)printf("  %-11s%s\n", commands[i]->name + strlen("hook "),
			     commands[i]->summary);
	(void)printf("\nseccomp-shim hook COMMAND --help shows a command's options.\n");
}

#define COMMANDS_REMEDY "precreate, gate or install: seccomp-shim hook --help"

static int hook_dispatch(const struct command *command, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;

	(void)command;
	if (word && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)) {
		hook_print_help();
		return STATUS_OK;
	}
	for (size_t i = 0; word && i < ARRAY_SIZE(commands); i++)
		if (strcmp(word, commands[i]->name + strlen("hook ")) == 0)
			return commands[i]->main(commands[i], argc - 1, argv + 1);
	if (word)
		print_one_error(COMMANDS_REMEDY, "hook: unknown %s \"%s\"",
				word[0] == '-' ? "option" : "command",
				text_escaped(word, strlen(word)));
	else
		print_one_error(COMMANDS_REMEDY, "hook: no command");
	return STATUS_TROUBLE;
}

const struct command command_hook = {
	.name = "hook",
	.synopsis = "precreate|gate|install [options]",
	.summary = "Applies a policy as a hook of container engines, and installs it.",
	.options = NULL,
	.option_count = 0,
	.trouble = STATUS_TROUBLE,
	.main = hook_dispatch,
};
