/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks up what a table decides about calls of which some bits are known. It walks over the diagram
 * and makes no new nodes, however many questions are asked.
 */
#ifndef FILTER_QUERY_TABLE_QUERY_H
#define FILTER_QUERY_TABLE_QUERY_H

#include "filter/query/call.h"
#include "filter/table/table_apply.h"

/*
 * The calls that a CALL stands for. An argument that is narrower than its register is known in its
 * own width only: whatever stands above, the kernel takes it for the same call (of ipc(2)'s first
 * one the version, too). Registers that the ABI does not have are 0.
 */
void known_of_call(struct known_bits *known, const struct call *call);

/* Memory of a walk; the space may grow between questions, not during one. */
struct table_query;
struct table_query *table_query_new(const struct space *space);
void table_query_free(struct table_query *query);

/* A call and what it gets. */
struct table_answer {
	struct seccomp_data call;
	uint32_t outcome;
	bool by_address; /* the instruction pointer was looked at (table_query_branches) */
};

/*
 * The first known call, words in order, with an outcome that the test accepts; false if there is
 * none. Bits that do not matter are 0.
 */
bool table_query_find(struct table_query *query, struct node table, const struct known_bits *known,
		      outcome_test *test, const void *context, struct table_answer *answer);

/* Takes one call; false ends the walk. */
typedef bool answer_taker(const struct table_answer *answer, void *context);
/*
 * Gives a call for every branch of the table that known calls can take: each edge of the diagram is
 * on the way of at least one of them. False if the taker ended it.
 */
bool table_query_branches(struct table_query *query, struct node table,
			  const struct known_bits *known, answer_taker *take, void *context);

#endif
