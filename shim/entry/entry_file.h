/* SPDX-License-Identifier: Apache-2.0 */
/* The filter file of the entry program (shim/entry/entry_format.h), made and read back on the host.
 */
#ifndef SHIM_ENTRY_ENTRY_FILE_H
#define SHIM_ENTRY_ENTRY_FILE_H

#include "filter/program/program.h"
#include "oci/base.h"

struct entry_file {
	struct program program; /* owned after reading */
	unsigned flags;		/* SECCOMP_FILTER_FLAG_* */
	bool can_tell;		/* F1 */
	bool moved; /* it holds a profile that was linux.seccomp, and is there no more */
};

void entry_file_make(const struct entry_file *file, struct buffer *out);
/* Reads it back. False if it is none. */
bool entry_file_read(const struct buffer *text, struct entry_file *file);

#endif
