/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports a refusal to the engine that called the runtime: on stderr and in the log file of the
 * command line.
 */
#ifndef SHIM_RUNTIME_RUNTIME_LOG_H
#define SHIM_RUNTIME_RUNTIME_LOG_H

#include "oci/finding.h"
#include "shim/runtime/runtime_args.h"

/*
 * Prints the first error as one line on stderr. If the command line names a --log file, appends a
 * line to it: the JSON object of runc's log with --log-format json, else the text of logrus. Texts
 * that podman would take as another error are worded differently.
 */
void runtime_log_error(struct findings *findings, const struct runtime_args *args);

#endif
