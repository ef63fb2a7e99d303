/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of an engine as hook install will leave them, and writing them. A file that somebody
 * else has set differently is refused.
 */
#include <config.h>

#include "shim/hook/hook_install.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "oci/member.h"
#include "shim/print.h"
#include "shim/replace.h"

/* ---- what they will be */

static struct place install_place(const struct install_file *file)
{
	return (struct place){.file = file->path};
}

static int install_report_open(struct install *install, const struct install_file *file, int error)
{
	return finding_error(&install->findings, "file-write", install_place(file),
			     file->held.foreign_link ? "remove the link"
						     : print_write_remedy(error),
			     "cannot open: %s", held_path_error(&file->held, error));
}

/* Reads the file that is held, and holds what was read. */
static int install_read_held(struct install *install, struct install_file *file)
{
	struct held_path *held = &file->held;
	int handle;

	if (source_read_entry(&file->source, held->folder, held->name, file->path, &handle,
			      &install->findings))
		return -1;
	cleanup_close(&held->target);
	held->target = handle;
	return fstat(handle, &held->status) ? install_report_open(install, file, errno) : 0;
}

int install_read_file(struct install *install, struct install_file *file, const char *path)
{
	file->path = install_path_below(install, path);
	if (held_path_open(&file->held, install->root, path, 0))
		return errno == ENOENT || errno == ENOTDIR
			       ? 0
			       : install_report_open(install, file, errno);
	return file->held.target < 0 ? 0 : install_read_held(install, file);
}

void install_file_free(struct install_file *file)
{
	json_free(file->document);
	free(file->path);
	held_path_close(&file->held);
	source_free(&file->source);
	buffer_free(&file->text);
}

static bool install_is_blank(const struct source *source)
{
	return !source->text || strspn(source->text, " \t\r\n") == source->length;
}

static int install_make_own(struct install *install, struct install_file *file,
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
	return finding_error(&install->findings, "install-differs", install_place(file),
			     "remove it, or add by hand what hook install prints",
			     "already exists with other settings");
}

/* For a daemon.json whose `runtimes` already has a member of our name. */
static int install_docker_same(struct install *install, const struct json *runtime)
{
	const struct json *path = runtime->type == JSON_OBJECT && runtime->length == 1
					  ? json_get(runtime, "path")
					  : NULL;

	if (json_is_text(path, install->paths.wrapper))
		return 0;
	return finding_error(&install->findings, "install-differs", runtime->place,
			     "remove it, or add by hand what hook install prints",
			     "the runtime " HOOK_NAME " already exists with other settings");
}

static int install_docker_edit(struct install *install, struct install_file *file)
{
	CLEANUP(buffer_free) struct buffer text = {0};
	CLEANUP(text_edits_free) struct text_edits edits = {.document = file->document};
	CLEANUP(cleanup_json_writer) struct json_writer *json = NULL;
	const struct json *root = file->document->root;
	const struct json *runtimes = json_get_present(root, "runtimes");

	if (runtimes && !value_is(runtimes, JSON_OBJECT, "runtimes", &install->findings))
		return -1;
	if (runtimes && json_get(runtimes, HOOK_NAME))
		return install_docker_same(install, json_get(runtimes, HOOK_NAME));
	json = json_writer_new(&text, JSON_ONE_LINE);
	if (!runtimes)
		json_write_object(json, NULL);
	snippet_write_docker_runtime(json, runtimes ? NULL : HOOK_NAME, &install->paths);
	if (!runtimes)
		json_write_end(json);
	text_edits_set_member(&edits, runtimes ? runtimes : root, runtimes ? HOOK_NAME : "runtimes",
			      text.data, text.length);
	text_edits_apply(&edits, &file->text);
	file->changed = true;
	return 0;
}

static int install_make_json(struct install *install, struct install_file *file,
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

/* The version of a config.toml; 1 if there is none, as for containerd. */
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

static int install_toml_append(struct install *install, struct install_file *file, int version)
{
	const struct source *source = &file->source;
	CLEANUP(buffer_free) struct buffer tables = {0};

	snippet_add_containerd(&tables, &install->paths, version);
	if (strstr(source->text, tables.data))
		return 0;
	if (strstr(source->text, "runtimes." HOOK_NAME "]") ||
	    strstr(source->text, "runtimes.\"" HOOK_NAME "\"]"))
		return finding_error(&install->findings, "install-differs", install_place(file),
				     "remove it, or add by hand what hook install prints",
				     "the runtime " HOOK_NAME
				     " already exists with other settings");
	buffer_addf(&file->text, "%s%s\n%s", source->text,
		    source->text[source->length - 1] == '\n' ? "" : "\n", tables.data);
	file->changed = true;
	return 0;
}

/* In TOML tables can be added to the end of any file. */
static int install_make_toml(struct install *install, struct install_file *file,
			     const struct snippet *snippet)
{
	int version;

	if (install_is_blank(&file->source))
		return install_make_own(install, file, snippet);
	if (strlen(file->source.text) != file->source.length)
		return finding_error(&install->findings, "bad-toml", install_place(file),
				     "give a text file", "contains a NUL byte");
	version = install_toml_version(file->source.text);
	if (version != 2 && version != 3)
		return finding_error(&install->findings, "toml-version", install_place(file),
				     "migrate it to version 2 or 3: containerd config migrate",
				     "has version %d", version);
	return install_toml_append(install, file, version);
}

int install_make_file(struct install *install, size_t index)
{
	const struct snippet *snippet = &install->snippets.list[index];
	struct install_file *file = &install->files[index];

	if (snippet->kind == SNIPPET_CLUSTER)
		return 0;
	if (install_read_file(install, file, snippet->path))
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

/* ---- writing */

/* For a file whose folder was not there when we looked: nobody may have made the file since. */
static int install_make_folders(struct install *install, struct install_file *file,
				const char *path)
{
	held_path_close(&file->held);
	if (held_path_open(&file->held, install->root, path, HELD_MAKE_FOLDERS))
		return install_report_open(install, file, errno);
	return 0;
}

static int install_write_file(struct install *install, struct install_file *file, const char *path)
{
	const struct held_path *held = &file->held;

	if (held->folder < 0 && install_make_folders(install, file, path))
		return -1;
	switch (replace_at(held->folder, held->name, file->path,
			   file->source.text ? &held->status : NULL, file->text.data,
			   file->text.length, &install->findings)) {
	case REPLACED:
		return 0;
	case REPLACED_NOT:
		return finding_error(&install->findings, "file-changing", install_place(file),
				     "try again", "has just been changed by another program");
	default:
		return -1;
	}
}

int install_write_files(struct install *install)
{
	/* engines may run as any user */
	(void)umask(022);
	for (size_t i = 0; i < install->snippets.count; i++) {
		struct install_file *file = &install->files[i];

		if (file->changed &&
		    install_write_file(install, file, install->snippets.list[i].path))
			return -1;
	}
	return 0;
}
