/* SPDX-License-Identifier: Apache-2.0 */
/* config.json: what is read of `process`, and where linux.seccomp is and must not be. */
#include <config.h>

#include "tests/unit/document.h"

#include "oci/config.h"

/* What is added begins on line 2. */
#define PROCESS(rest) "{'ociVersion':'1.2.0','process':{'cwd':'/',\n" rest "}}"
#define USER(rest)    PROCESS("'user':{" rest "}")
#define LIMIT(rest)   PROCESS("'rlimits':[{" rest "}]")

static const struct row rows[] = {
	{"good", "{'ociVersion':'1.2.0'}", ""},
	{"good", PROCESS("'args':['sh']"), ""},
	{"others' keys", PROCESS("'x-vendor':1"), ""},
	{"others' keys", "{'process':{'cwd':'/'},'x':{'seccomp':[]},'linux':{'y':0}}", ""},
	{"key in another case", "{'Process':{},'ociVersion':'1'}", "1:2 error key-case"},
	{"key in another case", "{'ociVersion':'1','Linux':{}}", "1:19 error key-case"},
	{"key in another case", "{'linux':{'Seccomp':{}}}", "1:11 error key-case"},
	{"key in another case", PROCESS("'ARGS':['sh']"), "2:1 error key-case"},
	{"key in another case", PROCESS("'NoNewPrivileges':true"), "2:1 error key-case"},
	{"key in another case", USER("'Uid':0"), "2:9 error key-case"},
	{"key in another case", PROCESS("'capabilities':{'Bounding':[]}"), "2:17 error key-case"},
	{"type", "{'ociVersion':1}", "1:15 error wrong-type"},
	{"type", "{'ociVersion':null}", "1:15 error wrong-type"},
	{"type", "{'process':[]}", "1:12 error wrong-type"},
	{"type", "{'linux':''}", "1:10 error wrong-type"},
	{"null", "{'ociVersion':'1','process':null,'linux':null,'root':null}", ""},
	{"root", "{'ociVersion':'1','root':{'path':1}}", "1:34 error wrong-type"},
	{"empty object", "{'linux':{'seccomp':{}}}", "1:21 error missing-key"},
	{"array", "{'linux':{'seccomp':[]}}", "1:21 error wrong-type"},
	{"null", "{'linux':{'seccomp':null}}", ""},
	{"string", "{'linux':{'seccomp':''}}", "1:21 error wrong-type"},
	{"no section", "{'linux':{}}", ""},
	{"52", "{'linux':{},\n'seccomp':{'defaultAction':'SCMP_ACT_ERRNO'}}",
	 "2:1 error misplaced-seccomp"},
	{"52", "{'linux':{},\n'seccomp':null}", "2:1 error misplaced-seccomp"},
	{"52", PROCESS("'seccomp':{}"), "2:1 error misplaced-seccomp"},
	{"Docker's key", "{'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ALLOW',\n'archMap':[]}}}",
	 "2:1 error docker-key"},
	{"130: no command", PROCESS("'args':[]"), "2:8 error no-args"},
	{"args", PROCESS("'args':null"), ""},
	{"args", PROCESS("'args':'sh'"), "2:8 error wrong-type"},
	{"args", PROCESS("'args':['sh',1]"), "2:14 error wrong-type"},
	{"args", PROCESS("'args':[null]"), "2:9 error wrong-type"},
	{"args", PROCESS("'args':['sh','']"), ""},
	{"env", PROCESS("'env':['A=b','C=','D=e=f']"), ""},
	{"env", PROCESS("'env':[]"), ""},
	{"env", PROCESS("'env':['A=b','PATH']"), "2:14 error bad-env"},
	{"env", PROCESS("'env':['']"), "2:8 error bad-env"},
	{"env", PROCESS("'env':['=x']"), "2:8 error bad-env"},
	{"env", PROCESS("'env':{'A':'b'}"), "2:7 error wrong-type"},
	{"env", PROCESS("'env':[1]"), "2:8 error wrong-type"},
	{"cwd", "{'process':{}}", "1:12 error missing-key"},
	{"cwd", "{'process':{'cwd':'tmp'}}", "1:19 error bad-cwd"},
	{"cwd", "{'process':{'cwd':''}}", "1:19 error bad-cwd"},
	{"cwd", "{'process':{'cwd':null}}", "1:19 error wrong-type"},
	{"user", USER("'uid':4294967294,'gid':4294967294"), ""},
	{"user", USER("'uid':4294967295"), "2:15 error bad-id"},
	{"user", USER("'gid':4294967295"), "2:15 error bad-id"},
	{"user", USER("'uid':4294967296"), "2:15 error bad-number"},
	{"user", USER("'uid':-1"), "2:15 error bad-number"},
	{"user", USER("'uid':'0'"), "2:15 error wrong-type"},
	{"user", USER("'uid':null"), "2:15 error wrong-type"},
	{"user", USER("'uid':1e3"), "2:15 error bad-number"},
	{"user", PROCESS("'user':'root'"), "2:8 error wrong-type"},
	{"user", USER("'additionalGids':[1,4294967295]"), "2:29 error bad-id"},
	{"user", USER("'additionalGids':[1.5]"), "2:27 error bad-number"},
	{"user", USER("'additionalGids':null,'username':'x'"), ""},
	{"umask", USER("'umask':511"), ""},
	{"umask", USER("'umask':512"), "2:17 error bad-number"},
	{"umask", USER("'umask':'022'"), "2:17 error wrong-type"},
	{"capabilities", PROCESS("'capabilities':{'bounding':['CAP_CHOWM']}"),
	 "2:29 error unknown-capability"},
	{"capabilities", PROCESS("'capabilities':{'ambient':['CHOWN']}"),
	 "2:28 error unknown-capability"},
	{"capabilities", PROCESS("'capabilities':{'effective':[1]}"), "2:30 error wrong-type"},
	{"capabilities", PROCESS("'capabilities':['CAP_CHOWN']"), "2:16 error wrong-type"},
	{"capabilities", PROCESS("'capabilities':{'permitted':null,'inheritable':[]}"), ""},
	{"rlimits", LIMIT("'type':'RLIMIT_NOFILE','soft':1,'hard':18446744073709551615"), ""},
	{"rlimits", LIMIT("'type':'RLIMIT_NOFILE','soft':2,'hard':1"), "2:43 error bad-rlimit"},
	{"rlimits", LIMIT("'type':'RLIMIT_NOFILES','soft':1,'hard':1"),
	 "2:20 error unknown-rlimit"},
	{"rlimits", LIMIT("'type':'NOFILE','soft':1,'hard':1"), "2:20 error unknown-rlimit"},
	{"rlimits", LIMIT("'type':'RLIMIT_CPU','soft':1"), "2:12 error missing-key"},
	{"rlimits", LIMIT("'type':'RLIMIT_CPU','soft':-1,'hard':1"), "2:40 error bad-number"},
	{"rlimits", LIMIT("'soft':1,'hard':1"), "2:12 error missing-key"},
	{"rlimits", PROCESS("'rlimits':[null]"), "2:12 error wrong-type"},
	{"rlimits",
	 LIMIT("'type':'RLIMIT_CPU','soft':1,'hard':1},\n"
	       "{'type':'RLIMIT_CPU','soft':1,'hard':1"),
	 "3:1 error duplicate-rlimit"},
	{"oomScoreAdj", PROCESS("'oomScoreAdj':-1000"), ""},
	{"oomScoreAdj", PROCESS("'oomScoreAdj':0"), ""},
	{"oomScoreAdj", PROCESS("'oomScoreAdj':1001"), "2:15 error bad-oom-score"},
	{"oomScoreAdj", PROCESS("'oomScoreAdj':-1001"), "2:15 error bad-oom-score"},
	{"oomScoreAdj", PROCESS("'oomScoreAdj':-0"), "2:15 error bad-oom-score"},
	{"oomScoreAdj", PROCESS("'oomScoreAdj':1.5"), "2:15 error bad-oom-score"},
	{"oomScoreAdj", PROCESS("'oomScoreAdj':99999999999999999999"), "2:15 error bad-oom-score"},
	{"oomScoreAdj", PROCESS("'oomScoreAdj':'5'"), "2:15 error wrong-type"},
	{"noNewPrivileges", PROCESS("'noNewPrivileges':1"), "2:19 error wrong-type"},
	{"noNewPrivileges", PROCESS("'noNewPrivileges':'true'"), "2:19 error wrong-type"},
};

/* with_process false: nothing of process but its bounding set, and seccomp in the wrong place. */
static const struct row lazy_rows[] = {
	{"check, compile", PROCESS("'args':[],'env':[''],'user':{'uid':-1}"), ""},
	{"check, compile", "{'process':{}}", ""},
	{"check, compile", PROCESS("'capabilities':{'ambient':['nonsense']}"), ""},
	{"check, compile", PROCESS("'capabilities':{'bounding':['nonsense']}"),
	 "2:29 error unknown-capability"},
	{"52", PROCESS("'seccomp':{}"), "2:1 error misplaced-seccomp"},
};

static void rows_check(const struct row *table, size_t count, bool with_process)
{
	for (size_t i = 0; i < count; i++) {
		struct config *config;
		struct input input;

		input_parse(&input, table[i].text);
		config = config_read(input.document->root, with_process, false, &input.findings);
		row_check(&table[i], &input.findings);
		assert_int_equal(!!config, input.findings.errors == 0);
		config_free(config);
		input_close(&input);
	}
}

static void test_rows(void **state)
{
	(void)state;
	rows_check(rows, ARRAY_SIZE(rows), true);
}

static void test_lazy_rows(void **state)
{
	(void)state;
	rows_check(lazy_rows, ARRAY_SIZE(lazy_rows), false);
}

/* Which file is a config.json and which a profile. */
static void test_config_is(void **state)
{
	static const struct {
		const char *text;
		bool config;
	} table[] = {
		{"{}", false},
		{"[]", false},
		{"null", false},
		{"{'defaultAction':'SCMP_ACT_ALLOW'}", false},
		{"{'seccomp':{}}", false},
		{"{'ociVersion':'1'}", true},
		{"{'process':null}", true},
		{"{'linux':{}}", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct input input;

		input_parse(&input, table[i].text);
		assert_int_equal(config_is(input.document->root), table[i].config);
		input_close(&input);
	}
}

static struct config *config_good(struct input *input, const char *text)
{
	struct config *config;

	input_parse(input, text);
	config = config_read(input->document->root, true, false, &input->findings);
	assert_int_equal(input->findings.count, 0);
	assert_non_null(config);
	return config;
}

static void test_fields(void **state)
{
	struct input input;
	struct config *config = config_good(
		&input,
		"{'ociVersion':'1.2.0','root':{'path':'rootfs'},'process':{\n"
		"'args':['sh','-c',''],'env':['A=b','C='],'cwd':'/tmp',\n"
		"'user':{'uid':1000,'gid':100,'umask':63,'additionalGids':[5,6],'username':'x'},\n"
		"'capabilities':{'bounding':['CAP_CHOWN','CAP_KILL'],'effective':['CAP_CHOWN'],\n"
		"'inheritable':['CAP_KILL'],'permitted':['CAP_BPF'],'ambient':[]},\n"
		"'rlimits':[{'type':'RLIMIT_CORE','soft':0,'hard':18446744073709551615}],\n"
		"'oomScoreAdj':-17,'noNewPrivileges':true,'apparmorProfile':'a',\n"
		"'selinuxLabel':'','scheduler':null,'ioPriority':{'class':'IOPRIO_CLASS_BE'}},\n"
		"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ALLOW'}}}");

	(void)state;
	assert_int_equal(config->arg_count, 3);
	assert_string_equal(config->args[1], "-c");
	assert_null(config->args[3]);
	assert_int_equal(config->args_place.line, 2);
	assert_int_equal(config->env_count, 2);
	assert_string_equal(config->env[1], "C=");
	assert_null(config->env[2]);
	assert_string_equal(config->cwd, "/tmp");
	assert_int_equal(config->uid, 1000);
	assert_int_equal(config->gid, 100);
	assert_int_equal(config->user_place.line, 3);
	assert_true(config->has_umask);
	assert_int_equal(config->umask, 077);
	assert_int_equal(config->group_count, 2);
	assert_int_equal(config->groups[1], 6);
	assert_true(config->capabilities.present);
	assert_true(config->capabilities.bounding == 0x21);
	assert_true(config->capabilities.effective == 0x1);
	assert_true(config->capabilities.inheritable == 0x20);
	assert_true(config->capabilities.permitted == UINT64_C(1) << 39);
	assert_true(config->capabilities.ambient == 0);
	assert_int_equal(config->rlimit_count, 1);
	assert_string_equal(config->rlimits[0].type, "RLIMIT_CORE");
	assert_true(config->rlimits[0].hard == UINT64_MAX);
	assert_true(config->has_oom_score_adj);
	assert_int_equal(config->oom_score_adj, -17);
	assert_true(config->no_new_privileges && config->has_process && config->has_root);
	assert_int_equal(config->unapplied_count, 2);
	assert_string_equal(config->unapplied[0].key, "apparmorProfile");
	assert_string_equal(config->unapplied[1].key, "ioPriority");
	assert_int_equal(config->seccomp->format, PROFILE_OCI);
	assert_int_equal(config->unapplied[0].place.line, 7);
	assert_int_equal(config->unapplied[1].place.line, 8);
	assert_int_equal(config->uid_place.line, 3);
	assert_int_equal(config->groups_place.line, 3);
	assert_int_equal(config->oom_score_adj_place.line, 7);
	assert_int_equal(config->seccomp->place.line, 9);
	config_free(config);
	input_close(&input);
}

/* What is not there is nothing, uid 0, and the root directory. */
static void test_absent(void **state)
{
	struct input input;
	struct config *config = config_good(&input, "{'ociVersion':'1.2.0'}");

	(void)state;
	assert_null(config->args);
	assert_non_null(config->env);
	assert_null(config->env[0]);
	assert_string_equal(config->cwd, "/");
	assert_int_equal(config->uid, 0);
	assert_false(config->has_umask || config->has_oom_score_adj || config->has_process);
	assert_false(config->has_root || config->no_new_privileges);
	assert_false(config->capabilities.present);
	assert_null(config->seccomp);
	config_free(config);
	input_close(&input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),	  cmocka_unit_test(test_lazy_rows),
		cmocka_unit_test(test_config_is), cmocka_unit_test(test_fields),
		cmocka_unit_test(test_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
