/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the nodes of decision tables, each once, and combines them. Everything is bounded: where a
 * bound is reached the result is TABLE_FULL, never a wrong table.
 */
#include <config.h>

#include "filter/table/table.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_NODES   1024u
#define CACHE_ENTRIES (UINT32_C(1) << 16)
#define OUTCOME_TRUE  UINT32_MAX /* not a normal outcome: it has no known action */

struct node_content {
	struct node low, high; /* of an outcome, low.index is its value */
	uint32_t level;
};

struct choice {
	struct node condition, then, otherwise, result;
};

struct space {
	struct node_content *nodes;
	uint32_t count, capacity;
	uint32_t *index; /* open addressing: node + 1, 0 for empty; a power of two */
	uint32_t index_size;
	struct choice *cache;
	uint64_t steps;
};

uint32_t word_value(const struct seccomp_data *data, unsigned word)
{
	uint64_t wide;

	if (word == WORD_ARCH)
		return data->arch;
	if (word == WORD_NUMBER)
		return (uint32_t)data->nr;
	wide = word >= WORD_IP ? data->instruction_pointer
			       : data->args[(word - WORD_ARGUMENTS) / 2];
	return word % 2 == 0 ? (uint32_t)(wide >> 32) : (uint32_t)wide;
}

void word_set(struct seccomp_data *data, unsigned word, uint32_t value)
{
	__u64 *wide;

	if (word == WORD_ARCH) {
		data->arch = value;
		return;
	}
	if (word == WORD_NUMBER) {
		data->nr = (int)value;
		return;
	}
	wide = word >= WORD_IP ? &data->instruction_pointer
			       : &data->args[(word - WORD_ARGUMENTS) / 2];
	if (word % 2 == 0)
		*wide = (*wide & UINT32_MAX) | (uint64_t)value << 32;
	else
		*wide = (*wide & ~(uint64_t)UINT32_MAX) | value;
}

static uint32_t table_hash(uint32_t a, uint32_t b, uint32_t c)
{
	uint64_t hash = a * UINT64_C(0x9e3779b97f4a7c15);

	hash = (hash ^ b) * UINT64_C(0xbf58476d1ce4e5b9);
	hash ^= hash >> 29;
	hash = (hash ^ c) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(hash >> 32);
}

static uint32_t *space_slot(const struct space *space, uint32_t level, struct node low,
			    struct node high)
{
	uint32_t at = table_hash(level, low.index, high.index) & (space->index_size - 1);

	while (space->index[at] != 0) {
		const struct node_content *node = &space->nodes[space->index[at] - 1];

		if (node->level == level && node_same(node->low, low) &&
		    node_same(node->high, high))
			break;
		at = (at + 1) & (space->index_size - 1);
	}
	return &space->index[at];
}

static void space_grow(struct space *space)
{
	space->capacity *= 2;
	space->nodes = mem_resize(space->nodes, space->capacity, sizeof(*space->nodes));
	free(space->index);
	space->index_size = space->capacity * 2;
	space->index = mem_zero(space->index_size, sizeof(*space->index));
	for (uint32_t i = 0; i < space->count; i++) {
		const struct node_content *node = &space->nodes[i];

		*space_slot(space, node->level, node->low, node->high) = i + 1;
	}
}

static struct node space_intern(struct space *space, uint32_t level, struct node low,
				struct node high)
{
	uint32_t *slot = space_slot(space, level, low, high);

	if (*slot != 0)
		return (struct node){*slot - 1};
	if (space->count == SPACE_NODES_MAX)
		return TABLE_FULL;
	if (space->count == space->capacity) {
		space_grow(space);
		slot = space_slot(space, level, low, high);
	}
	space->nodes[space->count] =
		(struct node_content){.low = low, .high = high, .level = level};
	*slot = ++space->count;
	return (struct node){space->count - 1};
}

struct space *space_new(void)
{
	struct space *space = mem_zero(1, sizeof(*space));

	space->capacity = FIRST_NODES;
	space->nodes = mem_zero(space->capacity, sizeof(*space->nodes));
	space->index_size = space->capacity * 2;
	space->index = mem_zero(space->index_size, sizeof(*space->index));
	space->cache = mem_zero(CACHE_ENTRIES, sizeof(*space->cache));
	/* The first two nodes are TABLE_FALSE and TABLE_TRUE. */
	(void)table_outcome(space, 0);
	(void)table_outcome(space, OUTCOME_TRUE);
	return space;
}

void space_free(struct space *space)
{
	if (!space)
		return;
	free(space->nodes);
	free(space->index);
	free(space->cache);
	free(space);
}

void cleanup_space(struct space **space)
{
	space_free(*space);
}

void space_renew(struct space *space)
{
	space->steps = 0;
}

bool space_step(struct space *space)
{
	return ++space->steps <= SPACE_STEPS_MAX;
}

size_t space_size(const struct space *space)
{
	return space->count;
}

struct node table_outcome(struct space *space, uint32_t outcome)
{
	return space_intern(space, LEVEL_TERMINAL, (struct node){outcome}, (struct node){0});
}

struct node table_node(struct space *space, unsigned level, struct node low, struct node high)
{
	if (node_same(low, TABLE_FULL) || node_same(high, TABLE_FULL))
		return TABLE_FULL;
	if (node_same(low, high))
		return low;
	return space_intern(space, level, low, high);
}

static struct node table_child(const struct space *space, struct node node, unsigned level,
			       bool high)
{
	const struct node_content *n = &space->nodes[node.index];

	if (n->level != level)
		return node;
	return high ? n->high : n->low;
}

static unsigned table_first_level(const struct space *space, struct node a, struct node b,
				  struct node c)
{
	unsigned level = space->nodes[a.index].level;

	if (space->nodes[b.index].level < level)
		level = space->nodes[b.index].level;
	if (space->nodes[c.index].level < level)
		level = space->nodes[c.index].level;
	return level;
}

struct node table_choose(struct space *space, struct node condition, struct node then,
			 struct node otherwise)
{
	struct choice *cached;
	unsigned level;
	struct node low, high, result;

	if (node_same(condition, TABLE_FULL) || node_same(then, TABLE_FULL) ||
	    node_same(otherwise, TABLE_FULL))
		return TABLE_FULL;
	if (node_same(condition, TABLE_TRUE) || node_same(then, otherwise))
		return then;
	if (node_same(condition, TABLE_FALSE))
		return otherwise;
	if (node_same(then, TABLE_TRUE) && node_same(otherwise, TABLE_FALSE))
		return condition;
	cached = &space->cache[table_hash(condition.index, then.index, otherwise.index) &
			       (CACHE_ENTRIES - 1)];
	if (node_same(cached->condition, condition) && node_same(cached->then, then) &&
	    node_same(cached->otherwise, otherwise))
		return cached->result;
	if (!space_step(space))
		return TABLE_FULL;
	level = table_first_level(space, condition, then, otherwise);
	low = table_choose(space, table_child(space, condition, level, false),
			   table_child(space, then, level, false),
			   table_child(space, otherwise, level, false));
	if (node_same(low, TABLE_FULL))
		return TABLE_FULL;
	high = table_choose(space, table_child(space, condition, level, true),
			    table_child(space, then, level, true),
			    table_child(space, otherwise, level, true));
	result = table_node(space, level, low, high);
	if (!node_same(result, TABLE_FULL))
		*cached = (struct choice){condition, then, otherwise, result};
	return result;
}

struct node table_and(struct space *space, struct node a, struct node b)
{
	return table_choose(space, a, b, TABLE_FALSE);
}

struct node table_or(struct space *space, struct node a, struct node b)
{
	return table_choose(space, a, TABLE_TRUE, b);
}

struct node table_not(struct space *space, struct node a)
{
	return table_choose(space, a, TABLE_FALSE, TABLE_TRUE);
}

struct node table_compare_bits(struct space *space, unsigned word, unsigned bits, uint32_t value,
			       struct node less, struct node equal, struct node greater)
{
	struct node node = equal;

	for (unsigned bit = 0; bit < bits; bit++) {
		unsigned level = level_of(word, bit);

		if (value >> bit & 1)
			node = table_node(space, level, less, node);
		else
			node = table_node(space, level, node, greater);
	}
	return node;
}

struct node table_compare_word(struct space *space, unsigned word, uint32_t value, struct node less,
			       struct node equal, struct node greater)
{
	return table_compare_bits(space, word, 32, value, less, equal, greater);
}

struct node table_mask_word(struct space *space, unsigned word, uint32_t mask, uint32_t value,
			    struct node then, struct node otherwise)
{
	struct node node = then;

	for (unsigned bit = 0; bit < 32; bit++) {
		unsigned level = level_of(word, bit);

		if ((mask >> bit & 1) == 0)
			continue;
		if (value >> bit & 1)
			node = table_node(space, level, otherwise, node);
		else
			node = table_node(space, level, node, otherwise);
	}
	return node;
}

/* The part of the list that meets the 2^(bit+1) values from `base` on. */
static struct node table_ranges_part(struct space *space, unsigned word, const struct range *ranges,
				     size_t count, uint32_t base, int bit)
{
	struct node low, high;
	uint32_t middle;
	size_t split = 0;

	if (count == 1)
		return ranges[0].node;
	/* Two ranges in one value cannot be: there is always a bit left. */
	middle = base + (UINT32_C(1) << bit);
	while (split < count && ranges[split].first < middle)
		split++;
	low = table_ranges_part(space, word, ranges, split, base, bit - 1);
	if (ranges[split - 1].last >= middle)
		split--;
	high = table_ranges_part(space, word, ranges + split, count - split, middle, bit - 1);
	return table_node(space, level_of(word, (unsigned)bit), low, high);
}

struct node table_ranges(struct space *space, unsigned word, const struct range *ranges,
			 size_t count)
{
	return table_ranges_part(space, word, ranges, count, 0, 31);
}

unsigned table_level(const struct space *space, struct node node)
{
	return space->nodes[node.index].level;
}

struct node table_low(const struct space *space, struct node node)
{
	return space->nodes[node.index].low;
}

struct node table_high(const struct space *space, struct node node)
{
	return space->nodes[node.index].high;
}

uint32_t table_value(const struct space *space, struct node node)
{
	return space->nodes[node.index].low.index;
}

uint32_t table_lookup(const struct space *space, struct node node, const struct seccomp_data *data)
{
	const struct node_content *n = &space->nodes[node.index];

	while (n->level != LEVEL_TERMINAL) {
		uint32_t value = word_value(data, word_of_level(n->level));

		n = &space->nodes[(value >> bit_of_level(n->level) & 1 ? n->high : n->low).index];
	}
	return n->low.index;
}

struct node table_at(const struct space *space, struct node node, unsigned word, uint32_t value)
{
	while (word_of_level(space->nodes[node.index].level) == word) {
		const struct node_content *n = &space->nodes[node.index];

		node = value >> bit_of_level(n->level) & 1 ? n->high : n->low;
	}
	return node;
}

void table_witness(const struct space *space, struct node a, struct node b,
		   struct seccomp_data *data)
{
	memset(data, 0, sizeof(*data));
	for (;;) {
		unsigned level = table_first_level(space, a, b, b);
		struct node low_a, low_b;
		unsigned word = word_of_level(level);

		if (level == LEVEL_TERMINAL)
			return;
		low_a = table_child(space, a, level, false);
		low_b = table_child(space, b, level, false);
		if (!node_same(low_a, low_b)) {
			a = low_a;
			b = low_b;
			continue;
		}
		word_set(data, word, word_value(data, word) | UINT32_C(1) << bit_of_level(level));
		a = table_child(space, a, level, true);
		b = table_child(space, b, level, true);
	}
}

/* Marks and counts what is reached from node, without recursion. */
size_t table_size(const struct space *space, struct node node)
{
	CLEANUP(cleanup_free) unsigned char *seen = mem_zero(space->count, 1);
	CLEANUP(cleanup_free) struct node *stack = NULL;
	size_t depth = 0, capacity = 0, size = 0;

	stack = mem_grow(stack, depth, &capacity, sizeof(*stack));
	stack[depth++] = node;
	while (depth > 0 && size <= TABLE_NODES_MAX) {
		const struct node_content *n;

		node = stack[--depth];
		if (seen[node.index])
			continue;
		seen[node.index] = 1;
		size++;
		n = &space->nodes[node.index];
		if (n->level == LEVEL_TERMINAL)
			continue;
		stack = mem_grow(stack, depth, &capacity, sizeof(*stack));
		stack[depth++] = n->low;
		stack = mem_grow(stack, depth, &capacity, sizeof(*stack));
		stack[depth++] = n->high;
	}
	return size;
}
