/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command check: every finding of reading, resolving and building a profile, at its place, and
 * what would keep run from starting under it. Starts and loads nothing for the profile's sake.
 */
#include <config.h>

#include "shim/analyze/check.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/syscalls.h"
#include "filter/lint/lint.h"
#include "filter/lint/starts.h"
#include "filter/rules/filter.h"
#include "shim/host/kernel_ask.h"
#include "shim/host/runtime_version.h"
#include "shim/input/reading_options.h"
#include "shim/input/source.h"
#include "shim/input/target.h"
#include "shim/print.h"

struct check_values {
	bool json, quiet, nnp;
	const char *starts_under;
	struct reading_options reading;
	struct target_options target;
	struct runtime_reading as, starting; /* of --as and --starts-under, resolved once */
};

static const struct option_row check_rows[] = {
	JSON_ROW(offsetof(struct check_values, json)),
	{0, "nnp", NULL, "with --starts-under: the container has noNewPrivileges", OPTION_FLAG,
	 offsetof(struct check_values, nnp)},
	{0, "quiet", NULL, "print no notes", OPTION_FLAG, offsetof(struct check_values, quiet)},
	{0, "starts-under", "RUNTIME",
	 "report whether runc or crun could still start a command under the profile", OPTION_TEXT,
	 offsetof(struct check_values, starts_under)},
	READING_OPTION_ROWS(struct check_values),
	TARGET_OPTION_ROWS(struct check_values),
};

/* Whether a call passes whatever its arguments; *place gets what denies it. */
static bool check_passes(const struct filter *filter, const struct resolved *resolved,
			 const char *call, struct place *place)
{
	*place = resolved->profile->default_place;
	return filter_call_passes(filter, call, place) == FILTER_PASSES;
}

/* A launch is refused without execve, and cannot end in order without exit_group. */
static void check_launch(const struct filter *filter, const struct resolved *resolved,
			 struct findings *findings)
{
	struct place place;

	if (!check_passes(filter, resolved, "execve", &place))
		finding_add(findings, SEVERITY_WARNING, "execve-denied", place,
			    "add a rule that allows execve with any arguments",
			    "execve is not allowed: run refuses this profile");
	else if (!check_passes(filter, resolved, "exit_group", &place))
		finding_add(findings, SEVERITY_WARNING, "exit-denied", place,
			    "add a rule that allows exit_group",
			    "exit_group is not allowed: a command cannot exit");
}

/*
 * On x86-64 two calls can pass every filter: what probes of the kernel put into programs. Only for
 * this machine and kernel, the only ones that can be asked.
 */
static void check_unfilterable(const struct filter *filter, const struct resolved *resolved,
			       struct findings *findings)
{
	static const char *const calls[] = {"uretprobe", "uprobe"};

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct place place;
		uint32_t number;

		if (!syscall_number(abi_native(), calls[i], &number) ||
		    check_passes(filter, resolved, calls[i], &place) ||
		    !kernel_ask_ignores_filters(number))
			continue;
		finding_add(findings, SEVERITY_NOTE, "unfilterable", place, NULL,
			    "this kernel exempts %s (%u) from seccomp filters", calls[i], number);
	}
}

/* What a runtime would load, as the one that is installed here. */
static struct runtime_reading check_installed(enum runtime runtime)
{
	return (struct runtime_reading){.runtime = runtime, .version = runtime_version(runtime)};
}

static void check_decisions(struct check_file *file, const struct filter *filter,
			    const struct runtime_reading *reading)
{
	bool strict = runtime_reading_is_strict(reading);
	struct runtime_reading runtimes[2];
	size_t count = 0;

	if (strict) {
		runtimes[count++] = check_installed(RUNTIME_RUNC);
		runtimes[count++] = check_installed(RUNTIME_CRUN);
	}
	lint_table(filter->space, filter->rules, filter->table, strict, runtimes, count,
		   &file->findings);
}

/* Copies the errors of one list to another. */
static void check_copy_errors(struct findings *to, const struct findings *from)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct finding *finding = &from->list[i];

		if (finding->severity == SEVERITY_ERROR)
			finding_add(to, SEVERITY_ERROR, finding->id, finding->place,
				    finding->remedy, "%s", finding->message);
	}
}

/* --starts-under: what the runtime would load, and what it needs itself after that. */
static void check_start(struct check_file *file, const struct check_values *values,
			const struct resolved *resolved)
{
	const struct leniency leniency = {values->reading.ignore_unknown, true};
	bool nnp = values->nnp || (file->input.config && file->input.config->no_new_privileges);
	CLEANUP(cleanup_space) struct space *space = space_new();
	CLEANUP(cleanup_rules) struct rules *rules = NULL;
	CLEANUP(findings_free) struct findings findings = {0};
	struct node table;

	if (!filter_decide(space, resolved, &values->starting, &leniency, &rules, &table,
			   &findings))
		starts_check(space, rules, table, values->starting.runtime, nnp, &file->findings);
	else /* how the runtime reads the profile is a question of --as, but if it refuses it */
		check_copy_errors(&file->findings, &findings);
}

static void check_built(struct check_file *file, const struct check_values *values,
			const struct resolved *resolved)
{
	const struct leniency leniency = reading_leniency(&values->reading);
	CLEANUP(cleanup_filter) struct filter *filter = NULL;

	if (runtime_reading_is_strict(&values->as))
		lint_overlaps(resolved, &leniency, &file->findings);
	filter = filter_build(resolved, &values->as, &leniency, SEVERITY_WARNING, &file->findings);
	if (!filter)
		return;
	file->instructions = filter->program.length;
	check_launch(filter, resolved, &file->findings);
	check_decisions(file, filter, &values->as);
	if (!values->target.kernel && resolved->target.arch == abi_native()->arch)
		check_unfilterable(filter, resolved, &file->findings);
}

static void check_profile(struct check_file *file, const struct check_values *values)
{
	CLEANUP(cleanup_resolved) struct resolved *resolved = NULL;
	struct target target;

	if (target_for_input(&values->target, &file->input, &target, &file->findings))
		return;
	resolved = profile_resolve(file->input.profile, &target, &file->findings);
	if (!resolved)
		return;
	check_built(file, values, resolved);
	if (values->starts_under)
		check_start(file, values, resolved);
}

static void check_operand(struct check_file *file, const char *operand,
			  const struct check_values *values)
{
	const struct input_options options = reading_input(&values->reading);

	if (input_open(&file->input, operand, &options, &file->findings))
		return;
	if (file->input.unconfined)
		finding_add(&file->findings, SEVERITY_NOTE, "unconfined", check_file_place(file),
			    NULL, "unconfined means no profile: nothing is confined");
	else if (!file->input.profile)
		finding_add(&file->findings, SEVERITY_WARNING, "unconfined-config",
			    check_file_place(file), "add a linux.seccomp section",
			    "config.json has no linux.seccomp: nothing would be confined, and run "
			    "refuses it");
	else
		check_profile(file, values);
}

static void check_drop_notes(struct findings *findings)
{
	size_t kept = 0;

	for (size_t i = 0; i < findings->count; i++) {
		if (findings->list[i].severity != SEVERITY_NOTE) {
			findings->list[kept++] = findings->list[i];
		} else {
			free(findings->list[i].message);
			free(findings->list[i].remedy);
		}
	}
	findings->count = kept;
}

static int check_file_status(const struct check_file *file)
{
	if (file->findings.errors > 0)
		return STATUS_TROUBLE;
	return file->findings.warnings > 0 ? STATUS_CHECK_WARNINGS : STATUS_OK;
}

static int check_files(struct check_file *files, size_t count, char **operands,
		       const struct check_values *values)
{
	int status = STATUS_OK;

	for (size_t i = 0; i < count; i++) {
		check_operand(&files[i], operands[i], values);
		if (values->quiet)
			check_drop_notes(&files[i].findings);
		if (check_file_status(&files[i]) > status)
			status = check_file_status(&files[i]);
		if (values->json)
			continue; /* one object for all, at the end */
		check_print_text(&files[i]);
		findings_free(&files[i].findings);
		input_free(&files[i].input);
	}
	if (values->json)
		check_print_json(files, count);
	return status;
}

static void check_files_free(struct check_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		findings_free(&files[i].findings);
		input_free(&files[i].input);
	}
	free(files);
}

static int check_starts_under(struct check_values *values, struct findings *findings)
{
	const char *word = values->starts_under;

	if (!word && values->nnp)
		return finding_error(findings, "usage", NOWHERE,
				     "add --starts-under runc or --starts-under crun",
				     "--nnp has no effect without --starts-under");
	if (!word)
		return 0;
	if (strcmp(word, "runc") == 0 || strcmp(word, "crun") == 0) {
		values->starting =
			check_installed(strcmp(word, "runc") == 0 ? RUNTIME_RUNC : RUNTIME_CRUN);
		return 0;
	}
	return finding_error(findings, "dialect", NOWHERE, "expected runc or crun",
			     "unknown runtime \"%s\"", text_escaped(word, strlen(word)));
}

/* A wrong option is this command's trouble, and no finding of each file. */
static int check_options(struct check_values *values)
{
	CLEANUP(findings_free) struct findings findings = {0};
	struct target target;

	if (!check_starts_under(values, &findings) &&
	    !target_make(&values->target, 0, &target, &findings) &&
	    !target_reading(&values->target, &values->as, &findings))
		return 0;
	if (values->json)
		print_json_errors("check", &findings);
	else
		print_findings(&findings, true, false);
	return -1;
}

static int check_main(const struct command *command, int argc, char **argv)
{
	struct check_values values = {0};
	int first = options_parse_anywhere(command, argc, argv, &values);
	struct check_file *files;
	size_t count;
	int status;

	if (first == -2)
		return STATUS_OK;
	if (first < 0 || check_options(&values))
		return STATUS_TROUBLE;
	if (first == argc) {
		print_one_error("seccomp-shim check --help", "check: no profile is named");
		return STATUS_TROUBLE;
	}
	count = (size_t)(argc - first);
	files = mem_zero(count, sizeof(*files));
	status = check_files(files, count, argv + first, &values);
	check_files_free(files, count);
	return status;
}

const struct command command_check = {
	.name = "check",
	.synopsis = "[options] PROFILE...",
	.summary = "Reports what is wrong or unwise in profiles.",
	.notes =
		"PROFILE is a file, -, default, audit, unconfined or localhost/NAME (bpf:FILE\n"
		"and pid:N are filters without rules: diff and compile take them). Without --caps\n"
		"a config.json is resolved for its bounding set, any other profile for the\n"
		"capabilities that a command of the caller holds after exec.\n"
		"Exit status: 2 with an error, 1 with a warning, else 0.",
	.options = check_rows,
	.option_count = ARRAY_SIZE(check_rows),
	.trouble = STATUS_TROUBLE,
	.main = check_main,
};
