/* SPDX-License-Identifier: Apache-2.0 */
/* Where the entry program of entrypoint mode is on the host. */
#ifndef SHIM_ENTRY_ENTRY_PATH_H
#define SHIM_ENTRY_ENTRY_PATH_H

#include "oci/finding.h"

/*
 * The path of the entry program, owned by the caller: the installed one; or, if this program was
 * not installed, the one beside it in the build folder. NULL after an error in findings.
 */
char *entry_program_path(struct findings *findings) MUST_CHECK;

#endif
