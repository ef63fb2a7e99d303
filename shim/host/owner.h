/* SPDX-License-Identifier: Apache-2.0 */
/* Whether an owner of files is root's own side of the machine. */
#ifndef SHIM_HOST_OWNER_H
#define SHIM_HOST_OWNER_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * True for the root of this user namespace. In one that does not map all uids (rootless podman's)
 * also for the overflow uid: what is the host's, its root's first of all, seems to belong to it
 * (user_namespaces(7)), and root here has no power over it.
 */
bool owner_is_root(uid_t owner);

#endif
