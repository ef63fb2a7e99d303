/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what test --replay has found as lines for people. */
#include <config.h>

#include "shim/test/replay.h"

#include <string.h>

#include "filter/kernel/action.h"
#include "shim/print.h"

const char *replay_verdict_word(enum replay_verdict verdict)
{
	static const char *const words[] = {
		[REPLAY_PASSES] = "passes",
		[REPLAY_DENIED] = "denied",
		[REPLAY_MAY_BE] = "may be denied",
	};

	return words[verdict];
}

static void replay_add_outcomes(struct buffer *out, const struct replay_row *row)
{
	for (size_t i = 0; i < row->outcome_count; i++) {
		if (i > 0)
			buffer_add_text(out, "|");
		outcome_add(out, row->outcomes[i]);
	}
}

/* "FILE:LINE:COLUMN", or "FILE:LINE". */
static void replay_add_place(struct buffer *out, struct place place, bool column)
{
	buffer_add_escaped(out, place.file, strlen(place.file));
	if (place.line > 0)
		buffer_addf(out, ":%u", place.line);
	if (place.line > 0 && column)
		buffer_addf(out, ":%u", place.column);
}

/* "     12 denied: x86_64 chmod(*, 384): ERRNO(EPERM), by FILE:12:5; first at LOG:3" */
static void replay_print_row(const struct replay_row *row)
{
	CLEANUP(buffer_free) struct buffer line = {0};

	buffer_addf(&line, "%7zu %s: ", row->count, replay_verdict_word(row->verdict));
	call_add_text(&line, &row->call);
	buffer_add_text(&line, ": ");
	replay_add_outcomes(&line, row);
	if (row->deciding.file) {
		buffer_add_text(&line, ", by ");
		replay_add_place(&line, row->deciding, true);
	}
	buffer_add_text(&line, "; first at ");
	replay_add_place(&line, row->first, false);
	buffer_add_text(&line, "\n");
	print_out(line.data, line.length);
}

void replay_print_text(const struct replay *replay)
{
	CLEANUP(buffer_free) struct buffer line = {0};

	for (size_t i = 0; i < replay->row_count; i++)
		replay_print_row(&replay->rows[i]);
	buffer_addf(&line, "%zu call%s: %zu pass, %zu denied, %zu may be denied", replay->calls,
		    replay->calls == 1 ? "" : "s", replay->verdicts[REPLAY_PASSES],
		    replay->verdicts[REPLAY_DENIED], replay->verdicts[REPLAY_MAY_BE]);
	if (replay->unknown_lines > 0) {
		buffer_addf(&line, "; %zu line%s not understood, the first at ",
			    replay->unknown_lines, replay->unknown_lines == 1 ? "" : "s");
		replay_add_place(&line, replay->unknown, false);
	}
	buffer_add_text(&line, "\n");
	print_out(line.data, line.length);
}
