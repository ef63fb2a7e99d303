/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the shortest way to tell the values of one word apart. */
#include <config.h>

#include "filter/table/range_tree.h"

#include <stdlib.h>
#include <string.h>

/* Marks nodes as seen in one walk, without clearing between walks. */
struct range_tree_scratch {
	uint32_t *stamp; /* by node */
	uint32_t now;
};

struct range_tree_scratch *range_tree_scratch_new(const struct space *space)
{
	struct range_tree_scratch *scratch = mem_zero(1, sizeof(*scratch));

	scratch->stamp = mem_zero(space_size(space), sizeof(*scratch->stamp));
	return scratch;
}

void range_tree_scratch_free(struct range_tree_scratch *scratch)
{
	free(scratch->stamp);
	free(scratch);
}

/* Which bits of the word matter from a node on, and how many nodes test them. */
struct support {
	uint32_t mask;
	size_t nodes;
};

static void range_tree_find_support(struct range_tree_scratch *scratch, const struct space *space,
				    struct node node, unsigned word, struct support *support)
{
	unsigned level = table_level(space, node);

	if (word_of_level(level) != word || scratch->stamp[node.index] == scratch->now)
		return;
	scratch->stamp[node.index] = scratch->now;
	support->mask |= UINT32_C(1) << bit_of_level(level);
	support->nodes++;
	range_tree_find_support(scratch, space, table_low(space, node), word, support);
	range_tree_find_support(scratch, space, table_high(space, node), word, support);
}

/* Fills a tree from the values base, base + 1, ... of the masked word, `bit` being the next to
 * decide. */
struct tree_walk {
	const struct space *space;
	unsigned word;
	struct range_tree *tree;
	size_t capacity, limit;
};

static bool range_tree_add(struct tree_walk *walk, uint32_t first, struct node node)
{
	struct range_tree *tree = walk->tree;

	if (tree->count > 0 && node_same(tree->ranges[tree->count - 1].node, node))
		return true;
	if (tree->count == walk->limit)
		return false;
	tree->ranges = mem_grow(tree->ranges, tree->count, &walk->capacity, sizeof(*tree->ranges));
	tree->ranges[tree->count++] = (struct tree_range){.first = first, .node = node};
	return true;
}

static bool range_tree_walk(struct tree_walk *walk, struct node node, uint32_t base, int bit)
{
	unsigned level = table_level(walk->space, node);
	uint32_t value;

	if (word_of_level(level) != walk->word)
		return range_tree_add(walk, base, node);
	while (bit >= 0 && (walk->tree->mask >> bit & 1) == 0)
		bit--;
	value = UINT32_C(1) << bit;
	if (level != level_of(walk->word, (unsigned)bit))
		return range_tree_walk(walk, node, base, bit - 1) &&
		       range_tree_walk(walk, node, base | value, bit - 1);
	return range_tree_walk(walk, table_low(walk->space, node), base, bit - 1) &&
	       range_tree_walk(walk, table_high(walk->space, node), base | value, bit - 1);
}

static uint32_t range_tree_successor(uint32_t value, uint32_t mask)
{
	return ((value | ~mask) + 1) & mask;
}

static bool range_tree_fill(struct range_tree *tree, const struct space *space, struct node node,
			    uint32_t mask, size_t limit)
{
	struct tree_walk walk = {.space = space,
				 .word = word_of_level(table_level(space, node)),
				 .tree = tree,
				 .limit = limit};

	*tree = (struct range_tree){.mask = mask};
	if (!range_tree_walk(&walk, node, 0, 31))
		return false;
	for (size_t i = 0; i < tree->count; i++) {
		uint32_t next = i + 1 < tree->count ? tree->ranges[i + 1].first : 0;

		tree->ranges[i].single = range_tree_successor(tree->ranges[i].first, mask) == next;
	}
	return true;
}

bool range_tree_chain(const struct range_tree *tree, size_t from, size_t to, struct node *rest)
{
	struct node candidate = TABLE_FULL;
	size_t different = 0;

	/* The rest is what the ranges lead to; among single values only, what most of three lead
	 * to. */
	for (size_t i = from; i < to && node_same(candidate, TABLE_FULL); i++)
		if (!tree->ranges[i].single)
			candidate = tree->ranges[i].node;
	if (node_same(candidate, TABLE_FULL))
		candidate = tree->ranges[to - from > 2 ? from + 1 : from].node;
	for (size_t i = from; i < to; i++) {
		if (node_same(tree->ranges[i].node, candidate))
			continue;
		if (!tree->ranges[i].single || ++different > CHAIN_MAX)
			return false;
	}
	*rest = candidate;
	return true;
}

static size_t range_tree_chain_length(const struct range_tree *tree, size_t from, size_t to)
{
	struct node rest;
	size_t length = 0;

	if (!range_tree_chain(tree, from, to, &rest))
		return SIZE_MAX;
	for (size_t i = from; i < to; i++)
		length += !node_same(tree->ranges[i].node, rest);
	return length;
}

/*
 * Of the best tree: its instructions, and how many of them are executed for all its values. What
 * the search makes small, in this order.
 */
struct cost {
	uint32_t length, executed;
};

/* How many values of the ranges from..to count for the mean: of a wide one no more than calls
 * exist.
 */
static uint32_t range_tree_weight(const struct range_tree *tree, size_t from, size_t to)
{
	uint32_t weight = 0;

	for (size_t i = from; i < to; i++) {
		uint32_t next = i + 1 < tree->count ? tree->ranges[i + 1].first : 0;
		uint32_t width = next - tree->ranges[i].first;

		weight += width == 0 || width > WEIGHT_MAX ? WEIGHT_MAX : width;
	}
	return weight;
}

static struct cost range_tree_split_cost(const struct cost *costs, size_t stride, size_t from,
					 size_t split, size_t to)
{
	struct cost low = costs[from * stride + split], high = costs[split * stride + to];

	return (struct cost){low.length + high.length + 1, low.executed + high.executed};
}

static bool range_tree_is_cheaper(struct cost a, struct cost b)
{
	return a.length < b.length || (a.length == b.length && a.executed < b.executed);
}

/* The best split of every stretch, shorter stretches first. */
static void range_tree_search_splits(struct range_tree *tree)
{
	size_t stride = tree->count + 1;
	CLEANUP(cleanup_free) struct cost *costs = mem_zero(stride * stride, sizeof(*costs));

	tree->split = mem_zero(stride * stride, sizeof(*tree->split));
	for (size_t length = 1; length <= tree->count; length++) {
		for (size_t from = 0; from + length <= tree->count; from++) {
			size_t to = from + length, chain = range_tree_chain_length(tree, from, to);
			struct cost best = {UINT32_MAX, UINT32_MAX};
			uint32_t weight = range_tree_weight(tree, from, to);

			if (chain != SIZE_MAX)
				best = (struct cost){(uint32_t)chain, (uint32_t)chain * weight};
			for (size_t split = from + 1; chain == SIZE_MAX && split < to; split++) {
				struct cost cost =
					range_tree_split_cost(costs, stride, from, split, to);

				cost.executed += weight;
				if (!range_tree_is_cheaper(cost, best))
					continue;
				best = cost;
				tree->split[from * stride + to] = (uint16_t)split;
			}
			costs[from * stride + to] = best;
		}
	}
}

size_t range_tree_split(const struct range_tree *tree, size_t from, size_t to)
{
	size_t split = 0;

	if (tree->split)
		return tree->split[from * (tree->count + 1) + to];
	/* Whole chains on the left, so that no chain is cut short. */
	split = from + (to - from) / 2;
	split -= (split - from) % (2 * CHAIN_MAX);
	return split > from ? split : from + (to - from) / 2;
}

bool range_tree_list(struct range_tree *tree, struct range_tree_scratch *scratch,
		     const struct space *space, struct node node)
{
	unsigned word = word_of_level(table_level(space, node));
	struct support support = {0};
	struct range_tree masked;

	scratch->now++;
	range_tree_find_support(scratch, space, node, word, &support);
	/* Where the highest bit does not matter, each range would come at least twice. */
	*tree = (struct range_tree){0};
	if (support.mask >> 31 && !range_tree_fill(tree, space, node, UINT32_MAX, RANGES_MAX))
		cleanup_range_tree(tree);
	if (!range_tree_fill(&masked, space, node, support.mask, RANGES_MAX))
		cleanup_range_tree(&masked);
	/* The mask costs an instruction. */
	if (tree->count == 0 || (masked.count > 0 && masked.count + 1 < tree->count)) {
		cleanup_range_tree(tree);
		*tree = masked;
	} else {
		cleanup_range_tree(&masked);
	}
	if (tree->count == 0 || tree->count / 2 > support.nodes) {
		cleanup_range_tree(tree);
		return false;
	}
	return true;
}

bool range_tree_make(struct range_tree *tree, struct range_tree_scratch *scratch,
		     const struct space *space, struct node node)
{
	if (!range_tree_list(tree, scratch, space, node))
		return false;
	if (tree->count <= SEARCH_MAX)
		range_tree_search_splits(tree);
	return true;
}

bool range_tree_values(struct range_tree *tree, const struct space *space, struct node node,
		       size_t limit)
{
	if (range_tree_fill(tree, space, node, UINT32_MAX, limit))
		return true;
	cleanup_range_tree(tree);
	return false;
}

void cleanup_range_tree(struct range_tree *tree)
{
	free(tree->ranges);
	free(tree->split);
	*tree = (struct range_tree){0};
}
