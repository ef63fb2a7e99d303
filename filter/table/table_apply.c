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

/* Results by the nodes that they were made of. */
struct apply_memo {
	struct pair *pairs; /* open addressing */
	size_t count, capacity;
};

struct apply {
	struct space *space;
	outcome_function *function;
	void *context;
	struct apply_memo memo;
};

static bool apply_pair_is_empty(const struct pair *pair)
{
	return node_same(pair->a, TABLE_FALSE) && node_same(pair->b, TABLE_FALSE);
}

static struct pair *apply_memo_slot(const struct apply_memo *memo, struct node a, struct node b)
{
	uint64_t hash =
		(a.index * UINT64_C(0x9e3779b97f4a7c15) ^ b.index) * UINT64_C(0xbf58476d1ce4e5b9);
	size_t at = (size_t)(hash >> 32) & (memo->capacity - 1);

	while (!apply_pair_is_empty(&memo->pairs[at]) &&
	       (!node_same(memo->pairs[at].a, a) || !node_same(memo->pairs[at].b, b)))
		at = (at + 1) & (memo->capacity - 1);
	return &memo->pairs[at];
}

static void apply_memo_grow(struct apply_memo *memo)
{
	CLEANUP(cleanup_free) struct pair *old = memo->pairs;
	size_t old_capacity = memo->capacity;

	memo->capacity = old_capacity == 0 ? 256 : old_capacity * 2;
	memo->pairs = mem_zero(memo->capacity, sizeof(*memo->pairs));
	for (size_t i = 0; i < old_capacity; i++)
		if (!apply_pair_is_empty(&old[i]))
			*apply_memo_slot(memo, old[i].a, old[i].b) = old[i];
}

/* NULL if there is no result yet. */
static const struct pair *apply_memo_find(const struct apply_memo *memo, struct node a,
					  struct node b)
{
	const struct pair *pair = memo->capacity == 0 ? NULL : apply_memo_slot(memo, a, b);

	return !pair || apply_pair_is_empty(pair) ? NULL : pair;
}

static void apply_memo_add(struct apply_memo *memo, struct node a, struct node b,
			   struct node result)
{
	if (memo->count * 2 >= memo->capacity)
		apply_memo_grow(memo);
	memo->count++;
	*apply_memo_slot(memo, a, b) = (struct pair){a, b, result};
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
	const struct pair *known;
	struct node low, result;

	if (level == LEVEL_TERMINAL)
		return table_outcome(space, apply->function(table_value(space, a),
							    table_value(space, b), apply->context));
	known = apply_memo_find(&apply->memo, a, b);
	if (known)
		return known->result;
	if (!space_step(space))
		return TABLE_FULL;
	low = apply_nodes(apply, apply_branch(space, a, level, false),
			  apply_branch(space, b, level, false));
	if (node_same(low, TABLE_FULL))
		return TABLE_FULL;
	result = table_node(space, level, low,
			    apply_nodes(apply, apply_branch(space, a, level, true),
					apply_branch(space, b, level, true)));
	apply_memo_add(&apply->memo, a, b, result);
	return result;
}

struct node table_apply(struct space *space, struct node a, struct node b,
			outcome_function *function, void *context)
{
	struct apply apply = {.space = space, .function = function, .context = context};
	struct node result;

	if (node_same(a, TABLE_FULL) || node_same(b, TABLE_FULL))
		return TABLE_FULL;
	result = apply_nodes(&apply, a, b);
	free(apply.memo.pairs);
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

struct restriction {
	struct space *space;
	const struct known_bits *known;
	bool counted;
	struct apply_memo memo; /* by one node, beside TABLE_FALSE */
};

static struct node apply_restriction(struct restriction *r, struct node node)
{
	unsigned level = table_level(r->space, node), word, bit;
	const struct pair *before;
	struct node result;

	if (level == LEVEL_TERMINAL)
		return node;
	before = apply_memo_find(&r->memo, node, TABLE_FALSE);
	if (before)
		return before->result;
	if (r->counted && !space_step(r->space))
		return TABLE_FULL;
	word = word_of_level(level);
	bit = bit_of_level(level);
	if (r->known->mask[word] >> bit & 1) {
		result = apply_restriction(r, r->known->value[word] >> bit & 1
						      ? table_high(r->space, node)
						      : table_low(r->space, node));
	} else {
		result = apply_restriction(r, table_low(r->space, node));
		if (!node_same(result, TABLE_FULL))
			result = table_node(r->space, level, result,
					    apply_restriction(r, table_high(r->space, node)));
	}
	apply_memo_add(&r->memo, node, TABLE_FALSE, result);
	return result;
}

struct node table_restrict(struct space *space, struct node table, const struct known_bits *known,
			   bool counted)
{
	struct restriction r = {.space = space, .known = known, .counted = counted};
	struct node result;

	if (node_same(table, TABLE_FULL))
		return TABLE_FULL;
	result = apply_restriction(&r, table);
	free(r.memo.pairs);
	return result;
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
