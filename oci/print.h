/* SPDX-License-Identifier: Apache-2.0 */
/* A resolved profile as an OCI section: the same bytes every time (CONTRACT "compile"). */
#ifndef OCI_PRINT_H
#define OCI_PRINT_H

#include "oci/resolve.h"

/*
 * Keys in the specification's order, rules in profile order, errnoRet always written where the
 * action takes one, two spaces, final newline. Reading the result gives the same decisions.
 */
void section_print(const struct resolved *resolved, struct buffer *out);
/* A JSON string with its quotes. */
void json_add_string(struct buffer *out, const char *text, size_t length);

#endif
