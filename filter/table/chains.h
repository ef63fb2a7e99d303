/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the rules themselves would decide a call: one condition after the other. A table of many
 * masks has far more nodes than the rules have conditions; emit takes whichever is shorter.
 */
#ifndef FILTER_TABLE_CHAINS_H
#define FILTER_TABLE_CHAINS_H

#include "filter/table/table.h"

/* Where the condition (a boolean table) holds, the call gets what `then` (an outcome's node) says;
 * elsewhere the next link decides. */
struct chain_link {
	struct node condition, then;
};

/* The links, the strictest first, decide as the table `node`; where none holds, as `rest`. */
struct chain {
	struct node node, rest;
	struct chain_link *links; /* owned */
	size_t count, capacity;
};

/* All zero is an empty list. */
struct chains {
	struct chain *list;
	size_t count, capacity;
};

void chain_add_link(struct chain *chain, struct node condition, struct node then);
/* Takes the chain's links over. */
void chains_add(struct chains *chains, struct chain *chain);
/* The chain of a node, NULL if there is none. */
const struct chain *chains_find(const struct chains *chains, struct node node);
void chain_free(struct chain *chain);
void chains_free(struct chains *chains);

#endif
