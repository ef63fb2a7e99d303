/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits that a config.json asks for (runtime-spec config.md, "POSIX process"; setrlimit(2),
 * proc(5)). Both return 0 or a negative errno.
 */
#ifndef SHIM_RUN_LIMITS_H
#define SHIM_RUN_LIMITS_H

#include "oci/config.h"

/* process.oomScoreAdj. A value that is set already needs no privilege. */
int limits_set_oom_score_adj(int value) MUST_CHECK;
/* One of process.rlimits. -EINVAL for a type that Linux does not have. */
int limits_set(const struct config_rlimit *limit) MUST_CHECK;

#endif
