/* SPDX-License-Identifier: Apache-2.0 */
/* Walks over a table, follows known bits and tries the others, each node once. */
#include <config.h>

#include "filter/query/table_query.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/syscalls.h"

struct table_query {
	const struct space *space;
	uint32_t *seen; /* by node: the walk that was there last */
	size_t capacity;
	uint32_t walk;
};

/* Registers have 64 bits there although only 32 of them are compared. */
static bool query_has_wide_registers(const struct abi *abi)
{
	return abi->argument_bits == 64 || abi->arch == ARCH_X32 || abi->arch == ARCH_MIPS64N32 ||
	       abi->arch == ARCH_MIPSEL64N32;
}

static void query_known_word(struct known_bits *known, unsigned word, uint32_t mask, uint32_t value)
{
	known->mask[word] = mask;
	known->value[word] = value & mask;
}

static uint32_t query_low_bits(unsigned count)
{
	return count >= 32 ? UINT32_MAX : (UINT32_C(1) << count) - 1;
}

/* ipc(2) takes its version off its first argument. */
static unsigned query_argument_bits(const struct call *call, unsigned index)
{
	if (index == 0 && call->name && strcmp(call->name, "ipc") == 0)
		return (unsigned)__builtin_popcount(syscall_multiplexer_mask("ipc"));
	return call_argument_bits(call, index);
}

static void query_known_argument(struct known_bits *known, const struct call *call, unsigned index)
{
	const unsigned bits = query_argument_bits(call, index);

	if (call->given >> index & 1) {
		query_known_word(known, word_argument_low(index), query_low_bits(bits),
				 (uint32_t)call->args[index]);
		if (bits > 32)
			query_known_word(known, word_argument_high(index),
					 query_low_bits(bits - 32),
					 (uint32_t)(call->args[index] >> 32));
	}
	if (!query_has_wide_registers(call->abi))
		query_known_word(known, word_argument_high(index), UINT32_MAX, 0);
}

void known_of_call(struct known_bits *known, const struct call *call)
{
	memset(known, 0, sizeof(*known));
	query_known_word(known, WORD_ARCH, UINT32_MAX, call->abi->audit_arch);
	query_known_word(known, WORD_NUMBER, UINT32_MAX, call->number);
	for (unsigned i = 0; i < 6; i++)
		query_known_argument(known, call, i);
}

struct table_query *table_query_new(const struct space *space)
{
	struct table_query *query = mem_zero(1, sizeof(*query));

	query->space = space;
	return query;
}

void table_query_free(struct table_query *query)
{
	if (!query)
		return;
	free(query->seen);
	free(query);
}

/* Starts a walk that has seen no node. */
static void query_walk_start(struct table_query *query)
{
	size_t size = space_size(query->space);

	if (size > query->capacity || query->walk == UINT32_MAX) {
		free(query->seen);
		query->seen = mem_zero(size, sizeof(*query->seen));
		query->capacity = size;
		query->walk = 0;
	}
	query->walk++;
}

/* True the first time in a walk. */
static bool query_walk_enter(struct table_query *query, struct node node)
{
	if (query->seen[node.index] == query->walk)
		return false;
	query->seen[node.index] = query->walk;
	return true;
}

static void query_answer_start(struct table_answer *answer, const struct known_bits *known)
{
	memset(answer, 0, sizeof(*answer));
	for (unsigned word = 0; word < WORD_COUNT; word++)
		word_set(&answer->call, word, known->value[word]);
}

/* The call so far, with the bit of a node set or not. */
static void query_answer_bit(struct table_answer *answer, unsigned level, bool set)
{
	const unsigned word = word_of_level(level);
	const uint32_t bit = UINT32_C(1) << bit_of_level(level);
	const uint32_t value = word_value(&answer->call, word);

	word_set(&answer->call, word, set ? value | bit : value & ~bit);
}

static bool query_bit_is_known(const struct known_bits *known, unsigned level)
{
	return known->mask[word_of_level(level)] >> bit_of_level(level) & 1;
}

static struct node query_next_node(const struct space *space, struct node node,
				   const struct table_answer *answer)
{
	const unsigned level = table_level(space, node);

	return word_value(&answer->call, word_of_level(level)) >> bit_of_level(level) & 1
		       ? table_high(space, node)
		       : table_low(space, node);
}

struct query_search {
	struct table_query *query;
	const struct known_bits *known;
	outcome_test *test;
	const void *context;
	struct table_answer *answer;
};

static bool query_search_node(const struct query_search *search, struct node node)
{
	const struct space *space = search->query->space;
	const unsigned level = table_level(space, node);

	if (level == LEVEL_TERMINAL) {
		search->answer->outcome = table_value(space, node);
		return search->test(search->answer->outcome, search->context);
	}
	if (!query_walk_enter(search->query, node))
		return false;
	if (query_bit_is_known(search->known, level))
		return query_search_node(search, query_next_node(space, node, search->answer));
	if (query_search_node(search, table_low(space, node)))
		return true;
	query_answer_bit(search->answer, level, true);
	if (query_search_node(search, table_high(space, node)))
		return true;
	query_answer_bit(search->answer, level, false);
	return false;
}

bool table_query_find(struct table_query *query, struct node table, const struct known_bits *known,
		      outcome_test *test, const void *context, struct table_answer *answer)
{
	const struct query_search search = {query, known, test, context, answer};

	query_walk_start(query);
	query_answer_start(answer, known);
	return query_search_node(&search, table);
}

struct branches {
	struct table_query *query;
	const struct known_bits *known;
	answer_taker *take;
	void *context;
	struct table_answer answer;
};

/* Ends a way in a node whose branches were reported already: as the call is. */
static bool query_branches_finish(struct branches *branches, struct node node, bool by_address)
{
	const struct space *space = branches->query->space;

	while (table_level(space, node) != LEVEL_TERMINAL) {
		by_address |= word_of_level(table_level(space, node)) >= WORD_IP;
		node = query_next_node(space, node, &branches->answer);
	}
	branches->answer.outcome = table_value(space, node);
	branches->answer.by_address = by_address;
	return branches->take(&branches->answer, branches->context);
}

static bool query_branches_node(struct branches *branches, struct node node, bool by_address)
{
	const struct space *space = branches->query->space;
	const unsigned level = table_level(space, node);
	bool more;

	if (level == LEVEL_TERMINAL || !query_walk_enter(branches->query, node))
		return query_branches_finish(branches, node, by_address);
	by_address |= word_of_level(level) >= WORD_IP;
	if (query_bit_is_known(branches->known, level))
		return query_branches_node(branches,
					   query_next_node(space, node, &branches->answer),
					   by_address);
	if (!query_branches_node(branches, table_low(space, node), by_address))
		return false;
	query_answer_bit(&branches->answer, level, true);
	more = query_branches_node(branches, table_high(space, node), by_address);
	query_answer_bit(&branches->answer, level, false);
	return more;
}

bool table_query_branches(struct table_query *query, struct node table,
			  const struct known_bits *known, answer_taker *take, void *context)
{
	struct branches branches = {query, known, take, context, {.outcome = 0}};

	query_walk_start(query);
	query_answer_start(&branches.answer, known);
	return query_branches_node(&branches, table, false);
}
