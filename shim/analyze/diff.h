/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What diff finds out about two filters, and the forms in which it is printed, each in a file of
 * its name; the page is in page.h.
 */
#ifndef SHIM_ANALYZE_DIFF_H
#define SHIM_ANALYZE_DIFF_H

#include "filter/query/compare.h"
#include "oci/json_write.h"

/* One line for each difference, on standard output. */
void differences_print_text(const struct differences *differences);
/* The members of the result of --json. */
void differences_write_json(struct json_writer *json, const struct differences *differences);

#endif
