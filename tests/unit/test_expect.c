/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expectation files (filter/expect), outcomes and groups: what is read, what is refused and where,
 * and what a table makes of it.
 */
#include <config.h>

#include "filter/query/expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "filter/kernel/action.h"
#include "filter/kernel/groups.h"
#include "filter/kernel/groups_tab.h"
#include "filter/kernel/syscalls.h"

static void add_finding(struct buffer *out, const struct finding *finding)
{
	buffer_addf(out, "%s%u:%u %s", out->length > 0 ? "; " : "", finding->place.line,
		    finding->place.column, finding->message);
	if (finding->remedy)
		buffer_addf(out, " (%s)", finding->remedy);
}

/* All errors of a text, or "N expectations". */
static char *reading_of(const char *text, size_t length, struct expectations *list)
{
	CLEANUP(findings_free) struct findings findings = {0};
	CLEANUP(buffer_free) struct buffer out = {0};
	const int result =
		expectations_parse(list, "f", text, length, abi_of(ARCH_X86_64), &findings);

	assert_int_equal(result == 0, findings.errors == 0);
	for (size_t i = 0; i < findings.count; i++)
		add_finding(&out, &findings.list[i]);
	if (result == 0)
		buffer_addf(&out, "%zu expectations", list->count);
	return buffer_take(&out);
}

static void test_reading(void **state)
{
	static const struct {
		const char *text, *reading;
	} rows[] = {
		{"chmod = EPERM", "1 expectations"},
		{"chmod=EPERM\n", "1 expectations"},
		{"\n# all\n\t chmod = EPERM|KILL | DENY # why\r\n\r\n@chown=ALLOW\r\n",
		 "2 expectations"},
		{"x86:@chown = ALLOW\nx86 : @chown = ALLOW\nx32:chmod(*, 07) = LOG",
		 "3 expectations"},
		{"-1 = EPERM\n4294967295 = EPERM\n0x5a=TRAP", "3 expectations"},
		{"read = "
		 "ERRNO(0)|ERRNO(4095)|ERRNO(EPERM)|TRACE(65535)|TRAP(3)|NOTIFY|LOG|ALLOW|TRAP|"
		 "KILL_THREAD|KILL_PROCESS",
		 "1 expectations"},
		{"", "0:0 has no expectations (write CALL = OUTCOME, one a line)"},
		{"# nothing\n", "0:0 has no expectations (write CALL = OUTCOME, one a line)"},
		{"chmod", "1:6 the line has no = (write CALL = OUTCOME)"},
		{"  chmod EPERM # x", "1:14 the line has no = (write CALL = OUTCOME)"},
		{"= EPERM", "1:1 the call is missing (write CALL = OUTCOME)"},
		{"chmod =", "1:8 an outcome is missing (write ALLOW, EPERM, KILL, DENY, ...)"},
		{"chmod = EPERM|",
		 "1:15 an outcome is missing (write ALLOW, EPERM, KILL, DENY, ...)"},
		{"chmod = |EPERM",
		 "1:9 an outcome is missing (write ALLOW, EPERM, KILL, DENY, ...)"},
		{"chmod = EPREM", "1:9 unknown outcome \"EPREM\" (did you mean EPERM?)"},
		{"chmod = eperm", "1:9 unknown outcome \"eperm\" (did you mean EPERM?)"},
		{"chmod = ALLOW | allow", "1:17 unknown outcome \"allow\" (did you mean ALLOW?)"},
		{"chmod = SCMP_ACT_KILL_PROCESS",
		 "1:9 unknown outcome \"SCMP_ACT_KILL_PROCESS\" (did you mean KILL_PROCESS?)"},
		{"chmod = ERRNO",
		 "1:9 unknown outcome \"ERRNO\" (expected ERRNO(EPERM), EPERM, ERRNO(0) to "
		 "ERRNO(4095), or DENY for whatever keeps the call from running)"},
		{"chmod = ERRNO(4096)",
		 "1:9 unknown outcome \"ERRNO(4096)\" (expected ERRNO(EPERM), EPERM, "
		 "ERRNO(0) to ERRNO(4095), or "
		 "DENY for whatever keeps the call from running)"},
		{"chmod = TRACE(65536)", "1:9 unknown outcome \"TRACE(65536)\" (expected TRACE(0) "
					 "to TRACE(65535), or TRAP)"},
		{"chmod = TRACE(-1)",
		 "1:9 unknown outcome \"TRACE(-1)\" (expected TRACE(0) to TRACE(65535), or TRAP)"},
		{"chmod = TRACE(EPERM)", "1:9 unknown outcome \"TRACE(EPERM)\" (expected TRACE(0) "
					 "to TRACE(65535), or TRAP)"},
		{"chmod = EPERM = EACCES",
		 "1:9 unknown outcome \"EPERM = EACCES\" (expected ALLOW, LOG, "
		 "ERRNO(EPERM), EPERM, KILL_PROCESS, "
		 "KILL_THREAD, KILL, TRAP, TRACE(7), NOTIFY or DENY)"},
		{"@chwon = ALLOW", "1:1 unknown group \"@chwon\" (did you mean @chown?)"},
		{"x86:@chwon = ALLOW", "1:5 unknown group \"@chwon\" (did you mean @chown?)"},
		{"@ = ALLOW", "1:1 unknown group \"@\" (systemd-analyze "
			      "syscall-filter lists the groups)"},
		{"x87:@chown = ALLOW",
		 "1:1 unknown ABI \"x87\" (expected x86_64, x86, x32, aarch64, ...)"},
		{"chmod = \xff", "1:9 not valid UTF-8"},
		{"chmod=ALLOW\n\n  \xc0\x80", "3:3 not valid UTF-8"},
	};
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(expectations_free) struct expectations list = {0};
		CLEANUP(cleanup_free)
		char *found = reading_of(rows[i].text, strlen(rows[i].text), &list);

		if (strcmp(found, rows[i].reading) == 0)
			continue;
		wrong++;
		print_error("%s\n  is %s\n  not %s\n", rows[i].text, found, rows[i].reading);
	}
	assert_int_equal(wrong, 0);
}

/* One run reports all errors; calls are the parser's of calls, at their place. */
static void test_all_errors(void **state)
{
	static const char text[] =
		"chmdo = EPERM\nchmod = EPREM\nread = ALLOW\nsocket(AF_NONE) = DENI\n";
	CLEANUP(expectations_free) struct expectations list = {0};
	CLEANUP(findings_free) struct findings findings = {0};
	static const struct {
		unsigned line, column;
	} places[] = {{1, 1}, {2, 9}, {4, 8}, {4, 19}};

	(void)state;
	assert_int_equal(expectations_parse(&list, "f", text, strlen(text), abi_of(ARCH_X86_64),
					    &findings),
			 -1);
	assert_int_equal(findings.count, ARRAY_SIZE(places));
	for (size_t i = 0; i < findings.count; i++) {
		assert_int_equal(findings.list[i].place.line, places[i].line);
		assert_int_equal(findings.list[i].place.column, places[i].column);
		assert_non_null(findings.list[i].remedy);
	}
}

/* Lines, alternatives and expectations are bounded. */
static void test_bounds(void **state)
{
	CLEANUP(buffer_free)
	struct buffer line = {0}, many = {0}, outcomes = {0}, errors = {0}, grouped = {0};
	CLEANUP(expectations_free) struct expectations a = {0}, b = {0}, c = {0}, d = {0}, e = {0};
	CLEANUP(cleanup_free)
	char *found = NULL, *found_many = NULL, *found_outcomes = NULL, *found_errors = NULL,
	     *found_groups = NULL;

	(void)state;
	buffer_add_text(&line, "chmod = EPERM #");
	while (line.length <= EXPECT_LINE_MAX)
		buffer_add_text(&line, "x");
	found = reading_of(line.data, line.length, &a);
	assert_string_equal(found, "1:4097 the line has more than 4096 bytes (split the line)");
	for (size_t i = 0; i <= EXPECTATIONS_MAX; i++)
		buffer_add_text(&many, "1=LOG\n");
	found_many = reading_of(many.data, many.length, &b);
	assert_string_equal(found_many,
			    "100001:1 more than 100000 expectations (split it into several runs)");
	for (size_t i = 0; i <= EXPECT_CALLS_MAX / group_find("@known")->count; i++)
		buffer_add_text(&grouped, "@known=LOG\n");
	found_groups = reading_of(grouped.data, grouped.length, &e);
	assert_non_null(
		strstr(found_groups,
		       ":1 more than 1000000 calls in groups (split it into several runs)"));
	for (size_t i = 0; i <= EXPECT_ERRORS_MAX + 1; i++)
		buffer_add_text(&errors, "1=X\n");
	found_errors = reading_of(errors.data, errors.length, &d);
	assert_non_null(strstr(found_errors, "; 1001:1 too many errors: the rest is not read"));
	assert_null(strstr(found_errors, "; 1002:"));
	buffer_add_text(&outcomes, "read = ERRNO(0)");
	for (unsigned i = 1; i <= OUTCOMES_MAX; i++)
		buffer_addf(&outcomes, "|ERRNO(%u)", i);
	found_outcomes = reading_of(outcomes.data, outcomes.length, &c);
	assert_non_null(strstr(found_outcomes, "more than 64 outcomes"));
}

static uint32_t parse_outcome(const char *word)
{
	CLEANUP(findings_free) struct findings findings = {0};
	struct outcomes set = {.count = 0};

	assert_int_equal(outcomes_parse(word, strlen(word), NOWHERE, &set, &findings), 0);
	assert_int_equal(set.count, 1);
	return set.list[0];
}

/* What outcome_add() writes is read as the same outcome. */
static void test_outcomes(void **state)
{
	static const char *const kills[] = {"KILL", "DENY", "KILL|DENY"};

	(void)state;
	for (int action = 0; action < ACTION_COUNT; action++)
		for (unsigned data = 0; data < 4096; data += 1 + data / 8) {
			CLEANUP(buffer_free) struct buffer text = {0};
			const uint32_t outcome = outcome_of((enum action)action, data);

			outcome_add(&text, outcome);
			assert_int_equal(parse_outcome(text.data), outcome);
		}
	assert_int_equal(parse_outcome("EPERM"), outcome_of(ACTION_ERRNO, 1));
	for (size_t i = 0; i < ARRAY_SIZE(kills); i++) {
		struct findings findings = {0};
		struct outcomes set = {.count = 0};

		assert_int_equal(outcomes_parse(kills[i], strlen(kills[i]), NOWHERE, &set,
						&findings),
				 0);
		for (int action = 0; action < ACTION_COUNT; action++)
			assert_int_equal(outcomes_have(&set, outcome_of((enum action)action, 7)),
					 action <= (i == 0 ? ACTION_KILL_THREAD : ACTION_ERRNO));
	}
}

/* ---- against a table */

static struct node decide(struct space *space, enum arch arch, const char *name, struct node node,
			  struct node rest)
{
	struct node table;
	uint32_t number;

	assert_true(syscall_number(abi_of(arch), name, &number));
	table = table_compare_word(space, WORD_NUMBER, number, rest, node, rest);
	return table_compare_word(space, WORD_ARCH, abi_of(arch)->audit_arch, rest, table, rest);
}

/* The result of one line: "holds", "empty", or the witnesses that show that it does not. */
static char *result_of(struct table_query *reach, struct node table, const char *line)
{
	CLEANUP(expectations_free) struct expectations list = {0};
	CLEANUP(cleanup_free) char *reading = reading_of(line, strlen(line), &list);
	CLEANUP(buffer_free) struct buffer out = {0};
	struct expectation_result result;

	assert_string_equal(reading, "1 expectations");
	expectation_check(reach, table, &list.list[0], &result);
	if (result.failed == 0)
		buffer_add_text(&out, result.calls == 0 ? "empty" : "holds");
	for (size_t i = 0; i < result.failed && i < EXPECT_FAILURES_MAX; i++) {
		const struct seccomp_data *call = &result.failures[i].call;

		buffer_addf(&out, "%s%u(0x%llx) ", out.length > 0 ? "" : "", (uint32_t)call->nr,
			    (unsigned long long)call->args[0]);
		outcome_add(&out, result.failures[i].outcome);
		buffer_add_text(&out, ";");
	}
	return buffer_take(&out);
}

/*
 * socket(2) is EPERM where all 64 bits are AF_VSOCK, as libseccomp compares, sched_setaffinity(2)
 * where its length is 40; x86's are EPERM by their own number only; the rest passes.
 */
static struct node make_table(struct space *space)
{
	const struct node allow = table_outcome(space, outcome_of(ACTION_ALLOW, 0));
	const struct node deny = table_outcome(space, outcome_of(ACTION_ERRNO, 1));
	struct node whole = table_compare_word(space, word_argument_low(0), 40, allow, deny, allow);
	struct node size = table_compare_word(space, word_argument_low(2), 40, allow, deny, allow);
	struct node table;

	whole = table_compare_word(space, word_argument_high(0), 0, allow, whole, allow);
	table = decide(space, ARCH_X86_64, "socket", whole, allow);
	table = table_choose(space, decide(space, ARCH_X86_64, "chmod", TABLE_TRUE, TABLE_FALSE),
			     deny, table);
	table = table_choose(space, decide(space, ARCH_X86_64, "sendto", TABLE_TRUE, TABLE_FALSE),
			     size, table);
	return table_choose(space, decide(space, ARCH_X86, "socket", TABLE_TRUE, TABLE_FALSE),
			    whole, table);
}

static void cleanup_table_query(struct table_query **query)
{
	table_query_free(*query);
}

/* What stands above an int is part of every call; a 64-bit argument is known as a whole. */
static void test_table(void **state)
{
	static const struct {
		const char *line, *result;
	} rows[] = {
		{"chmod = EPERM", "holds"},
		{"chmod(1, 2) = DENY", "holds"},
		{"chmod = KILL|ALLOW", "90(0x0) ERRNO(EPERM);"},
		{"socket = EPERM", "41(0x0) ALLOW;"},
		{"socket = EPERM|ALLOW", "holds"},
		{"socket(41) = ALLOW", "holds"},
		{"socket(40) = EPERM", "41(0x100000028) ALLOW;"},
		{"sendto(*, *, 40) = EPERM", "holds"},
		{"sendto(*, *, 0x100000028) = EPERM", "holds"},
		{"x86:359(40) = EPERM", "holds"},
		{"x86:socket(40) = EPERM", "102(0x1) ALLOW;"},
		{"x86:socket(40) = EPERM|ALLOW", "holds"},
		{"x86:semop = ALLOW", "holds"},
		{"@chown = ALLOW", "holds"},
		{"@chown = DENY", "92(0x0) ALLOW;93(0x0) ALLOW;260(0x0) ALLOW;94(0x0) ALLOW;"},
		{"aarch64:@cpu-emulation = DENY", "empty"},
		{"aarch64:fchmod = ALLOW", "holds"},
	};
	CLEANUP(cleanup_space) struct space *space = space_new();
	CLEANUP(cleanup_table_query) struct table_query *reach = table_query_new(space);
	const struct node table = make_table(space);
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(cleanup_free) char *found = result_of(reach, table, rows[i].line);

		if (strcmp(found, rows[i].result) == 0)
			continue;
		wrong++;
		print_error("%s\n  is %s\n  not %s\n", rows[i].line, found, rows[i].result);
	}
	assert_int_equal(wrong, 0);
}

struct seen {
	size_t count, denied;
	const struct space *space;
	struct node table;
};

static bool see(const struct table_answer *answer, void *context)
{
	struct seen *seen = context;

	assert_int_equal(table_lookup(seen->space, seen->table, &answer->call), answer->outcome);
	assert_false(answer->by_address);
	seen->count++;
	seen->denied += answer->outcome == outcome_of(ACTION_ERRNO, 1);
	return true;
}

/* Every branch: 64 bits that are compared have 64 ways to differ, and one to be equal. */
static void test_branches(void **state)
{
	CLEANUP(cleanup_space) struct space *space = space_new();
	CLEANUP(cleanup_table_query) struct table_query *reach = table_query_new(space);
	struct seen seen = {.space = space, .table = make_table(space)};
	struct call call = {.abi = abi_of(ARCH_X86_64), .number = 41, .name = "socket"};
	struct known_bits known;

	(void)state;
	known_of_call(&known, &call);
	assert_true(table_query_branches(reach, seen.table, &known, see, &seen));
	assert_int_equal(seen.count, 65);
	assert_int_equal(seen.denied, 1);
}

/* ---- groups */

/* In @known only: calls of architectures that no profile can name (Alpha, SPARC, ARC), and of none.
 */
static const char *const unknown_names[] = {
	"arc_gettls",
	"arc_settls",
	"arc_usr_cmpxchg",

	"dipc",
	"exec_with_loader",
	"execv",
	"getdomainname",
	"getdtablesize",
	"gethostname",
	"getxgid",
	"getxpid",
	"getxuid",
	"kern_features",
	"memory_ordering",
	"old_adjtimex",
	"oldumount",
	"or1k_atomic",
	"osf_fstat",
	"osf_fstatfs",
	"osf_fstatfs64",
	"osf_getdirentries",
	"osf_getdomainname",
	"osf_getitimer",
	"osf_getrusage",
	"osf_getsysinfo",
	"osf_gettimeofday",
	"osf_lstat",
	"osf_mount",
	"osf_proplist_syscall",
	"osf_select",
	"osf_set_program_attributes",
	"osf_setitimer",
	"osf_setsysinfo",
	"osf_settimeofday",
	"osf_shmat",
	"osf_sigprocmask",
	"osf_sigstack",
	"osf_stat",
	"osf_statfs",
	"osf_statfs64",
	"osf_swapon",
	"osf_syscall",
	"osf_sysinfo",
	"osf_usleep_thread",
	"osf_utimes",
	"osf_utsname",
	"osf_wait4",
	"perfctr",
	"sched_get_affinity",
	"sched_set_affinity",
	"sethae",
	"setpgrp",
	"utrap_install",
};

/* Each is still unknown: the list does not grow old. */
static void test_unknown_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(unknown_names); i++)
		assert_false(syscall_known(unknown_names[i]));
}

static bool is_listed(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(unknown_names); i++)
		if (strcmp(unknown_names[i], name) == 0)
			return true;
	return false;
}

static void test_groups(void **state)
{
	unsigned wrong = 0;

	(void)state;
	assert_non_null(group_find("@system-service"));
	assert_null(group_find("system-service"));
	assert_null(group_find("@"));
	assert_string_equal(group_nearest("@rebot"), "@reboot");
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		const struct call_group *group = group_find(groups[i].name);
		const bool all = strcmp(groups[i].name, "@known") == 0;

		assert_non_null(group);
		assert_string_equal(group->name, groups[i].name);
		assert_int_equal(group->count, groups[i].count);
		assert_true(group->count > 0);
		for (size_t j = 0; j < group->count; j++) {
			assert_true(j == 0 || strcmp(group->calls[j - 1], group->calls[j]) < 0);
			if (syscall_known(group->calls[j]) || (all && is_listed(group->calls[j])))
				continue;
			wrong++;
			print_error("%s: %s\n", group->name, group->calls[j]);
		}
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading), cmocka_unit_test(test_all_errors),
		cmocka_unit_test(test_bounds),	cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_table),	cmocka_unit_test(test_branches),
		cmocka_unit_test(test_groups),	cmocka_unit_test(test_unknown_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
