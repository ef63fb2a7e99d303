/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision table: what a filter answers for every architecture, number and argument, as a
 * reduced, shared decision diagram over the bits of the 32-bit words that a filter can look at.
 * Nodes are hash-consed in a space: within one space two tables are equal exactly if they are the
 * same node, and a path that cannot happen does not exist. The structure
 * is Bryant's (Graph-Based Algorithms for Boolean Function Manipulation, 1986).
 */
#ifndef FILTER_TABLE_TABLE_H
#define FILTER_TABLE_TABLE_H

#include <linux/seccomp.h>

#include "oci/base.h"

/*
 * The words in the order in which the diagram looks at them, each from its highest bit:
 * architecture and number first, then the arguments' halves, high one first.
 */
enum word {
	WORD_ARCH,
	WORD_NUMBER,
	WORD_ARGUMENTS, /* argument i: high half 2 + 2i, low half 3 + 2i */
	WORD_IP = 14,	/* instruction pointer: high half, low half */
	WORD_COUNT = 16
};

static inline unsigned word_argument_high(unsigned index)
{
	return WORD_ARGUMENTS + 2 * index;
}

static inline unsigned word_argument_low(unsigned index)
{
	return WORD_ARGUMENTS + 2 * index + 1;
}

/* The value of a word in a call. */
uint32_t word_value(const struct seccomp_data *data, unsigned word);
void word_set(struct seccomp_data *data, unsigned word, uint32_t value);

#define LEVEL_TERMINAL (WORD_COUNT * 32u) /* the level of outcomes, below all bits */

static inline unsigned level_of(unsigned word, unsigned bit)
{
	return word * 32 + (31 - bit);
}

/* A table that needs more nodes is refused. 600 random masks on one word made 650,000. */
#define TABLE_NODES_MAX (UINT32_C(1) << 20)
/* Nodes in a space while tables are made, unused ones included. */
#define SPACE_NODES_MAX (UINT32_C(1) << 22)
/* Steps of work in one space, about two seconds; counted, not timed, so that it repeats. */
#define SPACE_STEPS_MAX UINT64_C(6000000)

/*
 * A table, or a part of one: a node of a space. Outcomes are uint32_t values (action.h), and the
 * compiler keeps the two apart. A node has a meaning only together with its space.
 */
struct node {
	uint32_t index;
};

/* Whether two tables of one space are equal. */
static inline bool node_same(struct node a, struct node b)
{
	return a.index == b.index;
}

/*
 * The result when a bound was reached. Every function here takes it as an operand and returns it,
 * so that only the last result has to be tested.
 */
#define TABLE_FULL ((struct node){UINT32_MAX})

struct space;

struct space *space_new(void);
void space_free(struct space *space);
void cleanup_space(struct space **space);

/* The table that gives every call this outcome (normal form, action.h). */
struct node table_outcome(struct space *space, uint32_t outcome);
/* The two boolean tables: conditions. They are the first two nodes of every space. */
#define TABLE_FALSE ((struct node){0})
#define TABLE_TRUE  ((struct node){1})

/* The node that tests one bit. low and high must lie below that bit. */
struct node table_node(struct space *space, unsigned level, struct node low, struct node high);
/* condition ? then : otherwise; the condition is boolean, the others are anything. */
struct node table_choose(struct space *space, struct node condition, struct node then,
			 struct node otherwise);
struct node table_and(struct space *space, struct node a, struct node b);
struct node table_or(struct space *space, struct node a, struct node b);
struct node table_not(struct space *space, struct node a);

/* What a word's comparison with a value leads to; the three must lie below the word. Unsigned. */
struct node table_compare_word(struct space *space, unsigned word, uint32_t value, struct node less,
			       struct node equal, struct node greater);
/* The same for the lowest bits of a word, 1 to 32 of them. */
struct node table_compare_bits(struct space *space, unsigned word, unsigned bits, uint32_t value,
			       struct node less, struct node equal, struct node greater);
/* (word & mask) == value ? then : otherwise; both must lie below the word; value within mask. */
struct node table_mask_word(struct space *space, unsigned word, uint32_t mask, uint32_t value,
			    struct node then, struct node otherwise);

/* The values first..last of a word lead to node. */
struct range {
	uint32_t first, last;
	struct node node;
};
/* The table that a sorted list of ranges makes, which covers 0..2^32-1 without gap or overlap. */
struct node table_ranges(struct space *space, unsigned word, const struct range *ranges,
			 size_t count);

/* What a node is made of. The level of an outcome is LEVEL_TERMINAL. */
unsigned table_level(const struct space *space, struct node node);
struct node table_low(const struct space *space, struct node node);
struct node table_high(const struct space *space, struct node node);
/* The outcome of a node of the level LEVEL_TERMINAL. */
uint32_t table_value(const struct space *space, struct node node);
static inline unsigned word_of_level(unsigned level)
{
	return level / 32;
}
static inline unsigned bit_of_level(unsigned level)
{
	return 31 - level % 32;
}

/* The outcome for a call. */
uint32_t table_lookup(const struct space *space, struct node node, const struct seccomp_data *data);
/* The table that is left when a word is known to have this value; node must not look at earlier
 * words. */
struct node table_at(const struct space *space, struct node node, unsigned word, uint32_t value);
/*
 * A call for which a and b, which are not the same node, have different outcomes: the one whose
 * words, in order, are the smallest. Bits that do not matter are 0.
 */
void table_witness(const struct space *space, struct node a, struct node b,
		   struct seccomp_data *data);
/* How many nodes a table has, outcomes included; stops counting beyond TABLE_NODES_MAX. */
size_t table_size(const struct space *space, struct node node);

/* How many nodes the space has: every node is below. */
size_t space_size(const struct space *space);

/* The bound on steps counts from here again: for a next part of the work. */
void space_renew(struct space *space);
/* Counts one step of work of a caller; false when the space's bound is reached. */
bool space_step(struct space *space);

#endif
