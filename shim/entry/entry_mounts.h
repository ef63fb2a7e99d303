/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three mounts that entrypoint mode adds to a config.json: a read-only tmpfs, and in it the
 * entry program and its filter; and what the container's own mounts must not do to them.
 */
#ifndef SHIM_ENTRY_ENTRY_MOUNTS_H
#define SHIM_ENTRY_ENTRY_MOUNTS_H

#include "oci/finding.h"
#include "oci/json.h"
#include "oci/text_edit.h"

/* In the container: a folder that the runtime makes on the tmpfs /dev. */
#define ENTRY_FOLDER	 "/dev/.seccomp-shim"
#define ENTRY_IN_PROGRAM ENTRY_FOLDER "/entry"
#define ENTRY_IN_FILTER	 ENTRY_FOLDER "/filter"
#define ENTRY_MOUNTS	 3

/*
 * Checks the first `count` of the mounts (NULL: there are none) of the config.json `root`: an empty
 * tmpfs of the container's own on /dev, and no other mount of its own at ENTRY_FOLDER, or where a
 * link could lead to it. root_folder: a descriptor of its root file system; -1: its links are not
 * looked at. 0, or -1 after an error in findings.
 */
int entry_mounts_check(const struct json *root, const struct json *mounts, size_t count,
		       int root_folder, struct findings *findings) MUST_CHECK;
/* True if the last mounts are ours. program and filter: their sources on the host; NULL: any. */
bool entry_mounts_are(const struct json *mounts, const char *program, const char *filter);
/* True if something is mounted at or below ENTRY_FOLDER. mounts may be NULL. */
bool entry_mounts_have_folder(const struct json *mounts);
/* Adds ours at the end; a later mount could lie over them. */
void entry_mounts_append(const struct json *mounts, const char *program, const char *filter,
			 struct text_edits *edits);

#endif
