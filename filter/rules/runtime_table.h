/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What runc or crun would load for a profile (--as), decision for decision: libseccomp asked as
 * they ask it, and runc's own part in front. Facts are from runc, libcontainer/seccomp and
 * patchbpf, and crun, src/libcrun/seccomp.c.
 */
#ifndef FILTER_RULES_RUNTIME_TABLE_H
#define FILTER_RULES_RUNTIME_TABLE_H

#include "filter/rules/rules.h"
#include "filter/rules/runtime_reading.h"
#include "filter/table/table.h"

/*
 * The table of what the runtime loads. Returns 0, or -1 after an error in findings: the runtime
 * would refuse the profile, or libseccomp could not be asked. Rules that it drops are reported as
 * notes; as warnings if another libseccomp drops them or a hole is left.
 */
int runtime_table(struct space *space, const struct rules *rules,
		  const struct runtime_reading *reading, struct node *table,
		  struct findings *findings) MUST_CHECK;

#endif
