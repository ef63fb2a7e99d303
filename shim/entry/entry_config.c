/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.args gets three words in front, mounts three entries at the end, so that nothing of the
 * container's own is mounted over them. Every part of the path of the entry program is where
 * something is mounted, so that nobody in the container can rename it and put another in its place;
 * so /dev must be no symbolic link.
 */
#include <config.h>

#include "shim/entry/entry_config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "oci/member.h"
#include "oci/print.h"
#include "shim/entry/root_path.h"

#define IN_PROGRAM ENTRY_FOLDER "/entry"
#define IN_FILTER  ENTRY_FOLDER "/filter"
#define MOUNTS_MAX 1024 /* each is compared with those before it */

const char *const entry_words[ENTRY_WORDS] = {IN_PROGRAM, IN_FILTER, "--"};

/* What is mounted: a folder, and in it two files. */
struct entry_mount {
	const char *destination, *type, *source; /* source NULL: of whatever file */
	const char *options[5];			 /* up to the first NULL */
};
#define MOUNTS 3

/* ---- args */

static bool entry_is_text(const struct json *value, const char *text)
{
	return value && value->type == JSON_STRING && strcmp(value->text, text) == 0;
}

static bool entry_args_are_ready(const struct json *args)
{
	if (args->length <= ENTRY_WORDS)
		return false;
	for (size_t i = 0; i < ENTRY_WORDS; i++)
		if (!entry_is_text(args->items[i], entry_words[i]))
			return false;
	return true;
}

static void entry_add_string(struct buffer *out, const char *text)
{
	json_add_string(out, text, strlen(text));
}

static int entry_args_check(const struct json *process, struct findings *findings)
{
	const struct json *args = member_array(process, "args", findings);

	if (args && args->length > 0)
		return 0;
	return finding_error(findings, "no-command", args ? args->place : process->place,
			     "process.args names it", "there is no command");
}

static void entry_args_prepend(const struct json *args, struct text_edits *edits)
{
	for (size_t i = 0; !entry_args_are_ready(args) && i < ENTRY_WORDS; i++) {
		CLEANUP(buffer_free) struct buffer word = {0};

		entry_add_string(&word, entry_words[i]);
		text_edits_prepend(edits, args, word.data, word.length);
	}
}

int entry_args_edit(const struct json *process, struct text_edits *edits, struct findings *findings)
{
	if (entry_args_check(process, findings))
		return -1;
	entry_args_prepend(json_get_present(process, "args"), edits);
	return 0;
}

/* ---- mounts */

static char *entry_filter_source(const struct entry_options *options)
{
	return mem_format("%s/%s", options->bundle, ENTRY_FILE_NAME);
}

static void entry_mounts_make(struct entry_mount mounts[MOUNTS], const char *program,
			      const char *filter)
{
	static const struct entry_mount made[MOUNTS] = {
		{ENTRY_FOLDER, "tmpfs", "tmpfs", {"ro", "nosuid", "nodev", "noexec", "mode=755"}},
		{IN_PROGRAM, "bind", NULL, {"bind", "ro", "nosuid", "nodev"}},
		{IN_FILTER, "bind", NULL, {"bind", "ro", "nosuid", "nodev"}},
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
	buffer_add_text(out, "{\"destination\":");
	entry_add_string(out, mount->destination);
	buffer_addf(out, ",\"type\":\"%s\",\"source\":", mount->type);
	entry_add_string(out, mount->source);
	for (size_t i = 0; i < entry_mount_count_options(mount); i++)
		buffer_addf(out, "%s\"%s\"", i == 0 ? ",\"options\":[" : ",", mount->options[i]);
	buffer_add_text(out, "]}");
}

/* As add_mount() writes it. */
static bool entry_mount_is(const struct json *value, const struct entry_mount *mount)
{
	const struct json *options = json_get_present(value, "options");

	if (value->length != 4 ||
	    !entry_is_text(json_get(value, "destination"), mount->destination) ||
	    !entry_is_text(json_get(value, "type"), mount->type) ||
	    (mount->source && !entry_is_text(json_get(value, "source"), mount->source)) ||
	    !options || options->type != JSON_ARRAY ||
	    options->length != entry_mount_count_options(mount))
		return false;
	for (size_t i = 0; i < options->length; i++)
		if (!entry_is_text(options->items[i], mount->options[i]))
			return false;
	return true;
}

/* Ours are the last: what came after them could lie over them. */
static bool entry_mounts_are(const struct json *mounts, const char *program, const char *filter)
{
	struct entry_mount ours[MOUNTS];

	entry_mounts_make(ours, program, filter);
	if (mounts->length < MOUNTS)
		return false;
	for (size_t i = 0; i < MOUNTS; i++)
		if (!entry_mount_is(mounts->items[mounts->length - MOUNTS + i], &ours[i]))
			return false;
	return true;
}

static bool entry_mounts_are_ready(const struct json *mounts, const struct entry_options *options)
{
	CLEANUP(cleanup_free) char *source = entry_filter_source(options);

	return entry_mounts_are(mounts, options->program, source);
}

/* What the mounts that are looked at so far have made of the container. */
struct mounted {
	int root;		   /* its root file system, or -1 */
	const struct json *dev;	   /* the last one on /dev or above it, NULL if there is none */
	bool tmpfs;		   /* that one is an empty tmpfs of the container's own */
	struct root_unseen unseen; /* with what others may have written */
};

static bool entry_mount_has_option(const struct json *mount, const char *word)
{
	const struct json *options = json_get_present(mount, "options");

	for (size_t i = 0; options && i < options->length; i++)
		if (entry_is_text(options->items[i], word))
			return true;
	return false;
}

static bool entry_mount_is_bind(const struct json *mount)
{
	return entry_mount_has_option(mount, "bind") || entry_mount_has_option(mount, "rbind");
}

/*
 * With these the runtimes do not mount a file system of the type that is written, or put into it
 * what the root file system has there: links too.
 */
static bool entry_mount_is_filled(const struct json *mount)
{
	return entry_mount_is_bind(mount) || entry_mount_has_option(mount, "remount") ||
	       entry_mount_has_option(mount, "tmpcopyup");
}

/* There are no links in it, or none that lead out of it: proc has some (/proc/self/root). */
static bool entry_mount_is_of_kernel(const struct json *mount)
{
	static const char *const types[] = {"tmpfs",  "sysfs",	"devpts",
					    "mqueue", "cgroup", "cgroup2"};

	/* engines bind the machine's own where the container has the machine's network */
	if (entry_mount_is_bind(mount) && entry_is_text(json_get(mount, "source"), "/sys"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (entry_is_text(json_get(mount, "type"), types[i]))
			return !entry_mount_is_filled(mount);
	return false;
}

/* What is no directory cannot be mounted on one. */
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
			     "an empty mount of type tmpfs at /dev, or \"mode\": \"delegate\"",
			     "entrypoint mode needs a tmpfs /dev of the container's own");
}

/* A mount where nobody can tell what a path leads to, or (crun's copy-symlink) that makes one such.
 */
static int entry_report_nested(const struct mounted *mounted, struct place place,
			       struct findings *findings)
{
	if (mounted->dev && !mounted->tmpfs)
		return entry_report_no_dev(mounted->dev->place, findings);
	return finding_error(findings, "entry-nested", place,
			     "another place, or \"mode\": \"delegate\"",
			     "a mount is in what another mount brings, where a link could lead it "
			     "to /dev");
}

/* path: becomes the list's, or is freed. */
static int entry_mount_record(struct mounted *mounted, const struct json *mount, char *path,
			      bool beyond, struct findings *findings)
{
	const struct json *destination = json_get(mount, "destination");
	CLEANUP(cleanup_free) char *owned = path;

	if (root_is_below(path, ENTRY_FOLDER))
		return finding_error(
			findings, "entry-mount", destination->place, "another place",
			"a mount of the container's own is at %s, which entrypoint mode needs",
			ENTRY_FOLDER);
	if ((beyond && !entry_mount_is_of_file(mount)) ||
	    entry_mount_has_option(mount, "copy-symlink"))
		return entry_report_nested(mounted, destination->place, findings);
	if (root_is_below("/dev", path)) {
		mounted->dev = mount;
		mounted->tmpfs = strcmp(path, "/dev") == 0 &&
				 entry_is_text(json_get(mount, "type"), "tmpfs") &&
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
				     "mounts[].destination is a path",
				     "a mount has no destination");
	path = root_path(mounted->root, destination->text, &mounted->unseen, &beyond);
	return entry_mount_record(mounted, mount, path, beyond, findings);
}

static void entry_free_mounted(struct mounted *mounted)
{
	root_unseen_free(&mounted->unseen);
}

static int entry_mounts_check(const struct json *root, const struct json *mounts, size_t count,
			      int root_folder, struct findings *findings)
{
	CLEANUP(entry_free_mounted) struct mounted mounted = {.root = root_folder};

	if (count > MOUNTS_MAX)
		return finding_error(findings, "mount", mounts->place, "fewer mounts",
				     "entrypoint mode takes at most %d mounts", MOUNTS_MAX);
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
	if (mounts && entry_mounts_are_ready(mounts, options))
		count -= MOUNTS;
	if (entry_args_check(process, findings))
		return -1;
	if (options->root && *options->root < 0)
		return finding_error(
			findings, "entry-root", member_place(root, "root"), "an existing directory",
			"root.path, where the container's files are, cannot be opened");
	return entry_mounts_check(root, mounts, count, options->root ? *options->root : -1,
				  findings);
}

/* ---- processes */

/* A new one: "path" names one that is there already. */
static bool entry_is_new_pid_namespace(const struct json *namespace)
{
	const struct json *path = json_get_present(namespace, "path");

	return entry_is_text(json_get(namespace, "type"), "pid") &&
	       (!path || entry_is_text(path, ""));
}

int entry_processes_check(const struct json_document *document, struct findings *findings)
{
	static const char *const keys[] = {"type", "path"};
	const struct json *object = member_object(document->root, "linux", findings);
	const struct json *list = object ? member_array(object, "namespaces", findings) : NULL;
	const size_t errors = findings->errors;
	bool own = false;

	for (size_t i = 0; list && i < list->length; i++) {
		if (value_is(list->items[i], JSON_OBJECT, "a namespace", findings))
			(void)json_known_keys(list->items[i], "a namespace", keys, ARRAY_SIZE(keys),
					      0, SEVERITY_NOTE, NULL, findings);
		own |= entry_is_new_pid_namespace(list->items[i]);
	}
	if (findings->errors > errors)
		return -1;
	if (own)
		return 0;
	return finding_error(findings, "entry-processes",
			     list ? list->place : document->root->place,
			     "a PID namespace of its own, or \"allowMountingContainers\": true",
			     "the container shares its processes with others: it could put another "
			     "filter in the place of the one that exec of theirs is to load");
}

static bool entry_args_begin(const struct json *root)
{
	const struct json *process = json_get_present(root, "process");
	const struct json *args =
		process && process->type == JSON_OBJECT ? json_get_present(process, "args") : NULL;

	return args && args->type == JSON_ARRAY && entry_args_are_ready(args);
}

bool entry_is_ready(const struct json_document *document, const struct entry_options *options)
{
	const struct json *mounts = json_get_present(document->root, "mounts");

	return mounts && mounts->type == JSON_ARRAY && entry_mounts_are_ready(mounts, options) &&
	       entry_args_begin(document->root);
}

static bool entry_mounts_have_folder(const struct json *mounts)
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
	bool begins = entry_args_begin(document->root);

	if (findings->errors > errors)
		return -1;
	*made = begins && mounts && entry_mounts_are(mounts, NULL, NULL);
	if (*made || (!begins && !entry_mounts_have_folder(mounts)))
		return 0;
	return finding_error(findings, "entry-altered", document->root->place,
			     "config.json as it was when the container was created",
			     "the container has only a part of what entrypoint mode gives it");
}

void entry_config_edit(const struct json_document *document, const struct entry_options *options,
		       struct text_edits *edits)
{
	const struct json *process = json_get_present(document->root, "process");
	const struct json *mounts = json_get_present(document->root, "mounts");
	CLEANUP(cleanup_free) char *source = entry_filter_source(options);
	struct entry_mount ours[MOUNTS];

	entry_args_prepend(json_get_present(process, "args"), edits);
	if (entry_mounts_are_ready(mounts, options))
		return;
	entry_mounts_make(ours, options->program, source);
	for (size_t i = 0; i < MOUNTS; i++) {
		CLEANUP(buffer_free) struct buffer mount = {0};

		entry_mount_add(&mount, &ours[i]);
		text_edits_append(edits, mounts, mount.data, mount.length);
	}
}
