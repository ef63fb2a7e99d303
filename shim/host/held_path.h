/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a path means at one moment, held by descriptors, so that what is done then cannot be led
 * elsewhere by who swaps folders and links.
 */
#ifndef SHIM_HOST_HELD_PATH_H
#define SHIM_HOST_HELD_PATH_H

#include <sys/stat.h>

#include "oci/base.h"

/* A folder and a name in it. */
struct held_path {
	int folder;	    /* O_PATH */
	char *name;	    /* in it; not a link that would be followed */
	int target;	    /* O_PATH of what has the name; -1: nothing has it */
	struct stat status; /* of the target */
	int descriptor;	   /* the path is /dev/stdout, /dev/stderr or /dev/fd/N: this one, borrowed;
			      else -1, and then the folder is there */
	bool exposed;	   /* we are root, and others can change what the folder holds */
	bool foreign_link; /* the error is a link that root must not follow */
};

#define HELD_PATH_NONE ((struct held_path){.folder = -1, .target = -1, .descriptor = -1})

enum held_flag {
	HELD_MAKE_FOLDERS = 1, /* creates the folders that are missing, with mode 0755 */
	HELD_NO_LAST_LINK = 2, /* a link that the path itself names is ELOOP */
};

/*
 * Resolves path component by component; each is opened once, without following it, and a link is
 * read from its own descriptor. root: a descriptor of a folder that no link and no ".." leads out
 * of (as RESOLVE_IN_ROOT of openat2(2), which knows no owners); -1: the process's own root and
 * directory. Links of /proc that are no paths are ELOOP (proc_pid_fd(5)).
 *
 * As root (geteuid(2) says so) a link of another user is not followed where others can change the
 * folder, sticky or not: EACCES with foreign_link. root and the owner of the folder `root` are not
 * others.
 *
 * 0, or -1 with errno: ENOENT and ENOTDIR are about a folder on the way, EISDIR is a path that
 * cannot name a file. Close it either way.
 */
int held_path_open(struct held_path *held, int root, const char *path, unsigned flags) MUST_CHECK;
/* The same for a folder: a descriptor (O_PATH) that the caller closes, or -1 with errno. */
int held_path_open_folder(int root, const char *path) MUST_CHECK;
/*
 * The same for a name that stands in an open folder, without a link: what is there now. 0, or -1
 * with errno.
 */
int held_path_at(struct held_path *held, int folder, const char *name) MUST_CHECK;
/* True if the name still means the target, or still nothing. */
bool held_path_is_still(const struct held_path *held);
/* What went wrong, after an error with this errno. Static. */
const char *held_path_error(const struct held_path *held, int error);
void held_path_close(struct held_path *held);

#endif
