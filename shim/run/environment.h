/* SPDX-License-Identifier: Apache-2.0 */
/* The command's environment: a base and the --env options on top of it. */
#ifndef SHIM_RUN_ENVIRONMENT_H
#define SHIM_RUN_ENVIRONMENT_H

#include "oci/finding.h"
#include "shim/options.h"

/*
 * base with each of changes applied in order: K=V sets, K alone takes the caller's K, or removes it
 * where the caller has none (docker-run(1)). Returns a NULL-terminated array that the caller frees;
 * its strings are those of base, the options and the caller's environment. NULL after an error in
 * findings.
 */
char **environment_make(char *const *base, const struct option_list *changes,
			struct findings *findings) MUST_CHECK;

#endif
