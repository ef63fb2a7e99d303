/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes expectation files (filter/expect): any bytes are expectations, or refused with errors
 * inside the text. Of those that are read: each is about calls of its ABI, and what a table makes
 * of it is so for calls that are looked up one by one.
 */
#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/query/expect.h"

#define CHECKED_MAX 8  /* expectations of one file: groups are long */
#define SAMPLES_MAX 32 /* calls of one expectation */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Numbers below 100 get EPERM, 100 is decided by its first argument, the others pass. */
static struct node make_table(struct space *space)
{
	const struct node allow = table_outcome(space, outcome_of(ACTION_ALLOW, 0));
	const struct node deny = table_outcome(space, outcome_of(ACTION_ERRNO, 1));
	const struct node kill = table_outcome(space, outcome_of(ACTION_KILL_PROCESS, 0));
	struct node node = table_compare_word(space, word_argument_low(0), 40, allow, kill, deny);

	node = table_compare_word(space, word_argument_high(0), 0, allow, node, allow);
	return table_compare_word(space, WORD_NUMBER, 100, deny, node, allow);
}

/* Some of the calls that a CALL stands for. */
static void require_samples(const struct space *space, struct node table, const struct call *call,
			    const struct outcomes *outcomes)
{
	static const uint64_t values[] = {
		0, 1, 40, 41, UINT32_MAX, UINT64_MAX, 40 | UINT64_C(1) << 32};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		struct seccomp_data data = call_data(call);

		for (unsigned j = 0; j < CALL_ARGUMENTS; j++)
			if (!(call->given >> j & 1))
				data.args[j] = call->abi->argument_bits == 64 ? values[i]
									      : (uint32_t)values[i];
		require(outcomes_have(outcomes, table_lookup(space, table, &data)));
	}
}

static void require_result(const struct space *space, struct table_query *reach, struct node table,
			   const struct expectation *expectation)
{
	struct expectation_result result;
	struct call call;
	size_t at = 0, calls = 0;

	expectation_check(reach, table, expectation, &result);
	require(result.failed <= result.calls);
	for (size_t i = 0; i < result.failed && i < EXPECT_FAILURES_MAX; i++) {
		const struct table_answer *answer = &result.failures[i];

		require(table_lookup(space, table, &answer->call) == answer->outcome);
		require(!outcomes_have(&expectation->outcomes, answer->outcome));
		require(abi_of_call(answer->call.arch, (uint32_t)answer->call.nr) ==
			expectation->call.abi);
	}
	while (expectation_next(expectation, &at, &call)) {
		calls++;
		if (result.failed == 0 && calls <= SAMPLES_MAX)
			require_samples(space, table, &call, &expectation->outcomes);
	}
	require(calls == result.calls);
	require(expectation->group || calls > 0);
}

static void require_places(const struct findings *findings, const char *text, size_t size)
{
	unsigned lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	for (size_t i = 0; i < findings->count; i++) {
		require(findings->list[i].place.line <= lines);
		require(findings->list[i].place.column <= size + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(findings_free) struct findings findings = {0};
	CLEANUP(expectations_free) struct expectations list = {0};
	static struct space *space; /* made once: nothing adds to it */
	static struct table_query *reach;
	static struct node table;
	char *copy =
		mem_alloc(size == 0 ? 1 : size); /* of just that size: reading beyond it is seen */
	int result;

	if (!space) {
		space = space_new();
		reach = table_query_new(space);
		table = make_table(space);
	}
	memcpy(copy, data, size);
	result = expectations_parse(&list, "f", copy, size, abi_of((enum arch)(size % ARCH_COUNT)),
				    &findings);
	require((result == 0) == (findings.errors == 0));
	require(result != 0 || list.count > 0);
	require_places(&findings, copy, size);
	free(copy);
	for (size_t i = 0; i < list.count && i < CHECKED_MAX; i++)
		require_result(space, reach, table, &list.list[i]);
	return 0;
}
