/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the table of the calls that a CALL stands for, and what a table decides about them. */
#include <config.h>

#include "filter/query/call.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/signatures.h"

unsigned call_argument_bits(const struct call *call, unsigned index)
{
	struct argument arguments[ARGUMENTS_MAX];

	if (!call->name)
		return signature_full_bits(call->abi);
	(void)signature_of(call->abi, call->name, arguments); /* without one: the full width */
	return arguments[index].bits;
}

struct seccomp_data call_data(const struct call *call)
{
	struct seccomp_data data = {.nr = (int)call->number, .arch = call->abi->audit_arch};

	memcpy(data.args, call->args, sizeof(data.args));
	return data;
}

/* The table where one word has this value, and `otherwise` elsewhere. */
static struct node call_at_value(struct space *space, unsigned word, uint32_t value,
				 struct node node, struct node otherwise)
{
	return table_compare_word(space, word, value, otherwise, node, otherwise);
}

static struct node call_arguments_table(struct space *space, const struct call *call)
{
	struct node node = TABLE_TRUE;

	for (unsigned i = CALL_ARGUMENTS; i-- > 0;) {
		if (!(call->given >> i & 1))
			continue;
		node = call_at_value(space, word_argument_low(i), (uint32_t)call->args[i], node,
				     TABLE_FALSE);
		node = call_at_value(space, word_argument_high(i), (uint32_t)(call->args[i] >> 32),
				     node, TABLE_FALSE);
	}
	return node;
}

struct node call_table(struct space *space, const struct call *call)
{
	struct node node = call_arguments_table(space, call);

	node = call_at_value(space, WORD_NUMBER, call->number, node, TABLE_FALSE);
	return call_at_value(space, WORD_ARCH, call->abi->audit_arch, node, TABLE_FALSE);
}

struct node call_restrict(struct space *space, struct node table, const struct call *call,
			  struct node otherwise)
{
	return table_choose(space, call_table(space, call), table, otherwise);
}

/* Known words, and what became of nodes that look at them. */
struct rest {
	struct space *space;
	struct seccomp_data data;
	unsigned known;	   /* bits of enum word */
	uint32_t *results; /* by node: the result + 1, 0: not looked at */
	size_t count;
};

static struct node call_rest_of_node(struct rest *rest, struct node node)
{
	unsigned level = table_level(rest->space, node), word = word_of_level(level);
	struct node low, high, result;

	if (level == LEVEL_TERMINAL)
		return node;
	if (node.index < rest->count && rest->results[node.index] != 0)
		return (struct node){rest->results[node.index] - 1};
	low = table_low(rest->space, node);
	high = table_high(rest->space, node);
	if (rest->known >> word & 1) {
		uint32_t value = word_value(&rest->data, word);

		result = call_rest_of_node(rest, value >> bit_of_level(level) & 1 ? high : low);
	} else {
		low = call_rest_of_node(rest, low);
		high = call_rest_of_node(rest, high);
		result = table_node(rest->space, level, low, high);
	}
	if (node.index < rest->count)
		rest->results[node.index] = result.index + 1;
	return result;
}

struct node call_rest(struct space *space, struct node table, const struct call *call)
{
	struct rest rest = {.space = space,
			    .data = call_data(call),
			    .known = 1u << WORD_ARCH | 1u << WORD_NUMBER,
			    .count = space_size(space)};
	struct node result;

	if (node_same(table, TABLE_FULL))
		return TABLE_FULL;
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		if (call->given >> i & 1)
			rest.known |= 1u << word_argument_low(i) | 1u << word_argument_high(i);
	rest.results = mem_zero(rest.count + 1, sizeof(*rest.results));
	result = call_rest_of_node(&rest, table);
	free(rest.results);
	return result;
}
