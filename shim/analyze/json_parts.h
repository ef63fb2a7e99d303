/* SPDX-License-Identifier: Apache-2.0 */
/* JSON that several commands write alike: outcomes, calls, places. */
#ifndef SHIM_ANALYZE_JSON_PARTS_H
#define SHIM_ANALYZE_JSON_PARTS_H

#include <linux/seccomp.h>

#include "oci/finding.h"
#include "oci/json_write.h"

/* "ERRNO(EPERM)". */
void json_write_outcome(struct json_writer *json, const char *key, uint32_t outcome);
/* A call: {"auditArch":"0xc000003e","number":90,"args":["0x0",...]}. */
void json_write_call(struct json_writer *json, const char *key, const struct seccomp_data *call);
/* Its six arguments alone. */
void json_write_arguments(struct json_writer *json, const char *key,
			  const struct seccomp_data *call);
/* The members "file", "line" and "column" of an open object; null where the place has none. */
void json_write_place(struct json_writer *json, struct place place);

#endif
