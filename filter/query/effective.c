/* SPDX-License-Identifier: Apache-2.0 */
/* Takes, number by number, what is left of the table where the ignored bits are 0. */
#include <config.h>

#include "filter/query/effective.h"

#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"

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

void effective_ignored_bits(const struct widths *widths, struct known_bits *ignored)
{
	*ignored = (struct known_bits){.mask = {0}};
	for (unsigned i = 0; i < ARGUMENTS_MAX; i++) {
		const uint64_t used = UINT64_MAX >> (64 - widths->bits[i]);

		ignored->mask[word_argument_high(i)] = (uint32_t)(~used >> 32);
		ignored->mask[word_argument_low(i)] = (uint32_t)~used;
	}
}

/* Lays what the number's effective calls get over `onto`. node: what is below the number. */
static struct node effective_lay_number(struct space *space, const struct abi *abi, uint32_t number,
					struct node node, struct node onto)
{
	struct known_bits ignored;
	struct widths widths;
	struct node cleared, one;

	if (table_level(space, node) == LEVEL_TERMINAL)
		return onto;
	widths = widths_of(WIDTH_KERNEL, abi, number);
	effective_ignored_bits(&widths, &ignored);
	cleared = table_restrict(space, node, &ignored, true);
	if (node_same(cleared, node))
		return onto;
	one = table_compare_word(space, WORD_NUMBER, number, TABLE_FALSE, TABLE_TRUE, TABLE_FALSE);
	one = table_compare_word(space, WORD_ARCH, abi->audit_arch, TABLE_FALSE, one, TABLE_FALSE);
	return table_choose(space, one, cleared, onto);
}

struct node effective_table(struct space *space, struct node table)
{
	struct node result = table;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct abi *abi = abi_of(arch);
		struct node below = table_at(space, table, WORD_ARCH, abi->audit_arch);
		uint32_t number;

		if (table_level(space, below) == LEVEL_TERMINAL)
			continue;
		for (size_t i = 0; i < syscall_count(); i++)
			if (syscall_number(abi, syscall_at(i), &number))
				result = effective_lay_number(space, abi, number,
							      table_at(space, below, WORD_NUMBER,
								       number),
							      result);
	}
	return result;
}
