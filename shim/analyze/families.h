/* SPDX-License-Identifier: Apache-2.0 */
/* Families of system calls, for reading: every call is in just one. */
#ifndef SHIM_ANALYZE_FAMILIES_H
#define SHIM_ANALYZE_FAMILIES_H

#include "oci/base.h"

/* The position of a call's family, below family_count(). */
size_t family_of(const char *call);
size_t family_count(void);
const char *family_title(size_t family);

#endif
