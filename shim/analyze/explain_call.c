/* SPDX-License-Identifier: Apache-2.0 */
/* Explains one call: its outcomes, the rules behind them, and the smallest edit. */
#include <config.h>

#include <stdlib.h>

#include "filter/kernel/action.h"
#include "shim/analyze/explanation.h"

/* No outcome in normal form: the node that no region is skipped for. */
#define NO_OUTCOME UINT32_C(0x00001234)

/* Of the filters of a process the strictest decides, of equal ones the newest (seccomp(2)). */
static void answer_find_program(struct explain_answer *answer, const struct explained *explained)
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

static void answer_make(struct explain_answer *answer, const struct table_range *region,
			const struct explained *explained)
{
	*answer = (struct explain_answer){.region = region};
	if (explained->subject->rules)
		verdict_make(&answer->verdict, explained->subject->rules, &region->witness,
			     region->value);
	else
		answer_find_program(answer, explained);
}

struct explain_answer *answers_make(const struct table_ranges *regions,
				    const struct explained *explained)
{
	struct explain_answer *answers = mem_zero(regions->count + 1, sizeof(*answers));

	for (size_t i = 0; i < regions->count; i++)
		answer_make(&answers[i], &regions->list[i], explained);
	return answers;
}

/* The edit is looked for where there are rules to edit, and a table that they alone decide. */
static void explanation_find_edit(struct explanation *explanation,
				  const struct explained *explained)
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
		return finding_error(findings, "table-bound", NOWHERE, "use a smaller filter",
				     "the filter is too large to be explained");
	table_ranges_describe_call(explained->space, node,
				   table_outcome(explained->space, NO_OUTCOME), &data,
				   &explanation->regions);
	explanation->answers = answers_make(&explanation->regions, explained);
	if (with_edit)
		explanation_find_edit(explanation, explained);
	return 0;
}

void answers_free(struct explain_answer *answers, size_t count)
{
	for (size_t i = 0; answers && i < count; i++)
		verdict_free(&answers[i].verdict);
	free(answers);
}

void explanation_free(struct explanation *explanation)
{
	answers_free(explanation->answers, explanation->regions.count);
	table_ranges_free(&explanation->regions);
	if (explanation->has_edit)
		suggestion_free(&explanation->edit);
	*explanation = (struct explanation){0};
}
