/* SPDX-License-Identifier: Apache-2.0 */
/* Calculates like a circuit, bit by bit, with a table for each bit. */
#include <config.h>

#include "filter/table/bits32.h"

#include <linux/filter.h>

static struct node bits32_xor(struct space *space, struct node a, struct node b)
{
	return table_choose(space, a, table_not(space, b), b);
}

/* a + b + carry, bit by bit; *carry gets the last one. */
static struct bits32 bits32_add(struct space *space, const struct bits32 *a, const struct bits32 *b,
				struct node *carry)
{
	struct bits32 sum;

	for (int i = 0; i < BITS32_COUNT; i++) {
		struct node differ = bits32_xor(space, a->bits[i], b->bits[i]);

		sum.bits[i] = bits32_xor(space, differ, *carry);
		*carry = table_choose(space, differ, *carry, a->bits[i]);
	}
	return sum;
}

static struct bits32 bits32_complement(struct space *space, const struct bits32 *a)
{
	struct bits32 result;

	for (int i = 0; i < BITS32_COUNT; i++)
		result.bits[i] = table_not(space, a->bits[i]);
	return result;
}

/* a - b = a + ~b + 1; *not_less gets the carry: a >= b. */
static struct bits32 bits32_subtract(struct space *space, const struct bits32 *a,
				     const struct bits32 *b, struct node *not_less)
{
	struct bits32 inverse = bits32_complement(space, b);

	*not_less = TABLE_TRUE;
	return bits32_add(space, a, &inverse, not_less);
}

static struct bits32 bits32_choose(struct space *space, struct node condition,
				   const struct bits32 *then, const struct bits32 *otherwise)
{
	struct bits32 result;

	for (int i = 0; i < BITS32_COUNT; i++)
		result.bits[i] = table_choose(space, condition, then->bits[i], otherwise->bits[i]);
	return result;
}

static struct bits32 bits32_shift_by(const struct bits32 *a, int left)
{
	struct bits32 result;

	for (int i = 0; i < BITS32_COUNT; i++)
		result.bits[i] =
			i - left >= 0 && i - left < BITS32_COUNT ? a->bits[i - left] : TABLE_FALSE;
	return result;
}

/* Shifts by the low five bits of b, as the kernel does. */
static struct bits32 bits32_shift(struct space *space, const struct bits32 *a,
				  const struct bits32 *b, bool left)
{
	struct bits32 result = *a;

	for (int i = 0; i < 5; i++) {
		struct bits32 moved = bits32_shift_by(&result, left ? 1 << i : -(1 << i));

		result = bits32_choose(space, b->bits[i], &moved, &result);
	}
	return result;
}

static struct bits32 bits32_multiply(struct space *space, const struct bits32 *a,
				     const struct bits32 *b)
{
	struct bits32 result = {{TABLE_FALSE}};

	for (int i = 0; i < BITS32_COUNT; i++) {
		struct bits32 moved = bits32_shift_by(a, i), sum;
		struct node carry = TABLE_FALSE;

		if (node_same(b->bits[i], TABLE_FALSE))
			continue;
		sum = bits32_add(space, &result, &moved, &carry);
		result = bits32_choose(space, b->bits[i], &sum, &result);
	}
	return result;
}

/* Long division; b is not zero. */
static struct bits32 bits32_divide(struct space *space, const struct bits32 *a,
				   const struct bits32 *b)
{
	struct bits32 quotient = {{TABLE_FALSE}}, rest = {{TABLE_FALSE}};

	for (int i = BITS32_COUNT - 1; i >= 0; i--) {
		struct node lost = rest.bits[BITS32_COUNT - 1], fits;
		struct bits32 less;

		rest = bits32_shift_by(&rest, 1);
		rest.bits[0] = a->bits[i];
		less = bits32_subtract(space, &rest, b, &fits);
		/* A bit shifted out means that the rest is larger than any 32-bit value. */
		quotient.bits[i] = table_or(space, lost, fits);
		rest = bits32_choose(space, quotient.bits[i], &less, &rest);
	}
	return quotient;
}

static struct bits32 bits32_bitwise(struct space *space, uint16_t operation, const struct bits32 *a,
				    const struct bits32 *b)
{
	struct bits32 result;

	for (int i = 0; i < BITS32_COUNT; i++) {
		if (operation == BPF_AND)
			result.bits[i] = table_and(space, a->bits[i], b->bits[i]);
		else if (operation == BPF_OR)
			result.bits[i] = table_or(space, a->bits[i], b->bits[i]);
		else
			result.bits[i] = bits32_xor(space, a->bits[i], b->bits[i]);
	}
	return result;
}

struct bits32 bits32_alu(struct space *space, uint16_t operation, const struct bits32 *a,
			 const struct bits32 *b)
{
	static const struct bits32 zero = {{TABLE_FALSE}};
	struct node carry = TABLE_FALSE;

	switch (operation) {
	case BPF_ADD:
		return bits32_add(space, a, b, &carry);
	case BPF_SUB:
		return bits32_subtract(space, a, b, &carry);
	case BPF_NEG:
		return bits32_subtract(space, &zero, a, &carry);
	case BPF_MUL:
		return bits32_multiply(space, a, b);
	case BPF_DIV:
		return bits32_divide(space, a, b);
	case BPF_LSH:
	case BPF_RSH:
		return bits32_shift(space, a, b, operation == BPF_LSH);
	default:
		return bits32_bitwise(space, operation, a, b);
	}
}

static struct node bits32_equal(struct space *space, const struct bits32 *a, const struct bits32 *b)
{
	struct node equal = TABLE_TRUE;

	for (int i = 0; i < BITS32_COUNT; i++)
		equal = table_and(space,
				  table_not(space, bits32_xor(space, a->bits[i], b->bits[i])),
				  equal);
	return equal;
}

static struct node bits32_not_less(struct space *space, const struct bits32 *a,
				   const struct bits32 *b)
{
	struct node result = TABLE_TRUE;

	for (int i = 0; i < BITS32_COUNT; i++) {
		struct node differ = bits32_xor(space, a->bits[i], b->bits[i]);

		result = table_choose(space, differ, a->bits[i], result);
	}
	return result;
}

static struct node bits32_meet(struct space *space, const struct bits32 *a, const struct bits32 *b)
{
	struct node meet = TABLE_FALSE;

	for (int i = 0; i < BITS32_COUNT; i++)
		meet = table_or(space, table_and(space, a->bits[i], b->bits[i]), meet);
	return meet;
}

struct node bits32_condition(struct space *space, uint16_t operation, const struct bits32 *a,
			     const struct bits32 *b)
{
	switch (operation) {
	case BPF_JEQ:
		return bits32_equal(space, a, b);
	case BPF_JGE:
		return bits32_not_less(space, a, b);
	case BPF_JGT:
		return table_not(space, bits32_not_less(space, b, a));
	default: /* BPF_JSET */
		return bits32_meet(space, a, b);
	}
}
