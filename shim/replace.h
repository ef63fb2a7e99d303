/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are written whole or left as they were (F7). */
#ifndef SHIM_REPLACE_H
#define SHIM_REPLACE_H

#include <sys/stat.h>

#include "oci/finding.h"

/*
 * Makes data the content of path: a temporary file in the same folder, with the owner and mode of
 * the file that it replaces (a new one: 0666 less the umask), fsync, rename. A symbolic link's
 * target is replaced. What is there and no regular file (a device, a FIFO) is written to. 0, or -1
 * with an error in findings; path must outlive them.
 */
int replace_file(const char *path, const void *data, size_t length,
		 struct findings *findings) MUST_CHECK;

/* What replace_at() came to. */
enum replaced { REPLACED, REPLACED_NOT, REPLACED_FAILED };

/*
 * The same for a name in a held folder, as long as it is the regular file `old`, whose owner and
 * mode are kept: REPLACED_NOT, and nothing is done, if it is another by now. path: the name for
 * findings.
 */
enum replaced replace_at(int folder, const char *name, const char *path, const struct stat *old,
			 const void *data, size_t length, struct findings *findings) MUST_CHECK;
/*
 * A file of our own in a held folder, with this mode, in place of whatever has the name (a link is
 * replaced, not followed). 0, or -1 with an error in findings.
 */
int replace_own(int folder, const char *name, const char *path, mode_t mode, const void *data,
		size_t length, struct findings *findings) MUST_CHECK;
/*
 * Gives the file behind a descriptor one more name in the folder, in place of what has that name.
 * The file itself is not touched. 0, or -1 with an error in findings.
 */
int replace_with_link(int folder, const char *name, const char *path, int fd,
		      struct findings *findings) MUST_CHECK;

#endif
