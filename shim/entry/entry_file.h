/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The filter file of the entry program (shim/entry/entry_format.h), made and read back on the host.
 */
#ifndef SHIM_ENTRY_ENTRY_FILE_H
#define SHIM_ENTRY_ENTRY_FILE_H

#include "filter/program/program.h"
#include "oci/base.h"

struct entry_file {
	struct program program; /* owned after entry_file_read() */
	unsigned flags;		/* SECCOMP_FILTER_FLAG_* */
	bool can_report;	/* the filter lets write and exit_group pass */
	bool moved;		/* it holds a profile that was moved out of linux.seccomp */
};

void entry_file_make(const struct entry_file *file, struct buffer *out);
/*
 * Reads a filter file. False if it is damaged or of another version or machine; then nothing is to
 * be freed.
 */
bool entry_file_read(const struct buffer *text, struct entry_file *file);

#endif
