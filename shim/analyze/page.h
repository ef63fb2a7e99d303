/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters as one self-contained HTML page: system calls by family, coloured by outcome, with
 * arguments and the deciding rule of each. Nothing is fetched, nothing is executed; it is XML too.
 */
#ifndef SHIM_ANALYZE_PAGE_H
#define SHIM_ANALYZE_PAGE_H

#include "filter/query/compare.h"
#include "shim/analyze/explanation.h"

/* A filter and all its calls, with the answers that listing_find_answers() finds. */
struct page_side {
	const struct explained *explained;
	const struct listing *listing;
};

/*
 * Adds the page of one filter, or of two side by side (b not NULL; both in one space) with their
 * differences (NULL: the filters are too large to be compared).
 */
void page_add(struct buffer *out, const struct page_side *a, const struct page_side *b,
	      const struct differences *differences);

#endif
