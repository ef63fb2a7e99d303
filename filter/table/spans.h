/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the values of one word lead to, as a sorted list of spans, and the plan of the shortest tree
 * of comparisons that finds the span of a value. Used by emit, and the list by region.
 */
#ifndef FILTER_TABLE_SPANS_H
#define FILTER_TABLE_SPANS_H

#include "filter/table/table.h"

/*
 * Beyond this many no program of PROGRAM_LENGTH_MAX instructions can tell them apart: one
 * comparison tells at most one span from both its neighbours.
 */
#define SPANS_MAX 8193
/* Single values tested one after the other at the end of a branch: 1.25 instructions a value, 4
 * steps. */
#define CHAIN_MAX 4
/* A span counts with no more values than this where the mean of executed comparisons is made small.
 */
#define WEIGHT_MAX 48
/* Up to this many spans the best tree is searched; longer lists are halved first. */
#define SEARCH_MAX 192

/* The values from `first` up to the next span's lead to node. */
struct span {
	uint32_t first;
	uint32_t node;
	bool single; /* just one value (of the masked word) */
};

struct span_plan {
	struct span *spans;
	size_t count;
	uint32_t mask;	 /* of the word, before it is compared */
	uint16_t *split; /* by [from * (count + 1) + to]: where the best tree splits; only for count
			    <= SEARCH_MAX */
};

struct spans_scratch;
struct spans_scratch *spans_scratch_new(const struct space *space);
void spans_scratch_free(struct spans_scratch *scratch);

/*
 * Lists the spans of the word that a node looks at first. False where testing bit after bit is
 * shorter.
 */
bool span_plan_make(struct span_plan *plan, struct spans_scratch *scratch,
		    const struct space *space, uint32_t node);
/* The same list, without a plan for a tree. */
bool span_plan_list(struct span_plan *plan, struct spans_scratch *scratch,
		    const struct space *space, uint32_t node);
/*
 * The spans of the word's own values, without a plan for a tree; false beyond `limit` of them.
 */
bool span_plan_values(struct span_plan *plan, const struct space *space, uint32_t node,
		      size_t limit);
void cleanup_span_plan(struct span_plan *plan);
/*
 * True if the spans from..to are few single values in one *rest.
 */
bool span_plan_chain(const struct span_plan *plan, size_t from, size_t to, uint32_t *rest);
/* Else: the span at which they are split best. */
size_t span_plan_split(const struct span_plan *plan, size_t from, size_t to);

#endif
