/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three words go in front of process.args, three mounts to the end of mounts: behind all others, so
 * that nothing is mounted over them.
 */
#include <config.h>

#include "shim/entry/entry_config.h"

#include <stdlib.h>
#include <string.h>

#include "oci/json_write.h"
#include "oci/member.h"
#include "shim/entry/entry_mounts.h"

const char *const entry_words[ENTRY_WORDS] = {ENTRY_IN_PROGRAM, ENTRY_IN_FILTER, "--"};

/* ---- args */

static bool entry_args_are_ready(const struct json *args)
{
	if (args->length <= ENTRY_WORDS)
		return false;
	for (size_t i = 0; i < ENTRY_WORDS; i++)
		if (!json_is_text(args->items[i], entry_words[i]))
			return false;
	return true;
}

static int entry_args_check(const struct json *process, struct findings *findings)
{
	const struct json *args = member_array(process, "args", findings);

	if (args && args->length > 0)
		return 0;
	return finding_error(findings, "no-command", args ? args->place : process->place,
			     "name it in process.args", "there is no command");
}

static void entry_args_prepend(const struct json *args, struct text_edits *edits)
{
	for (size_t i = 0; !entry_args_are_ready(args) && i < ENTRY_WORDS; i++) {
		CLEANUP(buffer_free) struct buffer word = {0};

		json_add_string(&word, entry_words[i], strlen(entry_words[i]));
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

/* ---- config.json */

static char *entry_filter_source(const struct entry_options *options)
{
	return mem_format("%s/%s", options->bundle, ENTRY_FILE_NAME);
}

static bool entry_mounts_are_ready(const struct json *mounts, const struct entry_options *options)
{
	CLEANUP(cleanup_free) char *source = entry_filter_source(options);

	return entry_mounts_are(mounts, options->program, source);
}

int entry_config_check(const struct json_document *document, const struct entry_options *options,
		       struct findings *findings)
{
	const struct json *root = document->root;
	const struct json *process = member_object(root, "process", findings);
	const struct json *mounts = member_array(root, "mounts", findings);
	size_t count = mounts ? mounts->length : 0;

	if (!process)
		return finding_error(findings, "no-process", root->place,
				     "add an object \"process\"", "config.json has no process");
	if (mounts && entry_mounts_are_ready(mounts, options))
		count -= ENTRY_MOUNTS;
	if (entry_args_check(process, findings))
		return -1;
	if (options->root && *options->root < 0)
		return finding_error(findings, "entry-root", member_place(root, "root"),
				     "give an existing directory",
				     "cannot open root.path, the folder of the container's files");
	return entry_mounts_check(root, mounts, count, options->root ? *options->root : -1,
				  findings);
}

/* ---- processes */

/* True for a new PID namespace; one with "path" exists already. */
static bool entry_is_new_pid_namespace(const struct json *namespace)
{
	const struct json *path = json_get_present(namespace, "path");

	return json_is_text(json_get(namespace, "type"), "pid") &&
	       (!path || json_is_text(path, ""));
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
	return finding_error(
		findings, "entry-processes", list ? list->place : document->root->place,
		"give it a PID namespace of its own, or set \"allowMountingContainers\": true",
		"the container shares its PID namespace with others: it could replace the filter "
		"that their exec loads");
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

/*
 * The sources of the mounts are not compared: what is mounted stays, even if the bundle or this
 * program was moved since. A container that has only a part of it is an error.
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
			     "restore config.json as it was when the container was created",
			     "the container has only a part of what entrypoint mode adds");
}

void entry_config_edit(const struct json_document *document, const struct entry_options *options,
		       struct text_edits *edits)
{
	const struct json *process = json_get_present(document->root, "process");
	const struct json *mounts = json_get_present(document->root, "mounts");
	CLEANUP(cleanup_free) char *source = entry_filter_source(options);

	entry_args_prepend(json_get_present(process, "args"), edits);
	if (entry_mounts_are_ready(mounts, options))
		return;
	entry_mounts_append(mounts, options->program, source, edits);
}
