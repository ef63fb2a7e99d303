/* SPDX-License-Identifier: Apache-2.0 */
/* Collects the calls to ask from the expectations, and adds the answers to the results. */
#include <config.h>

#include "shim/test/live.h"

#include <stdlib.h>

#include "filter/kernel/action.h"

/* A call to ask: for which case, and the outcome in the table. */
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

static bool live_question_add(const struct table_answer *answer, void *context)
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
	/* the address from which a call is made cannot be chosen */
	if (answer->by_address)
		all->probes[all->count] =
			(struct probe){.call = answer->call,
				       .result = PROBE_NOT_ASKED,
				       .reason = "the filter tests the instruction pointer"};
	all->count++;
	all->branches++;
	return true;
}

static void live_questions_free(struct questions *all)
{
	free(all->list);
	free(all->probes);
}

/*
 * A program that was not made from a profile can return an action that no kernel knows. Alone it
 * kills; beside another filter ERRNO has precedence, so that it would not be seen here.
 */
static bool live_question_is_hidden(const struct program *program, const struct seccomp_data *call)
{
	const uint32_t value = program_run(program, call, NULL);
	const uint32_t action = value & SECCOMP_RET_ACTION_FULL;

	return action != SECCOMP_RET_KILL_PROCESS &&
	       outcome_normal(value) == SECCOMP_RET_KILL_PROCESS;
}

static void live_questions_hide(struct questions *all, const struct program *program)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->probes[i].result == PROBE_PENDING &&
		    live_question_is_hidden(program, &all->probes[i].call)) {
			all->probes[i].result = PROBE_NOT_ASKED;
			all->probes[i].reason = "the filter returns an action that no kernel knows";
		}
}

/* Adds all branches of all calls of one expectation. */
static void live_questions_collect(struct questions *all, struct table_query *query,
				   struct node table, struct test_case *test)
{
	struct call call;
	size_t at = 0;

	all->left_out = false;
	while (expectation_next(test->expectation, &at, &call)) {
		struct known_bits known;

		all->branches = 0;
		known_of_call(&known, &call);
		(void)table_query_branches(query, table, &known, live_question_add, all);
	}
	test->left_out = all->left_out;
}

/*
 * Hands the answers to one case's questions, which begin at `from`, to the case. Returns where the
 * next one's do.
 */
static size_t live_answers_add(struct test_case *test, const struct questions *all, size_t from)
{
	const size_t index = all->list[from].test;
	size_t i = from;

	for (; i < all->count && all->list[i].test == index; i++) {
		const struct test_answer answer = {.probe = all->probes[i],
						   .outcome = all->list[i].outcome,
						   .agrees = probe_agrees(&all->probes[i],
									  all->list[i].outcome)};

		test->answers = mem_grow(test->answers, test->answer_count, &test->answer_capacity,
					 sizeof(*test->answers));
		test->answers[test->answer_count++] = answer;
		if (answer.probe.result != PROBE_NOT_ASKED && !answer.agrees)
			test->verdict = TEST_FAILED;
	}
	return i;
}

int live_ask(struct tests *tests, struct table_query *query, struct node table,
	     const struct program *program, struct findings *findings)
{
	CLEANUP(live_questions_free) struct questions all = {0};

	for (size_t i = 0; i < tests->count; i++) {
		all.test = i;
		live_questions_collect(&all, query, table, &tests->list[i]);
	}
	live_questions_hide(&all, program);
	if (probe_calls(program, all.probes, all.count, findings) != 0)
		return -1;
	for (size_t i = 0; i < all.count;)
		i = live_answers_add(&tests->list[all.list[i].test], &all, i);
	return 0;
}
