/* SPDX-License-Identifier: Apache-2.0 */
/* The `process` of a config.json (runtime-spec config.md, "Process"). */
#ifndef OCI_PROCESS_H
#define OCI_PROCESS_H

#include "oci/config.h"

/*
 * Reads the object into config. all false: only the bounding set and noNewPrivileges. Adds findings
 * and goes on where it can.
 */
void process_read(struct config *config, const struct json *process, bool all,
		  struct findings *findings);

/*
 * For a process.json: keys that runc would read as one of process are errors, as in process_read().
 */
void process_check_keys(const struct json *process, struct findings *findings);

#endif
