/* SPDX-License-Identifier: Apache-2.0 */
/* Paths in a container's root file system, before anything is mounted there. */
#ifndef SHIM_ENTRY_ROOT_PATH_H
#define SHIM_ENTRY_ROOT_PATH_H

#include "oci/base.h"

/* Folders, as root_path() gives them, on which something is mounted whose links are not known. */
struct root_unseen {
	char **folders;
	size_t count, capacity;
	unsigned steps; /* that all paths together have taken */
};

/* True for the folder and all in it. */
bool root_is_below(const char *path, const char *folder);
/* folder: becomes the list's. */
void root_unseen_add(struct root_unseen *unseen, char *folder);
void root_unseen_free(struct root_unseen *unseen);

/*
 * The path from the root that a path means in the container, without `.`, `..` and symbolic links,
 * whether it exists or not; owned by the caller. root: a descriptor of the root file system; -1:
 * its links are not looked at. After too many links the rest stays as it is: nobody can open it.
 * unseen: may be NULL; *beyond: the way leads into one of them, where it may be another, or it
 * takes more steps than anybody's: the path ends there.
 */
char *root_path(int root, const char *path, struct root_unseen *unseen, bool *beyond) MUST_CHECK;

#endif
