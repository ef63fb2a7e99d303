/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces files whole, or leaves them as they were. */
#ifndef SHIM_REPLACE_H
#define SHIM_REPLACE_H

#include <sys/stat.h>

#include "oci/finding.h"

/*
 * Makes data the content of path: writes a temporary file in the same folder, with the owner and
 * mode of the file that it replaces (a new one: 0666 less the umask), fsync, rename. The path is
 * resolved once, as shim/host/held_path.h says, and the folder held; if the name means something
 * else right before the rename, it is resolved again. The target of a symbolic link is replaced. A
 * device or FIFO, which was looked at before, and an inherited descriptor (/dev/stdout) are written
 * to. Bits for set-user-ID, set-group-ID and sticky are not kept.
 *
 * As root (geteuid(2)) the new file is root's if the old one is not, with no more permission than
 * that had and the umask gives, and none for others to write; a FIFO or device of another user, in
 * a folder that others can write, is an error.
 *
 * 0, or -1 after an error in findings; path must outlive them.
 */
int replace_file(const char *path, const void *data, size_t length,
		 struct findings *findings) MUST_CHECK;

/* The result of replace_at(). */
enum replaced { REPLACED, REPLACED_NOT, REPLACED_FAILED };

/*
 * The same for a name in an open folder, if it still is the regular file `old` (NULL: if there
 * still is none); REPLACED_NOT, and nothing is done, if it is another file by now. path: the name
 * for findings.
 */
enum replaced replace_at(int folder, const char *name, const char *path, const struct stat *old,
			 const void *data, size_t length, struct findings *findings) MUST_CHECK;
/*
 * Writes a file of our own with this mode into an open folder, in place of whatever has the name (a
 * link is replaced, not followed). 0, or -1 after an error in findings.
 */
int replace_own(int folder, const char *name, const char *path, mode_t mode, const void *data,
		size_t length, struct findings *findings) MUST_CHECK;
/*
 * Gives the file behind a descriptor one more name in an open folder, in place of what has that
 * name. The file itself is not changed. 0, or -1 after an error in findings.
 */
int replace_with_link(int folder, const char *name, const char *path, int fd,
		      struct findings *findings) MUST_CHECK;
/*
 * Opens a log to append to it, without blocking, and makes it with this mode if there is none.
 * follow: its name may be a link. As root a file of another user, or one with several names, is
 * refused where others can write the folder. A descriptor that the caller closes, or -1 with errno
 * and *fault, a static text.
 */
int replace_open_log(const char *path, mode_t mode, bool follow, const char **fault) MUST_CHECK;

#endif
