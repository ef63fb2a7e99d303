/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What entrypoint mode changes in config.json and process.json: process.args and mounts. Filters
 * are not looked at here.
 */
#ifndef SHIM_ENTRY_ENTRY_CONFIG_H
#define SHIM_ENTRY_ENTRY_CONFIG_H

#include "filter/rules/runtime_reading.h"
#include "oci/finding.h"
#include "oci/json.h"
#include "oci/text_edit.h"

/*
 * The filter file in the bundle: written whole, before config.json, readable by all
 * (ENTRY_FILE_MODE).
 */
#define ENTRY_FILE_NAME "seccomp-shim.filter"
#define ENTRY_FILE_MODE 0444

struct entry_options {
	const char *program; /* the entry program on the host, entry_program_path() */
	const char *bundle;  /* the bundle's absolute path */
	const int *root; /* a descriptor of the root file system, -1: cannot be opened; NULL: not
			    checked */
	const struct runtime_reading *dialect; /* how the runtime reads a section; NULL: as we do */
	bool move; /* a profile that denies the runtime's own calls is moved to the entry program */
	bool allow_mounting;		/* accept containers that can mount */
	bool require_no_new_privileges; /* refuse a container without it */
	bool ignore_unknown, allow_shadowed;
};

/* The words in front of process.args. */
#define ENTRY_WORDS 3
extern const char *const entry_words[ENTRY_WORDS];

/* True if the container's config.json has been made ready by entry_make(). */
bool entry_is_ready(const struct json_document *document, const struct entry_options *options);
/*
 * For exec: *made, whether the container was created in entrypoint mode, by any installation, from
 * any folder. 0, or -1 after an error in findings: config.json has only a part of it.
 */
int entry_is_made(const struct json_document *document, bool *made,
		  struct findings *findings) MUST_CHECK;
/*
 * Checks mounts (a tmpfs on /dev, nothing of the container's own at ENTRY_FOLDER) and args. 0, or
 * -1 after an error in findings.
 */
int entry_config_check(const struct json_document *document, const struct entry_options *options,
		       struct findings *findings) MUST_CHECK;
/*
 * Checks that the container has a PID namespace of its own. Without one another container could
 * move away by /proc/PID/root what is mounted in this one. 0, or -1 after an error in findings.
 */
int entry_processes_check(const struct json_document *document,
			  struct findings *findings) MUST_CHECK;
/* Adds the edits of a config.json that passed entry_config_check(). */
void entry_config_edit(const struct json_document *document, const struct entry_options *options,
		       struct text_edits *edits);
/* Adds the edit of process.args. 0, or -1 after an error in findings. */
int entry_args_edit(const struct json *process, struct text_edits *edits,
		    struct findings *findings) MUST_CHECK;

#endif
