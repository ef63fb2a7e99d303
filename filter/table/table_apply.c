/* SPDX-License-Identifier: Apache-2.0 */
/* Walks over two tables side by side, each pair of nodes once. */
#include <config.h>

#include "filter/table/table_apply.h"

#include <stdlib.h>

#include "filter/kernel/action.h"

struct pair {
	struct node a, b; /* of an empty entry TABLE_FALSE: of two outcomes nothing is kept */
	struct node result;
};

struct apply {
	struct space *space;
	outcome_function *function;
	void *context;
	struct pair *pairs; /* open addressing */
	size_t count, capacity;
};

static bool apply_pair_is_empty(const struct pair *pair)
{
	return node_same(pair->a, TABLE_FALSE) && node_same(pair->b, TABLE_FALSE);
}

static struct pair *apply_pair_slot(const struct apply *apply, struct node a, struct node b)
{
	uint64_t hash =
		(a.index * UINT64_C(0x9e3779b97f4a7c15) ^ b.index) * UINT64_C(0xbf58476d1ce4e5b9);
	size_t at = (size_t)(hash >> 32) & (apply->capacity - 1);

	while (!apply_pair_is_empty(&apply->pairs[at]) &&
	       (!node_same(apply->pairs[at].a, a) || !node_same(apply->pairs[at].b, b)))
		at = (at + 1) & (apply->capacity - 1);
	return &apply->pairs[at];
}

static void apply_pairs_grow(struct apply *apply)
{
	CLEANUP(cleanup_free) struct pair *old = apply->pairs;
	size_t old_capacity = apply->capacity;

	apply->capacity = old_capacity == 0 ? 256 : old_capacity * 2;
	apply->pairs = mem_zero(apply->capacity, sizeof(*apply->pairs));
	for (size_t i = 0; i < old_capacity; i++)
		if (!apply_pair_is_empty(&old[i]))
			*apply_pair_slot(apply, old[i].a, old[i].b) = old[i];
}

static struct node apply_branch(const struct space *space, struct node node, unsigned level,
				bool high)
{
	if (table_level(space, node) != level)
		return node;
	return high ? table_high(space, node) : table_low(space, node);
}

static struct node apply_nodes(struct apply *apply, struct node a, struct node b)
{
	struct space *space = apply->space;
	unsigned level_a = table_level(space, a), level_b = table_level(space, b);
	unsigned level = level_a < level_b ? level_a : level_b;
	struct node low, result;

	if (level == LEVEL_TERMINAL)
		return table_outcome(space, apply->function(table_value(space, a),
							    table_value(space, b), apply->context));
	if (!apply_pair_is_empty(apply_pair_slot(apply, a, b)))
		return apply_pair_slot(apply, a, b)->result;
	if (!space_step(space))
		return TABLE_FULL;
	low = apply_nodes(apply, apply_branch(space, a, level, false),
			  apply_branch(space, b, level, false));
	if (node_same(low, TABLE_FULL))
		return TABLE_FULL;
	result = table_node(space, level, low,
			    apply_nodes(apply, apply_branch(space, a, level, true),
					apply_branch(space, b, level, true)));
	if (apply->count * 2 >= apply->capacity)
		apply_pairs_grow(apply);
	apply->count++;
	*apply_pair_slot(apply, a, b) = (struct pair){a, b, result};
	return result;
}

struct node table_apply(struct space *space, struct node a, struct node b,
			outcome_function *function, void *context)
{
	struct apply apply = {.space = space, .function = function, .context = context};
	struct node result;

	if (node_same(a, TABLE_FULL) || node_same(b, TABLE_FULL))
		return TABLE_FULL;
	apply_pairs_grow(&apply);
	result = apply_nodes(&apply, a, b);
	free(apply.pairs);
	return result;
}

struct mapping {
	outcome_map *map;
	void *context;
};

static uint32_t apply_mapping(uint32_t outcome, uint32_t same, void *context)
{
	const struct mapping *mapping = context;

	(void)same; /* the table stands on both sides */
	return mapping->map(outcome, mapping->context);
}

struct node table_map(struct space *space, struct node table, outcome_map *map, void *context)
{
	struct mapping mapping = {map, context};

	return table_apply(space, table, table, apply_mapping, &mapping);
}

struct testing {
	outcome_test *test;
	const void *context;
	uint32_t yes, no; /* the values of TABLE_TRUE and TABLE_FALSE */
};

static uint32_t apply_testing(uint32_t outcome, void *context)
{
	const struct testing *testing = context;

	return testing->test(outcome, testing->context) ? testing->yes : testing->no;
}

struct node table_where(struct space *space, struct node table, outcome_test *test,
			const void *context)
{
	struct testing testing = {test, context, table_value(space, TABLE_TRUE),
				  table_value(space, TABLE_FALSE)};

	return table_map(space, table, apply_testing, &testing);
}

static bool apply_test_runs(uint32_t outcome, const void *context)
{
	(void)context; /* there is none */
	return outcome_runs(outcome);
}

struct node table_runs(struct space *space, struct node table)
{
	return table_where(space, table, apply_test_runs, NULL);
}

static bool apply_test_may_run(uint32_t outcome, const void *context)
{
	(void)context; /* there is none */
	return outcome_runs(outcome) || outcome_hands_over(outcome);
}

struct node table_may_run(struct space *space, struct node table)
{
	return table_where(space, table, apply_test_may_run, NULL);
}

static uint32_t apply_stricter(uint32_t newer, uint32_t older, void *context)
{
	(void)context; /* there is none */
	return outcome_rank(newer) <= outcome_rank(older) ? newer : older;
}

struct node table_stack(struct space *space, struct node newer, struct node older)
{
	return table_apply(space, newer, older, apply_stricter, NULL);
}
