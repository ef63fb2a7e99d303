/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the decision table of a cBPF program: exact, for every program that the kernel accepts,
 * within the bounds of a space.
 */
#ifndef FILTER_TABLE_TABLE_PROGRAM_H
#define FILTER_TABLE_TABLE_PROGRAM_H

#include "filter/program/program.h"
#include "filter/table/table.h"

/*
 * Reads a program that program_check() has passed. The result is a table of outcomes in normal
 * form, or TABLE_FULL if a bound was reached.
 */
struct node table_from_program(struct space *space, const struct program *program);

#endif
