/* SPDX-License-Identifier: Apache-2.0 */
/* FILTER arguments: a PROFILE, bpf:FILE or pid:N, each read into a decision table. */
#ifndef SHIM_INPUT_FILTER_OPERAND_H
#define SHIM_INPUT_FILTER_OPERAND_H

#include "filter/rules/filter.h"
#include "filter/rules/rules.h"
#include "filter/table/table.h"
#include "shim/input/source.h"
#include "shim/input/target.h"

enum filter_operand_kind { OPERAND_PROFILE, OPERAND_PROGRAM, OPERAND_PROCESS };

/* A FILTER with everything that its table was made from. All zero is an empty one. */
struct filter_operand {
	const char *name; /* as given */
	enum filter_operand_kind kind;
	struct input input;		/* OPERAND_PROFILE; of OPERAND_PROGRAM the source alone */
	struct resolved *resolved;	/* NULL where nothing is confined */
	struct runtime_reading reading; /* how the profile was read, and how leniently */
	struct leniency leniency;
	struct rules *rules;	/* NULL without rules: bpf:, pid:, unconfined */
	struct program program; /* bpf:, and pid: of a process with just one filter */
	struct program *stack;	/* pid: of one with several: all of them, the oldest first */
	size_t program_count;	/* how many programs the table was made from */
	struct node table;	/* in the caller's space */
};

struct filter_operand_options {
	struct input_options input;
	const struct target_options *target; /* for profiles */
	struct leniency leniency;
};

/* True for bpf:FILE and pid:N: programs, whose rules are not known. */
bool filter_operand_is_program(const char *argument);
/*
 * Reads a FILTER into the space. What confines nothing (`unconfined`, a config.json without a
 * section, a process without a filter) allows every call. argument must outlive the operand, and
 * the operand the findings. 0, or -1 after an error in findings; free it either way.
 */
int filter_operand_open(struct filter_operand *operand, struct space *space, const char *argument,
			const struct filter_operand_options *options,
			struct findings *findings) MUST_CHECK;
/* Frees all but the table, which is the space's. */
void filter_operand_free(struct filter_operand *operand);

#endif
