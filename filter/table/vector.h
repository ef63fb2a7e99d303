/* SPDX-License-Identifier: Apache-2.0 */
/* A 32-bit value of a program on all calls at once, and what instructions make of such values. */
#ifndef FILTER_TABLE_VECTOR_H
#define FILTER_TABLE_VECTOR_H

#include "filter/table/table.h"

#define VECTOR_BITS 32

/* One boolean table for each bit, bit 0 first. */
struct vector {
	uint32_t bits[VECTOR_BITS];
};

/*
 * What the kernel's BPF_ALU operation (BPF_ADD, BPF_NEG, ...) makes of a and b: BPF_DIV of a b that
 * is nowhere zero, shifts by b's low five bits.
 */
struct vector vector_alu(struct space *space, uint16_t operation, const struct vector *a,
			 const struct vector *b);
/* Where a BPF_JMP operation (BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET) takes the jump, as a table. */
uint32_t vector_condition(struct space *space, uint16_t operation, const struct vector *a,
			  const struct vector *b);

#endif
