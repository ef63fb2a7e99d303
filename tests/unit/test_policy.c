/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.json: every key, and what is wrong with others. */
#include <config.h>

#include "tests/unit/document.h"

#include "oci/policy.h"

static const struct row rows[] = {
	{"empty", "{}", ""},
	{"every key",
	 "{'runtime':'runc','runtimeKind':'crun','libseccomp':'2.5.4','mode':'delegate','profile':"
	 "'default','override':true,'exempt':[],'sandbox':'audit','require':'default','allow':[],"
	 "'deny':['ptrace'],'annotations':[],'accept':['enosys','dropped','width','overlap',"
	 "'multiplexed'],'allowRestore':false,'allowMountingContainers':false,'move':"
	 "false,"
	 "'seccompRoot':'/s','requireNoNewPrivileges':false,'ignoreUnknown':false,'allowShadowed':"
	 "false}",
	 ""},
	{"every exempt",
	 "{'exempt':[{'annotations':{'a':'b*'}},{'capabilities':['CAP_SYS_ADMIN']},{'privileged':"
	 "true},"
	 "{'namespace':'kube-*'},{'pod':'p'},{'container':'c','fromRequire':true}]}",
	 ""},
	{"annotations",
	 "{'annotations':['seccomp-shim.profile','seccomp-shim.allow','seccomp-shim.deny',"
	 "'seccomp.security.alpha.kubernetes.io/pod',"
	 "'container.seccomp.security.alpha.kubernetes.io']}",
	 ""},
	{"no object", "[]", "1:1 error wrong-type"},
	{"unknown key", "{'profil':'default'}", "1:2 error unknown-key"},
	{"other case", "{'Profile':'default'}", "1:2 error key-case"},
	{"unknown key of exempt", "{'exempt':[{'name':'x'}]}",
	 "1:12 error empty-exempt; 1:13 error unknown-key"},
	{"exempt that says nothing", "{'exempt':[{}]}", "1:12 error empty-exempt"},
	{"exempt that says no", "{'exempt':[{'privileged':false,'capabilities':[]}]}",
	 "1:12 error empty-exempt"},
	{"exempt is no object", "{'exempt':['x']}", "1:12 error wrong-type"},
	{"exempt is no list", "{'exempt':{}}", "1:11 error wrong-type"},
	{"mode", "{'mode':'Delegate'}", "1:9 error policy-word"},
	{"mode is no string", "{'mode':1}", "1:9 error wrong-type"},
	{"kind", "{'runtimeKind':'youki'}", "1:16 error policy-word"},
	{"accept", "{'accept':['enosys','enosis']}", "1:21 error policy-word"},
	{"annotation", "{'annotations':['seccomp-shim.profiles']}", "1:17 error policy-word"},
	{"empty profile", "{'profile':''}", "1:12 error empty-value"},
	{"profile is null", "{'profile':null}", "1:12 error wrong-type"},
	{"override is a word", "{'override':'yes'}", "1:13 error wrong-type"},
	{"an empty name", "{'deny':['']}", "1:10 error empty-value"},
	{"a name is a number", "{'allow':[1]}", "1:11 error wrong-type"},
	{"unknown capability", "{'exempt':[{'capabilities':['SYS_ADMIN']}]}",
	 "1:29 error unknown-capability"},
	{"annotation is a number", "{'exempt':[{'annotations':{'a':1}}]}",
	 "1:12 error empty-exempt; 1:32 error wrong-type"},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct input input;
		struct policy policy;
		int result;

		input_parse(&input, rows[i].text);
		result = policy_read(&policy, input.document->root, &input.findings);
		assert_true((result != 0) == (input.findings.errors > 0));
		row_check(&rows[i], &input.findings);
		policy_free(&policy);
		input_close(&input);
	}
}

static void test_values(void **state)
{
	struct policy policy;
	struct input input;

	(void)state;
	input_parse(
		&input,
		"{'runtime':'/r','mode':'entrypoint','runtimeKind':'crun','profile':'p','override':"
		"true,'allow':['a','b'],'deny':['c'],'accept':['width','enosys'],'annotations':["
		"'seccomp-shim.deny'],'exempt':[{'annotations':{'k':'v?'},'namespace':'n',"
		"'capabilities':['CAP_CHOWN','CAP_KILL'],'fromRequire':true}]}");
	assert_int_equal(policy_read(&policy, input.document->root, &input.findings), 0);
	assert_string_equal(policy.runtime, "/r");
	assert_int_equal(policy.mode, POLICY_ENTRYPOINT);
	assert_int_equal(policy.kind, POLICY_KIND_CRUN);
	assert_true(policy.override && !policy.move && !policy.allow_restore);
	assert_int_equal(policy.allow.count, 2);
	assert_string_equal(policy.allow.items[1], "b");
	assert_string_equal(policy.deny.items[0], "c");
	assert_int_equal(policy.accept, ACCEPT_WIDTH | ACCEPT_ENOSYS);
	assert_int_equal(policy.annotations, ANNOTATION_DENY);
	assert_int_equal(policy.exempt_count, 1);
	assert_string_equal(policy.exempts[0].annotations[0].pattern, "v?");
	assert_int_equal(policy.exempts[0].capabilities, 1 | 1 << 5);
	assert_true(policy.exempts[0].from_require && !policy.exempts[0].privileged);
	assert_true(policy_in_force(&policy));
	policy_free(&policy);
	input_close(&input);
}

/* A policy with only a runtime and how to call it passes containers on unseen. */
static void test_force(void **state)
{
	static const struct {
		const char *text;
		bool force;
	} policies[] = {
		{"{}", false},
		{"{'runtime':'crun','runtimeKind':'crun','libseccomp':'2.5.4','mode':'delegate'}",
		 false},
		{"{'accept':['enosys'],'exempt':[{'privileged':true}],'allowRestore':true}", false},
		{"{'profile':'default'}", true},
		{"{'sandbox':'default'}", true},
		{"{'require':'default'}", true},
		{"{'deny':['ptrace']}", true},
		{"{'annotations':['seccomp-shim.deny']}", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		struct policy policy;
		struct input input;

		input_parse(&input, policies[i].text);
		assert_int_equal(policy_read(&policy, input.document->root, &input.findings), 0);
		assert_int_equal(policy_in_force(&policy), policies[i].force);
		policy_free(&policy);
		input_close(&input);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows),
					   cmocka_unit_test(test_values),
					   cmocka_unit_test(test_force)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
