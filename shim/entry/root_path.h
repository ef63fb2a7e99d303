/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves paths in a container's root file system, before anything is mounted there. */
#ifndef SHIM_ENTRY_ROOT_PATH_H
#define SHIM_ENTRY_ROOT_PATH_H

#include "oci/base.h"

/* Folders, as root_path() returns them, on which something is mounted whose links are not known. */
struct root_unseen {
	char **folders;
	size_t count, capacity;
	unsigned steps; /* of all paths together */
};

/* True for the folder and all in it. */
bool root_is_below(const char *path, const char *folder);
/* The list becomes the owner of folder. */
void root_unseen_add(struct root_unseen *unseen, char *folder);
void root_unseen_free(struct root_unseen *unseen);

/*
 * The absolute path that a path means in the container, without `.`, `..` and symbolic links,
 * whether it exists or not; owned by the caller. root: a descriptor of the root file system; -1:
 * its links are not looked at. After 40 links the rest stays as written, because such a path cannot
 * be opened. unseen may be NULL. *beyond: the path leads into an unseen folder, where links are not
 * known, or needs too many steps and was cut.
 */
char *root_path(int root, const char *path, struct root_unseen *unseen, bool *beyond) MUST_CHECK;

#endif
