/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces, number by number, each test of an ignored bit by what follows where the bit is 0. */
#include <config.h>

#include "filter/query/effective.h"

#include <stdlib.h>

#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"

/* What was made of a node for one number. */
struct cleared {
	uint32_t number_of; /* counted from 1; another one: nothing was made of it yet */
	struct node node;
};

struct clearing {
	struct space *space;
	struct cleared *memo; /* by node */
	uint32_t number_of;
	struct widths widths;
};

void effective_call(struct seccomp_data *data)
{
	const struct abi *abi = abi_of_call(data->arch, (uint32_t)data->nr);
	struct widths widths;

	if (!abi || !syscall_name(abi, (uint32_t)data->nr))
		return;
	widths = widths_of(WIDTH_KERNEL, abi, (uint32_t)data->nr);
	for (unsigned i = 0; i < ARGUMENTS_MAX; i++)
		data->args[i] &= UINT64_MAX >> (64 - widths.bits[i]);
}

static bool effective_is_ignored(const struct clearing *c, unsigned level)
{
	unsigned word = word_of_level(level), index = (word - WORD_ARGUMENTS) / 2;
	unsigned bit = bit_of_level(level) + (word == word_argument_high(index) ? 32 : 0);

	return word < WORD_IP && bit >= c->widths.bits[index];
}

static struct node effective_clear(const struct clearing *c, struct node node)
{
	unsigned level = table_level(c->space, node);
	struct node low, high;

	if (level == LEVEL_TERMINAL)
		return node;
	if (c->memo[node.index].number_of == c->number_of)
		return c->memo[node.index].node;
	if (!space_step(c->space))
		return TABLE_FULL;
	low = effective_clear(c, table_low(c->space, node));
	if (!node_same(low, TABLE_FULL) && !effective_is_ignored(c, level)) {
		high = effective_clear(c, table_high(c->space, node));
		low = node_same(high, TABLE_FULL) ? TABLE_FULL
						  : table_node(c->space, level, low, high);
	}
	c->memo[node.index] = (struct cleared){c->number_of, low};
	return low;
}

/* Lays what the number's effective calls get over `onto`. node: what is below the number. */
static struct node effective_lay_number(struct clearing *c, const struct abi *abi, uint32_t number,
					struct node node, struct node onto)
{
	struct node cleared, one;

	if (table_level(c->space, node) == LEVEL_TERMINAL)
		return onto;
	c->number_of++;
	c->widths = widths_of(WIDTH_KERNEL, abi, number);
	cleared = effective_clear(c, node);
	if (node_same(cleared, node))
		return onto;
	one = table_compare_word(c->space, WORD_NUMBER, number, TABLE_FALSE, TABLE_TRUE,
				 TABLE_FALSE);
	one = table_compare_word(c->space, WORD_ARCH, abi->audit_arch, TABLE_FALSE, one,
				 TABLE_FALSE);
	return table_choose(c->space, one, cleared, onto);
}

struct node effective_table(struct space *space, struct node table)
{
	CLEANUP(cleanup_free)
	struct cleared *memo = mem_zero(space_size(space) + 1, sizeof(*memo));
	struct clearing c = {.space = space, .memo = memo};
	struct node result = table;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct abi *abi = abi_of(arch);
		struct node below = table_at(space, table, WORD_ARCH, abi->audit_arch);
		uint32_t number;

		if (table_level(space, below) == LEVEL_TERMINAL)
			continue;
		for (size_t i = 0; i < syscall_count(); i++)
			if (syscall_number(abi, syscall_at(i), &number))
				result = effective_lay_number(&c, abi, number,
							      table_at(space, below, WORD_NUMBER,
								       number),
							      result);
	}
	return result;
}
