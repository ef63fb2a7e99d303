/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Converts argument values to the kernel's names ("AF_VSOCK") and back, by ABI: many differ between
 * them (O_DIRECT, SOCK_STREAM, TCGETS). The tables are made by filter/kernel/constants.awk from
 * constants.tab.
 */
#ifndef FILTER_KERNEL_CONSTANTS_H
#define FILTER_KERNEL_CONSTANTS_H

#include "filter/kernel/abi.h"

/* True and *value if the word is a constant of the ABI; negative ones as 64 bits. */
bool constant_value_on(const struct abi *abi, const char *word, uint64_t *value);
/* True if the word is a constant of any ABI. */
bool constant_known(const char *word);
/* The nearest known word, for "did you mean"; NULL if none is near. */
const char *constant_nearest(const char *word);
/*
 * Adds "AF_INET", "CLONE_NEWUSER|SIGCHLD|0x100" or "0x10": the value of argument `index` of the
 * call `name` (NULL: a number without a name). What constant_value_on() reads back, part by part,
 * is the value in the argument's width, `bits` of 16, 32 or 64.
 */
void constant_add_bits(struct buffer *out, const struct abi *abi, const char *name, unsigned index,
		       uint64_t value, unsigned bits);
/* The same in the width that the argument has on this ABI. */
void constant_add(struct buffer *out, const struct abi *abi, const char *name, unsigned index,
		  uint64_t value);

#endif
