/* SPDX-License-Identifier: Apache-2.0 */
/* Paths in a container's root file system, before anything is mounted there. */
#ifndef SHIM_ROOT_PATH_H
#define SHIM_ROOT_PATH_H

#include "oci/base.h"

/*
 * The path from the root that a path means in the container, without `.`, `..` and symbolic links,
 * whether it exists or not; owned by the caller. root: a descriptor of the root file system; -1:
 * its links are not looked at. After too many links the rest stays as it is: nobody can open it.
 */
char *root_path(int root, const char *path) MUST_CHECK;

#endif
