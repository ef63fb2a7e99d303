/* SPDX-License-Identifier: Apache-2.0 */
/* A resolved profile as an OCI section: the same bytes every time. */
#ifndef OCI_PRINT_H
#define OCI_PRINT_H

#include "oci/json_write.h"
#include "oci/resolve.h"

/*
 * Keys in the specification's order, rules in profile order, errnoRet always written where the
 * action takes one, two spaces, final newline. Reading the result gives the same decisions.
 */
void section_print(const struct resolved *resolved, struct buffer *out);
/* One rule of a section. brief: errnoRet is left out where the same is meant without it. */
void section_write_rule(struct json_writer *json, const char *key, const struct profile_rule *rule,
			bool brief);

#endif
