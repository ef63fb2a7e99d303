/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdicts: rows for each reason and each way to lose, and thousands of random calls under random
 * profiles, where the deciding rule's outcome must be the table's.
 */
#include <config.h>

#include "filter/rules/verdict.h"

#include "filter/kernel/action.h"
#include "filter/query/call.h"
#include "filter/rules/filter.h"
#include "tests/unit/document.h"

#define PROFILES 1500
#define CALLS	 60

/* A profile, all the way to its table. */
struct decided {
	struct input input;
	struct profile *profile;
	struct resolved *resolved;
	struct rules *rules;
	struct space *space;
	struct node table;
	struct findings findings;
};

/* False if the profile is refused. */
static bool decide(struct decided *d, const char *text)
{
	const struct leniency leniency = {.allow_shadowed = true};
	const struct target target = {ARCH_X86_64, 0, 6, 1};

	*d = (struct decided){0};
	input_parse(&d->input, text);
	d->profile = profile_read(d->input.document->root, PROFILE_DOCKER, false, &d->findings);
	if (!d->profile)
		return false;
	d->resolved = profile_resolve(d->profile, &target, &d->findings);
	assert_non_null(d->resolved);
	d->space = space_new();
	return filter_decide(d->space, d->resolved, NULL, &leniency, &d->rules, &d->table,
			     &d->findings) == 0;
}

static void decided_free(struct decided *d)
{
	space_free(d->space);
	rules_free(d->rules);
	resolved_free(d->resolved);
	profile_free(d->profile);
	findings_free(&d->findings);
	input_close(&d->input);
}

#define HEAD                                                                                       \
	"{'defaultAction':'SCMP_ACT_ERRNO','architectures':['SCMP_ARCH_X86_64','SCMP_ARCH_X86'],'" \
	"syscalls':[\n"
#define ON(name, action, more) "{'names':['" name "'],'action':'SCMP_ACT_" action "'" more "}"
#define EQ(value)	       ",'args':[{'index':0,'value':" value ",'op':'SCMP_CMP_EQ'}]"

/* "OUTCOME LINE [REASON] {OUTCOME LINE WHY}...". */
static char *text_of(const struct decided *d, const char *text)
{
	CLEANUP(findings_free) struct findings findings = {0};
	struct buffer out = {0};
	struct seccomp_data data;
	struct verdict verdict;
	struct call call;

	assert_int_equal(call_parse(text, strlen(text), NOWHERE, abi_of(ARCH_X86_64), &call,
				    &findings),
			 0);
	data = call_data(&call);
	verdict_make(&verdict, d->rules, &data, table_lookup(d->space, d->table, &data));
	assert_true(verdict.agrees);
	outcome_add(&out, verdict.outcome);
	buffer_addf(&out, " %u ", verdict.place.line);
	verdict_add_reason(&out, &verdict, d->rules, &data);
	for (size_t i = 0; i < verdict.loser_count; i++) {
		buffer_add_text(&out, "{");
		outcome_add(&out, rule_outcome(verdict.losers[i].entry->rule));
		buffer_addf(&out, " %u ", verdict.losers[i].entry->name->place.line);
		verdict_add_loss(&out, &verdict, &verdict.losers[i]);
		buffer_add_text(&out, "}");
	}
	verdict_free(&verdict);
	return buffer_take(&out);
}

static void test_rows(void **state)
{
	static const struct {
		const char *rules, *call, *text;
	} rows[] = {
		{ON("chmod", "ALLOW", ""), "chmod", "ALLOW 2 "},
		{ON("chmod", "ALLOW", ""), "chown",
		 "ERRNO(ENOSYS) 1 ENOSYS: above 90, the highest number that the rules name"},
		{ON("chmod", "ALLOW", ""), "read", "ERRNO(EPERM) 1 defaultAction: no rule matches"},
		{ON("read", "ALLOW", EQ("3")), "read",
		 "ERRNO(EPERM) 1 defaultAction: no rule matches, 1 names the call with args that "
		 "are not "
		 "met"},
		{ON("read", "ALLOW", EQ("3")), "read(3)", "ALLOW 2 "},
		{ON("read", "ALLOW", ""), "aarch64:read",
		 "KILL_THREAD 0 aarch64 is not among the profile's architectures: killed"},
		{ON("read", "ALLOW", ""), "-1",
		 "ERRNO(EPERM) 1 defaultAction: -1 is how a tracer skips a call"},
		{ON("read", "ALLOW", "") ",\n" ON("read", "ERRNO", ",'errnoRet':5"), "read",
		 "ALLOW 2 {ERRNO(EIO) 3 comes later in the file}"},
		{ON("read", "ALLOW", "") ",\n" ON("read", "ALLOW", ""), "read",
		 "ALLOW 2 {ALLOW 3 says the same}"},
		{ON("read", "LOG", EQ("3")) ",\n" ON("read", "ERRNO", ",'errnoRet':5"), "read(3)",
		 "ERRNO(EIO) 3 {LOG 2 erased by the rule without args}"},
		{ON("read", "LOG", EQ("3")) ",\n" ON("read", "ERRNO", ",'errnoRet':5"), "read(4)",
		 "ERRNO(EIO) 3 "},
		{ON("read", "LOG", EQ("3")) ",\n" ON("read", "KILL", EQ("3")), "read(3)",
		 "KILL_THREAD 3 {LOG 2 the rule that decides is stricter}"},
		{ON("read", "ERRNO", ",'errnoRet':5" EQ("3")) ",\n" ON("read", "ERRNO",
								       ",'errnoRet':6" EQ("3")),
		 "read(3)", "ERRNO(EIO) 2 {ERRNO(ENXIO) 3 comes later in the file}"},
		/* Multiplexed calls. */
		{ON("socket", "ALLOW", ""), "x86:socketcall(1)", "ALLOW 2 "},
		{ON("socket", "ALLOW", ""), "x86:socketcall(2)",
		 "ERRNO(EPERM) 1 defaultAction: no rule matches"},
		{ON("socket", "ALLOW", EQ("1")), "x86:socketcall(1)",
		 "ERRNO(EPERM) 1 defaultAction: no rule matches{ALLOW 2 its args lie in memory "
		 "when "
		 "socketcall makes the call}"},
		{ON("socket", "KILL", EQ("1")), "x86:socketcall(1)", "KILL_THREAD 2 "},
		{ON("socket", "KILL", "") ",\n" ON("socketcall", "ALLOW", ""), "x86:socketcall(1)",
		 "ALLOW 3 {KILL_THREAD 2 the rules on socketcall itself win}"},
		{ON("semop", "ALLOW", ""), "x86:ipc(0x10001)", "ALLOW 2 "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(cleanup_free) char *profile = mem_format(HEAD "%s]}", rows[i].rules);
		CLEANUP(cleanup_free) char *text = NULL;
		struct decided d;

		if (!decide(&d, profile))
			fail_msg("%s: %s", rows[i].rules, d.findings.list[0].message);
		text = text_of(&d, rows[i].call);
		assert_string_equal(text, rows[i].text);
		decided_free(&d);
	}
}

static uint64_t seed = 88172645463325252u;

static unsigned random_below(unsigned limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % limit;
}

static const char *const names[] = {"read",   "socket", "socketcall", "ipc",   "semop",
				    "semget", "accept", "clone",      "chmod", "fchmodat2"};

static void add_random_rule(struct buffer *out)
{
	static const char *const actions[] = {"ALLOW", "LOG",  "ERRNO", "ERRNO",
					      "TRACE", "TRAP", "KILL",	"KILL_PROCESS"};
	static const char *const operators[] = {"NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"};
	const char *action = actions[random_below(ARRAY_SIZE(actions))];
	unsigned conditions = random_below(3);

	buffer_addf(out, "{'names':['%s','%s'],'action':'SCMP_ACT_%s'",
		    names[random_below(ARRAY_SIZE(names))], names[random_below(ARRAY_SIZE(names))],
		    action);
	if (strcmp(action, "ERRNO") == 0 || strcmp(action, "TRACE") == 0)
		buffer_addf(out, ",'errnoRet':%u", 1 + random_below(3));
	buffer_add_text(out, ",'args':[");
	for (unsigned i = 0; i < conditions; i++) {
		const char *operator= operators[random_below(ARRAY_SIZE(operators))];
		unsigned mask = random_below(8);

		buffer_addf(out, "%s{'index':%u,'op':'SCMP_CMP_%s','value':%u", i > 0 ? "," : "",
			    random_below(2), operator, mask);
		if (strcmp(operator, "MASKED_EQ") == 0)
			buffer_addf(out, ",'valueTwo':%u", random_below(8) & mask);
		buffer_add_text(out, "}");
	}
	buffer_add_text(out, "]}");
}

static char *random_profile(void)
{
	static const char *const defaults[] = {"ALLOW", "ERRNO", "LOG", "KILL"};
	struct buffer out = {0};
	unsigned rules = random_below(7);

	buffer_addf(&out, "{'defaultAction':'SCMP_ACT_%s','architectures':['SCMP_ARCH_X86_64'%s],",
		    defaults[random_below(ARRAY_SIZE(defaults))],
		    random_below(2) ? ",'SCMP_ARCH_X86','SCMP_ARCH_X32'" : ",'SCMP_ARCH_X86'");
	buffer_add_text(&out, "'syscalls':[");
	for (unsigned i = 0; i < rules; i++) {
		buffer_add_text(&out, i > 0 ? "," : "");
		add_random_rule(&out);
	}
	buffer_add_text(&out, "]}");
	return buffer_take(&out);
}

static struct seccomp_data random_call(const struct rules *rules)
{
	static const uint32_t numbers[] = {0, 41, 43, 56, 64, 65, 90, 102, 117, 120, 452, 453, 600};
	struct seccomp_data data = {0};

	data.arch = abi_of(random_below(3) == 0 ? ARCH_X86 : ARCH_X86_64)->audit_arch;
	data.nr = (int)numbers[random_below(ARRAY_SIZE(numbers))];
	if (random_below(3) == 0) {
		const struct abi_rules *abi =
			&rules->abis[random_below((unsigned)rules->abi_count)];

		data.arch = abi->abi->audit_arch;
		if (abi->count > 0)
			data.nr = (int)abi->list[random_below((unsigned)abi->count)].number;
	}
	if (random_below(20) == 0)
		data.nr = -1;
	if (random_below(50) == 0)
		data.arch = abi_of(ARCH_AARCH64)->audit_arch;
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		data.args[i] = random_below(9) | (random_below(9) == 0 ? UINT64_C(1) << 32 : 0) |
			       (random_below(9) == 0 ? 0x10000u : 0);
	return data;
}

static void check_call(const struct decided *d, const char *profile, unsigned reasons[])
{
	struct seccomp_data data = random_call(d->rules);
	uint32_t outcome = table_lookup(d->space, d->table, &data);
	struct verdict verdict;

	verdict_make(&verdict, d->rules, &data, outcome);
	reasons[verdict.reason]++;
	if (!verdict.agrees || verdict.reason == VERDICT_RUNTIME ||
	    (verdict.entry && rule_outcome(verdict.entry->rule) != outcome))
		fail_msg("%s: arch 0x%x number %d (%llu, %llu)", profile, data.arch, data.nr,
			 (unsigned long long)data.args[0], (unsigned long long)data.args[1]);
	verdict_free(&verdict);
}

static void test_agrees(void **state)
{
	unsigned reasons[VERDICT_RUNTIME + 1] = {0};

	(void)state;
	for (int i = 0; i < PROFILES; i++) {
		CLEANUP(cleanup_free) char *profile = random_profile();
		struct decided d;

		if (decide(&d, profile))
			for (int j = 0; j < CALLS; j++)
				check_call(&d, profile, reasons);
		decided_free(&d);
	}
	for (int i = 0; i < VERDICT_RUNTIME; i++)
		assert_true(reasons[i] > 100); /* each reason was met */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
