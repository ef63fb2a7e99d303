/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What check finds out about a file, and the forms in which it is printed, each in a file of its
 * name.
 */
#ifndef SHIM_ANALYZE_CHECK_H
#define SHIM_ANALYZE_CHECK_H

#include "shim/input/source.h"

/* One operand, and what is known of it. */
struct check_file {
	struct input input;
	struct findings findings;
	size_t instructions; /* 0: nothing was built */
};

/* The file as a whole. */
struct place check_file_place(const struct check_file *file);

/* Findings and counts of one file, as lines on standard output. */
void check_print_text(struct check_file *file);
/* The object of --json for all files; their findings move into it. */
void check_print_json(struct check_file *files, size_t count);

#endif
