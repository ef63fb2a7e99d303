/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What entrypoint mode changes in config.json and process.json: process.args and mounts. Knows
 * nothing of filters.
 */
#ifndef SHIM_ENTRY_ENTRY_CONFIG_H
#define SHIM_ENTRY_ENTRY_CONFIG_H

#include "shim/entry/entry.h"

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
