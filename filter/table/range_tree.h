/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists what the values of one word lead to, as sorted ranges, and plans the shortest tree of
 * comparisons that finds the range of a value.
 */
#ifndef FILTER_TABLE_RANGE_TREE_H
#define FILTER_TABLE_RANGE_TREE_H

#include "filter/table/table.h"

/*
 * Beyond this many no program of PROGRAM_LENGTH_MAX instructions can tell them apart: one
 * comparison tells at most one range from both its neighbours.
 */
#define RANGES_MAX 8193
/* Single values tested one after the other at the end of a branch: 1.25 instructions a value, 4
 * steps. */
#define CHAIN_MAX 4
/* A range counts with no more values than this where the mean of executed comparisons is made
 * small.
 */
#define WEIGHT_MAX 48
/* Up to this many ranges the best tree is searched; longer lists are halved first. */
#define SEARCH_MAX 192

/* The values from `first` up to the next range's lead to node. */
struct tree_range {
	uint32_t first;
	struct node node;
	bool single; /* just one value (of the masked word) */
};

struct range_tree {
	struct tree_range *ranges;
	size_t count;
	uint32_t mask;	 /* of the word, before it is compared */
	uint16_t *split; /* by [from * (count + 1) + to]: where the best tree splits; only for count
			    <= SEARCH_MAX */
};

struct range_tree_scratch;
struct range_tree_scratch *range_tree_scratch_new(const struct space *space);
void range_tree_scratch_free(struct range_tree_scratch *scratch);

/*
 * Lists the ranges of the word that a node looks at first. False where testing bit after bit is
 * shorter.
 */
bool range_tree_make(struct range_tree *tree, struct range_tree_scratch *scratch,
		     const struct space *space, struct node node);
/* The same list, without splits. */
bool range_tree_list(struct range_tree *tree, struct range_tree_scratch *scratch,
		     const struct space *space, struct node node);
/* The ranges of the word's own values, without splits; false if there are more than `limit`. */
bool range_tree_values(struct range_tree *tree, const struct space *space, struct node node,
		       size_t limit);
void cleanup_range_tree(struct range_tree *tree);
/*
 * True if the ranges from..to are few single values in one *rest.
 */
bool range_tree_chain(const struct range_tree *tree, size_t from, size_t to, struct node *rest);
/* Else: the range at which they are split best. */
size_t range_tree_split(const struct range_tree *tree, size_t from, size_t to);

#endif
