/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups: systemd's sets of system calls (systemd.exec(5), "SystemCallFilter="), sets within sets
 * resolved. They have names of every architecture, also some that our table lacks.
 */
#ifndef FILTER_KERNEL_GROUPS_H
#define FILTER_KERNEL_GROUPS_H

#include "oci/base.h"

struct call_group {
	const char *name;	  /* "@chown" */
	const char *const *calls; /* names, sorted */
	size_t count;
};

/* The group of a name with its @, NULL if there is none. Static. */
const struct call_group *group_find(const char *name);
/* The nearest known name, for "did you mean"; NULL if none is near. */
const char *group_nearest(const char *name);

#endif
