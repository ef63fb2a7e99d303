/* SPDX-License-Identifier: Apache-2.0 */
/* How a refusal reaches the engine that called the runtime: its log file, and stderr. */
#ifndef SHIM_RUNTIME_RUNTIME_LOG_H
#define SHIM_RUNTIME_RUNTIME_LOG_H

#include "oci/finding.h"
#include "shim/runtime/runtime_args.h"

/*
 * Tells the first error: one line on stderr, and where the command line names a --log file, one
 * line more in that: the JSON object of runc's log with --log-format json, else logrus' text.
 * Texts from which podman would guess another error are worded in another way.
 */
void runtime_log_error(struct findings *findings, const struct runtime_args *args);

#endif
