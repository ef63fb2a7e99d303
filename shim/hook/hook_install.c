/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command `hook install`: prints the settings that an engine needs, or writes them. Everything
 * is read and decided before the first file is written; settings of others are kept.
 */
#include <config.h>

#include "shim/hook/hook_install.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "shim/hook/hook.h"
#include "shim/print.h"

static const struct option_row install_rows[] = {
	{0, "engine", "ENGINE", "podman, crio, docker or containerd", OPTION_TEXT,
	 offsetof(struct install_values, engine)},
	{0, "write", NULL,
	 "write the files instead of printing them; other settings are kept,\nand other "
	 "settings for seccomp-shim are an error",
	 OPTION_FLAG, offsetof(struct install_values, write)},
	{0, "root", "DIR", "write below this directory (default: /)", OPTION_TEXT,
	 offsetof(struct install_values, root)},
	{0, "program", "PATH",
	 "the program that the engine calls\n"
	 "(default: " BINDIR "/seccomp-shim);\n" WRAPPER_NAME " must be beside it",
	 OPTION_TEXT, offsetof(struct install_values, program)},
	{0, "policy", "FILE",
	 "the hook's policy (default: " POLICY_PATH ");\n"
	 "without this file the hook refuses every container",
	 OPTION_TEXT, offsetof(struct install_values, policy)},
	{0, "log", "FILE", "append refusals of the hook to this file", OPTION_TEXT,
	 offsetof(struct install_values, log)},
	{0, "quiet", NULL, "print no warnings or notes", OPTION_FLAG,
	 offsetof(struct install_values, quiet)},
};

static void install_free(struct install *install)
{
	for (size_t i = 0; i < SNIPPETS_MAX; i++)
		install_file_free(&install->files[i]);
	cleanup_close(&install->root);
	snippets_free(&install->snippets);
	findings_free(&install->findings);
	free(install->wrapper);
}

/* ---- what is said */

static void install_print(const char *text)
{
	print_out(text, strlen(text));
}

static void install_print_head(const char *path, const char *rest)
{
	install_print("# ");
	install_print(path);
	install_print(rest);
	install_print("\n");
}

/*
 * With --write: prints what was done as comments, so that the object for the cluster can be piped
 * to kubectl.
 */
static void install_print_written(const struct install *install)
{
	for (size_t i = 0; i < install->snippets.count; i++) {
		const struct snippet *snippet = &install->snippets.list[i];
		const struct install_file *file = &install->files[i];

		if (snippet->kind == SNIPPET_CLUSTER) {
			install_print_head(snippet->path, "");
			install_print(snippet->text.data);
		} else {
			install_print_head(file->path, file->changed ? ": written" : ": unchanged");
		}
	}
}

/* A single snippet is printed without a comment: it may be piped to a program that reads none. */
static void install_print_snippets(struct install *install)
{
	const struct snippets *snippets = &install->snippets;

	for (size_t i = 0; i < snippets->count; i++) {
		if (snippets->count > 1)
			install_print_head(snippets->list[i].path, "");
		install_print(snippets->list[i].text.data);
		if (i + 1 < snippets->count)
			install_print("\n");
	}
	if (snippets->count == 1)
		finding_add(&install->findings, SEVERITY_NOTE, "install-place", NOWHERE,
			    "or let --write add it", "add it to %s", snippets->list[0].path);
}

/* Hooks and the wrapper refuse every container if their policy is missing. */
static void install_advise_policy(struct install *install)
{
	const bool own = install->snippets.has_hook && install->values->policy;
	const char *policy = own ? install->values->policy : POLICY_PATH;
	CLEANUP(cleanup_free) char *below = install_path_below(install, policy);

	if (!install_path_exists(install, policy))
		finding_add(&install->findings, SEVERITY_WARNING, "no-policy", NOWHERE,
			    "write it first, see seccomp-shim-runtime.json(5)",
			    "there is no policy %s: without it every container is refused",
			    text_escaped(below, strlen(below)));
}

static void install_advise(struct install *install)
{
	install_advise_policy(install);
	if (install->snippets.has_hook)
		finding_add(&install->findings, SEVERITY_WARNING, "hook-skipped", NOWHERE,
			    "keep the program there; the runtime wrapper fails closed",
			    "podman and CRI-O silently skip a hook whose program is missing: %s",
			    install->paths.program);
	if (install->values->write && install->engine->reload)
		finding_add(&install->findings, SEVERITY_NOTE, "install-reload", NOWHERE, NULL,
			    "to make it take effect, run: %s", install->engine->reload);
}

static int install_write(struct install *install)
{
	if (install_check_exclusives(install))
		return -1;
	for (size_t i = 0; i < install->snippets.count; i++)
		if (install_make_file(install, i))
			return -1;
	if (install_write_files(install))
		return -1;
	install_print_written(install);
	return 0;
}

static int install_run(struct install *install)
{
	if (!install->values->engine)
		return finding_error(&install->findings, "no-engine", NOWHERE,
				     "give --engine podman, crio, docker or containerd",
				     "hook install: no engine given");
	install->engine = engine_find(install->values->engine, &install->findings);
	if (!install->engine || install_open_root(install) || install_find_paths(install))
		return -1;
	install->engine->make(&install->snippets, &install->paths);
	if (install->values->write) {
		if (install_write(install))
			return -1;
	} else {
		install_print_snippets(install);
	}
	install_advise(install);
	return 0;
}

static int install_main(const struct command *command, int argc, char **argv)
{
	CLEANUP(install_free) struct install install = {.root = -1};
	struct install_values values = {0};
	int first = options_parse(command, argc, argv, &values);
	int result;

	if (first == -2)
		return STATUS_OK;
	if (first < 0)
		return STATUS_TROUBLE;
	if (first < argc) {
		print_one_error("give options only", "hook install: unexpected argument \"%s\"",
				text_escaped(argv[first], strlen(argv[first])));
		return STATUS_TROUBLE;
	}
	for (size_t i = 0; i < SNIPPETS_MAX; i++)
		install.files[i].held = HELD_PATH_NONE;
	install.values = &values;
	result = install_run(&install);
	print_findings(&install.findings, values.quiet, !values.quiet);
	return result ? STATUS_TROUBLE : STATUS_OK;
}

const struct command command_hook_install = {
	.name = "hook install",
	.synopsis = "--engine ENGINE [options]",
	.summary = "Prints or writes the settings that an engine needs for seccomp-shim.",
	.notes = "For podman: a precreate hook in a folder that only podman reads, and the\n"
		 "wrapper in containers.conf. For CRI-O: a gate hook, the wrapper in crio.conf, "
		 "and\n"
		 "the RuntimeClass. For Docker: the wrapper in daemon.json. For containerd: the\n"
		 "wrapper in config.toml, and the RuntimeClass.\n"
		 "\n"
		 "podman and CRI-O silently skip a hook whose program is missing; the wrapper "
		 "fails\nclosed.\n"
		 "\n"
		 "Exit status: 0 done, 2 an error (then no file was changed, or the one that\n"
		 "could not be written is named).",
	.options = install_rows,
	.option_count = ARRAY_SIZE(install_rows),
	.trouble = STATUS_TROUBLE,
	.main = install_main,
};
