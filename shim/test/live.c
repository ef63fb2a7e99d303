/* SPDX-License-Identifier: Apache-2.0 */
/* From expectations to calls that are asked, and from answers to what is told of them. */
#include <config.h>
#include "shim/test/live.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "shim/test/probe.h"

#define DISAGREEMENTS_TOLD 8 /* of one expectation */

/* A call that is asked: for which case, and what the table says. */
struct question {
	size_t test;
	uint32_t outcome;
};

struct questions {
	struct question *list;
	struct probe *probes;
	size_t count, list_capacity, probe_capacity;
	size_t test;	 /* whose branches are being collected */
	size_t branches; /* of the present call */
	bool left_out;	 /* of the present case not all are asked */
};

static bool add_question(const struct table_answer *answer, void *context)
{
	struct questions *all = context;

	if (all->branches == LIVE_BRANCHES_MAX || all->count == LIVE_CALLS_MAX) {
		all->left_out = true;
		return false;
	}
	all->list = mem_grow(all->list, all->count, &all->list_capacity, sizeof(*all->list));
	all->probes = mem_grow(all->probes, all->count, &all->probe_capacity, sizeof(*all->probes));
	all->list[all->count] = (struct question){.test = all->test, .outcome = answer->outcome};
	all->probes[all->count] = (struct probe){.call = answer->call};
	/* where in the program a call is made cannot be chosen */
	if (answer->by_address)
		all->probes[all->count] =
			(struct probe){.call = answer->call,
				       .result = PROBE_NOT_ASKED,
				       .reason = "the filter goes by the instruction pointer"};
	all->count++;
	all->branches++;
	return true;
}

static void questions_free(struct questions *all)
{
	free(all->list);
	free(all->probes);
}

/*
 * A program that was not made from a profile can answer an action that no kernel knows. Alone it
 * kills; among several filters ERRNO outranks it, so here it would not show.
 */
static bool outcome_is_hidden(const struct program *program, const struct seccomp_data *call)
{
	const uint32_t value = program_run(program, call, NULL);
	const uint32_t action = value & SECCOMP_RET_ACTION_FULL;

	return action != SECCOMP_RET_KILL_PROCESS &&
	       outcome_normal(value) == SECCOMP_RET_KILL_PROCESS;
}

static void hide_questions(struct questions *all, const struct program *program)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->probes[i].result == PROBE_PENDING &&
		    outcome_is_hidden(program, &all->probes[i].call)) {
			all->probes[i].result = PROBE_NOT_ASKED;
			all->probes[i].reason = "the filter answers an action that no kernel knows";
		}
}

/* All branches of all calls of one expectation. */
static void collect_case(struct questions *all, struct table_query *reach, struct node table,
			 struct test_case *test)
{
	struct call call;
	size_t at = 0;

	all->left_out = false;
	while (expectation_next(test->expectation, &at, &call)) {
		struct known_bits known;

		all->branches = 0;
		known_of_call(&known, &call);
		(void)table_query_branches(reach, table, &known, add_question, all);
	}
	if (all->left_out)
		buffer_addf(&test->details,
			    "kernel: not all branches are asked, but at most %d of a call and %d "
			    "in a run\n",
			    LIVE_BRANCHES_MAX, LIVE_CALLS_MAX);
}

static void add_answer_json(struct buffer *out, const struct question *question,
			    const struct probe *probe, bool agrees)
{
	CLEANUP(buffer_free) struct buffer call = {0};
	CLEANUP(buffer_free) struct buffer answer = {0};

	test_output_add_witness(&call, &probe->call);
	probe_add_result(&answer, probe);
	buffer_addf(out, "%s{\"asked\":\"%s\",\"witness\":", out->length > 0 ? "," : "", call.data);
	test_output_add_witness_json(out, &probe->call);
	buffer_add_text(out, ",\"outcome\":\"");
	outcome_add(out, question->outcome);
	buffer_addf(out, "\",\"answer\":\"%s\",\"agrees\":%s}", answer.data,
		    probe->result == PROBE_NOT_ASKED ? "null"
		    : agrees			     ? "true"
						     : "false");
}

static void add_disagreement(struct buffer *out, const struct question *question,
			     const struct probe *probe)
{
	buffer_add_text(out, "kernel: ");
	test_output_add_witness(out, &probe->call);
	buffer_add_text(out, ": ");
	probe_add_result(out, probe);
	buffer_add_text(out, ", the table says ");
	outcome_add(out, question->outcome);
	buffer_add_text(out, "\n");
}

struct tally {
	size_t asked, passing, not_asked, disagreeing;
	const char *reason; /* why one was not asked */
};

static void tell_tally(struct test_case *test, const struct tally *tally)
{
	if (tally->asked > 0)
		buffer_addf(&test->details, "kernel: %zu call%s asked, %zu as the table says",
			    tally->asked, tally->asked == 1 ? "" : "s",
			    tally->asked - tally->disagreeing);
	if (tally->asked > 0 && tally->passing > 0)
		buffer_addf(&test->details,
			    "; of %zu it is known only that the call passes (ALLOW, LOG, TRACE "
			    "and NOTIFY look alike)",
			    tally->passing);
	if (tally->asked > 0)
		buffer_add_text(&test->details, "\n");
	if (tally->not_asked > 0)
		buffer_addf(&test->details, "kernel: %zu call%s not asked: %s\n", tally->not_asked,
			    tally->not_asked == 1 ? "" : "s", tally->reason);
}

/* The answers to one case's questions, which begin at `from`. Returns where the next one's do. */
static size_t judge_case(struct test_case *test, const struct questions *all, size_t from,
			 bool json)
{
	const size_t index = all->list[from].test;
	struct tally tally = {0};
	size_t i = from;

	for (; i < all->count && all->list[i].test == index; i++) {
		const struct probe *probe = &all->probes[i];
		const bool agrees = probe_agrees(probe, all->list[i].outcome);

		if (json)
			add_answer_json(&test->live, &all->list[i], probe, agrees);
		if (probe->result == PROBE_NOT_ASKED) {
			tally.not_asked++;
			tally.reason = probe->reason;
			continue;
		}
		tally.asked++;
		tally.passing += probe->result == PROBE_PASSES;
		if (!agrees && tally.disagreeing++ < DISAGREEMENTS_TOLD)
			add_disagreement(&test->details, &all->list[i], probe);
	}
	tell_tally(test, &tally);
	if (tally.disagreeing > 0)
		test->verdict = TEST_FAILED;
	return i;
}

int live_ask(struct tests *tests, struct table_query *reach, struct node table,
	     const struct program *program, struct findings *findings)
{
	CLEANUP(questions_free) struct questions all = {0};

	for (size_t i = 0; i < tests->count; i++) {
		all.test = i;
		collect_case(&all, reach, table, &tests->list[i]);
	}
	hide_questions(&all, program);
	if (probe_calls(program, all.probes, all.count, findings) != 0)
		return -1;
	for (size_t i = 0; i < all.count;)
		i = judge_case(&tests->list[all.list[i].test], &all, i, tests->json);
	return 0;
}
