/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.args gets three words in front, mounts two entries at the end, so that nothing of the
 * container's own is mounted over them. Destinations are compared as text, `.` and `..` resolved:
 * what a symbolic link in the root file system makes of them comes before ours, and lies below.
 */
#include <config.h>

#include "shim/entry_config.h"

#include <stdlib.h>
#include <string.h>

#include "oci/member.h"
#include "oci/print.h"

#define IN_PROGRAM ENTRY_FOLDER "/entry"
#define IN_FILTER  ENTRY_FOLDER "/filter"

const char *const entry_words[ENTRY_WORDS] = {IN_PROGRAM, IN_FILTER, "--"};
static const char *const mount_options[] = {"bind", "ro", "nosuid", "nodev"};

/* ---- args */

static bool is_text(const struct json *value, const char *text)
{
	return value && value->type == JSON_STRING && strcmp(value->text, text) == 0;
}

static bool args_ready(const struct json *args)
{
	if (args->length <= ENTRY_WORDS)
		return false;
	for (size_t i = 0; i < ENTRY_WORDS; i++)
		if (!is_text(args->items[i], entry_words[i]))
			return false;
	return true;
}

static void add_string(struct buffer *out, const char *text)
{
	json_add_string(out, text, strlen(text));
}

static int args_check(const struct json *process, struct findings *findings)
{
	const struct json *args = member_array(process, "args", findings);

	if (args && args->length > 0)
		return 0;
	return finding_error(findings, "no-command", args ? args->place : process->place,
			     "process.args names it", "there is no command");
}

static void args_edit(const struct json *args, struct edits *edits)
{
	for (size_t i = 0; !args_ready(args) && i < ENTRY_WORDS; i++) {
		struct buffer word CLEANUP(buffer_free) = {0};

		add_string(&word, entry_words[i]);
		edits_prepend(edits, args, word.data, word.length);
	}
}

int entry_args_edit(const struct json *process, struct edits *edits, struct findings *findings)
{
	if (args_check(process, findings))
		return -1;
	args_edit(json_get_present(process, "args"), edits);
	return 0;
}

/* ---- mounts */

/* The path from the root that a destination means, without a look at the file system; owned. */
static char *clean(const char *path)
{
	struct buffer out CLEANUP(buffer_free) = {0};

	while (*path) {
		size_t length = strcspn(path, "/");

		if (length == 2 && strncmp(path, "..", 2) == 0) {
			while (out.length > 0 && out.data[--out.length] != '/')
				continue;
		} else if (length > 0 && !(length == 1 && *path == '.')) {
			buffer_addf(&out, "/%.*s", (int)length, path);
		}
		path += length + (path[length] == '/');
	}
	if (out.length == 0)
		return mem_string("/");
	return mem_string_n(out.data, out.length);
}

static bool is_below(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(path, folder, length) == 0 && (path[length] == '/' || !path[length]);
}

static char *filter_source(const struct entry_options *options)
{
	return mem_format("%s/%s", options->bundle, ENTRY_FILE_NAME);
}

static void add_mount(struct buffer *out, const char *destination, const char *source)
{
	buffer_add_text(out, "{\"destination\":");
	add_string(out, destination);
	buffer_add_text(out, ",\"type\":\"bind\",\"source\":");
	add_string(out, source);
	for (size_t i = 0; i < ARRAY_SIZE(mount_options); i++)
		buffer_addf(out, "%s\"%s\"", i == 0 ? ",\"options\":[" : ",", mount_options[i]);
	buffer_add_text(out, "]}");
}

/* One of ours, as add_mount() writes it; source NULL: of whatever file. */
static bool is_mount(const struct json *mount, const char *destination, const char *source)
{
	const struct json *options = json_get_present(mount, "options");

	if (mount->length != 4 || !is_text(json_get(mount, "destination"), destination) ||
	    !is_text(json_get(mount, "type"), "bind") ||
	    (source && !is_text(json_get(mount, "source"), source)) || !options ||
	    options->type != JSON_ARRAY || options->length != ARRAY_SIZE(mount_options))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(mount_options); i++)
		if (!is_text(options->items[i], mount_options[i]))
			return false;
	return true;
}

/* Ours are the last two: what came after them could lie over them. */
static bool mounts_are(const struct json *mounts, const char *program, const char *filter)
{
	return mounts->length >= 2 &&
	       is_mount(mounts->items[mounts->length - 2], IN_PROGRAM, program) &&
	       is_mount(mounts->items[mounts->length - 1], IN_FILTER, filter);
}

static bool mounts_ready(const struct json *mounts, const struct entry_options *options)
{
	char *source CLEANUP(cleanup_free) = filter_source(options);

	return mounts_are(mounts, options->program, source);
}

/* What the mounts that are looked at so far have made of /dev. */
struct dev {
	const struct json *mount; /* the last one on /dev or above it, NULL if there is none */
	bool tmpfs;
};

/* With these the runtimes do not mount a file system of the type that is written. */
static bool is_another(const struct json *mount)
{
	static const char *const words[] = {"bind", "rbind", "remount"};
	const struct json *options = json_get_present(mount, "options");

	for (size_t i = 0; options && i < options->length; i++)
		for (size_t j = 0; j < ARRAY_SIZE(words); j++)
			if (is_text(options->items[i], words[j]))
				return true;
	return false;
}

static int mount_check(const struct json *mount, struct dev *dev, struct findings *findings)
{
	static const char *const keys[] = {"destination", "type",	 "source",
					   "options",	  "uidMappings", "gidMappings"};
	const struct json *destination;
	char *path CLEANUP(cleanup_free) = NULL;

	const size_t errors = findings->errors;

	if (!value_is(mount, JSON_OBJECT, "a mount", findings) ||
	    json_known_keys(mount, "a mount", keys, ARRAY_SIZE(keys), 0, SEVERITY_NOTE, findings))
		return -1;
	(void)member_array(mount, "options", findings);
	if (findings->errors > errors)
		return -1;
	destination = member_string(mount, "destination", findings);
	if (!destination)
		return finding_error(findings, "mount", mount->place,
				     "mounts[].destination is a path",
				     "a mount has no destination");
	path = clean(destination->text);
	if (is_below(path, ENTRY_FOLDER))
		return finding_error(
			findings, "entry-mount", destination->place, "another place",
			"a mount of the container's own is at %s, which entrypoint mode needs",
			ENTRY_FOLDER);
	if (is_below("/dev", path) || strcmp(path, "/") == 0) {
		dev->mount = mount;
		dev->tmpfs = strcmp(path, "/dev") == 0 &&
			     is_text(json_get(mount, "type"), "tmpfs") && !is_another(mount);
	}
	return 0;
}

static int mounts_check(const struct json *root, const struct json *mounts, size_t count,
			struct findings *findings)
{
	struct dev dev = {0};

	for (size_t i = 0; i < count; i++)
		if (mount_check(mounts->items[i], &dev, findings))
			return -1;
	if (dev.tmpfs)
		return 0;
	return finding_error(findings, "entry-dev",
			     dev.mount ? dev.mount->place
			     : mounts  ? mounts->place
				       : root->place,
			     "a mount of type tmpfs at /dev, or \"mode\": \"delegate\"",
			     "entrypoint mode needs a tmpfs /dev of the container's own");
}

int entry_config_check(const struct json_document *document, const struct entry_options *options,
		       struct findings *findings)
{
	const struct json *root = document->root;
	const struct json *process = member_object(root, "process", findings);
	const struct json *mounts = member_array(root, "mounts", findings);
	size_t count = mounts ? mounts->length : 0;

	if (!process)
		return finding_error(findings, "no-process", root->place, "an object process",
				     "config.json has no process");
	if (mounts && mounts_ready(mounts, options))
		count -= 2;
	return args_check(process, findings) || mounts_check(root, mounts, count, findings) ? -1
											    : 0;
}

static bool begins_with_entry(const struct json *root)
{
	const struct json *process = json_get_present(root, "process");
	const struct json *args =
		process && process->type == JSON_OBJECT ? json_get_present(process, "args") : NULL;

	return args && args->type == JSON_ARRAY && args_ready(args);
}

bool entry_is_ready(const struct json_document *document, const struct entry_options *options)
{
	const struct json *mounts = json_get_present(document->root, "mounts");

	return mounts && mounts->type == JSON_ARRAY && mounts_ready(mounts, options) &&
	       begins_with_entry(document->root);
}

static bool mounts_folder(const struct json *mounts)
{
	for (size_t i = 0; mounts && i < mounts->length; i++) {
		const struct json *mount = mounts->items[i];
		const struct json *destination =
			mount->type == JSON_OBJECT ? json_get(mount, "destination") : NULL;

		if (destination && destination->type == JSON_STRING &&
		    strncmp(destination->text, ENTRY_FOLDER, strlen(ENTRY_FOLDER)) == 0)
			return true;
	}
	return false;
}

/*
 * What is mounted in a container stays there, wherever its bundle and this program have moved to
 * since: so the sources do not count. Half of it is never taken for nothing.
 */
int entry_is_made(const struct json_document *document, bool *made, struct findings *findings)
{
	const size_t errors = findings->errors;
	const struct json *mounts = member_array(document->root, "mounts", findings);
	bool begins = begins_with_entry(document->root);

	if (findings->errors > errors)
		return -1;
	*made = begins && mounts && mounts_are(mounts, NULL, NULL);
	if (*made || (!begins && !mounts_folder(mounts)))
		return 0;
	return finding_error(findings, "entry-altered", document->root->place,
			     "config.json as it was when the container was created",
			     "the container has only a part of what entrypoint mode gives it");
}

void entry_config_edit(const struct json_document *document, const struct entry_options *options,
		       struct edits *edits)
{
	const struct json *process = json_get_present(document->root, "process");
	const struct json *mounts = json_get_present(document->root, "mounts");
	char *source CLEANUP(cleanup_free) = filter_source(options);
	struct buffer mount CLEANUP(buffer_free) = {0};

	args_edit(json_get_present(process, "args"), edits);
	if (mounts_ready(mounts, options))
		return;
	add_mount(&mount, IN_PROGRAM, options->program);
	edits_append(edits, mounts, mount.data, mount.length);
	buffer_free(&mount);
	mount = (struct buffer){0};
	add_mount(&mount, IN_FILTER, source);
	edits_append(edits, mounts, mount.data, mount.length);
}
