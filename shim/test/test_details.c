/* SPDX-License-Identifier: Apache-2.0 */
/* The words that the forms share: titles and calls, and the lines of details of TAP and JUnit. */
#include <config.h>

#include "shim/test/test_result.h"

#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"
#include "shim/test/live.h"

#define DISAGREEMENTS_SHOWN 8 /* of one expectation */

const char *test_verdict_word(enum test_verdict verdict)
{
	static const char *const words[] = {
		[TEST_PASSED] = "passed",
		[TEST_FAILED] = "failed",
		[TEST_SKIPPED] = "skipped",
	};

	return words[verdict];
}

void test_add_line(struct buffer *out, struct place place)
{
	buffer_add_escaped(out, place.file, strlen(place.file));
	buffer_addf(out, ":%u", place.line);
}

void test_add_title(struct buffer *out, const struct expectation *expectation)
{
	test_add_line(out, expectation->place);
	buffer_add_text(out, " ");
	buffer_add_escaped(out, expectation->text, strlen(expectation->text));
}

void test_add_call(struct buffer *out, const struct seccomp_data *data)
{
	struct call call = {.abi = abi_of_call(data->arch, (uint32_t)data->nr),
			    .number = (uint32_t)data->nr};
	struct argument arguments[ARGUMENTS_MAX];
	int count;

	call.name = syscall_name(call.abi, call.number);
	count = !call.name ? -1 : signature_of(call.abi, call.name, arguments);
	for (int i = 0; i < ARGUMENTS_MAX; i++)
		if (i < count || data->args[i] != 0)
			call.given |= 1u << i;
	memcpy(call.args, data->args, sizeof(call.args));
	call_add_text(out, &call);
}

/* "x86_64 chmod(0, 0) gets ALLOW, by FILE:LINE:COLUMN". */
static void test_add_failure(struct buffer *out, const struct test_failure *failure)
{
	test_add_call(out, &failure->call);
	buffer_add_text(out, " gets ");
	outcome_add(out, failure->outcome);
	if (failure->place.file) {
		buffer_add_text(out, ", by ");
		place_add_bare(out, failure->place);
	}
	buffer_add_text(out, "\n");
}

static void test_add_disagreement(struct buffer *out, const struct test_answer *answer)
{
	buffer_add_text(out, "kernel: ");
	test_add_call(out, &answer->probe.call);
	buffer_add_text(out, ": ");
	probe_add_result(out, &answer->probe);
	buffer_add_text(out, ", the table has ");
	outcome_add(out, answer->outcome);
	buffer_add_text(out, "\n");
}

struct tally {
	size_t asked, passing, not_asked, disagreeing;
	const char *reason; /* why one was not asked */
};

static void test_tally_count(struct tally *tally, const struct test_answer *answer)
{
	if (answer->probe.result == PROBE_NOT_ASKED) {
		tally->not_asked++;
		tally->reason = answer->probe.reason;
		return;
	}
	tally->asked++;
	tally->passing += answer->probe.result == PROBE_PASSES;
	tally->disagreeing += !answer->agrees;
}

static void test_tally_add(struct buffer *out, const struct tally *tally)
{
	if (tally->asked > 0)
		buffer_addf(out, "kernel: %zu call%s asked, %zu answered like the table",
			    tally->asked, tally->asked == 1 ? "" : "s",
			    tally->asked - tally->disagreeing);
	if (tally->asked > 0 && tally->passing > 0)
		buffer_addf(out, "; %zu passed (ALLOW, LOG, TRACE and NOTIFY look alike)",
			    tally->passing);
	if (tally->asked > 0)
		buffer_add_text(out, "\n");
	if (tally->not_asked > 0)
		buffer_addf(out, "kernel: %zu call%s not asked: %s\n", tally->not_asked,
			    tally->not_asked == 1 ? "" : "s", tally->reason);
}

static void test_add_answers(struct buffer *out, const struct test_case *test)
{
	struct tally tally = {0};

	if (test->left_out)
		buffer_addf(out,
			    "kernel: only %d branches of a call and %d calls in a run are asked\n",
			    LIVE_BRANCHES_MAX, LIVE_CALLS_MAX);
	for (size_t i = 0; i < test->answer_count; i++) {
		const size_t before = tally.disagreeing;

		test_tally_count(&tally, &test->answers[i]);
		if (tally.disagreeing > before && before < DISAGREEMENTS_SHOWN)
			test_add_disagreement(out, &test->answers[i]);
	}
	test_tally_add(out, &tally);
}

void test_add_details(struct buffer *out, const struct test_case *test)
{
	for (size_t i = 0; i < test->failure_count; i++)
		test_add_failure(out, &test->failures[i]);
	if (test->failure_count < test->failed)
		buffer_addf(out, "and %zu more calls\n", test->failed - test->failure_count);
	test_add_answers(out, test);
}
