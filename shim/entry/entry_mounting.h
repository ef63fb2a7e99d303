/* SPDX-License-Identifier: Apache-2.0 */
/* Checks whether a container can mount, and so replace the filter that later execs load. */
#ifndef SHIM_ENTRY_ENTRY_MOUNTING_H
#define SHIM_ENTRY_ENTRY_MOUNTING_H

#include "filter/table/table.h"
#include "oci/finding.h"

/*
 * table: of all filters that the container will have, stacked; TABLE_FULL if it is too large.
 * capabilities: those of the process. 0, or -1 after an error in findings if the container can
 * mount; it gets a note if it can mount only in a user namespace of its own.
 */
int entry_mounting_check(struct space *space, struct node table, uint64_t capabilities,
			 struct place place, struct findings *findings) MUST_CHECK;

#endif
