/* SPDX-License-Identifier: Apache-2.0 */
/* Makes one table of pairs of outcomes from both, and lists its regions. */
#include <config.h>

#include "filter/query/compare.h"

#include <stdlib.h>

#include "filter/kernel/action.h"
#include "filter/query/effective.h"
#include "filter/table/table_apply.h"

#define SAME 0u /* the value of a pair that is no difference */
/* With the value of a pair: the effective call shows no difference. */
#define SAME_EFFECTIVE (UINT32_C(1) << 31)

/* A register that is returned has 2^16 outcomes: so many pairs cannot be listed one by one. */
#define PAIRS_MAX 8192

struct pair_of_outcomes {
	uint32_t a, b;
};

struct pairing {
	enum compare_what what;
	struct pair_of_outcomes *pairs; /* value - 1 in the table of pairs */
	size_t count, capacity;
	uint16_t found[2 * PAIRS_MAX]; /* open addressing: values, 0 for an empty entry */
	bool full;
};

int outcome_class(uint32_t outcome)
{
	return outcome_runs(outcome) || outcome_hands_over(outcome) ? (int)ACTION_NOTIFY
								    : outcome_rank(outcome);
}

/* Where the pair's value stands, or is to stand. */
static uint16_t *compare_pair_slot(struct pairing *p, uint32_t a, uint32_t b)
{
	uint64_t hash = (a * UINT64_C(0x9e3779b97f4a7c15) ^ b) * UINT64_C(0xbf58476d1ce4e5b9);
	size_t at = (size_t)(hash >> 32) % ARRAY_SIZE(p->found);

	while (p->found[at] != 0 &&
	       (p->pairs[p->found[at] - 1].a != a || p->pairs[p->found[at] - 1].b != b))
		at = (at + 1) % ARRAY_SIZE(p->found);
	return &p->found[at];
}

static uint32_t compare_pair_value(uint32_t a, uint32_t b, void *context)
{
	struct pairing *p = context;
	uint16_t *at;

	if (a == b || (p->what == COMPARE_LAXER && outcome_class(b) <= outcome_class(a)))
		return SAME;
	at = compare_pair_slot(p, a, b);
	if (*at != 0)
		return *at;
	p->full |= p->count == PAIRS_MAX;
	if (p->full)
		return SAME; /* not looked at: the comparison has failed */
	p->pairs = mem_grow(p->pairs, p->count, &p->capacity, sizeof(*p->pairs));
	p->pairs[p->count++] = (struct pair_of_outcomes){a, b};
	*at = (uint16_t)p->count;
	return *at;
}

static uint32_t compare_marked_value(uint32_t pair, uint32_t effective, void *context)
{
	(void)context; /* there is none */
	return pair != SAME && effective == SAME ? pair | SAME_EFFECTIVE : pair;
}

/* The table of pairs with those marked that the effective call does not show. */
static struct node compare_mark_effective(struct space *space, struct node pairs)
{
	struct node effective;

	if (node_same(pairs, TABLE_FULL))
		return TABLE_FULL;
	space_renew(space);
	effective = effective_table(space, pairs);
	return node_same(effective, pairs)
		       ? pairs
		       : table_apply(space, pairs, effective, compare_marked_value, NULL);
}

int compare_tables(struct space *space, struct node a, struct node b, enum compare_what what,
		   struct differences *differences)
{
	struct pairing p = {.what = what};
	struct node table = table_apply(space, a, b, compare_pair_value, &p);
	struct node same = table_outcome(space, SAME);

	table = p.full ? TABLE_FULL : compare_mark_effective(space, table);
	if (!node_same(table, TABLE_FULL) && !node_same(same, TABLE_FULL)) {
		table_ranges_describe(space, table, same, &differences->regions);
		differences->count = differences->regions.count;
		differences->list = mem_zero(differences->count + 1, sizeof(*differences->list));
	}
	for (size_t i = 0; i < differences->count; i++) {
		const struct table_range *region = &differences->regions.list[i];

		const struct pair_of_outcomes *pair =
			&p.pairs[(region->value & ~SAME_EFFECTIVE) - 1];

		differences->list[i] = (struct difference){*region, pair->a, pair->b,
							   (region->value & SAME_EFFECTIVE) != 0};
	}
	free(p.pairs);
	return node_same(table, TABLE_FULL) || node_same(same, TABLE_FULL) ? -1 : 0;
}

void differences_free(struct differences *differences)
{
	table_ranges_free(&differences->regions);
	free(differences->list);
	differences->list = NULL;
	differences->count = 0;
}

void difference_add(struct buffer *out, const struct difference *difference)
{
	table_range_add_calls(out, &difference->region);
	buffer_add_text(out, ": A ");
	outcome_add(out, difference->a);
	buffer_add_text(out, ", B ");
	outcome_add(out, difference->b);
	buffer_add_text(out, "; witness ");
	table_range_add_call(out, &difference->region.witness);
	if (difference->same_effective) {
		struct seccomp_data call = difference->region.witness;

		effective_call(&call);
		buffer_add_text(out, " (same effective call as ");
		table_range_add_call(out, &call);
		buffer_add_text(out, ")");
	}
}
