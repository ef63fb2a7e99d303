/* SPDX-License-Identifier: Apache-2.0 */
/* Outcomes, calls and places in the results of explain, diff and test. */
#include <config.h>

#include "shim/analyze/json_parts.h"

#include "filter/kernel/action.h"

void json_write_outcome(struct json_writer *json, const char *key, uint32_t outcome)
{
	CLEANUP(buffer_free) struct buffer text = {0};

	outcome_add(&text, outcome);
	json_write_string(json, key, text.data);
}

void json_write_arguments(struct json_writer *json, const char *key,
			  const struct seccomp_data *call)
{
	json_write_array(json, key);
	for (size_t i = 0; i < ARRAY_SIZE(call->args); i++)
		json_write_hex(json, NULL, call->args[i]);
	json_write_end(json);
}

void json_write_call(struct json_writer *json, const char *key, const struct seccomp_data *call)
{
	json_write_object(json, key);
	json_write_hex(json, "auditArch", call->arch);
	json_write_unsigned(json, "number", (uint32_t)call->nr);
	json_write_arguments(json, "args", call);
	json_write_end(json);
}

void json_write_place(struct json_writer *json, struct place place)
{
	json_write_string(json, "file", place.file);
	if (place.line > 0) {
		json_write_unsigned(json, "line", place.line);
		json_write_unsigned(json, "column", place.column);
	} else {
		json_write_null(json, "line");
		json_write_null(json, "column");
	}
}
