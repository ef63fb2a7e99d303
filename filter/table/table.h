/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision table: what a filter answers for every architecture, number and argument, as a
 * reduced, shared decision diagram over the bits of the 32-bit words that a filter can look at.
 * Nodes are hash-consed in a space: within one space two tables are equal exactly if they are the
 * same node, and a path that cannot happen does not exist. See DESIGN "The decision table"; the
 * structure is Bryant's (Graph-Based Algorithms for Boolean Function Manipulation, 1986).
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

/* F6: a table that needs more nodes is refused. 600 random masks on one word made 650,000. */
#define TABLE_NODES_MAX (UINT32_C(1) << 20)
/* Nodes in a space while tables are made, given up ones included. */
#define SPACE_NODES_MAX (UINT32_C(1) << 22)
/* Steps of work in one space, about two seconds; counted, not timed, so that it repeats (F11). */
#define SPACE_STEPS_MAX UINT64_C(6000000)

/*
 * Given for a node when a bound was reached. Every function here takes it as an operand and gives
 * it back, so that only the last result need be looked at.
 */
#define TABLE_FULL UINT32_MAX

struct space;

struct space *space_new(void);
void space_free(struct space *space);
void cleanup_space(struct space **space);

/* Outcomes (normal form, action.h), and the two boolean values for conditions. */
uint32_t table_outcome(struct space *space, uint32_t outcome);
#define TABLE_FALSE UINT32_C(0)
#define TABLE_TRUE  UINT32_C(1)

/* The node that tests one bit. low and high must lie below that bit. */
uint32_t table_node(struct space *space, unsigned level, uint32_t low, uint32_t high);
/* condition ? then : otherwise; the condition is boolean, the others are anything. */
uint32_t table_choose(struct space *space, uint32_t condition, uint32_t then, uint32_t otherwise);
uint32_t table_and(struct space *space, uint32_t a, uint32_t b);
uint32_t table_or(struct space *space, uint32_t a, uint32_t b);
uint32_t table_not(struct space *space, uint32_t a);

/* What a word's comparison with a value leads to; the three must lie below the word. Unsigned. */
uint32_t table_compare_word(struct space *space, unsigned word, uint32_t value, uint32_t less,
			    uint32_t equal, uint32_t greater);
/* The same for the lowest bits of a word, 1 to 32 of them. */
uint32_t table_compare_bits(struct space *space, unsigned word, unsigned bits, uint32_t value,
			    uint32_t less, uint32_t equal, uint32_t greater);
/* (word & mask) == value ? then : otherwise; both must lie below the word; value within mask. */
uint32_t table_mask_word(struct space *space, unsigned word, uint32_t mask, uint32_t value,
			 uint32_t then, uint32_t otherwise);

/* The values first..last of a word lead to node. */
struct range {
	uint32_t first, last;
	uint32_t node;
};
/* The table that a sorted list of ranges makes, which covers 0..2^32-1 without gap or overlap. */
uint32_t table_ranges(struct space *space, unsigned word, const struct range *ranges, size_t count);

/* Looking in. Of an outcome the level is LEVEL_TERMINAL. */
unsigned table_level(const struct space *space, uint32_t node);
uint32_t table_low(const struct space *space, uint32_t node);
uint32_t table_high(const struct space *space, uint32_t node);
uint32_t table_value(const struct space *space, uint32_t node); /* of an outcome */
static inline unsigned word_of_level(unsigned level)
{
	return level / 32;
}
static inline unsigned bit_of_level(unsigned level)
{
	return 31 - level % 32;
}

/* The outcome for a call. */
uint32_t table_lookup(const struct space *space, uint32_t node, const struct seccomp_data *data);
/* The table that is left when a word is known to have this value; node must not look at earlier
 * words. */
uint32_t table_at(const struct space *space, uint32_t node, unsigned word, uint32_t value);
/*
 * A call for which a and b, which are not the same node, have different outcomes: the one whose
 * words, in order, are the smallest. Bits that do not matter are 0.
 */
void table_witness(const struct space *space, uint32_t a, uint32_t b, struct seccomp_data *data);
/* How many nodes a table has, outcomes included; stops counting beyond TABLE_NODES_MAX. */
size_t table_size(const struct space *space, uint32_t node);

/* How many nodes the space has: every node is below. */
size_t space_size(const struct space *space);

/* The bound on steps counts from here again: for a next part of the work. */
void space_renew(struct space *space);
/* Counts one step of work of a caller; false when the space's bound is reached. */
bool space_step(struct space *space);

#endif
