/* SPDX-License-Identifier: Apache-2.0 */
/* What test --replay has found, as the members of its result in JSON. */
#include <config.h>

#include "shim/test/replay.h"

#include "shim/analyze/json_parts.h"

/* The rule that decides; null if none does. */
static void replay_write_rule(struct json_writer *json, struct place place)
{
	if (!place.file) {
		json_write_null(json, "rule");
		return;
	}
	json_write_object(json, "rule");
	json_write_place(json, place);
	json_write_end(json);
}

/* The line of the recording. */
static void replay_write_first(struct json_writer *json, struct place place)
{
	json_write_object(json, "first");
	json_write_string(json, "file", place.file);
	json_write_unsigned(json, "line", place.line);
	json_write_end(json);
}

static void replay_write_row(struct json_writer *json, const struct replay_row *row)
{
	CLEANUP(buffer_free) struct buffer call = {0};

	call_add_text(&call, &row->call);
	json_write_object(json, NULL);
	json_write_unsigned(json, "count", row->count);
	json_write_string(json, "verdict", replay_verdict_word(row->verdict));
	json_write_string(json, "abi", row->call.abi->name);
	json_write_unsigned(json, "number", row->call.number);
	json_write_string(json, "name", row->call.name);
	json_write_string(json, "call", call.data);
	json_write_array(json, "outcomes");
	for (size_t i = 0; i < row->outcome_count; i++)
		json_write_outcome(json, NULL, row->outcomes[i]);
	json_write_end(json);
	replay_write_rule(json, row->deciding);
	replay_write_first(json, row->first);
	json_write_end(json);
}

void replay_write_json(struct json_writer *json, const struct replay *replay)
{
	json_write_unsigned(json, "recorded", replay->calls);
	json_write_unsigned(json, "passing", replay->verdicts[REPLAY_PASSES]);
	json_write_unsigned(json, "denied", replay->verdicts[REPLAY_DENIED]);
	json_write_unsigned(json, "mayBeDenied", replay->verdicts[REPLAY_MAY_BE]);
	json_write_unsigned(json, "notUnderstood", replay->unknown_lines);
	json_write_array(json, "calls");
	for (size_t i = 0; i < replay->row_count; i++)
		replay_write_row(json, &replay->rows[i]);
	json_write_end(json);
}
