/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the reader of a container's state: any bytes are one, or refused with an error. What is
 * accepted has what a hook relies on.
 */
#include <config.h>

#include "oci/state.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_state(const struct container_state *state)
{
	require(state->id && *state->id);
	require(state->status_text && *state->status_text);
	require(state->bundle && state->bundle[0] == '/');
	require(state->pid <= STATE_PID_MAX && (state->has_pid || state->pid == 0));
	for (size_t i = 0; state->annotations && i < state->annotations->length; i++) {
		const struct json_member *member = &state->annotations->members[i];

		require(member->value->type == JSON_STRING);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct findings findings = {0};
	char *text = mem_string_n((const char *)data, size);
	struct json_document *document = json_parse("state", text, size, &findings);
	struct container_state state;

	if (document) {
		int result = state_read(document->root, &state, &findings);

		require((result != 0) == (findings.errors > 0));
		if (result == 0)
			check_state(&state);
	}
	findings_free(&findings);
	json_free(document);
	free(text);
	return 0;
}
