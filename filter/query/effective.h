/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The effective call: the same call without the bits of its arguments that the kernel ignores
 * (seccomp-shim-profile(5), "Width of arguments"). Only calls with a known signature have such
 * bits.
 */
#ifndef FILTER_QUERY_EFFECTIVE_H
#define FILTER_QUERY_EFFECTIVE_H

#include "filter/kernel/signatures.h"
#include "filter/table/table_apply.h"

/* The calls of which the bits beyond these widths are 0. */
void effective_ignored_bits(const struct widths *widths, struct known_bits *ignored);
/* Clears the ignored bits of a call's arguments. */
void effective_call(struct seccomp_data *data);
/*
 * The table that gives each call what `table` gives the effective one; TABLE_FULL if a bound was
 * reached.
 */
struct node effective_table(struct space *space, struct node table) MUST_CHECK;

#endif
