/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading profiles: what is refused, with its place and its finding, and what the accepted ones
 * mean.
 */
#include <config.h>

#include "tests/unit/document.h"

#include "oci/profile.h"

/* One rule; what is added to it begins at 3:41. */
#define RULE(rest)                                           \
	"{'defaultAction':'SCMP_ACT_ALLOW',\n'syscalls':[\n" \
	"{'names':['a'],'action':'SCMP_ACT_ERRNO'" rest "}]}"
/* One rule with this action; what is added begins on line 4. */
#define ACTION(action, rest)                                 \
	"{'defaultAction':'SCMP_ACT_ALLOW',\n'syscalls':[\n" \
	"{'names':['a'],'action':'" action "'\n" rest "}]}"
/* One condition, on line 4. */
#define CONDITION(members) RULE(",'args':[\n{" members "}]")
/* A value of a condition: begins at 4:20. */
#define VALUE(value) CONDITION("'index':0,'value':" value ",'op':'SCMP_CMP_EQ'")
/* valueTwo of a condition with value 240: begins at 4:35. */
#define VALUE_TWO(value, op) CONDITION("'index':0,'value':240,'valueTwo':" value ",'op':'" op "'")
/* Names of a rule: begin at 1:56. */
#define NAMES(names)                                                    \
	"{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':" names \
	",'action':'SCMP_ACT_ERRNO'}]}"
/* What follows begins at 2:1. */
#define SECTION(rest) "{'defaultAction':'SCMP_ACT_ERRNO',\n" rest "}"
#define NOTIFY	      "'syscalls':[{'names':['a'],'action':'SCMP_ACT_NOTIFY'}]"
#define TEN(text)     text text text text text text text text text text
#define HUNDRED(text) TEN(TEN(text))

/* Read as Docker's format, of which an OCI section is a subset. */
static const struct row docker_rows[] = {
	{"good", "{'defaultAction':'SCMP_ACT_ALLOW'}", ""},
	{"good", RULE(""), ""},
	{"key in another case", "{'defaultaction':'SCMP_ACT_ALLOW'}",
	 "1:1 error missing-key; 1:2 error key-case"},
	{"key in another case", "{'defaultAction':'SCMP_ACT_ALLOW','SysCalls':[]}",
	 "1:35 error key-case"},
	{"key with a homoglyph", "{'defaultАction':'SCMP_ACT_ALLOW'}",
	 "1:1 error missing-key; 1:2 error unknown-key"},
	{"misspelt key", SECTION("'syscals':[]"), "2:1 error unknown-key"},
	{"misspelt key in a rule", RULE(",'arg':[]"), "3:42 error unknown-key"},
	{"misspelt key in a condition",
	 CONDITION("'index':0,'value':0,'op':'SCMP_CMP_EQ','mask':1"), "4:41 error unknown-key"},
	{"empty object", "{}", "1:1 error missing-key"},
	{"array", "[]", "1:1 error wrong-type"},
	{"null", "null", "1:1 error wrong-type"},
	{"string", "''", "1:1 error wrong-type"},
	{"defaultAction of another type", "{'defaultAction':null}", "1:18 error wrong-type"},
	{"defaultAction of another type", "{'defaultAction':1}", "1:18 error wrong-type"},
	{"null for arrays", SECTION("'syscalls':null,'architectures':null,'flags':null"), ""},
	{"null for arrays", SECTION("'archMap':null"), ""},
	{"null for arrays", RULE(",'args':null,'includes':null,'excludes':null"), ""},
	{"null for a number", RULE(",'errnoRet':null"), "3:53 error wrong-type"},
	{"null for a string", SECTION("'listenerPath':null"), "2:16 error wrong-type"},
	{"null in an array", SECTION("'syscalls':[null]"), "2:13 error wrong-type"},
	{"null in an array", RULE(",'args':[null]"), "3:50 error wrong-type"},
	{"type", SECTION("'syscalls':{}"), "2:12 error wrong-type"},
	{"type", SECTION("'architectures':'SCMP_ARCH_X86'"), "2:17 error wrong-type"},
	{"type", RULE(",'args':{}"), "3:49 error wrong-type"},
	{"names is a string", NAMES("'chmod'"), "1:56 error wrong-type"},
	{"no names", NAMES("[]"), "1:56 error no-names"},
	{"empty name", NAMES("['chmod','']"), "1:65 error empty-name"},
	{"null among names", NAMES("[null]"), "1:57 error wrong-type"},
	{"names null", NAMES("null"), "1:47 error missing-key"},
	{"no names", "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'action':'SCMP_ACT_LOG'}]}",
	 "1:47 error missing-key"},
	{"no action", "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['a']}]}",
	 "1:47 error missing-key"},
	{"256 bytes", NAMES("['" HUNDRED("n") HUNDRED("n") TEN("nnnnn") "nnnnnn']"), ""},
	{"257 bytes", NAMES("['" HUNDRED("n") HUNDRED("n") TEN("nnnnn") "nnnnnnn']"),
	 "1:57 error long-name"},
	{"name beside names", RULE(",'name':'chmod'"), "3:49 error name-and-names"},
	{"empty name beside names", RULE(",'name':''"), "3:49 error name-and-names"},
	{"name alone",
	 "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'name':'a','action':'SCMP_ACT_LOG'}]}",
	 ""},
	{"name empty",
	 "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'name':'','action':'SCMP_ACT_LOG'}]}",
	 "1:55 error empty-name"},
	{"name null",
	 "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'name':null,'action':'SCMP_ACT_LOG'}]}",
	 "1:55 error wrong-type"},
	{"archMap beside architectures",
	 SECTION("'architectures':['SCMP_ARCH_X86'],\n"
		 "'archMap':[{'architecture':'SCMP_ARCH_X86_64'}]"),
	 "3:11 error architectures-and-arch-map"},
	{"archMap beside architectures, empty is absent",
	 SECTION("'architectures':[],'archMap':[]"), ""},
	{"archMap beside architectures, empty is absent",
	 SECTION("'architectures':['SCMP_ARCH_X86'],'archMap':[]"), ""},
	{"archMap",
	 SECTION("'archMap':[{'architecture':'SCMP_ARCH_S390X',"
		 "'subArchitectures':['SCMP_ARCH_S390']},{'architecture':"
		 "'SCMP_ARCH_RISCV64','subArchitectures':null}]"),
	 ""},
	{"archMap without architecture", SECTION("'archMap':[{}]"), "2:12 error missing-key"},
	{"archMap with another key",
	 SECTION("'archMap':[{'architecture':'SCMP_ARCH_ARM','subArches':[]}]"),
	 "2:44 error unknown-key"},
	{"archMap of strings", SECTION("'archMap':['SCMP_ARCH_ARM']"), "2:12 error wrong-type"},
	{"includes and excludes", RULE(",\n'includes':{'cap':['CAP_CHOWN']}"),
	 "4:13 error unknown-key"},
	{"includes and excludes", RULE(",\n'excludes':{'platforms':[]}"), "4:13 error unknown-key"},
	{"includes and excludes, nothing", RULE(",\n'includes':{},'excludes':{}"), ""},
	{"includes and excludes, nothing", RULE(",\n'includes':{'caps':[],'arches':[]}"), ""},
	{"capability", RULE(",\n'includes':{'caps':['CAP_SYS_ADMN']}"),
	 "4:21 error unknown-capability"},
	{"capability", RULE(",\n'excludes':{'caps':['SYS_ADMIN']}"),
	 "4:21 error unknown-capability"},
	{"arches", RULE(",\n'includes':{'arches':['amd64','x86','x32','mips3l64n32']}"), ""},
	{"arches", RULE(",\n'includes':{'arches':['vax']}"), "4:23 warning unknown-architecture"},
	{"arches", RULE(",\n'includes':{'arches':['x86_64']}"),
	 "4:23 note foreign-architecture-name"},
	{"arches", RULE(",\n'includes':{'arches':'amd64'}"), "4:22 error wrong-type"},
	{"arches", RULE(",\n'includes':{'arches':[1]}"), "4:23 error wrong-type"},
	{"minKernel", RULE(",\n'includes':{'minKernel':'4.x'}"), "4:25 error bad-kernel-version"},
	{"minKernel", RULE(",\n'includes':{'minKernel':'4'}"), "4:25 error bad-kernel-version"},
	{"minKernel", RULE(",\n'includes':{'minKernel':'4.'}"), "4:25 error bad-kernel-version"},
	{"minKernel", RULE(",\n'includes':{'minKernel':'4.8.1'}"), "4:25 error bad-kernel-version"},
	{"minKernel", RULE(",\n'includes':{'minKernel':'4.8 '}"), "4:25 error bad-kernel-version"},
	{"minKernel", RULE(",\n'includes':{'minKernel':'4.256'}"), "4:25 error bad-kernel-version"},
	{"minKernel", RULE(",\n'includes':{'minKernel':'-4.8'}"), "4:25 error bad-kernel-version"},
	{"minKernel", RULE(",\n'includes':{'minKernel':'0.0'}"), "4:25 error bad-kernel-version"},
	{"minKernel", RULE(",\n'includes':{'minKernel':4.8}"), "4:25 error wrong-type"},
	{"minKernel", RULE(",\n'includes':{'minKernel':'','arches':['arm']}"), ""},
	{"minKernel", RULE(",\n'includes':{'minKernel':'255.255'}"), ""},
	{"2^53+1", VALUE("9007199254740993"), ""},
	{"2^63", VALUE("9223372036854775808"), ""},
	{"2^64-1", VALUE("18446744073709551615"), ""},
	{"2^64", VALUE("18446744073709551616"), "4:20 error bad-number"},
	{"negative value", VALUE("-1"), "4:20 error bad-number"},
	{"-0", VALUE("-0"), "4:20 error bad-number"},
	{"value with a point", VALUE("1.0"), "4:20 error bad-number"},
	{"value with an exponent", VALUE("1e3"), "4:20 error bad-number"},
	{"value with a point and an exponent", VALUE("4.294967295e9"), "4:20 error bad-number"},
	{"value beyond any range", VALUE("1e999"), "4:20 error bad-number"},
	{"errnoRet is a string", RULE(",'errnoRet':'38'"), "3:53 error wrong-type"},
	{"index 6", CONDITION("'index':6,'value':0,'op':'SCMP_CMP_EQ'"), "4:10 error bad-number"},
	{"index 2^32", CONDITION("'index':4294967296,'value':0,'op':'SCMP_CMP_EQ'"),
	 "4:10 error bad-number"},
	{"error number 0", RULE(",'errnoRet':0"), "3:53 error bad-errno"},
	{"error number 4095", RULE(",'errnoRet':4095"), "3:53 error bad-errno"},
	{"the highest error number", RULE(",'errnoRet':4094"), ""},
	{"error number 4096", RULE(",'errnoRet':4096"), "3:53 error bad-errno"},
	{"error number 65574", RULE(",'errnoRet':65574"), "3:53 error bad-errno"},
	{"negative error number", RULE(",'errnoRet':-1"), "3:53 error bad-number"},
	{"error number 0", SECTION("'defaultErrnoRet':0"), "2:19 error bad-errno"},
	{"error number 4095", SECTION("'defaultErrnoRet':4095"), "2:19 error bad-errno"},
	{"TRACE takes one", ACTION("SCMP_ACT_TRACE", ",'errnoRet':7"), ""},
	{"ALLOW takes none", ACTION("SCMP_ACT_ALLOW", ",'errnoRet':7"),
	 "4:13 error unusable-errno"},
	{"LOG takes none", ACTION("SCMP_ACT_LOG", ",'errnoRet':7"), "4:13 error unusable-errno"},
	{"TRAP takes none", ACTION("SCMP_ACT_TRAP", ",'errnoRet':7"), "4:13 error unusable-errno"},
	{"KILL takes none", ACTION("SCMP_ACT_KILL", ",'errnoRet':7"), "4:13 error unusable-errno"},
	{"KILL_THREAD takes none", ACTION("SCMP_ACT_KILL_THREAD", ",'errnoRet':7"),
	 "4:13 error unusable-errno"},
	{"KILL_PROCESS takes none", ACTION("SCMP_ACT_KILL_PROCESS", ",'errnoRet':7"),
	 "4:13 error unusable-errno"},
	{"ALLOW takes none", "{'defaultAction':'SCMP_ACT_ALLOW','defaultErrnoRet':1}",
	 "1:53 error unusable-errno"},
	{"errno", RULE(",'errno':'EINVAL','errnoRet':1"), ""},
	{"errno", RULE(",'errno':'38'"), ""},
	{"errno", RULE(",'errno':''"), ""},
	{"errno", RULE(",'errno':'EWHAT'"), "3:50 error bad-errno"},
	{"errno", RULE(",'errno':'0'"), "3:50 error bad-errno"},
	{"errno", RULE(",'errno':'4095'"), "3:50 error bad-errno"},
	{"errno", RULE(",'errno':'+1'"), "3:50 error bad-errno"},
	{"errno", RULE(",'errno':22"), "3:50 error wrong-type"},
	{"errno", ACTION("SCMP_ACT_ALLOW", ",'errno':'EPERM'"), "4:10 error unusable-errno"},
	{"errno", ACTION("SCMP_ACT_ALLOW", ",'errno':''"), ""},
	{"defaultErrno", SECTION("'defaultErrnoRet':38,'defaultErrno':'ENOSYS'"), ""},
	{"defaultErrno", SECTION("'defaultErrno':'ENOSY'"), "2:16 error bad-errno"},
	{"valueTwo without a mask", VALUE_TWO("16", "SCMP_CMP_EQ"), "4:35 error unused-value-two"},
	{"valueTwo without a mask, 0 says nothing", VALUE_TWO("0", "SCMP_CMP_EQ"), ""},
	{"bits outside the mask", VALUE_TWO("1", "SCMP_CMP_MASKED_EQ"),
	 "4:35 error bits-outside-mask"},
	{"bits within the mask", VALUE_TWO("16", "SCMP_CMP_MASKED_EQ"), ""},
	{"no value", CONDITION("'index':0,'op':'SCMP_CMP_EQ'"), "4:1 error missing-key"},
	{"no op", CONDITION("'index':0,'value':0"), "4:1 error missing-key"},
	{"no index", CONDITION("'value':0,'op':'SCMP_CMP_EQ'"), "4:1 error missing-key"},
	{"unknown action", ACTION("SCMP_ACT_ALOW", ""), "3:25 error unknown-action"},
	{"unknown action", "{'defaultAction':'ALLOW'}", "1:18 error unknown-action"},
	{"unknown action escaped", ACTION("SCMP\\n\\u001b[2J", ""), "3:25 error unknown-action"},
	{"unknown operator", CONDITION("'index':0,'value':0,'op':'SCMP_CMP_EG'"),
	 "4:27 error unknown-operator"},
	{"unknown operator", CONDITION("'index':0,'value':0,'op':'=='"),
	 "4:27 error unknown-operator"},
	{"unknown architecture", SECTION("'architectures':['SCMP_ARCH_X86_64','SCMP_ARCH_X8664']"),
	 "2:37 error unknown-architecture"},
	{"unknown architecture", SECTION("'architectures':['amd64']"),
	 "2:18 error unknown-architecture"},
	{"unknown architecture", SECTION("'architectures':['SCMP_ARCH_NATIVE']"),
	 "2:18 error unknown-architecture"},
	{"unknown architecture", SECTION("'archMap':[{'architecture':'SCMP_ARCH_Z80'}]"),
	 "2:28 error unknown-architecture"},
	{"architecture twice", SECTION("'architectures':['SCMP_ARCH_X86_64','SCMP_ARCH_X86_64']"),
	 ""},
	{"x32 alone", SECTION("'architectures':['SCMP_ARCH_X32']"), ""},
	{"foreign architecture alone", SECTION("'architectures':['SCMP_ARCH_AARCH64']"), ""},
	{"byte order", SECTION("'architectures':['SCMP_ARCH_S390X','SCMP_ARCH_X86_64']"),
	 "2:36 error mixed-byte-order"},
	{"byte order",
	 SECTION("'archMap':[{'architecture':'SCMP_ARCH_MIPS64',"
		 "'subArchitectures':['SCMP_ARCH_MIPSEL']}]"),
	 "2:67 error mixed-byte-order"},
	{"unknown flag", SECTION("'flags':['SECCOMP_FILTER_FLAG_LOGS']"),
	 "2:10 error unknown-flag"},
	{"unknown flag", SECTION("'flags':['SECCOMP_FILTER_FLAG_NEW_LISTENER']"),
	 "2:10 error unknown-flag"},
	{"unknown flag", SECTION("'flags':'SECCOMP_FILTER_FLAG_LOG'"), "2:9 error wrong-type"},
	{"flags",
	 SECTION("'flags':['SECCOMP_FILTER_FLAG_LOG','SECCOMP_FILTER_FLAG_TSYNC',"
		 "'SECCOMP_FILTER_FLAG_SPEC_ALLOW']"),
	 ""},
	{"TSYNC with NOTIFY",
	 SECTION("'flags':['SECCOMP_FILTER_FLAG_TSYNC'],'listenerPath':'/l'," NOTIFY), ""},
	{"NOTIFY without a listener", SECTION(NOTIFY), "2:13 error no-listener"},
	{"empty listenerPath", SECTION("'listenerPath':''," NOTIFY), "2:31 error no-listener"},
	{"relative listenerPath", SECTION("'listenerPath':'run/l'," NOTIFY),
	 "2:16 error listener-path"},
	{"NOTIFY as the default", "{'defaultAction':'SCMP_ACT_NOTIFY','listenerPath':'/l'}",
	 "1:18 error notify-default"},
	{"NOTIFY on write",
	 SECTION("'listenerPath':'/l','syscalls':[{'names':['write','sendmsg'],"
		 "'action':'SCMP_ACT_NOTIFY'}]"),
	 ""},
	{"listenerPath, 107 bytes", SECTION("'listenerPath':'/" HUNDRED("p") "pppppp'," NOTIFY),
	 ""},
	{"listenerPath, 108 bytes", SECTION("'listenerPath':'/" HUNDRED("p") "ppppppp'," NOTIFY),
	 "2:16 error listener-path"},
	{"ignored", SECTION("'listenerPath':'/" HUNDRED("p") "ppppppp'"),
	 "2:16 note unused-listener"},
	{"listenerMetadata without a path", SECTION("'listenerMetadata':'m'"),
	 "2:20 error listener-metadata"},
	{"listenerMetadata without a path", SECTION("'listenerMetadata':'m','listenerPath':''"),
	 "2:20 error listener-metadata"},
	{"listenerMetadata with a path",
	 SECTION("'listenerMetadata':'m','listenerPath':'/l'," NOTIFY), ""},
	{"wait", SECTION("'flags':['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV']"),
	 "2:10 error flag-without-notify"},
	{"wait",
	 SECTION("'flags':['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'],"
		 "'listenerPath':'/l'," NOTIFY),
	 ""},
	{"names, not known here", NAMES("['chmdo','CHMOD','-1','socketcall']"), ""},
	{"rules that conflict, decided later",
	 "{'defaultAction':'SCMP_ACT_LOG','syscalls':[{'names':['a'],'action':'SCMP_ACT_ALLOW'},"
	 "{'names':['a'],'action':'SCMP_ACT_KILL'}]}",
	 ""},
	{"two error numbers",
	 "{'defaultAction':'SCMP_ACT_LOG','syscalls':[{'names':['a'],'action':'SCMP_ACT_ERRNO',"
	 "'errnoRet':38},{'names':['a'],'action':'SCMP_ACT_ERRNO','errnoRet':1}]}",
	 ""},
	{"rule equal to the default",
	 "{'defaultAction':'SCMP_ACT_LOG','syscalls':[{'names':['a'],'action':"
	 "'SCMP_ACT_LOG'}]}",
	 ""},
	{"socketcall", NAMES("['socketcall']"), ""},
	{"goes on after an error",
	 "{'defaultAction':'SCMP_ACT_ALOW',\n'syscalls':[\n{'names':[],'action':'SCMP_ACT_ERRNO'},"
	 "\n"
	 "{'names':['a'],'action':'x',\n'args':[{'index':9,'value':-1,'op':'SCMP_CMP_EQ'}]}]}",
	 "1:18 error unknown-action; 3:10 error no-names; 4:25 error unknown-action; 5:18 error "
	 "bad-number; 5:28 error bad-number"},
};

/* Read as a section of config.json. */
static const struct row oci_rows[] = {
	{"good", RULE(""), ""},
	{"Docker's key", SECTION("'archMap':[]"), "2:1 error docker-key"},
	{"Docker's key", SECTION("'archMap':null"), "2:1 error docker-key"},
	{"Docker's key", SECTION("'defaultErrno':'EPERM'"), "2:1 error docker-key"},
	{"Docker's key", RULE(",'comment':''"), "3:42 error docker-key"},
	{"Docker's key", RULE(",'includes':{}"), "3:42 error docker-key"},
	{"Docker's key", RULE(",'excludes':{'caps':['nonsense']}"), "3:42 error docker-key"},
	{"Docker's key", RULE(",'errno':'EPERM'"), "3:42 error docker-key"},
	{"Docker's key",
	 "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'name':'a','action':'SCMP_ACT_LOG'}]}",
	 "1:47 error missing-key; 1:48 error docker-key"},
	{"Docker's key", RULE(",'Includes':{}"), "3:42 error key-case"},
};

/* With --ignore-unknown: warnings, but a key in another case stays an error. */
static const struct row lenient_rows[] = {
	{"unknown key", SECTION("'syscals':[]"), "2:1 warning unknown-key"},
	{"unknown key", RULE(",'includes':{'caps':['nonsense']}"), "3:42 warning docker-key"},
	{"unknown key", SECTION("'archMap':[]"), "2:1 warning docker-key"},
	{"unknown key", SECTION("'SYSCALLS':[]"), "2:1 error key-case"},
	{"unknown key", CONDITION("'index':0,'value':0,'op':'SCMP_CMP_EQ','x':1"),
	 "4:41 warning unknown-key"},
	{"not lenient", ACTION("SCMP_ACT_ALOW", ""), "3:25 error unknown-action"},
};

static void rows_check(const struct row *rows, size_t count, enum profile_format format,
		       bool ignore_unknown)
{
	for (size_t i = 0; i < count; i++) {
		struct profile *profile;
		struct input input;

		input_parse(&input, rows[i].text);
		profile =
			profile_read(input.document->root, format, ignore_unknown, &input.findings);
		row_check(&rows[i], &input.findings);
		assert_int_equal(!!profile, input.findings.errors == 0);
		profile_free(profile);
		input_close(&input);
	}
}

static void test_docker(void **state)
{
	(void)state;
	rows_check(docker_rows, ARRAY_SIZE(docker_rows), PROFILE_DOCKER, false);
}

static void test_oci(void **state)
{
	(void)state;
	rows_check(oci_rows, ARRAY_SIZE(oci_rows), PROFILE_OCI, false);
}

static void test_lenient(void **state)
{
	(void)state;
	rows_check(lenient_rows, ARRAY_SIZE(lenient_rows), PROFILE_OCI, true);
}

/* What the JSON reader refuses before a profile is read. */
static const struct row json_rows[] = {
	{"duplicate key", "{'defaultAction':'SCMP_ACT_ALLOW',\n'defaultAction':'SCMP_ACT_LOG'}",
	 "2:1 error duplicate-key"},
	{"duplicate key, second empty", SECTION("'syscalls':[{}],\n'syscalls':[]"),
	 "3:1 error duplicate-key"},
	{"duplicate key within", RULE(",'errnoRet':1,\n'errnoRet':1"), "4:1 error duplicate-key"},
	{"leading 0", VALUE("010"), "4:20 error json-syntax"},
	{"hexadecimal", VALUE("0x10"), "4:20 error json-syntax"},
	{"plus sign", VALUE("+1"), "4:20 error json-syntax"},
};

static void test_json(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(json_rows); i++) {
		struct findings findings = {0};
		char *text = mem_string(json_rows[i].text);

		for (char *c = text; *c; c++)
			if (*c == '\'')
				*c = '"';
		assert_null(json_parse("p.json", text, strlen(text), &findings));
		row_check(&json_rows[i], &findings);
		findings_free(&findings);
		free(text);
	}
}

/* A profile that must be read without a finding. */
static struct profile *profile_good(struct input *input, const char *text)
{
	const struct row row = {"good", text, ""};
	struct profile *profile;

	input_parse(input, text);
	profile = profile_read(input->document->root, PROFILE_DOCKER, false, &input->findings);
	row_check(&row, &input->findings);
	assert_non_null(profile);
	return profile;
}

/* Messages name the word, escaped, and the nearest known one. */
static void test_messages(void **state)
{
	static const struct {
		const char *text, *message, *remedy;
	} rows[] = {
		{"{'defaultAction':'SCMP_ACT_ALOW'}", "unknown action SCMP_ACT_ALOW",
		 "did you mean SCMP_ACT_ALLOW?"},
		{"{'defaultAction':'SCMP\\n\\u001b[2J'}", "unknown action SCMP\\n\\x1b[2J",
		 "expected an action of the OCI runtime specification, such as SCMP_ACT_ERRNO"},
		{SECTION("'architectures':['amd64']"), "unknown architecture amd64",
		 "expected SCMP_ARCH_X86_64"},
		{SECTION("'flags':['SECCOMP_FILTER_FLAG_LOGS']"),
		 "unknown flag SECCOMP_FILTER_FLAG_LOGS", "did you mean SECCOMP_FILTER_FLAG_LOG?"},
		{RULE(",'includes':{'caps':['CAP_SYS_ADMN']}"), "unknown capability CAP_SYS_ADMN",
		 "did you mean CAP_SYS_ADMIN?"},
		{RULE(",'errnoRet':0"), "errnoRet 0 would skip the call and report success",
		 "expected a number from 1 to 4094"},
		{NAMES("'chmod'"), "names must be an array, not a string", NULL},
		{"{}", "the profile has no defaultAction", "it is required"},
		{"{'defaultAction':'ALLOW'}", "unknown action ALLOW",
		 "did you mean SCMP_ACT_ALLOW?"},
		{RULE(",'includes':{'caps':['ADMIN']}"), "unknown capability ADMIN",
		 "expected a name such as CAP_CHOWN"},
		{RULE(",'includes':{'caps':['sys_admin']}"), "unknown capability sys_admin",
		 "did you mean CAP_SYS_ADMIN?"},
		{ACTION("SCMP_ACT_KILL", ",'errnoRet':7"),
		 "errnoRet cannot be used with SCMP_ACT_KILL_THREAD",
		 "only SCMP_ACT_ERRNO and SCMP_ACT_TRACE use an error number"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct input input;

		input_parse(&input, rows[i].text);
		assert_null(
			profile_read(input.document->root, PROFILE_DOCKER, false, &input.findings));
		assert_string_equal(input.findings.list[0].message, rows[i].message);
		if (rows[i].remedy)
			assert_string_equal(input.findings.list[0].remedy, rows[i].remedy);
		else
			assert_null(input.findings.list[0].remedy);
		input_close(&input);
	}
}

/* 64-bit values arrive as they are written. */
static void test_values(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} rows[] = {
		{VALUE("0"), 0},
		{VALUE("9007199254740993"), UINT64_C(9007199254740993)},
		{VALUE("9223372036854775808"), UINT64_C(1) << 63},
		{VALUE("18446744073709551615"), UINT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct input input;
		struct profile *profile = profile_good(&input, rows[i].text);

		assert_true(profile->rules[0].conditions[0].value == rows[i].value);
		profile_free(profile);
		input_close(&input);
	}
}

/* What a rule and the default answer with. */
static void test_errno(void **state)
{
	static const struct {
		const char *text;
		unsigned rule, by_default;
	} rows[] = {
		{"{'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':38,'syscalls':[{'names':"
		 "['a'],'action':'SCMP_ACT_ERRNO'}]}",
		 1, 38},
		{"{'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':1,'defaultErrno':'EINVAL',"
		 "'syscalls':[{'names':['a'],'action':'SCMP_ACT_ERRNO','errnoRet':13,'errno':'11'}]"
		 "}",
		 11, 22},
		{"{'defaultAction':'SCMP_ACT_TRACE','syscalls':[{'names':['a'],'action':"
		 "'SCMP_ACT_TRACE','errnoRet':4094,'errno':''}]}",
		 4094, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct input input;
		struct profile *profile = profile_good(&input, rows[i].text);

		assert_int_equal(profile->rules[0].errno_ret, rows[i].rule);
		assert_int_equal(profile->default_errno, rows[i].by_default);
		profile_free(profile);
		input_close(&input);
	}
}

/* Seven conditions, also on one argument, are all kept, in order. */
static void test_conditions(void **state)
{
	struct input input;
	struct profile *profile =
		profile_good(&input,
			     RULE(",'args':[{'index':0,'value':1,'op':'SCMP_CMP_NE'},"
				  "{'index':0,'value':2,'op':'SCMP_CMP_LT'},"
				  "{'index':1,'value':3,'op':'SCMP_CMP_LE'},"
				  "{'index':2,'value':4,'op':'SCMP_CMP_EQ'},"
				  "{'index':3,'value':5,'op':'SCMP_CMP_GE'},"
				  "{'index':4,'value':6,'op':'SCMP_CMP_GT'},"
				  "{'index':5,'value':7,'valueTwo':5,'op':'SCMP_CMP_MASKED_EQ'}]"));
	const struct profile_rule *rule = &profile->rules[0];
	static const unsigned index[] = {0, 0, 1, 2, 3, 4, 5};

	(void)state;
	assert_int_equal(rule->condition_count, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(rule->conditions[i].index, index[i]);
		assert_int_equal(rule->conditions[i].comparison, i);
		assert_int_equal(rule->conditions[i].value, i + 1);
		assert_int_equal(rule->conditions[i].place.line, 3);
	}
	assert_int_equal(rule->conditions[6].value_two, 5);
	profile_free(profile);
	input_close(&input);
}

/* Every field of a Docker profile and every place that later messages need. */
static void test_fields(void **state)
{
	struct input input;
	struct profile *profile =
		profile_good(&input,
			     "{'defaultAction':'SCMP_ACT_KILL','flags':[],\n"
			     "'archMap':[{'architecture':'SCMP_ARCH_X86_64',\n"
			     "'subArchitectures':['SCMP_ARCH_X86','SCMP_ARCH_X32']}],\n"
			     "'listenerPath':'/run/l','listenerMetadata':'m','syscalls':[\n"
			     "{'name':'a','action':'SCMP_ACT_NOTIFY','comment':'why',\n"
			     "'includes':{'caps':['CAP_CHOWN','CAP_KILL'],'minKernel':'4.8'},\n"
			     "'excludes':{'arches':['amd64','arm']}}]}");
	const struct profile_rule *rule = &profile->rules[0];

	(void)state;
	assert_int_equal(profile->default_action, ACTION_KILL_THREAD);
	assert_int_equal(profile->default_place.column, 18);
	assert_true(profile->has_flags);
	assert_int_equal(profile->flags, 0);
	assert_int_equal(profile->arch_map_count, 1);
	assert_int_equal(profile->arch_map[0].sub_count, 2);
	assert_int_equal(profile->arch_map[0].sub[1].arch, ARCH_X32);
	assert_int_equal(profile->arch_map[0].sub[1].place.line, 3);
	assert_string_equal(profile->listener_path, "/run/l");
	assert_string_equal(profile->listener_metadata, "m");
	assert_int_equal(profile->listener_place.line, 4);
	assert_string_equal(rule->names[0].text, "a");
	assert_int_equal(rule->names[0].place.column, 9);
	assert_int_equal(rule->place.line, 5);
	assert_string_equal(rule->comment, "why");
	assert_true(rule->includes.present && rule->excludes.present);
	assert_true(rule->includes.caps == 0x21);
	assert_int_equal(rule->includes.kernel_major, 4);
	assert_int_equal(rule->includes.kernel_minor, 8);
	assert_int_equal(rule->excludes.arch_count, 2);
	assert_int_equal(profile->default_action, ACTION_KILL_THREAD);
	assert_int_equal(rule->action, ACTION_NOTIFY);
	profile_free(profile);
	input_close(&input);
}

/* A hostile list costs time and memory in proportion, and not one message for each element. */
static void test_many(void **state)
{
	struct buffer text = {0};
	struct input input;

	(void)state;
	buffer_add_text(&text, "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[");
	for (int i = 0; i < 100000; i++)
		buffer_add_text(&text, i ? ",{}" : "{}");
	buffer_add_text(&text, "]}");
	input_parse(&input, text.data);
	assert_null(profile_read(input.document->root, PROFILE_DOCKER, false, &input.findings));
	assert_int_equal(input.findings.errors, 200000);
	assert_int_equal(input.findings.count, FINDINGS_MAX);
	input_close(&input);
	buffer_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_docker),	 cmocka_unit_test(test_oci),
		cmocka_unit_test(test_lenient),	 cmocka_unit_test(test_json),
		cmocka_unit_test(test_messages), cmocka_unit_test(test_values),
		cmocka_unit_test(test_errno),	 cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_fields),	 cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
