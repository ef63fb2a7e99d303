/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a short program for a decision table: architecture and number first, by balanced ranges,
 * arguments last, so that the kernel can answer from its bitmap whatever is allowed without looking
 * at an argument (kernel/seccomp.c, seccomp_is_const_allow); no shift, scratch memory, X register
 * or RET A.
 */
#ifndef FILTER_TABLE_EMIT_H
#define FILTER_TABLE_EMIT_H

#include "filter/program/program.h"
#include "filter/table/chains.h"
#include "filter/table/table.h"

/*
 * Writes the program for a table of outcomes. Returns 0, or -1 if it would need more than
 * PROGRAM_LENGTH_MAX instructions. The caller reads the program back and compares.
 * chains (may be NULL): other ways to decide some of its nodes, taken where they are shorter.
 */
int emit_program(const struct space *space, struct node table, const struct chains *chains,
		 bool big_endian, struct program *program) MUST_CHECK;

#endif
