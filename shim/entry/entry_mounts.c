/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mounts of entrypoint mode. Something is mounted on every part of the path of the entry
 * program, so that nobody in the container can rename a part and put another program there. For the
 * same reason /dev must not be a symbolic link.
 */
#include <config.h>

#include "shim/entry/entry_mounts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "oci/json_write.h"
#include "oci/member.h"
#include "shim/entry/root_path.h"

#define MOUNTS_MAX 1024 /* each is compared with those before it */

/* What is mounted: a folder, and in it two files. */
struct entry_mount {
	const char *destination, *type, *source; /* source NULL: of any file */
	const char *options[5];			 /* up to the first NULL */
};

static void entry_mounts_make(struct entry_mount mounts[ENTRY_MOUNTS], const char *program,
			      const char *filter)
{
	static const struct entry_mount made[ENTRY_MOUNTS] = {
		{ENTRY_FOLDER, "tmpfs", "tmpfs", {"ro", "nosuid", "nodev", "noexec", "mode=755"}},
		{ENTRY_IN_PROGRAM, "bind", NULL, {"bind", "ro", "nosuid", "nodev"}},
		{ENTRY_IN_FILTER, "bind", NULL, {"bind", "ro", "nosuid", "nodev"}},
	};

	memcpy(mounts, made, sizeof(made));
	mounts[1].source = program;
	mounts[2].source = filter;
}

static size_t entry_mount_count_options(const struct entry_mount *mount)
{
	size_t count = 0;

	while (count < ARRAY_SIZE(mount->options) && mount->options[count])
		count++;
	return count;
}

static void entry_mount_add(struct buffer *out, const struct entry_mount *mount)
{
	CLEANUP(cleanup_json_writer)
	struct json_writer *json = json_writer_new(out, JSON_COMPACT);

	json_write_object(json, NULL);
	json_write_replaced(json, "destination", mount->destination);
	json_write_string(json, "type", mount->type);
	json_write_replaced(json, "source", mount->source);
	json_write_array(json, "options");
	for (size_t i = 0; i < entry_mount_count_options(mount); i++)
		json_write_string(json, NULL, mount->options[i]);
	json_write_end(json);
	json_write_end(json);
}

/* True for a mount as entry_mount_add() writes it. */
static bool entry_mount_is(const struct json *value, const struct entry_mount *mount)
{
	const struct json *options = json_get_present(value, "options");

	if (value->length != 4 ||
	    !json_is_text(json_get(value, "destination"), mount->destination) ||
	    !json_is_text(json_get(value, "type"), mount->type) ||
	    (mount->source && !json_is_text(json_get(value, "source"), mount->source)) ||
	    !options || options->type != JSON_ARRAY ||
	    options->length != entry_mount_count_options(mount))
		return false;
	for (size_t i = 0; i < options->length; i++)
		if (!json_is_text(options->items[i], mount->options[i]))
			return false;
	return true;
}

/* Ours must be the last: a later mount could lie over them. */
bool entry_mounts_are(const struct json *mounts, const char *program, const char *filter)
{
	struct entry_mount ours[ENTRY_MOUNTS];

	entry_mounts_make(ours, program, filter);
	if (mounts->length < ENTRY_MOUNTS)
		return false;
	for (size_t i = 0; i < ENTRY_MOUNTS; i++)
		if (!entry_mount_is(mounts->items[mounts->length - ENTRY_MOUNTS + i], &ours[i]))
			return false;
	return true;
}

/* What the mounts checked so far have made of the container. */
struct mounted {
	int root;		   /* its root file system, or -1 */
	const struct json *dev;	   /* the last one on /dev or above it, NULL if there is none */
	bool tmpfs;		   /* dev is an empty tmpfs of the container's own */
	struct root_unseen unseen; /* folders whose content others may have written */
};

static bool entry_mount_has_option(const struct json *mount, const char *word)
{
	const struct json *options = json_get_present(mount, "options");

	for (size_t i = 0; options && i < options->length; i++)
		if (json_is_text(options->items[i], word))
			return true;
	return false;
}

static bool entry_mount_is_bind(const struct json *mount)
{
	return entry_mount_has_option(mount, "bind") || entry_mount_has_option(mount, "rbind");
}

/*
 * With these options the runtimes mount another file system than the type says, or copy into it
 * what the root file system has there, links included.
 */
static bool entry_mount_is_filled(const struct json *mount)
{
	return entry_mount_is_bind(mount) || entry_mount_has_option(mount, "remount") ||
	       entry_mount_has_option(mount, "tmpcopyup");
}

/* True for file systems without links that lead out of them; proc has such (/proc/self/root). */
static bool entry_mount_is_of_kernel(const struct json *mount)
{
	static const char *const types[] = {"tmpfs",  "sysfs",	"devpts",
					    "mqueue", "cgroup", "cgroup2"};

	/* engines bind /sys of the machine if the container has the machine's network */
	if (entry_mount_is_bind(mount) && json_is_text(json_get(mount, "source"), "/sys"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (json_is_text(json_get(mount, "type"), types[i]))
			return !entry_mount_is_filled(mount);
	return false;
}

/* A file cannot be mounted on a directory, so not on /dev either. */
static bool entry_mount_is_of_file(const struct json *mount)
{
	const struct json *source = json_get(mount, "source");
	struct stat status;

	return source && source->type == JSON_STRING && source->text[0] == '/' &&
	       stat(source->text, &status) == 0 && !S_ISDIR(status.st_mode);
}

static int entry_report_no_dev(struct place place, struct findings *findings)
{
	return finding_error(findings, "entry-dev", place,
			     "mount an empty tmpfs at /dev, or set \"mode\": \"delegate\"",
			     "entrypoint mode needs a tmpfs /dev of the container's own");
}

/*
 * For a mount whose destination may lead through links of another mount, or (crun's copy-symlink)
 * that makes a link.
 */
static int entry_report_nested(const struct mounted *mounted, struct place place,
			       struct findings *findings)
{
	if (mounted->dev && !mounted->tmpfs)
		return entry_report_no_dev(mounted->dev->place, findings);
	return finding_error(
		findings, "entry-nested", place,
		"mount it elsewhere, or set \"mode\": \"delegate\"",
		"a mount lies inside another mount, where a link could lead it to /dev");
}

/* path: becomes the list's, or is freed. */
static int entry_mount_record(struct mounted *mounted, const struct json *mount, char *path,
			      bool beyond, struct findings *findings)
{
	const struct json *destination = json_get(mount, "destination");
	CLEANUP(cleanup_free) char *owned = path;

	if (root_is_below(path, ENTRY_FOLDER))
		return finding_error(
			findings, "entry-mount", destination->place, "mount it elsewhere",
			"the container has a mount of its own at %s, which entrypoint mode needs",
			ENTRY_FOLDER);
	if ((beyond && !entry_mount_is_of_file(mount)) ||
	    entry_mount_has_option(mount, "copy-symlink"))
		return entry_report_nested(mounted, destination->place, findings);
	if (root_is_below("/dev", path)) {
		mounted->dev = mount;
		mounted->tmpfs = strcmp(path, "/dev") == 0 &&
				 json_is_text(json_get(mount, "type"), "tmpfs") &&
				 !entry_mount_is_filled(mount);
	}
	if (!entry_mount_is_of_kernel(mount))
		root_unseen_add(&mounted->unseen, STEAL(owned));
	return 0;
}

static int entry_mount_check(struct mounted *mounted, const struct json *mount,
			     struct findings *findings)
{
	static const char *const keys[] = {"destination", "type",	 "source",
					   "options",	  "uidMappings", "gidMappings"};
	const size_t errors = findings->errors;
	const struct json *destination;
	bool beyond;
	char *path;

	if (!value_is(mount, JSON_OBJECT, "a mount", findings) ||
	    json_known_keys(mount, "a mount", keys, ARRAY_SIZE(keys), 0, SEVERITY_NOTE, NULL,
			    findings))
		return -1;
	(void)member_array(mount, "options", findings);
	if (findings->errors > errors)
		return -1;
	destination = member_string(mount, "destination", findings);
	if (!destination)
		return finding_error(findings, "mount", mount->place,
				     "give a path as mounts[].destination",
				     "a mount has no destination");
	path = root_path(mounted->root, destination->text, &mounted->unseen, &beyond);
	return entry_mount_record(mounted, mount, path, beyond, findings);
}

static void entry_free_mounted(struct mounted *mounted)
{
	root_unseen_free(&mounted->unseen);
}

int entry_mounts_check(const struct json *root, const struct json *mounts, size_t count,
		       int root_folder, struct findings *findings)
{
	CLEANUP(entry_free_mounted) struct mounted mounted = {.root = root_folder};

	if (count > MOUNTS_MAX)
		return finding_error(findings, "mount", mounts->place, "use fewer mounts",
				     "entrypoint mode supports at most %d mounts", MOUNTS_MAX);
	for (size_t i = 0; i < count; i++)
		if (entry_mount_check(&mounted, mounts->items[i], findings))
			return -1;
	if (mounted.tmpfs)
		return 0;
	return entry_report_no_dev(mounted.dev ? mounted.dev->place
				   : mounts    ? mounts->place
					       : root->place,
				   findings);
}

bool entry_mounts_have_folder(const struct json *mounts)
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

void entry_mounts_append(const struct json *mounts, const char *program, const char *filter,
			 struct text_edits *edits)
{
	struct entry_mount ours[ENTRY_MOUNTS];

	entry_mounts_make(ours, program, filter);
	for (size_t i = 0; i < ENTRY_MOUNTS; i++) {
		CLEANUP(buffer_free) struct buffer mount = {0};

		entry_mount_add(&mount, &ours[i]);
		text_edits_append(edits, mounts, mount.data, mount.length);
	}
}
