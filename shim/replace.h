/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces files whole, or leaves them as they were. */
#ifndef SHIM_REPLACE_H
#define SHIM_REPLACE_H

#include <sys/stat.h>

#include "oci/finding.h"

/*
 * Makes data the content of path: writes a temporary file in the same folder, with the owner and
 * mode of the file that it replaces (a new one: 0666 less the umask), fsync, rename. The target of
 * a symbolic link is replaced. A device or FIFO is written to. 0, or -1 after an error in findings;
 * path must outlive them.
 */
int replace_file(const char *path, const void *data, size_t length,
		 struct findings *findings) MUST_CHECK;

/* The result of replace_at(). */
enum replaced { REPLACED, REPLACED_NOT, REPLACED_FAILED };

/*
 * The same for a name in an open folder, if it still is the regular file `old`, whose owner and
 * mode are kept; REPLACED_NOT, and nothing is done, if it is another file by now. path: the name
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

#endif
