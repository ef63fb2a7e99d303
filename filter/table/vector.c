/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic as circuits do it, bit by bit, with a table for each bit. */
#include <config.h>

#include "filter/table/vector.h"

#include <linux/filter.h>

static uint32_t table_xor(struct space *space, uint32_t a, uint32_t b)
{
	return table_choose(space, a, table_not(space, b), b);
}

/* a + b + carry, bit by bit; *carry gets the last one. */
static struct vector add_vectors(struct space *space, const struct vector *a,
				 const struct vector *b, uint32_t *carry)
{
	struct vector sum;

	for (int i = 0; i < VECTOR_BITS; i++) {
		uint32_t differ = table_xor(space, a->bits[i], b->bits[i]);

		sum.bits[i] = table_xor(space, differ, *carry);
		*carry = table_choose(space, differ, *carry, a->bits[i]);
	}
	return sum;
}

static struct vector complement(struct space *space, const struct vector *a)
{
	struct vector result;

	for (int i = 0; i < VECTOR_BITS; i++)
		result.bits[i] = table_not(space, a->bits[i]);
	return result;
}

/* a - b = a + ~b + 1; *not_less gets the carry: a >= b. */
static struct vector subtract(struct space *space, const struct vector *a, const struct vector *b,
			      uint32_t *not_less)
{
	struct vector inverse = complement(space, b);

	*not_less = TABLE_TRUE;
	return add_vectors(space, a, &inverse, not_less);
}

static struct vector choose_vector(struct space *space, uint32_t condition,
				   const struct vector *then, const struct vector *otherwise)
{
	struct vector result;

	for (int i = 0; i < VECTOR_BITS; i++)
		result.bits[i] = table_choose(space, condition, then->bits[i], otherwise->bits[i]);
	return result;
}

static struct vector shift_by(const struct vector *a, int left)
{
	struct vector result;

	for (int i = 0; i < VECTOR_BITS; i++)
		result.bits[i] =
			i - left >= 0 && i - left < VECTOR_BITS ? a->bits[i - left] : TABLE_FALSE;
	return result;
}

/* Shifts by the low five bits of b, as the kernel does. */
static struct vector shift(struct space *space, const struct vector *a, const struct vector *b,
			   bool left)
{
	struct vector result = *a;

	for (int i = 0; i < 5; i++) {
		struct vector moved = shift_by(&result, left ? 1 << i : -(1 << i));

		result = choose_vector(space, b->bits[i], &moved, &result);
	}
	return result;
}

static struct vector multiply(struct space *space, const struct vector *a, const struct vector *b)
{
	struct vector result = {{TABLE_FALSE}};

	for (int i = 0; i < VECTOR_BITS; i++) {
		struct vector moved = shift_by(a, i), sum;
		uint32_t carry = TABLE_FALSE;

		if (b->bits[i] == TABLE_FALSE)
			continue;
		sum = add_vectors(space, &result, &moved, &carry);
		result = choose_vector(space, b->bits[i], &sum, &result);
	}
	return result;
}

/* Long division; b is not zero. */
static struct vector divide(struct space *space, const struct vector *a, const struct vector *b)
{
	struct vector quotient = {{TABLE_FALSE}}, rest = {{TABLE_FALSE}};

	for (int i = VECTOR_BITS - 1; i >= 0; i--) {
		uint32_t lost = rest.bits[VECTOR_BITS - 1], fits;
		struct vector less;

		rest = shift_by(&rest, 1);
		rest.bits[0] = a->bits[i];
		less = subtract(space, &rest, b, &fits);
		/* A bit shifted out means that the rest is larger than any 32-bit value. */
		quotient.bits[i] = table_or(space, lost, fits);
		rest = choose_vector(space, quotient.bits[i], &less, &rest);
	}
	return quotient;
}

static struct vector bitwise(struct space *space, uint16_t operation, const struct vector *a,
			     const struct vector *b)
{
	struct vector result;

	for (int i = 0; i < VECTOR_BITS; i++) {
		if (operation == BPF_AND)
			result.bits[i] = table_and(space, a->bits[i], b->bits[i]);
		else if (operation == BPF_OR)
			result.bits[i] = table_or(space, a->bits[i], b->bits[i]);
		else
			result.bits[i] = table_xor(space, a->bits[i], b->bits[i]);
	}
	return result;
}

struct vector vector_alu(struct space *space, uint16_t operation, const struct vector *a,
			 const struct vector *b)
{
	static const struct vector zero = {{TABLE_FALSE}};
	uint32_t carry = TABLE_FALSE;

	switch (operation) {
	case BPF_ADD:
		return add_vectors(space, a, b, &carry);
	case BPF_SUB:
		return subtract(space, a, b, &carry);
	case BPF_NEG:
		return subtract(space, &zero, a, &carry);
	case BPF_MUL:
		return multiply(space, a, b);
	case BPF_DIV:
		return divide(space, a, b);
	case BPF_LSH:
	case BPF_RSH:
		return shift(space, a, b, operation == BPF_LSH);
	default:
		return bitwise(space, operation, a, b);
	}
}

static uint32_t vectors_equal(struct space *space, const struct vector *a, const struct vector *b)
{
	uint32_t equal = TABLE_TRUE;

	for (int i = 0; i < VECTOR_BITS; i++)
		equal = table_and(space, table_not(space, table_xor(space, a->bits[i], b->bits[i])),
				  equal);
	return equal;
}

static uint32_t vectors_not_less(struct space *space, const struct vector *a,
				 const struct vector *b)
{
	uint32_t result = TABLE_TRUE;

	for (int i = 0; i < VECTOR_BITS; i++) {
		uint32_t differ = table_xor(space, a->bits[i], b->bits[i]);

		result = table_choose(space, differ, a->bits[i], result);
	}
	return result;
}

static uint32_t vectors_meet(struct space *space, const struct vector *a, const struct vector *b)
{
	uint32_t meet = TABLE_FALSE;

	for (int i = 0; i < VECTOR_BITS; i++)
		meet = table_or(space, table_and(space, a->bits[i], b->bits[i]), meet);
	return meet;
}

uint32_t vector_condition(struct space *space, uint16_t operation, const struct vector *a,
			  const struct vector *b)
{
	switch (operation) {
	case BPF_JEQ:
		return vectors_equal(space, a, b);
	case BPF_JGE:
		return vectors_not_less(space, a, b);
	case BPF_JGT:
		return table_not(space, vectors_not_less(space, b, a));
	default: /* BPF_JSET */
		return vectors_meet(space, a, b);
	}
}
