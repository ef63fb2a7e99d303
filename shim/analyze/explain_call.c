/* SPDX-License-Identifier: Apache-2.0 */
/* One call: its outcomes, the rules behind them, and the smallest edit (CONTRACT "explain, diff").
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "shim/analyze/explain.h"
#include "shim/print.h"

/* No outcome in normal form: the node that no region is skipped for. */
#define NO_OUTCOME UINT32_C(0x00001234)

/* Of the filters of a process the strictest decides, of equal ones the newest (seccomp(2)). */
static void find_program(struct explain_answer *answer, const struct explained *explained)
{
	const struct filter_operand *subject = explained->subject;
	const struct program *programs = subject->stack ? subject->stack : &subject->program;
	const struct seccomp_data *data = &answer->region->witness;
	int strictest = INT32_MAX;

	for (size_t i = subject->program_count; i-- > 0;) {
		int rank = outcome_rank(outcome_normal(program_run(&programs[i], data, NULL)));

		if (rank >= strictest)
			continue;
		strictest = rank;
		answer->filter = i + 1;
		answer->instruction = program_last(&programs[i], data);
	}
}

void answer_make(struct explain_answer *answer, const struct table_range *region,
		 const struct explained *explained)
{
	*answer = (struct explain_answer){.region = region};
	if (explained->subject->rules)
		verdict_make(&answer->verdict, explained->subject->rules, &region->witness,
			     region->value);
	else
		find_program(answer, explained);
}

/* The edit is looked for where there are rules to edit, and a table that they alone decide. */
static void find_edit(struct explanation *explanation, const struct explained *explained)
{
	const struct suggest_request request = {.space = explained->space,
						.rules = explained->subject->rules,
						.reading = &explained->subject->reading,
						.leniency = &explained->subject->leniency,
						.table = explained->subject->table,
						.call = &explanation->call};

	if (!explained->subject->rules)
		return;
	explanation->has_edit = true;
	suggest_edit(&explanation->edit, &request);
}

int explanation_make(struct explanation *explanation, const struct explained *explained,
		     const struct call *call, bool with_edit, struct findings *findings)
{
	struct seccomp_data data = call_data(call);
	struct node node;

	*explanation = (struct explanation){.call = *call, .regions.constants = true};
	space_renew(explained->space);
	node = call_rest(explained->space, explained->subject->table, call);
	if (node_same(node, TABLE_FULL))
		return finding_error(findings, "table-bound", NOWHERE, "a smaller filter",
				     "the filter is too large to be explained");
	table_ranges_describe_call(explained->space, node,
				   table_outcome(explained->space, NO_OUTCOME), &data,
				   &explanation->regions);
	explanation->answers =
		mem_zero(explanation->regions.count + 1, sizeof(*explanation->answers));
	for (size_t i = 0; i < explanation->regions.count; i++)
		answer_make(&explanation->answers[i], &explanation->regions.list[i], explained);
	if (with_edit)
		find_edit(explanation, explained);
	return 0;
}

void explanation_free(struct explanation *explanation)
{
	for (size_t i = 0; explanation->answers && i < explanation->regions.count; i++)
		verdict_free(&explanation->answers[i].verdict);
	free(explanation->answers);
	table_ranges_free(&explanation->regions);
	if (explanation->has_edit)
		suggestion_free(&explanation->edit);
	*explanation = (struct explanation){0};
}

/* "FILE:LINE:COLUMN", escaped. */
static void add_place(struct buffer *out, struct place place)
{
	CLEANUP(buffer_free) struct buffer text = {0};

	place_add(&text, place);
	if (text.length > 2)
		buffer_add(out, text.data, text.length - 2); /* without ": " */
}

void answer_add_origin(struct buffer *out, const struct explain_answer *answer,
		       const struct explained *explained)
{
	const struct filter_operand *subject = explained->subject;

	if (subject->rules && answer->verdict.place.line > 0)
		add_place(out, answer->verdict.place);
	else if (subject->rules)
		buffer_add_text(out, "no rule");
	else if (subject->program_count == 0)
		buffer_add_text(out, "nothing confines it");
	else
		buffer_addf(out, "filter %zu of %zu, instruction %zu", answer->filter,
			    subject->program_count, answer->instruction);
}

static void add_losers(struct buffer *out, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->loser_count; i++) {
		const struct verdict_loser *loser = &verdict->losers[i];

		buffer_add_text(out, "  loses: ");
		outcome_add(out, rule_outcome(loser->entry->rule));
		buffer_add_text(out, "  ");
		add_place(out, loser->entry->name->place);
		buffer_add_text(out, "  (");
		verdict_add_loss(out, verdict, loser);
		buffer_add_text(out, ")\n");
	}
}

static void add_answer(struct buffer *out, const struct explanation *explanation,
		       const struct explain_answer *answer, const struct explained *explained)
{
	CLEANUP(buffer_free) struct buffer reason = {0};

	call_add_text(out, &explanation->call);
	if (answer->region->condition)
		buffer_addf(out, ": %s", answer->region->condition);
	buffer_add_text(out, "  ");
	outcome_add(out, answer->region->value);
	buffer_add_text(out, "  ");
	answer_add_origin(out, answer, explained);
	if (explained->subject->rules)
		verdict_add_reason(&reason, &answer->verdict, explained->subject->rules,
				   &answer->region->witness);
	if (reason.length > 0)
		buffer_addf(out, "  (%s)", reason.data);
	buffer_add_text(out, "\n");
	add_losers(out, &answer->verdict);
}

static const char *verb(uint32_t outcome)
{
	return outcome_runs(outcome) || outcome_hands_over(outcome) ? "allow" : "deny";
}

static void add_edit(struct buffer *out, const struct suggestion *edit,
		     const struct profile *profile)
{
	if (!edit->found) {
		buffer_addf(out, "  no edit is known that would %s just this\n",
			    verb(edit->wished));
		return;
	}
	buffer_addf(out, "  to %s it: ", verb(edit->wished));
	suggestion_add_text(out, edit, profile);
	buffer_add_text(out, "\n");
	for (size_t i = 0; i < edit->also.count; i++) {
		buffer_add_text(out, "    also changes: ");
		difference_add(out, &edit->also.list[i]);
		buffer_add_text(out, "\n");
	}
}

void explanation_add_text(struct buffer *out, const struct explanation *explanation,
			  const struct explained *explained)
{
	for (size_t i = 0; i < explanation->regions.count; i++)
		add_answer(out, explanation, &explanation->answers[i], explained);
	if (explanation->has_edit)
		add_edit(out, &explanation->edit, explained->subject->input.profile);
}

/* ---- JSON */

static void add_outcome_member(struct buffer *out, const char *key, uint32_t outcome)
{
	buffer_addf(out, "\"%s\":\"", key);
	outcome_add(out, outcome);
	buffer_add_text(out, "\"");
}

static void add_place_members(struct buffer *out, struct place place)
{
	buffer_add_text(out, "\"file\":");
	print_json_text(out, place.file);
	if (place.line > 0)
		buffer_addf(out, ",\"line\":%u,\"column\":%u", place.line, place.column);
	else
		buffer_add_text(out, ",\"line\":null,\"column\":null");
}

static void add_losers_json(struct buffer *out, const struct verdict *verdict)
{
	buffer_add_text(out, ",\"losers\":[");
	for (size_t i = 0; i < verdict->loser_count; i++) {
		const struct verdict_loser *loser = &verdict->losers[i];
		CLEANUP(buffer_free) struct buffer why = {0};

		buffer_add_text(out, i > 0 ? ",{" : "{");
		add_outcome_member(out, "outcome", rule_outcome(loser->entry->rule));
		buffer_add_text(out, ",");
		add_place_members(out, loser->entry->name->place);
		buffer_add_text(out, ",\"why\":");
		verdict_add_loss(&why, verdict, loser);
		print_json_text(out, why.data);
		buffer_add_text(out, "}");
	}
	buffer_add_text(out, "]");
}

static void add_witness_json(struct buffer *out, const struct seccomp_data *data)
{
	buffer_add_text(out, ",\"witness\":[");
	for (int i = 0; i < CALL_ARGUMENTS; i++)
		buffer_addf(out, "%s\"0x%llx\"", i == 0 ? "" : ",",
			    (unsigned long long)data->args[i]);
	buffer_add_text(out, "]");
}

static void add_answer_json(struct buffer *out, const struct explain_answer *answer,
			    const struct explained *explained)
{
	static const char *const reasons[] = {
		[VERDICT_RULE] = "rule", [VERDICT_DEFAULT] = "default",
		[VERDICT_ABI] = "abi",	 [VERDICT_BEYOND] = "beyond",
		[VERDICT_SKIP] = "skip", [VERDICT_RUNTIME] = "runtime",
	};
	const struct filter_operand *subject = explained->subject;
	const struct verdict *verdict = &answer->verdict;
	bool rules = subject->rules;

	buffer_add_text(out, "{");
	add_outcome_member(out, "outcome", answer->region->value);
	buffer_add_text(out, ",\"condition\":");
	print_json_text(out, answer->region->condition);
	add_witness_json(out, &answer->region->witness);
	buffer_addf(out, ",\"reason\":\"%s\",",
		    rules			 ? reasons[verdict->reason]
		    : subject->program_count > 0 ? "program"
						 : "unconfined");
	add_place_members(out, rules ? verdict->place : NOWHERE);
	if (!rules && subject->program_count > 0)
		buffer_addf(out, ",\"filter\":%zu,\"filters\":%zu,\"instruction\":%zu",
			    answer->filter, subject->program_count, answer->instruction);
	else
		buffer_add_text(out, ",\"filter\":null,\"filters\":null,\"instruction\":null");
	add_losers_json(out, verdict);
	buffer_add_text(out, "}");
}

static void add_edit_json(struct buffer *out, const struct explanation *explanation,
			  const struct explained *explained)
{
	const struct input *input = &explained->subject->input;
	const struct suggestion *edit = &explanation->edit;
	CLEANUP(buffer_free) struct buffer text = {0};

	buffer_add_text(out, ",\"edit\":");
	if (!explanation->has_edit || !edit->found) {
		buffer_add_text(out, "null");
		return;
	}
	buffer_add_text(out, "{");
	add_outcome_member(out, "outcome", edit->wished);
	suggestion_add_text(&text, edit, input->profile);
	buffer_add_text(out, ",\"text\":");
	print_json_text(out, text.data);
	buffer_add_text(out, ",\"patch\":");
	rule_changes_add_patch(out, &edit->changes, input->document->root, input->config);
	buffer_add_text(out, ",\"alsoChanges\":[");
	for (size_t i = 0; i < edit->also.count; i++) {
		CLEANUP(buffer_free) struct buffer line = {0};

		difference_add(&line, &edit->also.list[i]);
		buffer_add_text(out, i > 0 ? "," : "");
		print_json_text(out, line.data);
	}
	buffer_add_text(out, "]}");
}

void explanation_add_json(struct buffer *out, const struct explanation *explanation,
			  const struct explained *explained)
{
	CLEANUP(buffer_free) struct buffer text = {0};

	call_add_text(&text, &explanation->call);
	buffer_add_text(out, "{\"call\":");
	print_json_text(out, text.data);
	buffer_addf(out, ",\"abi\":\"%s\",\"number\":%u,\"name\":", explanation->call.abi->name,
		    explanation->call.number);
	print_json_text(out, explanation->call.name);
	buffer_add_text(out, ",\"outcomes\":[");
	for (size_t i = 0; i < explanation->regions.count; i++) {
		buffer_add_text(out, i > 0 ? "," : "");
		add_answer_json(out, &explanation->answers[i], explained);
	}
	buffer_add_text(out, "]");
	add_edit_json(out, explanation, explained);
	buffer_add_text(out, "}");
}
