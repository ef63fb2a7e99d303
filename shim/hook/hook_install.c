/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command `hook install`: prints what an engine must be told, or writes it (F7). Everything is
 * read and decided before the first file is written; what somebody else has set stays as it is.
 */
#include <config.h>

#include "shim/hook/hook_install.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "oci/member.h"
#include "oci/text_edit.h"
#include "oci/utf8.h"
#include "shim/hook/hook.h"
#include "shim/input/source.h"
#include "shim/print.h"
#include "shim/replace.h"

struct install_values {
	const char *engine, *root, *program, *log, *policy;
	bool write, quiet;
};

static const struct option_row install_rows[] = {
	{0, "engine", "ENGINE", "podman, crio, docker or containerd", OPTION_TEXT,
	 offsetof(struct install_values, engine)},
	{0, "write", NULL,
	 "write the files; without it they are printed. What others have set\n"
	 "there is kept, or the file is refused",
	 OPTION_FLAG, offsetof(struct install_values, write)},
	{0, "root", "DIR", "write below this directory (default: /)", OPTION_TEXT,
	 offsetof(struct install_values, root)},
	{0, "program", "PATH",
	 "the program that the engine is to call (default: where this one is\n"
	 "installed: " BINDIR "/seccomp-shim); " WRAPPER_NAME "\n"
	 "is looked for beside it",
	 OPTION_TEXT, offsetof(struct install_values, program)},
	{0, "policy", "FILE",
	 "the hook's policy (default: " POLICY_PATH ");\n"
	 "without this file the hook refuses every container",
	 OPTION_TEXT, offsetof(struct install_values, policy)},
	{0, "log", "FILE", "where the hook writes what it refuses", OPTION_TEXT,
	 offsetof(struct install_values, log)},
	{0, "quiet", NULL, "print no warnings", OPTION_FLAG,
	 offsetof(struct install_values, quiet)},
};

/* One file as it will be. */
struct written {
	char *path;			/* with the root in front */
	struct source source;		/* as it is now; text NULL: there is none */
	struct json_document *document; /* of daemon.json */
	struct buffer text;
	bool changed;
};

struct install {
	const struct install_values *values;
	const struct engine *engine;
	struct snippet_paths paths;
	struct snippets snippets;
	struct written files[SNIPPETS_MAX];
	char *wrapper;
	struct findings findings;
};

static void install_free(struct install *install)
{
	for (size_t i = 0; i < SNIPPETS_MAX; i++) {
		json_free(install->files[i].document);
		free(install->files[i].path);
		source_free(&install->files[i].source);
		buffer_free(&install->files[i].text);
	}
	snippets_free(&install->snippets);
	findings_free(&install->findings);
	free(install->wrapper);
}

/* ---- the paths */

/* Paths go into JSON and TOML between quotes. */
static int install_check_path(struct install *install, const char *option, const char *path)
{
	bool plain = path[0] == '/' && utf8_check(path, strlen(path)) == strlen(path);

	for (const char *c = path; *c; c++)
		plain = plain && (unsigned char)*c >= ' ' && *c != '\x7f' && !strchr("\"\\", *c);
	if (plain)
		return 0;
	return finding_error(&install->findings, "bad-path", NOWHERE,
			     "an absolute path without quotes, backslashes and control bytes",
			     "--%s \"%s\"", option, text_escaped(path, strlen(path)));
}

static char *install_path_below(const struct install *install, const char *path)
{
	const char *root = install->values->root;
	size_t length = root ? strlen(root) : 0;

	while (length > 0 && root[length - 1] == '/')
		length--;
	return mem_format("%.*s%s", (int)length, root ? root : "", path);
}

/* What root executes must be a program, and nobody else's to change (F9): what is wrong, or NULL.
 */
static const char *install_program_fault(const struct install *install, const char *path)
{
	CLEANUP(cleanup_free) char *below = install_path_below(install, path);
	struct stat status;

	if (stat(below, &status) && (!install->values->program || stat(path, &status)))
		return strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "no file";
	if (!(status.st_mode & 0111))
		return "not executable";
	return status.st_mode & S_IWOTH ? "writable by everybody" : NULL;
}

/* A program that is named by --program may stand alone: it is said, and that is all. */
static int install_find_wrapper(struct install *install)
{
	const char *program = install->paths.program;
	const char *fault;

	install->wrapper =
		mem_format("%.*s/" WRAPPER_NAME, (int)(strrchr(program, '/') - program), program);
	install->paths.wrapper = install->wrapper;
	fault = install_program_fault(install, install->wrapper);
	if (!fault)
		return 0;
	finding_add(&install->findings,
		    install->values->program ? SEVERITY_WARNING : SEVERITY_ERROR, "no-program",
		    NOWHERE, "make install; or a link of that name to seccomp-shim",
		    "the wrapper %s: %s", text_escaped(install->wrapper, strlen(install->wrapper)),
		    fault);
	return install->values->program ? 0 : -1;
}

static int install_find_program(struct install *install)
{
	const char *program = install->paths.program;
	const char *fault = install_program_fault(install, program);

	if (!fault)
		return install_find_wrapper(install);
	return finding_error(&install->findings, "no-program", NOWHERE,
			     "make install; or --program PATH: where it is installed",
			     "the program %s: %s", text_escaped(program, strlen(program)), fault);
}

static int install_find_paths(struct install *install)
{
	const struct install_values *values = install->values;

	install->paths = (struct snippet_paths){.program = values->program ? values->program
									   : BINDIR "/seccomp-shim",
						.log = values->log,
						.policy = values->policy};
	if (install_check_path(install, "program", install->paths.program) ||
	    (values->log && install_check_path(install, "log", values->log)) ||
	    (values->policy && install_check_path(install, "policy", values->policy)))
		return -1;
	return install_find_program(install);
}

/* ---- what the files will be */

static struct place install_place(const struct written *file)
{
	return (struct place){.file = file->path};
}

/* Reads what is there; nothing is no error. */
static int install_read_file(struct install *install, struct written *file)
{
	struct stat status;

	if (stat(file->path, &status) && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	return source_read(&file->source, AT_FDCWD, file->path, file->path, &install->findings);
}

static bool install_is_blank(const struct source *source)
{
	return !source->text || strspn(source->text, " \t\r\n") == source->length;
}

static int install_make_own(struct install *install, struct written *file,
			    const struct snippet *snippet)
{
	if (install_is_blank(&file->source)) {
		buffer_add(&file->text, snippet->text.data, snippet->text.length);
		file->changed = true;
		return 0;
	}
	if (file->source.length == snippet->text.length &&
	    memcmp(file->source.text, snippet->text.data, snippet->text.length) == 0)
		return 0;
	return finding_error(
		&install->findings, "install-differs", install_place(file),
		"remove it, or edit it by hand: hook install prints what belongs there",
		"is there already, and differs");
}

/* `runtimes` of daemon.json already has a member of our name. */
static int install_docker_same(struct install *install, const struct json *runtime)
{
	const struct json *path = runtime->type == JSON_OBJECT && runtime->length == 1
					  ? json_get(runtime, "path")
					  : NULL;

	if (json_is_text(path, install->paths.wrapper))
		return 0;
	return finding_error(
		&install->findings, "install-differs", runtime->place,
		"remove it, or edit it by hand: hook install prints what belongs there",
		"the runtime " HOOK_NAME " is there already, and differs");
}

static int install_docker_edit(struct install *install, struct written *file)
{
	CLEANUP(buffer_free) struct buffer text = {0};
	CLEANUP(text_edits_free) struct text_edits edits = {.document = file->document};
	const struct json *root = file->document->root;
	const struct json *runtimes = json_get_present(root, "runtimes");

	if (runtimes && !value_is(runtimes, JSON_OBJECT, "runtimes", &install->findings))
		return -1;
	if (runtimes && json_get(runtimes, HOOK_NAME))
		return install_docker_same(install, json_get(runtimes, HOOK_NAME));
	if (!runtimes)
		buffer_add_text(&text, "{\"" HOOK_NAME "\": ");
	snippet_add_docker_runtime(&text, &install->paths);
	if (!runtimes)
		buffer_add_text(&text, "}");
	text_edits_set_member(&edits, runtimes ? runtimes : root, runtimes ? HOOK_NAME : "runtimes",
			      text.data, text.length);
	text_edits_apply(&edits, &file->text);
	file->changed = true;
	return 0;
}

static int install_make_json(struct install *install, struct written *file,
			     const struct snippet *snippet)
{
	if (install_is_blank(&file->source))
		return install_make_own(install, file, snippet);
	file->document =
		json_parse(file->path, file->source.text, file->source.length, &install->findings);
	if (!file->document ||
	    !value_is(file->document->root, JSON_OBJECT, "daemon.json", &install->findings))
		return -1;
	return install_docker_edit(install, file);
}

/* The version of a config.toml; 1 where none is told, as containerd takes it. */
static int install_toml_version(const char *text)
{
	const char *line = text;

	while (line) {
		int version;

		line += strspn(line, " \t\r\n");
		if (*line == '[')
			break;
		if (sscanf(line, "version = %9d", &version) == 1)
			return version;
		line = strchr(line, '\n');
	}
	return 1;
}

static int install_toml_append(struct install *install, struct written *file, int version)
{
	const struct source *source = &file->source;
	CLEANUP(buffer_free) struct buffer tables = {0};

	snippet_add_containerd(&tables, &install->paths, version);
	if (strstr(source->text, tables.data))
		return 0;
	if (strstr(source->text, "runtimes." HOOK_NAME "]") ||
	    strstr(source->text, "runtimes.\"" HOOK_NAME "\"]"))
		return finding_error(&install->findings, "install-differs", install_place(file),
				     "remove it, or edit it by hand: hook install prints what "
				     "belongs there",
				     "the runtime " HOOK_NAME " is there already, and differs");
	buffer_addf(&file->text, "%s%s\n%s", source->text,
		    source->text[source->length - 1] == '\n' ? "" : "\n", tables.data);
	file->changed = true;
	return 0;
}

/* Tables at the end of a file are right whatever stands before them. */
static int install_make_toml(struct install *install, struct written *file,
			     const struct snippet *snippet)
{
	int version;

	if (install_is_blank(&file->source))
		return install_make_own(install, file, snippet);
	if (strlen(file->source.text) != file->source.length)
		return finding_error(&install->findings, "bad-toml", install_place(file), "a text",
				     "has a byte of value 0");
	version = install_toml_version(file->source.text);
	if (version != 2 && version != 3)
		return finding_error(&install->findings, "toml-version", install_place(file),
				     "version = 2 or 3: containerd config migrate",
				     "is of version %d", version);
	return install_toml_append(install, file, version);
}

/* ---- settings that must not be set twice */

/* The line (from 1) on which a key is set, 0 if none; *end gets that line's end. */
static unsigned install_toml_line(const char *text, const char *key, const char **start,
				  const char **end)
{
	unsigned line = 0;

	for (const char *next = text; *next;) {
		const char *word = next + strspn(next, " \t");
		const char *behind = word + strlen(key);

		line++;
		*start = next;
		*end = next + strcspn(next, "\n");
		next = **end ? *end + 1 : *end;
		if (strncmp(word, key, strlen(key)) == 0 && behind[strspn(behind, " \t")] == '=')
			return line;
	}
	return 0;
}

/* Our line goes where another file says the same already. */
static void install_drop_line(struct snippet *snippet, const char *key)
{
	const char *start, *end;

	if (!install_toml_line(snippet->text.data, key, &start, &end))
		return;
	end += *end == '\n';
	memmove(snippet->text.data + (start - snippet->text.data), end, strlen(end) + 1);
	snippet->text.length = strlen(snippet->text.data);
}

static int install_check_file(struct install *install, const struct exclusive *exclusive,
			      const char *path)
{
	struct written file = {.path = install_path_below(install, path)};
	const char *start, *end, *element;
	unsigned line = 0;
	int result = install_read_file(install, &file);

	if (result == 0 && file.source.text)
		line = install_toml_line(file.source.text, exclusive->key, &start, &end);
	if (line) {
		element = strstr(start, exclusive->element);
		if (element && element < end)
			install_drop_line(&install->snippets.list[0], exclusive->key);
		else
			result = finding_error(
				&install->findings, "install-differs", NOWHERE,
				"what hook install prints for it, added there by hand",
				"%s:%u: %s is set there: a file of ours would replace it",
				text_escaped(file.path, strlen(file.path)), line, exclusive->key);
	}
	source_free(&file.source);
	free(file.path);
	return result;
}

static bool install_is_conf(const char *name)
{
	const size_t length = strlen(name);

	return name[0] != '.' && length > 5 && strcmp(name + length - 5, ".conf") == 0;
}

/* The key in all files of a folder but our own. */
static int install_check_folder(struct install *install, const struct exclusive *exclusive)
{
	CLEANUP(cleanup_free) char *below = install_path_below(install, exclusive->folder);
	DIR *folder = opendir(below);
	const struct dirent *entry;
	int result = 0;

	while (folder && result == 0 && (entry = readdir(folder))) {
		CLEANUP(cleanup_free)
		char *path = mem_format("%s/%s", exclusive->folder, entry->d_name);

		if (install_is_conf(entry->d_name) &&
		    strcmp(path, install->snippets.list[0].path) != 0)
			result = install_check_file(install, exclusive, path);
	}
	if (folder)
		(void)closedir(folder); /* nothing was written */
	return result;
}

static int install_check_exclusives(struct install *install)
{
	for (size_t i = 0; i < install->snippets.exclusive_count; i++) {
		const struct exclusive *exclusive = &install->snippets.exclusives[i];

		if (install_check_file(install, exclusive, exclusive->file) ||
		    install_check_folder(install, exclusive))
			return -1;
	}
	return 0;
}

/* ---- writing */

static int install_make_file(struct install *install, size_t index)
{
	const struct snippet *snippet = &install->snippets.list[index];
	struct written *file = &install->files[index];

	if (snippet->kind == SNIPPET_CLUSTER)
		return 0;
	file->path = install_path_below(install, snippet->path);
	if (install_read_file(install, file))
		return -1;
	switch (snippet->kind) {
	case SNIPPET_JSON:
		return install_make_json(install, file, snippet);
	case SNIPPET_TOML:
		return install_make_toml(install, file, snippet);
	default:
		return install_make_own(install, file, snippet);
	}
}

static int install_make_folders(struct install *install, const char *path)
{
	CLEANUP(cleanup_free) char *folder = mem_string(path);

	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0755) && errno != EEXIST)
			return finding_error(&install->findings, "file-write",
					     (struct place){.file = path},
					     print_write_remedy(errno),
					     "cannot make the folder %s: %s",
					     text_escaped(folder, strlen(folder)), strerror(errno));
		*slash = '/';
	}
	return 0;
}

static int install_write_files(struct install *install)
{
	/* engines read these as whoever they are */
	(void)umask(022);
	for (size_t i = 0; i < install->snippets.count; i++) {
		const struct written *file = &install->files[i];

		if (file->changed && (install_make_folders(install, file->path) ||
				      replace_file(file->path, file->text.data, file->text.length,
						   &install->findings)))
			return -1;
	}
	return 0;
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

/* With --write: what was done, as comments, so that what is for the cluster can be piped on. */
static void install_print_written(const struct install *install)
{
	for (size_t i = 0; i < install->snippets.count; i++) {
		const struct snippet *snippet = &install->snippets.list[i];
		const struct written *file = &install->files[i];

		if (snippet->kind == SNIPPET_CLUSTER) {
			install_print_head(snippet->path, "");
			install_print(snippet->text.data);
		} else {
			install_print_head(file->path, file->changed ? ": written" : ": unchanged");
		}
	}
}

/* A single snippet is printed bare: it may be piped into something that reads no comments. */
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
			    "--write adds it there", "it belongs into %s", snippets->list[0].path);
}

/* Hooks and the wrapper refuse every container where their policy is missing. */
static void install_advise_policy(struct install *install)
{
	const bool own = install->snippets.has_hook && install->values->policy;
	const char *policy = own ? install->values->policy : POLICY_PATH;
	CLEANUP(cleanup_free) char *below = install_path_below(install, policy);

	if (access(below, F_OK))
		finding_add(&install->findings, SEVERITY_WARNING, "no-policy", NOWHERE,
			    "write it first: seccomp-shim-runtime.json(5)",
			    "there is no policy %s, and without it every container is refused",
			    text_escaped(below, strlen(below)));
}

static void install_advise(struct install *install)
{
	install_advise_policy(install);
	if (install->snippets.has_hook)
		finding_add(&install->findings, SEVERITY_WARNING, "hook-skipped", NOWHERE,
			    "keep it there; the runtime wrapper fails closed",
			    "podman and CRI-O skip a hook whose program is missing, and say "
			    "nothing: %s",
			    install->paths.program);
	if (install->values->write && install->engine->reload)
		finding_add(&install->findings, SEVERITY_NOTE, "install-reload", NOWHERE, NULL,
			    "it takes effect with: %s", install->engine->reload);
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
				     "--engine podman, crio, docker or containerd",
				     "hook install: no engine is named");
	install->engine = engine_find(install->values->engine, &install->findings);
	if (!install->engine || install_find_paths(install))
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
	CLEANUP(install_free) struct install install = {0};
	struct install_values values = {0};
	int first = options_parse(command, argc, argv, &values);
	int result;

	if (first == -2)
		return STATUS_OK;
	if (first < 0)
		return STATUS_TROUBLE;
	if (first < argc) {
		print_error("hook install: \"%s\" is one word too many (options only)",
			    text_escaped(argv[first], strlen(argv[first])));
		return STATUS_TROUBLE;
	}
	install.values = &values;
	result = install_run(&install);
	print_findings(&install.findings, values.quiet, !values.quiet);
	return result ? STATUS_TROUBLE : STATUS_OK;
}

const struct command command_hook_install = {
	.name = "hook install",
	.synopsis = "--engine ENGINE [options]",
	.summary = "Prints or writes what an engine must be told to use seccomp-shim.",
	.notes = "For podman: a precreate hook in a folder that only podman reads, and the\n"
		 "wrapper in containers.conf. For CRI-O: a gate hook, the wrapper in crio.conf, "
		 "and\n"
		 "the RuntimeClass. For Docker: the wrapper in daemon.json. For containerd: the\n"
		 "wrapper in config.toml, and the RuntimeClass.\n"
		 "\n"
		 "podman and CRI-O skip a hook whose program is missing, and say nothing of it; "
		 "the\n"
		 "wrapper fails closed.\n"
		 "\n"
		 "Exit status: 0 done, 2 trouble (then no file was touched, or the one that could\n"
		 "not be written is named).",
	.options = install_rows,
	.option_count = ARRAY_SIZE(install_rows),
	.trouble = STATUS_TROUBLE,
	.main = install_main,
};
