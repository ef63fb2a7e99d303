/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are written whole or left as they were (F7). */
#ifndef SHIM_REPLACE_H
#define SHIM_REPLACE_H

#include "oci/finding.h"

/*
 * Makes data the content of path: a temporary file in the same folder, with the owner and mode of
 * the file that it replaces (a new one: 0666 less the umask), fsync, rename. A symbolic link's
 * target is replaced. What is there and no regular file (a device, a FIFO) is written to. 0, or -1
 * with an error in findings; path must outlive them.
 */
int replace_file(const char *path, const void *data, size_t length,
		 struct findings *findings) MUST_CHECK;

#endif
