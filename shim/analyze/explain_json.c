/* SPDX-License-Identifier: Apache-2.0 */
/* Writes what explain has found as the members of its result. */
#include <config.h>

#include "shim/analyze/explanation.h"

#include "filter/query/compare.h"
#include "shim/analyze/json_parts.h"

/* ---- calls that were asked */

static void explain_write_losers(struct json_writer *json, const struct verdict *verdict)
{
	json_write_array(json, "losers");
	for (size_t i = 0; i < verdict->loser_count; i++) {
		const struct verdict_loser *loser = &verdict->losers[i];
		CLEANUP(buffer_free) struct buffer why = {0};

		verdict_add_loss(&why, verdict, loser);
		json_write_object(json, NULL);
		json_write_outcome(json, "outcome", rule_outcome(loser->entry->rule));
		json_write_place(json, loser->entry->name->place);
		json_write_string(json, "why", why.data);
		json_write_end(json);
	}
	json_write_end(json);
}

static const char *explain_reason_word(const struct explain_answer *answer,
				       const struct filter_operand *subject)
{
	static const char *const words[] = {
		[VERDICT_RULE] = "rule", [VERDICT_DEFAULT] = "default",
		[VERDICT_ABI] = "abi",	 [VERDICT_BEYOND] = "beyond",
		[VERDICT_SKIP] = "skip", [VERDICT_RUNTIME] = "runtime",
	};

	if (subject->rules)
		return words[answer->verdict.reason];
	return subject->program_count > 0 ? "program" : "unconfined";
}

/* Which of a process's filters decides, and where in it; null for a profile. */
static void explain_write_program(struct json_writer *json, const struct explain_answer *answer,
				  const struct filter_operand *subject)
{
	if (subject->rules || subject->program_count == 0) {
		json_write_null(json, "filter");
		json_write_null(json, "filters");
		json_write_null(json, "instruction");
		return;
	}
	json_write_unsigned(json, "filter", answer->filter);
	json_write_unsigned(json, "filters", subject->program_count);
	json_write_unsigned(json, "instruction", answer->instruction);
}

static void explain_write_answer(struct json_writer *json, const struct explain_answer *answer,
				 const struct filter_operand *subject)
{
	json_write_object(json, NULL);
	json_write_outcome(json, "outcome", answer->region->value);
	json_write_string(json, "condition", answer->region->condition);
	json_write_arguments(json, "witness", &answer->region->witness);
	json_write_string(json, "reason", explain_reason_word(answer, subject));
	json_write_place(json, subject->rules ? answer->verdict.place : NOWHERE);
	explain_write_program(json, answer, subject);
	explain_write_losers(json, &answer->verdict);
	json_write_end(json);
}

static void explain_write_edit(struct json_writer *json, const struct explanation *explanation,
			       const struct input *input)
{
	const struct suggestion *edit = &explanation->edit;
	CLEANUP(buffer_free) struct buffer text = {0};

	if (!explanation->has_edit || !edit->found) {
		json_write_null(json, "edit");
		return;
	}
	suggestion_add_text(&text, edit, input->profile);
	json_write_object(json, "edit");
	json_write_outcome(json, "outcome", edit->wished);
	json_write_string(json, "text", text.data);
	rule_changes_write_patch(json, "patch", &edit->changes, input->document->root,
				 input->config);
	json_write_array(json, "alsoChanges");
	for (size_t i = 0; i < edit->also.count; i++) {
		CLEANUP(buffer_free) struct buffer line = {0};

		difference_add(&line, &edit->also.list[i]);
		json_write_string(json, NULL, line.data);
	}
	json_write_end(json);
	json_write_end(json);
}

static void explanation_write(struct json_writer *json, const struct explanation *explanation,
			      const struct explained *explained)
{
	CLEANUP(buffer_free) struct buffer text = {0};

	call_add_text(&text, &explanation->call);
	json_write_object(json, NULL);
	json_write_string(json, "call", text.data);
	json_write_string(json, "abi", explanation->call.abi->name);
	json_write_unsigned(json, "number", explanation->call.number);
	json_write_string(json, "name", explanation->call.name);
	json_write_array(json, "outcomes");
	for (size_t i = 0; i < explanation->regions.count; i++)
		explain_write_answer(json, &explanation->answers[i], explained->subject);
	json_write_end(json);
	explain_write_edit(json, explanation, &explained->subject->input);
	json_write_end(json);
}

/* ---- all calls */

static void listing_write_region(struct json_writer *json, const struct table_range *region,
				 bool with_numbers)
{
	json_write_object(json, NULL);
	if (with_numbers) {
		json_write_unsigned(json, "first", region->first);
		json_write_unsigned(json, "last", region->last);
	}
	json_write_outcome(json, "outcome", region->value);
	json_write_string(json, "condition", region->condition);
	json_write_end(json);
}

static void listing_write_call(struct json_writer *json, const struct listed_call *call)
{
	json_write_object(json, NULL);
	json_write_string(json, "name", call->name);
	json_write_unsigned(json, "number", call->number);
	json_write_array(json, "outcomes");
	for (size_t i = 0; i < call->regions.count; i++)
		listing_write_region(json, &call->regions.list[i], false);
	json_write_end(json);
	json_write_end(json);
}

static void listing_write_abi(struct json_writer *json, const struct listed_abi *abi)
{
	json_write_object(json, NULL);
	json_write_string(json, "abi", abi->abi->name);
	json_write_hex(json, "auditArch", abi->abi->audit_arch);
	json_write_array(json, "calls");
	for (size_t i = 0; i < abi->count; i++)
		listing_write_call(json, &abi->calls[i]);
	json_write_end(json);
	json_write_array(json, "numbers");
	for (size_t i = 0; i < abi->numbers.count; i++)
		listing_write_region(json, &abi->numbers.list[i], true);
	json_write_end(json);
	json_write_end(json);
}

static void listing_write(struct json_writer *json, const struct listing *listing)
{
	json_write_array(json, "abis");
	for (size_t i = 0; i < listing->count; i++)
		listing_write_abi(json, &listing->abis[i]);
	json_write_end(json);
}

void explain_write_json(struct json_writer *json, const struct explain_result *result)
{
	if (result->list) {
		json_write_array(json, "calls");
		for (size_t i = 0; i < result->count; i++)
			explanation_write(json, &result->list[i], &result->explained);
		json_write_end(json);
	} else {
		listing_write(json, &result->listing);
	}
}
