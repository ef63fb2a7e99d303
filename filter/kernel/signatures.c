/* SPDX-License-Identifier: Apache-2.0 */
/* Finds signatures by name in the table that filter/kernel/signatures.awk makes of
 * signatures.tab. */
#include <config.h>

#include "filter/kernel/signatures.h"

#include <string.h>

#include "filter/kernel/syscalls.h"

#include "filter/kernel/signatures_tab.h"

unsigned signature_full_bits(const struct abi *abi)
{
	return abi->arch == ARCH_X32 ? 64 : abi->argument_bits;
}

/* The row of a call's signature on an ABI; NULL if none is known. */
static const struct signature_row *signature_find_row(const struct abi *abi, const char *name)
{
	size_t low = 0, high = ARRAY_SIZE(signature_names);
	unsigned column = syscall_column(abi);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, signature_names[middle].name);
		unsigned row;

		if (order == 0) {
			row = signature_names[middle].rows[column];
			return row == 0 ? NULL : &signature_rows[row - 1];
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static unsigned signature_narrower(unsigned bits, unsigned full)
{
	return bits < full ? bits : full;
}

int signature_of(const struct abi *abi, const char *name, struct argument arguments[ARGUMENTS_MAX])
{
	static const char *const words[] = {"args[0]", "args[1]", "args[2]",
					    "args[3]", "args[4]", "args[5]"};
	const struct signature_row *row = !abi || !name ? NULL : signature_find_row(abi, name);
	unsigned full = !abi ? 64 : signature_full_bits(abi);

	for (unsigned i = 0; i < ARGUMENTS_MAX; i++) {
		if (row && i < row->count)
			arguments[i] = argument_rows[row->arguments[i]];
		else
			arguments[i] = (struct argument){words[i], "unsigned long", full};
		arguments[i].bits = signature_narrower(arguments[i].bits, full);
	}
	return !row ? -1 : row->count;
}

unsigned signature_bits(const struct abi *abi, uint32_t number, unsigned index)
{
	const char *name = syscall_name(abi, number);
	const struct signature_row *row = !name ? NULL : signature_find_row(abi, name);
	unsigned full = signature_full_bits(abi);

	if (!row || index >= row->count)
		return full;
	return signature_narrower(argument_rows[row->arguments[index]].bits, full);
}

struct widths widths_of(enum width width, const struct abi *abi, uint32_t number)
{
	struct widths widths;

	for (unsigned i = 0; i < ARGUMENTS_MAX; i++)
		widths.bits[i] =
			(unsigned char)(width == WIDTH_KERNEL ? signature_bits(abi, number, i)
							      : abi->argument_bits);
	return widths;
}
