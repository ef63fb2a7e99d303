/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps lists of links. */
#include <config.h>

#include "filter/table/chains.h"

#include <stdlib.h>

void chain_add_link(struct chain *chain, struct node condition, struct node then)
{
	chain->links =
		mem_grow(chain->links, chain->count, &chain->capacity, sizeof(*chain->links));
	chain->links[chain->count++] = (struct chain_link){condition, then};
}

void chains_add(struct chains *chains, struct chain *chain)
{
	chains->list =
		mem_grow(chains->list, chains->count, &chains->capacity, sizeof(*chains->list));
	chains->list[chains->count++] = *chain;
	*chain = (struct chain){0};
}

const struct chain *chains_find(const struct chains *chains, struct node node)
{
	for (size_t i = 0; chains && i < chains->count; i++)
		if (node_same(chains->list[i].node, node))
			return &chains->list[i];
	return NULL;
}

void chain_free(struct chain *chain)
{
	free(chain->links);
	*chain = (struct chain){0};
}

void chains_free(struct chains *chains)
{
	for (size_t i = 0; i < chains->count; i++)
		chain_free(&chains->list[i]);
	free(chains->list);
	*chains = (struct chains){0};
}
