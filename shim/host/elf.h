/* SPDX-License-Identifier: Apache-2.0 */
/* Which libraries an ELF program is linked with. */
#ifndef SHIM_HOST_ELF_H
#define SHIM_HOST_ELF_H

#include "oci/base.h"

/*
 * True if the dynamic loader gives the program the same library of this name (DT_NEEDED) as it gave
 * us: both need it, for the same machine, and neither names a place to search first (DT_RPATH,
 * DT_RUNPATH). False for anything else, a static program too.
 */
bool elf_needs_library(const char *path, const char *library);
/* The same for the program alone, whatever we are linked with. */
bool elf_names_library(const char *path, const char *library);
/* True for any ELF file. */
bool elf_is(const char *path);

#endif
