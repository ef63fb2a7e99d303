/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists the regions of a table: where it has which value, in stable order, each with a witness.
 * diff and explain print them.
 */
#ifndef FILTER_QUERY_TABLE_RANGES_H
#define FILTER_QUERY_TABLE_RANGES_H

#include "filter/kernel/abi.h"
#include "filter/table/table.h"

/* A region: calls that get one value. */
struct table_range {
	uint32_t arch_first,
		arch_last;     /* AUDIT_ARCH values; a range only where no ABI is known there */
	const struct abi *abi; /* NULL: an architecture that no ABI of ours has */
	uint32_t first, last;  /* numbers */
	bool whole;	       /* every number of the ABI (or of all these architectures); of
				  x86-64 and x32 the first of their two quarters is enough */
	/*
	 * On arguments, "domain == 40"; NULL: whatever they are; owned. A name alone stands for as
	 * many of the argument's low bits as the kernel uses, "(u64)domain" for all 64.
	 */
	char *condition;
	uint32_t value;		     /* of the table there */
	struct seccomp_data witness; /* a call in the region */
};

struct table_ranges {
	struct table_range *list;
	size_t count, capacity;
	bool constants; /* set by the caller: values that have names are written by them */
};

/* For one call at most so many conditions are listed: the last one then ends with ", and more". */
#define REGION_CONDITIONS_MAX 16

/*
 * Lists the regions of a table where it does not lead to the node `skipped`. Each call that has a
 * name is a region of its own, nameless neighbours of one value are one. There is at least one
 * region if table is not `skipped`. regions starts empty.
 */
void table_ranges_describe(const struct space *space, struct node table, struct node skipped,
			   struct table_ranges *regions);
/*
 * The same for one call: node is what its table has below the words that data gives
 * (filter/query/call.h, call_rest). The witnesses have data's arguments where the conditions say
 * nothing.
 */
void table_ranges_describe_call(const struct space *space, struct node node, struct node skipped,
				const struct seccomp_data *data, struct table_ranges *regions);
void table_ranges_free(struct table_ranges *regions);

/* Every number that there is, and not just a quarter of them. */
bool table_range_is_all(const struct table_range *region);
/* "x86_64 socket: domain == 40", "x86 every call". */
void table_range_add_calls(struct buffer *out, const struct table_range *region);
/* "socket(40, 0, 0)": the arguments that the call has, and beyond them as far as one is not 0. */
void table_range_add_call(struct buffer *out, const struct seccomp_data *data);

#endif
