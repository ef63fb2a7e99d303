/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what explain has found as lines for people. */
#include <config.h>

#include "shim/analyze/explanation.h"

#include <string.h>

#include "filter/kernel/action.h"
#include "filter/query/compare.h"

#define INDENT 2
#define GAP    2 /* between columns */

/* ---- calls that were asked */

void explain_add_origin(struct buffer *out, const struct explain_answer *answer,
			const struct explained *explained)
{
	const struct filter_operand *subject = explained->subject;

	if (subject->rules && answer->verdict.place.line > 0)
		place_add_bare(out, answer->verdict.place);
	else if (subject->rules)
		buffer_add_text(out, "no rule");
	else if (subject->program_count == 0)
		buffer_add_text(out, "nothing confines it");
	else
		buffer_addf(out, "filter %zu of %zu, instruction %zu", answer->filter,
			    subject->program_count, answer->instruction);
}

static void explain_add_losers(struct buffer *out, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->loser_count; i++) {
		const struct verdict_loser *loser = &verdict->losers[i];

		buffer_add_text(out, "  loses: ");
		outcome_add(out, rule_outcome(loser->entry->rule));
		buffer_add_text(out, "  ");
		place_add_bare(out, loser->entry->name->place);
		buffer_add_text(out, "  (");
		verdict_add_loss(out, verdict, loser);
		buffer_add_text(out, ")\n");
	}
}

static void explain_add_answer(struct buffer *out, const struct explanation *explanation,
			       const struct explain_answer *answer,
			       const struct explained *explained)
{
	CLEANUP(buffer_free) struct buffer reason = {0};

	call_add_text(out, &explanation->call);
	if (answer->region->condition)
		buffer_addf(out, ": %s", answer->region->condition);
	buffer_add_text(out, "  ");
	outcome_add(out, answer->region->value);
	buffer_add_text(out, "  ");
	explain_add_origin(out, answer, explained);
	if (explained->subject->rules)
		verdict_add_reason(&reason, &answer->verdict, explained->subject->rules,
				   &answer->region->witness);
	if (reason.length > 0)
		buffer_addf(out, "  (%s)", reason.data);
	buffer_add_text(out, "\n");
	explain_add_losers(out, &answer->verdict);
}

static const char *edit_verb(uint32_t outcome)
{
	return outcome_runs(outcome) || outcome_hands_over(outcome) ? "allow" : "deny";
}

static void explain_add_edit(struct buffer *out, const struct suggestion *edit,
			     const struct profile *profile)
{
	if (!edit->found) {
		buffer_addf(out, "  no edit is known that would %s just this\n",
			    edit_verb(edit->wished));
		return;
	}
	buffer_addf(out, "  to %s it: ", edit_verb(edit->wished));
	suggestion_add_text(out, edit, profile);
	buffer_add_text(out, "\n");
	for (size_t i = 0; i < edit->also.count; i++) {
		buffer_add_text(out, "    also changes: ");
		difference_add(out, &edit->also.list[i]);
		buffer_add_text(out, "\n");
	}
}

static void explanation_add(struct buffer *out, const struct explanation *explanation,
			    const struct explained *explained)
{
	for (size_t i = 0; i < explanation->regions.count; i++)
		explain_add_answer(out, explanation, &explanation->answers[i], explained);
	if (explanation->has_edit)
		explain_add_edit(out, &explanation->edit, explained->subject->input.profile);
}

/* ---- all calls */

/* Words in columns, read downwards as ls(1) does. */
static void listing_add_columns(struct buffer *out, const char *const *words, size_t count,
				size_t width)
{
	size_t longest = 1, columns, rows;

	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) > longest)
			longest = strlen(words[i]);
	columns = width > INDENT + longest ? (width - INDENT + GAP) / (longest + GAP) : 1;
	columns = columns == 0 ? 1 : columns;
	rows = (count + columns - 1) / columns;
	for (size_t row = 0; row < rows; row++) {
		buffer_addf(out, "%*s", INDENT, "");
		for (size_t at = row; at < count; at += rows)
			buffer_addf(out, "%-*s", at + rows < count ? (int)(longest + GAP) : 0,
				    words[at]);
		buffer_add_text(out, "\n");
	}
}

/* The next outcome after `last` in the order of their strictness and data; false if none is left.
 */
static bool listing_next_outcome(const struct listed_abi *abi, const uint32_t *last, uint32_t *next)
{
	bool found = false;

	for (size_t i = 0; i < abi->count; i++) {
		uint32_t outcome = abi->calls[i].outcome;
		int rank = outcome_rank(outcome);

		if (abi->calls[i].depends)
			continue;
		if (last && (rank < outcome_rank(*last) ||
			     (rank == outcome_rank(*last) && outcome <= *last)))
			continue;
		if (found && (rank > outcome_rank(*next) ||
			      (rank == outcome_rank(*next) && outcome >= *next)))
			continue;
		*next = outcome;
		found = true;
	}
	return found;
}

static void listing_add_group(struct buffer *out, const struct listed_abi *abi, uint32_t outcome,
			      size_t width)
{
	CLEANUP(cleanup_free) const char **words = mem_alloc((abi->count + 1) * sizeof(*words));
	size_t count = 0;

	for (size_t i = 0; i < abi->count; i++)
		if (!abi->calls[i].depends && abi->calls[i].outcome == outcome)
			words[count++] = abi->calls[i].name;
	outcome_add(out, outcome);
	buffer_addf(out, " (%zu):\n", count);
	listing_add_columns(out, words, count, width);
}

static void listing_add_depending(struct buffer *out, const struct listed_abi *abi)
{
	size_t count = 0;

	for (size_t i = 0; i < abi->count; i++)
		count += abi->calls[i].depends;
	if (count == 0)
		return;
	buffer_addf(out, "depends on arguments (%zu):\n", count);
	for (size_t i = 0; i < abi->count; i++) {
		const struct listed_call *call = &abi->calls[i];

		for (size_t j = 0; call->depends && j < call->regions.count; j++) {
			const struct table_range *region = &call->regions.list[j];

			buffer_addf(out, "%*s%s%s%s  ", INDENT, "", call->name,
				    !region->condition ? "" : ": ",
				    !region->condition ? "" : region->condition);
			outcome_add(out, region->value);
			buffer_add_text(out, "\n");
		}
	}
}

/* "numbers without a name:" and what they get; signed where -1 is meant. */
static void listing_add_nameless(struct buffer *out, const struct listed_abi *abi)
{
	if (abi->numbers.count > 0)
		buffer_add_text(out, "numbers without a name:\n");
	for (size_t i = 0; i < abi->numbers.count; i++) {
		const struct table_range *region = &abi->numbers.list[i];

		buffer_addf(out, "%*s", INDENT, "");
		if (table_range_is_all(region))
			buffer_add_text(out, "all");
		else if (region->first == region->last)
			buffer_addf(out, "%u", region->first);
		else
			buffer_addf(out, "%u..%u", region->first, region->last);
		if (region->condition)
			buffer_addf(out, ": %s", region->condition);
		buffer_add_text(out, "  ");
		outcome_add(out, region->value);
		buffer_add_text(out, "\n");
	}
}

static void listing_add(struct buffer *out, const struct listing *listing, size_t width)
{
	for (size_t i = 0; i < listing->count; i++) {
		const struct listed_abi *abi = &listing->abis[i];
		uint32_t outcome = 0, last = 0;
		bool more = listing_next_outcome(abi, NULL, &outcome);

		buffer_addf(out, "%s%s, %zu calls\n\n", i > 0 ? "\n" : "", abi->abi->name,
			    abi->count);
		for (; more; more = listing_next_outcome(abi, &last, &outcome)) {
			if (outcome_rank(outcome) == (int)ACTION_ALLOW)
				listing_add_depending(out, abi);
			listing_add_group(out, abi, outcome, width);
			last = outcome;
		}
		if (outcome_rank(last) != (int)ACTION_ALLOW)
			listing_add_depending(out, abi);
		listing_add_nameless(out, abi);
	}
}

void explain_add_text(struct buffer *out, const struct explain_result *result, size_t width)
{
	for (size_t i = 0; i < result->count; i++)
		explanation_add(out, &result->list[i], &result->explained);
	if (!result->list)
		listing_add(out, &result->listing, width);
}
