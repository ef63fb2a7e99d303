/* SPDX-License-Identifier: Apache-2.0 */
/* Writes differences as the members of diff --json's result. */
#include <config.h>

#include "shim/analyze/diff.h"

#include "shim/analyze/json_parts.h"

static void diff_write_difference(struct json_writer *json, const struct difference *difference)
{
	const struct table_range *region = &difference->region;
	CLEANUP(buffer_free) struct buffer text = {0};

	difference_add(&text, difference);
	json_write_object(json, NULL);
	json_write_string(json, "abi", region->abi ? region->abi->name : NULL);
	json_write_hex(json, "auditArch", region->arch_first);
	json_write_unsigned(json, "firstNumber", region->first);
	json_write_unsigned(json, "lastNumber", region->last);
	json_write_string(json, "condition", region->condition);
	json_write_outcome(json, "a", difference->a);
	json_write_outcome(json, "b", difference->b);
	json_write_call(json, "witness", &region->witness);
	json_write_bool(json, "sameEffectiveCall", difference->same_effective);
	json_write_string(json, "text", text.data);
	json_write_end(json);
}

void differences_write_json(struct json_writer *json, const struct differences *differences)
{
	json_write_array(json, "differences");
	for (size_t i = 0; i < differences->count; i++)
		diff_write_difference(json, &differences->list[i]);
	json_write_end(json);
}
