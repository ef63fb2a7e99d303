/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings that hook install must not set if another file of the engine sets them: only one of the
 * two would count.
 */
#include <config.h>

#include "shim/hook/hook_install.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* The number (from 1) of the line that sets a key, 0 if none; *start and *end: that line. */
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

/* Drops our line because another file sets the same already. */
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
	CLEANUP(install_file_free) struct install_file file = {.held = HELD_PATH_NONE};
	const char *start, *end, *element;
	unsigned line = 0;
	int result = install_read_file(install, &file, path);

	if (result == 0 && file.source.text)
		line = install_toml_line(file.source.text, exclusive->key, &start, &end);
	if (line) {
		element = strstr(start, exclusive->element);
		if (element && element < end)
			install_drop_line(&install->snippets.list[0], exclusive->key);
		else
			result = finding_error(
				&install->findings, "install-differs", NOWHERE,
				"add there by hand what hook install prints for it",
				"%s:%u: %s is already set here, and our file would override it",
				text_escaped(file.path, strlen(file.path)), line, exclusive->key);
	}
	return result;
}

static bool install_is_conf(const char *name)
{
	const size_t length = strlen(name);

	return name[0] != '.' && length > 5 && strcmp(name + length - 5, ".conf") == 0;
}

/* NULL if there is no such folder. */
static DIR *install_open_folder(const struct install *install, const char *path)
{
	CLEANUP(cleanup_close) int held = held_path_open_folder(install->root, path);
	int fd = held < 0 ? -1 : openat(held, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !folder)
		cleanup_close(&fd);
	return folder;
}

/* Checks all files of a folder but our own. */
static int install_check_folder(struct install *install, const struct exclusive *exclusive)
{
	DIR *folder = install_open_folder(install, exclusive->folder);
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
		(void)closedir(folder); /* it was only read */
	return result;
}

int install_check_exclusives(struct install *install)
{
	for (size_t i = 0; i < install->snippets.exclusive_count; i++) {
		const struct exclusive *exclusive = &install->snippets.exclusives[i];

		if (install_check_file(install, exclusive, exclusive->file) ||
		    install_check_folder(install, exclusive))
			return -1;
	}
	return 0;
}
