/* SPDX-License-Identifier: Apache-2.0 */
/* What test --replay has found, as lines for people. */
#include <config.h>

#include "shim/test/replay.h"

#include "filter/kernel/action.h"
#include "shim/test/test_result.h"

static void replay_add_outcomes(struct buffer *out, const struct replay_row *row)
{
	for (size_t i = 0; i < row->outcome_count; i++) {
		if (i > 0)
			buffer_add_text(out, "|");
		outcome_add(out, row->outcomes[i]);
	}
}

/* "     12 denied: x86_64 chmod(*, 384): ERRNO(EPERM), by FILE:12:5; first at LOG:3" */
static void replay_add_row(struct buffer *out, const struct replay_row *row)
{
	buffer_addf(out, "%7zu %s: ", row->count, replay_verdict_word(row->verdict));
	call_add_text(out, &row->call);
	buffer_add_text(out, ": ");
	replay_add_outcomes(out, row);
	if (row->deciding.file) {
		buffer_add_text(out, ", by ");
		place_add_bare(out, row->deciding);
	}
	buffer_add_text(out, "; first at ");
	test_add_line(out, row->first);
	buffer_add_text(out, "\n");
}

void replay_add_text(struct buffer *out, const struct replay *replay)
{
	for (size_t i = 0; i < replay->row_count; i++)
		replay_add_row(out, &replay->rows[i]);
	buffer_addf(out, "%zu call%s: %zu pass, %zu denied, %zu may be denied", replay->calls,
		    replay->calls == 1 ? "" : "s", replay->verdicts[REPLAY_PASSES],
		    replay->verdicts[REPLAY_DENIED], replay->verdicts[REPLAY_MAY_BE]);
	if (replay->unknown_lines > 0) {
		buffer_addf(out, "; %zu line%s not understood, the first at ",
			    replay->unknown_lines, replay->unknown_lines == 1 ? "" : "s");
		test_add_line(out, replay->unknown);
	}
	buffer_add_text(out, "\n");
}
