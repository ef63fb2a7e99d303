/* SPDX-License-Identifier: Apache-2.0 */
/* Which runc or crun is installed: what it says of itself. */
#ifndef SHIM_RUNTIME_VERSION_H
#define SHIM_RUNTIME_VERSION_H

/*
 * Asks NAME --version of the program in the system's folders (never the caller's PATH).
 * RUNTIME_VERSION() of filter/dialect.h, or 0 if there is none or its answer is not understood.
 */
unsigned runtime_version(const char *name);

#endif
