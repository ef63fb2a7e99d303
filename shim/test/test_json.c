/* SPDX-License-Identifier: Apache-2.0 */
/* The results as JSON: the members of test --json's result. */
#include <config.h>

#include "shim/test/test_result.h"

#include "shim/analyze/json_parts.h"

static void test_write_failure(struct json_writer *json, const struct test_failure *failure)
{
	CLEANUP(buffer_free) struct buffer call = {0};

	test_add_call(&call, &failure->call);
	json_write_object(json, NULL);
	json_write_string(json, "call", call.data);
	json_write_call(json, "witness", &failure->call);
	json_write_outcome(json, "outcome", failure->outcome);
	json_write_place(json, failure->place);
	json_write_end(json);
}

static void test_write_answer(struct json_writer *json, const struct test_answer *answer)
{
	CLEANUP(buffer_free) struct buffer call = {0};
	CLEANUP(buffer_free) struct buffer result = {0};

	test_add_call(&call, &answer->probe.call);
	probe_add_result(&result, &answer->probe);
	json_write_object(json, NULL);
	json_write_string(json, "asked", call.data);
	json_write_call(json, "witness", &answer->probe.call);
	json_write_outcome(json, "outcome", answer->outcome);
	json_write_string(json, "answer", result.data);
	if (answer->probe.result == PROBE_NOT_ASKED)
		json_write_null(json, "agrees");
	else
		json_write_bool(json, "agrees", answer->agrees);
	json_write_end(json);
}

static void test_write_answers(struct json_writer *json, const struct test_case *test, bool live)
{
	if (!live) {
		json_write_null(json, "live");
		return;
	}
	json_write_array(json, "live");
	for (size_t i = 0; i < test->answer_count; i++)
		test_write_answer(json, &test->answers[i]);
	json_write_end(json);
}

static void test_write_case(struct json_writer *json, const struct test_case *test, bool live)
{
	const struct expectation *expectation = test->expectation;

	json_write_object(json, NULL);
	json_write_string(json, "text", expectation->text);
	json_write_place(json, expectation->place);
	json_write_string(json, "verdict", test_verdict_word(test->verdict));
	json_write_string(json, "reason", test->reason);
	json_write_unsigned(json, "calls", test->calls);
	json_write_unsigned(json, "failedCalls", test->failed);
	json_write_array(json, "failures");
	for (size_t i = 0; i < test->failure_count; i++)
		test_write_failure(json, &test->failures[i]);
	json_write_end(json);
	test_write_answers(json, test, live);
	json_write_end(json);
}

void tests_write_json(struct json_writer *json, const struct tests *tests)
{
	json_write_unsigned(json, "passed", tests->verdicts[TEST_PASSED]);
	json_write_unsigned(json, "failed", tests->verdicts[TEST_FAILED]);
	json_write_unsigned(json, "skipped", tests->verdicts[TEST_SKIPPED]);
	json_write_array(json, "expectations");
	for (size_t i = 0; i < tests->count; i++)
		test_write_case(json, &tests->list[i], tests->live);
	json_write_end(json);
}
