/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters as one self-contained HTML page: system calls by family, coloured by outcome, with
 * arguments and the deciding rule of each. Nothing is fetched, nothing is executed; it is XML too.
 */
#ifndef SHIM_ANALYZE_PAGE_H
#define SHIM_ANALYZE_PAGE_H

#include "shim/analyze/explain.h"

/* Adds the page of one filter, or of two side by side (b not NULL; both in one space). */
void page_add(struct buffer *out, const struct explained *a, const struct explained *b);

#endif
