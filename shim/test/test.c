/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command test: compares a filter's table with expectations, for every call that they match,
 * and with --live the running kernel too; or counts which calls of a recording the filter denies.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/program/load.h"
#include "filter/rules/filter.h"
#include "filter/table/emit.h"
#include "filter/table/table_program.h"
#include "shim/input/filter_operand.h"
#include "shim/input/reading_options.h"
#include "shim/print.h"
#include "shim/replace.h"
#include "shim/test/live.h"
#include "shim/test/probe.h"
#include "shim/test/replay.h"
#include "shim/test/test_result.h"

#define STATUS_FAILED 1

struct test_values {
	const char *junit;
	struct option_list replay;
	bool live, probe_anyway, json, quiet;
	struct reading_options reading;
	struct target_options target;
};

static const struct option_row test_rows[] = {
	{0, "live", NULL,
	 "ask the running kernel too: one call for each branch of an expectation; no call is "
	 "executed",
	 OPTION_FLAG, offsetof(struct test_values, live)},
	{0, "probe-anyway", NULL,
	 "with --live: ask even if a filter with a listener confines this process; the listener "
	 "is not asked",
	 OPTION_FLAG, offsetof(struct test_values, probe_anyway)},
	{0, "replay", "FILE",
	 "instead of EXPECTATIONS: count the calls recorded in FILE (strace -f, audit records) "
	 "that the filter would deny; may be repeated",
	 OPTION_LIST, offsetof(struct test_values, replay)},
	{0, "junit", "FILE", "also write the results to FILE as JUnit XML, whole or not at all",
	 OPTION_TEXT, offsetof(struct test_values, junit)},
	{0, "json", NULL, "print one JSON object instead of TAP", OPTION_FLAG,
	 offsetof(struct test_values, json)},
	QUIET_ROW(offsetof(struct test_values, quiet)),
	READING_OPTION_ROWS(struct test_values),
	TARGET_OPTION_ROWS(struct test_values),
};

/* Everything that one run holds. */
struct test_run {
	const struct test_values *values;
	const struct abi *native;
	struct space *space;
	struct table_query *query;
	struct filter_operand operand;
	struct source *files; /* of expectations, or recordings; places point to their names */
	size_t file_count;
	struct expectations expectations;
	struct tests tests;
	struct replay replay;
	struct findings findings;
};

static void test_run_free(struct test_run *run)
{
	replay_free(&run->replay);
	tests_free(&run->tests);
	expectations_free(&run->expectations);
	findings_free(&run->findings);
	for (size_t i = 0; i < run->file_count; i++)
		source_free(&run->files[i]);
	free(run->files);
	table_query_free(run->query);
	filter_operand_free(&run->operand);
	space_free(run->space);
}

/* All files are read to their ends, so that one run reports all that is wrong in them. */
static int test_read_expectations(struct test_run *run, char **operands, size_t count)
{
	int result = 0;

	run->files = mem_zero(count, sizeof(*run->files));
	for (size_t i = 0; i < count; i++) {
		struct source *file = &run->files[run->file_count++];

		if (source_read(file, AT_FDCWD, operands[i], operands[i], &run->findings) != 0 ||
		    expectations_parse(&run->expectations, file->name, file->text, file->length,
				       run->native, &run->findings) != 0)
			result = -1;
	}
	return result;
}

/* The calls that fail, with the rules that decide them. */
static void test_case_add_failures(struct test_case *test, const struct expectation_result *result,
				   const struct rules *rules)
{
	test->failed = result->failed;
	test->failure_count =
		result->failed < EXPECT_FAILURES_MAX ? result->failed : EXPECT_FAILURES_MAX;
	test->failures = mem_zero(test->failure_count, sizeof(*test->failures));
	for (size_t i = 0; i < test->failure_count; i++) {
		const struct table_answer *answer = &result->failures[i];

		test->failures[i] =
			(struct test_failure){.call = answer->call,
					      .outcome = answer->outcome,
					      .place = test_deciding_place(rules, &answer->call,
									   answer->outcome)};
	}
}

static void test_case_check(const struct test_run *run, struct test_case *test)
{
	struct expectation_result result;

	expectation_check(run->query, run->operand.table, test->expectation, &result);
	test->calls = result.calls;
	test->verdict = result.calls == 0   ? TEST_SKIPPED
			: result.failed > 0 ? TEST_FAILED
					    : TEST_PASSED;
	if (result.calls == 0)
		test->reason = "none of the group's calls exists on this ABI";
	test_case_add_failures(test, &result, run->operand.rules);
}

static void test_check_cases(struct test_run *run)
{
	run->tests.filter = run->operand.name;
	run->tests.count = run->expectations.count;
	run->tests.list = mem_zero(run->tests.count + 1, sizeof(*run->tests.list));
	for (size_t i = 0; i < run->tests.count; i++) {
		run->tests.list[i].expectation = &run->expectations.list[i];
		test_case_check(run, &run->tests.list[i]);
	}
}

/* ---- the running kernel */

static int test_check_listener(struct test_run *run)
{
	const enum probe_listener listener = probe_listener();

	if (listener == LISTENER_NONE || run->values->probe_anyway)
		return 0;
	return finding_error(&run->findings, "live-listener", NOWHERE,
			     "give --probe-anyway, or test outside of that filter",
			     listener == LISTENER_THERE
				     ? "a filter with a listener confines this process, and the "
				       "listener's answers cannot be tested"
				     : "filters confine this process, and the kernel does not "
				       "report whether one has a listener, whose answers cannot "
				       "be tested");
}

/* The program of filters without rules, read back (HACKING.md, "What is loaded is what was
 * proven"). */
static int test_make_program(struct test_run *run, struct program *program)
{
	const bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

	if (emit_program(run->space, run->operand.table, NULL, big_endian, program) != 0)
		return finding_error(&run->findings, "program-length", NOWHERE,
				     "use smaller filters",
				     "the filters together need more than %d instructions",
				     PROGRAM_LENGTH_MAX);
	if (program_check(program, &run->findings) != 0)
		return -1;
	space_renew(run->space);
	if (node_same(table_from_program(run->space, program), run->operand.table))
		return 0;
	return finding_error(&run->findings, "proof", NOWHERE, "use a smaller filter",
			     "the generated program does not decide like the table");
}

/* The program that run would load, if this kernel can load it. */
static int test_build_program(struct test_run *run, struct program *program)
{
	CLEANUP(findings_free) struct findings known = {0}; /* reported already, with the table */
	CLEANUP(cleanup_filter)
	struct filter *filter = filter_build(run->operand.resolved, &run->operand.reading,
					     &run->operand.leniency, SEVERITY_NOTE, &known);

	if (!filter)
		return test_make_program(run, program);
	if (load_check(&filter->flags, filter->implied_spec_allow, run->operand.resolved,
		       &run->findings) != 0)
		return -1;
	*program = filter->program;
	filter->program = (struct program){0};
	return 0;
}

static int test_ask_kernel(struct test_run *run)
{
	CLEANUP(program_free) struct program program = {0};
	const struct program *asked = &program;
	int result;

	if (probe_way(run->native->audit_arch) == PROBE_WAY_NONE)
		return finding_error(&run->findings, "live-arch", NOWHERE,
				     "give --arch of this machine, or drop --live",
				     "this machine's kernel does not run calls of %s",
				     run->native->name);
	if (test_check_listener(run) != 0)
		return -1;
	if (run->operand.resolved)
		result = test_build_program(run, &program);
	else if (run->operand.program_count == 1)
		result = 0, asked = &run->operand.program;
	else
		result = test_make_program(run, &program);
	run->tests.live = true;
	return result != 0 ? -1
			   : live_ask(&run->tests, run->query, run->operand.table, asked,
				      &run->findings);
}

/* ---- printing */

static int test_write_junit(struct test_run *run)
{
	CLEANUP(buffer_free) struct buffer xml = {0};

	if (!run->values->junit)
		return 0;
	tests_add_junit(&xml, &run->tests);
	return replace_file(run->values->junit, xml.data, xml.length, &run->findings);
}

static void test_print_results(struct test_run *run)
{
	CLEANUP(buffer_free) struct buffer out = {0};
	struct json_writer *json;

	if (!run->values->json) {
		tests_add_tap(&out, &run->tests);
		print_out(out.data, out.length);
		return;
	}
	json = print_json_open(&out, "test", &run->findings);
	tests_write_json(json, &run->tests);
	print_json_close(json, &out);
}

/* Prints all errors, because no other command reports those of expectation files. */
static int test_report_trouble(struct test_run *run)
{
	if (run->values->json)
		print_json_errors("test", &run->findings);
	else
		print_findings_each(&run->findings, run->values->quiet);
	return STATUS_TROUBLE;
}

static int test_open_filter(struct test_run *run, const char *name)
{
	const struct filter_operand_options options = {.input =
							       reading_input(&run->values->reading),
						       .target = &run->values->target,
						       .leniency = reading_leniency(
							       &run->values->reading)};

	run->space = space_new();
	run->query = table_query_new(run->space);
	return filter_operand_open(&run->operand, run->space, name, &options, &run->findings);
}

static int test_find_native(struct test_run *run)
{
	struct target target;

	if (target_make(&run->values->target, 0, &target, &run->findings) != 0)
		return -1;
	run->native = abi_of(target.arch);
	return 0;
}

/* If anything is wrong with the files, nothing is tested. */
static int test_run_expectations(struct test_run *run, char **operands, size_t count)
{
	int wrong;

	wrong = test_read_expectations(run, operands + 1, count - 1);
	if (test_open_filter(run, operands[0]) != 0 || wrong)
		return test_report_trouble(run);
	test_check_cases(run);
	if (run->values->live && test_ask_kernel(run) != 0)
		return test_report_trouble(run);
	tests_count_verdicts(&run->tests);
	test_print_results(run);
	if (test_write_junit(run) != 0)
		return test_report_trouble(run);
	if (!run->values->json)
		print_findings(&run->findings, run->values->quiet, false);
	return run->tests.verdicts[TEST_FAILED] > 0 ? STATUS_FAILED : STATUS_OK;
}

/* ---- recordings */

static int test_replay_file(struct test_run *run, const char *name)
{
	struct source *file = &run->files[run->file_count++];

	if (source_read(file, AT_FDCWD, name, name, &run->findings) != 0)
		return -1;
	return replay_read(&run->replay, run->query, run->operand.table, file->name, file->text,
			   file->length, run->native, &run->findings);
}

static void test_print_replay(struct test_run *run)
{
	CLEANUP(buffer_free) struct buffer out = {0};
	struct json_writer *json;

	if (!run->values->json) {
		print_findings(&run->findings, run->values->quiet, false);
		replay_add_text(&out, &run->replay);
		print_out(out.data, out.length);
		return;
	}
	json = print_json_open(&out, "test", &run->findings);
	replay_write_json(json, &run->replay);
	print_json_close(json, &out);
}

static int test_run_replay(struct test_run *run, const char *name)
{
	const struct option_list *names = &run->values->replay;

	run->files = mem_zero(names->count, sizeof(*run->files));
	if (test_open_filter(run, name) != 0)
		return test_report_trouble(run);
	for (size_t i = 0; i < names->count; i++)
		if (test_replay_file(run, names->values[i]) != 0)
			return test_report_trouble(run);
	replay_finish(&run->replay, run->operand.rules);
	test_print_replay(run);
	return run->replay.row_count > 0 ? STATUS_FAILED : STATUS_OK;
}

/* ---- the command line */

static int test_check_usage(const struct test_values *values, int operands)
{
	if (operands == 0)
		print_one_error("see seccomp-shim test --help", "test: no FILTER is named");
	else if (operands > 1 && values->replay.count > 0)
		print_one_error("drop one of them",
				"test: --replay and EXPECTATIONS exclude one another");
	else if (values->replay.count > 0 && (values->live || values->junit))
		print_one_error("drop it, or give EXPECTATIONS instead of --replay",
				"test: --%s and --replay exclude one another",
				values->live ? "live" : "junit");
	else if (operands == 1 && values->replay.count == 0)
		print_one_error("name one, or give --replay=FILE",
				"test: no file of expectations is named");
	else if (values->probe_anyway && !values->live)
		print_one_error("add --live", "test: --probe-anyway without --live");
	else
		return 0;
	return -1;
}

static void test_values_free(struct test_values *values)
{
	options_free_list(&values->replay);
}

static int test_main(const struct command *command, int argc, char **argv)
{
	CLEANUP(test_values_free) struct test_values values = {0};
	CLEANUP(test_run_free) struct test_run run = {.values = &values};
	const int first = options_parse_anywhere(command, argc, argv, &values);
	const int count = argc - first;

	if (first == -2)
		return STATUS_OK;
	if (first < 0)
		return STATUS_TROUBLE;
	if (test_find_native(&run) != 0) /* first, so that a wrong option is reported first */
		return test_report_trouble(&run);
	if (test_check_usage(&values, count) != 0)
		return STATUS_TROUBLE;
	if (values.replay.count > 0)
		return test_run_replay(&run, argv[first]);
	return test_run_expectations(&run, argv + first, (size_t)count);
}

const struct command command_test = {
	.name = "test",
	.synopsis = "[options] FILTER EXPECTATIONS... | FILTER --replay=FILE",
	.summary = "Tests a filter against expectations or recorded calls.",
	.notes =
		"FILTER is as for diff. EXPECTATIONS are files (seccomp-shim-expect(5)) with one\n"
		"expectation a line, CALL|@GROUP = OUTCOME[|OUTCOME...]: \"chmod = EPERM\",\n"
		"\"@reboot = DENY\". One holds only if every matching call, whatever arguments it\n"
		"has where none are given, gets one of the outcomes. The results are TAP on\n"
		"standard output.\n\n"
		"--live loads the filter into a child and asks it; no call is executed, and no\n"
		"child is left behind. ALLOW, LOG, TRACE and NOTIFY look alike there.\n\n"
		"--replay prints the calls of a recording that are denied, or may be denied\n"
		"because the recording does not have the arguments that decide, and how often\n"
		"they occur.\n\n"
		"Exit status: 0 all expectations hold, no call is denied; 1 an expectation does\n"
		"not hold, a call is or may be denied; 2 an error.",
	.options = test_rows,
	.option_count = ARRAY_SIZE(test_rows),
	.trouble = STATUS_TROUBLE,
	.main = test_main,
};
