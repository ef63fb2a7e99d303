/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a container can mount, and so get around the filter that the entry program loads. */
#ifndef SHIM_ENTRY_ENTRY_MOUNTING_H
#define SHIM_ENTRY_ENTRY_MOUNTING_H

#include "filter/table/table.h"
#include "oci/finding.h"

/*
 * table: of all filters that the container will be under, TABLE_FULL if it could not be made.
 * capabilities: of the process that is to be confined. -1 after an error in findings if it can
 * mount as it is; a note if it can make a user namespace for it.
 */
int entry_mounting_check(struct space *space, struct node table, uint64_t capabilities,
			 struct place place, struct findings *findings) MUST_CHECK;

#endif
