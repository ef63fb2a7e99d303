/* SPDX-License-Identifier: Apache-2.0 */
/* The `process` of a config.json (runtime-spec config.md, "Process"). */
#ifndef OCI_CONFIG_PROCESS_H
#define OCI_CONFIG_PROCESS_H

#include "oci/config.h"

/*
 * Reads the object into config. all false: only the bounding set and noNewPrivileges. Adds findings
 * and goes on where it can.
 */
void process_read(struct config *config, const struct json *process, bool all,
		  struct findings *findings);

#endif
