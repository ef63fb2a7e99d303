/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What entrypoint mode changes in config.json and process.json: process.args and mounts. Knows
 * nothing of filters.
 */
#ifndef SHIM_ENTRY_ENTRY_CONFIG_H
#define SHIM_ENTRY_ENTRY_CONFIG_H

#include "filter/rules/runtime_reading.h"
#include "oci/finding.h"
#include "oci/json.h"
#include "oci/text_edit.h"

/* In the bundle: written whole, readable by all (ENTRY_FILE_MODE), before config.json. */
#define ENTRY_FILE_NAME "seccomp-shim.filter"
#define ENTRY_FILE_MODE 0444

struct entry_options {
	const char *program; /* the entry program on the host, entry_program_path() */
	const char *bundle;  /* the bundle's absolute path */
	const int *root; /* a descriptor of the root file system, -1 if it cannot be opened; NULL:
			    it is not looked at */
	const struct runtime_reading
		*dialect;		/* of the runtime; NULL: our own reading stands in for it */
	bool move;			/* a profile without the runtime's own calls is moved */
	bool allow_mounting;		/* the container may mount, and so get around it */
	bool require_no_new_privileges; /* refuse a container without it, instead of setting it */
	bool ignore_unknown, allow_shadowed;
};

/* What stands in front of process.args. */
#define ENTRY_WORDS 3
extern const char *const entry_words[ENTRY_WORDS];

/* True if the container's config.json has been made ready by entry_make(). */
bool entry_is_ready(const struct json_document *document, const struct entry_options *options);
/* exec: *made, whether the container was created so, by whatever installation, from whatever
 * folder. -1 after an error: config.json has a part of it. */
int entry_is_made(const struct json_document *document, bool *made,
		  struct findings *findings) MUST_CHECK;
/* What is wrong with the mounts (no tmpfs /dev, somebody else's at ENTRY_FOLDER) and args; -1 after
 * an error. */
int entry_config_check(const struct json_document *document, const struct entry_options *options,
		       struct findings *findings) MUST_CHECK;
/*
 * -1 after an error where the container has no PID namespace of its own: by /proc/PID/root one
 * container can move away what is mounted in another, which the kernel forbids only there.
 */
int entry_processes_check(const struct json_document *document,
			  struct findings *findings) MUST_CHECK;
/* The edits of a config.json that entry_config_check() has let pass. */
void entry_config_edit(const struct json_document *document, const struct entry_options *options,
		       struct text_edits *edits);
/* args: of process; -1 after an error. */
int entry_args_edit(const struct json *process, struct text_edits *edits,
		    struct findings *findings) MUST_CHECK;

#endif
