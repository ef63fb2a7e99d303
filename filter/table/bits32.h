/* SPDX-License-Identifier: Apache-2.0 */
/* A 32-bit value of a program on all calls at once, and what instructions make of such values. */
#ifndef FILTER_TABLE_BITS32_H
#define FILTER_TABLE_BITS32_H

#include "filter/table/table.h"

#define BITS32_COUNT 32

/* One boolean table for each bit, bit 0 first. */
struct bits32 {
	struct node bits[BITS32_COUNT];
};

/*
 * What the kernel's BPF_ALU operation (BPF_ADD, BPF_NEG, ...) makes of a and b: BPF_DIV of a b that
 * is nowhere zero, shifts by b's low five bits.
 */
struct bits32 bits32_alu(struct space *space, uint16_t operation, const struct bits32 *a,
			 const struct bits32 *b);
/* Where a BPF_JMP operation (BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET) takes the jump, as a table. */
struct node bits32_condition(struct space *space, uint16_t operation, const struct bits32 *a,
			     const struct bits32 *b);

#endif
