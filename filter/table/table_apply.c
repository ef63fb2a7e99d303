/* SPDX-License-Identifier: Apache-2.0 */
/* A walk over two tables side by side, each pair of nodes once. */
#include <config.h>

#include "filter/table/table_apply.h"

#include <stdlib.h>

#include "filter/kernel/action.h"

struct pair {
	uint32_t a, b; /* a + 1: 0 for an empty entry */
	uint32_t result;
};

struct apply {
	struct space *space;
	outcome_function *function;
	void *context;
	struct pair *pairs; /* open addressing */
	size_t count, capacity;
};

static struct pair *pair_slot(const struct apply *apply, uint32_t a, uint32_t b)
{
	uint64_t hash = (a * UINT64_C(0x9e3779b97f4a7c15) ^ b) * UINT64_C(0xbf58476d1ce4e5b9);
	size_t at = (size_t)(hash >> 32) & (apply->capacity - 1);

	while (apply->pairs[at].a != 0 && (apply->pairs[at].a != a + 1 || apply->pairs[at].b != b))
		at = (at + 1) & (apply->capacity - 1);
	return &apply->pairs[at];
}

static void pairs_grow(struct apply *apply)
{
	CLEANUP(cleanup_free) struct pair *old = apply->pairs;
	size_t old_capacity = apply->capacity;

	apply->capacity = old_capacity == 0 ? 256 : old_capacity * 2;
	apply->pairs = mem_zero(apply->capacity, sizeof(*apply->pairs));
	for (size_t i = 0; i < old_capacity; i++)
		if (old[i].a != 0)
			*pair_slot(apply, old[i].a - 1, old[i].b) = old[i];
}

static uint32_t below(const struct space *space, uint32_t node, unsigned level, bool high)
{
	if (table_level(space, node) != level)
		return node;
	return high ? table_high(space, node) : table_low(space, node);
}

static uint32_t apply_nodes(struct apply *apply, uint32_t a, uint32_t b)
{
	struct space *space = apply->space;
	unsigned level_a = table_level(space, a), level_b = table_level(space, b);
	unsigned level = level_a < level_b ? level_a : level_b;
	uint32_t low, result;

	if (level == LEVEL_TERMINAL)
		return table_outcome(space, apply->function(table_value(space, a),
							    table_value(space, b), apply->context));
	if (pair_slot(apply, a, b)->a != 0)
		return pair_slot(apply, a, b)->result;
	if (!space_step(space))
		return TABLE_FULL;
	low = apply_nodes(apply, below(space, a, level, false), below(space, b, level, false));
	if (low == TABLE_FULL)
		return TABLE_FULL;
	result = table_node(space, level, low,
			    apply_nodes(apply, below(space, a, level, true),
					below(space, b, level, true)));
	if (apply->count * 2 >= apply->capacity)
		pairs_grow(apply);
	apply->count++;
	*pair_slot(apply, a, b) = (struct pair){a + 1, b, result};
	return result;
}

uint32_t table_apply(struct space *space, uint32_t a, uint32_t b, outcome_function *function,
		     void *context)
{
	struct apply apply = {.space = space, .function = function, .context = context};
	uint32_t result;

	if (a == TABLE_FULL || b == TABLE_FULL)
		return TABLE_FULL;
	pairs_grow(&apply);
	result = apply_nodes(&apply, a, b);
	free(apply.pairs);
	return result;
}

static uint32_t stricter(uint32_t newer, uint32_t older, void *context)
{
	(void)context; /* there is none */
	return outcome_rank(newer) <= outcome_rank(older) ? newer : older;
}

uint32_t table_stack(struct space *space, uint32_t newer, uint32_t older)
{
	return table_apply(space, newer, older, stricter, NULL);
}
