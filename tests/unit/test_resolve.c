/* SPDX-License-Identifier: Apache-2.0 */
/* A profile for one machine: which rules stay and which architectures count. */
#include <config.h>

#include "tests/unit/document.h"

#include "oci/resolve.h"

#define CAP(number) (UINT64_C(1) << (number))
#define CHOWN	    CAP(0)
#define KILL	    CAP(5)

/* A rule with these members beside its names and action. */
#define RULE(rest)                                                                             \
	"{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['a'],'action':'SCMP_ACT_LOG'" \
	"," rest "}]}"
#define INCLUDES(rest) RULE("'includes':{" rest "}")
#define EXCLUDES(rest) RULE("'excludes':{" rest "}")

/* Does the rule apply to this target? */
static const struct {
	const char *text;
	enum arch arch;
	uint64_t capabilities;
	unsigned major, minor;
	bool applies;
} rule_rows[] = {
	{RULE("'args':null"), ARCH_X86_64, 0, 6, 18, true},
	{INCLUDES(""), ARCH_X86_64, 0, 6, 18, true},
	{EXCLUDES(""), ARCH_X86_64, 0, 6, 18, true},
	/* all of includes' capabilities, any of excludes' */
	{INCLUDES("'caps':['CAP_CHOWN','CAP_KILL']"), ARCH_X86_64, CHOWN | KILL, 6, 18, true},
	{INCLUDES("'caps':['CAP_CHOWN','CAP_KILL']"), ARCH_X86_64, CHOWN, 6, 18, false},
	{INCLUDES("'caps':['CAP_CHOWN','CAP_KILL']"), ARCH_X86_64, 0, 6, 18, false},
	{INCLUDES("'caps':[]"), ARCH_X86_64, 0, 6, 18, true},
	{EXCLUDES("'caps':['CAP_CHOWN','CAP_KILL']"), ARCH_X86_64, CHOWN, 6, 18, false},
	{EXCLUDES("'caps':['CAP_CHOWN','CAP_KILL']"), ARCH_X86_64, CAP(40), 6, 18, true},
	{EXCLUDES("'caps':['CAP_CHOWN','CAP_KILL']"), ARCH_X86_64, CAPABILITIES_ALL, 6, 18, false},
	{EXCLUDES("'caps':['CAP_CHECKPOINT_RESTORE']"), ARCH_X86_64, CAP(40), 6, 18, false},
	{INCLUDES("'caps':['CAP_SYS_ADMIN']"), ARCH_X86_64, CAPABILITIES_DOCKER, 6, 18, false},
	{INCLUDES("'caps':['CAP_SYS_CHROOT']"), ARCH_X86_64, CAPABILITIES_DOCKER, 6, 18, true},
	/* any of the architectures, for both */
	{INCLUDES("'arches':['arm','amd64']"), ARCH_X86_64, 0, 6, 18, true},
	{INCLUDES("'arches':['arm','arm64']"), ARCH_X86_64, 0, 6, 18, false},
	{INCLUDES("'arches':[]"), ARCH_X86_64, 0, 6, 18, true},
	{EXCLUDES("'arches':['arm','amd64']"), ARCH_X86_64, 0, 6, 18, false},
	{EXCLUDES("'arches':['arm']"), ARCH_X86_64, 0, 6, 18, true},
	/* the native one counts, not those that are listed beside it */
	{INCLUDES("'arches':['x86','x32']"), ARCH_X86_64, 0, 6, 18, false},
	{INCLUDES("'arches':['x86']"), ARCH_X86, 0, 6, 18, true},
	{INCLUDES("'arches':['s390x']"), ARCH_S390X, 0, 6, 18, true},
	{INCLUDES("'arches':['mips3l64n32']"), ARCH_MIPSEL64N32, 0, 6, 18, true},
	{INCLUDES("'arches':['loongarch64']"), ARCH_LOONGARCH64, 0, 6, 18, true},
	{INCLUDES("'arches':['vax']"), ARCH_X86_64, 0, 6, 18, false},
	{EXCLUDES("'arches':['vax']"), ARCH_X86_64, 0, 6, 18, true},
	/* the kernel's first two numbers */
	{INCLUDES("'minKernel':'4.8'"), ARCH_X86_64, 0, 4, 7, false},
	{INCLUDES("'minKernel':'4.8'"), ARCH_X86_64, 0, 4, 8, true},
	{INCLUDES("'minKernel':'4.8'"), ARCH_X86_64, 0, 4, 19, true},
	{INCLUDES("'minKernel':'4.8'"), ARCH_X86_64, 0, 5, 0, true},
	{INCLUDES("'minKernel':'4.8'"), ARCH_X86_64, 0, 3, 10, false},
	{EXCLUDES("'minKernel':'4.8'"), ARCH_X86_64, 0, 4, 7, true},
	{EXCLUDES("'minKernel':'4.8'"), ARCH_X86_64, 0, 4, 8, false},
	/* moby reads "" as 0.0, which every kernel reaches */
	{INCLUDES("'minKernel':''"), ARCH_X86_64, 0, 3, 0, true},
	{EXCLUDES("'minKernel':''"), ARCH_X86_64, 0, 3, 0, false},
	/* every condition of includes, any of excludes, excludes first */
	{INCLUDES("'caps':['CAP_KILL'],'arches':['amd64'],'minKernel':'5.0'"), ARCH_X86_64, KILL, 5,
	 0, true},
	{INCLUDES("'caps':['CAP_KILL'],'arches':['amd64'],'minKernel':'5.0'"), ARCH_X86_64, KILL, 4,
	 20, false},
	{INCLUDES("'caps':['CAP_KILL'],'arches':['arm'],'minKernel':'5.0'"), ARCH_X86_64, KILL, 5,
	 0, false},
	{EXCLUDES("'caps':['CAP_KILL'],'arches':['arm'],'minKernel':'9.0'"), ARCH_X86_64, KILL, 5,
	 0, false},
	{RULE("'includes':{'arches':['amd64']},'excludes':{'caps':['CAP_KILL']}"), ARCH_X86_64,
	 KILL, 6, 18, false},
	{RULE("'includes':{'arches':['amd64']},'excludes':{'caps':['CAP_KILL']}"), ARCH_X86_64,
	 CHOWN, 6, 18, true},
};

struct case_input {
	struct input input;
	struct profile *profile;
};

static void case_open(struct case_input *opened, const char *text)
{
	input_parse(&opened->input, text);
	opened->profile = profile_read(opened->input.document->root, PROFILE_DOCKER, false,
				       &opened->input.findings);
	assert_non_null(opened->profile);
}

static void case_close(struct case_input *opened)
{
	profile_free(opened->profile);
	input_close(&opened->input);
}

static void test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rule_rows); i++) {
		struct target target = {rule_rows[i].arch, rule_rows[i].capabilities,
					rule_rows[i].major, rule_rows[i].minor};
		struct case_input opened;
		struct resolved *resolved;

		case_open(&opened, rule_rows[i].text);
		resolved = profile_resolve(opened.profile, &target, &opened.input.findings);
		assert_non_null(resolved);
		if (resolved->rule_count != rule_rows[i].applies)
			fail_msg("row %zu: %s", i, rule_rows[i].text);
		resolved_free(resolved);
		case_close(&opened);
	}
}

/* Which architectures, in which order; "" in place of them where there is an error. */
static const struct {
	const char *text;
	enum arch native;
	const char *arches;
	const char *outcome;
} arch_rows[] = {
#define ARCHES(list) "{'defaultAction':'SCMP_ACT_ALLOW',\n" list "}"
#define MAP                                                                                  \
	"'archMap':[{'architecture':'SCMP_ARCH_X86_64','subArchitectures':['SCMP_ARCH_X86'," \
	"'SCMP_ARCH_X32']},{'architecture':'SCMP_ARCH_AARCH64'},{'architecture':"            \
	"'SCMP_ARCH_X86_64','subArchitectures':[]},{'architecture':'SCMP_ARCH_S390X',"       \
	"'subArchitectures':['SCMP_ARCH_S390']}]"
	{ARCHES("'flags':null"), ARCH_X86_64, "x86_64", ""},
	{ARCHES("'architectures':[]"), ARCH_AARCH64, "aarch64", ""},
	{ARCHES("'architectures':['SCMP_ARCH_X86','SCMP_ARCH_X86_64']"), ARCH_X86_64, "x86 x86_64",
	 ""},
	{ARCHES("'architectures':['SCMP_ARCH_X86','SCMP_ARCH_X86','SCMP_ARCH_X32']"), ARCH_X86_64,
	 "x86_64 x86 x32", ""},
	{ARCHES("'architectures':['SCMP_ARCH_AARCH64']"), ARCH_X86_64, "x86_64 aarch64", ""},
	{ARCHES("'architectures':['SCMP_ARCH_X32']"), ARCH_X86_64, "x86_64 x32", ""},
	{ARCHES("'architectures':['SCMP_ARCH_S390X']"), ARCH_X86_64, "",
	 "2:18 error mixed-byte-order"},
	{ARCHES("'architectures':['SCMP_ARCH_X86_64']"), ARCH_S390X, "",
	 "2:18 error mixed-byte-order"},
	{ARCHES("'archMap':[]"), ARCH_X86_64, "x86_64", ""},
	{ARCHES(MAP), ARCH_X86_64, "x86_64 x86 x32", ""},
	{ARCHES(MAP), ARCH_AARCH64, "aarch64", ""},
	{ARCHES(MAP), ARCH_S390X, "s390x s390", ""},
	{ARCHES(MAP), ARCH_RISCV64, "riscv64", ""},
	{ARCHES(MAP), ARCH_X86, "x86", ""},
};

static char *arches_line(const struct resolved *resolved)
{
	struct buffer line = {0};

	for (size_t i = 0; resolved && i < resolved->arch_count; i++)
		buffer_addf(&line, "%s%s", i ? " " : "", arch_name(resolved->arches[i].arch));
	return buffer_take(&line);
}

static void test_arches(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(arch_rows); i++) {
		struct target target = {.arch = arch_rows[i].native};
		const struct row row = {"architectures", arch_rows[i].text, arch_rows[i].outcome};
		struct case_input opened;
		struct resolved *resolved;
		char *line;

		case_open(&opened, arch_rows[i].text);
		resolved = profile_resolve(opened.profile, &target, &opened.input.findings);
		row_check(&row, &opened.input.findings);
		line = arches_line(resolved);
		assert_string_equal(line, arch_rows[i].arches);
		free(line);
		resolved_free(resolved);
		case_close(&opened);
	}
}

/* All of them at once, of one byte order. */
static void test_all_arches(void **state)
{
	struct buffer text = {0};
	struct target target = {.arch = ARCH_X86_64};
	struct case_input opened;
	struct resolved *resolved;
	const char *comma = "";

	(void)state;
	buffer_add_text(&text, "{'defaultAction':'SCMP_ACT_ALLOW','architectures':[");
	for (int i = 0; i < ARCH_COUNT; i++) {
		if (arch_big_endian((enum arch)i) || i == ARCH_X86_64)
			continue;
		buffer_addf(&text, "%s'%s'", comma, arch_word((enum arch)i));
		comma = ",";
	}
	buffer_add_text(&text, "]}");
	case_open(&opened, text.data);
	resolved = profile_resolve(opened.profile, &target, &opened.input.findings);
	assert_non_null(resolved);
	assert_int_equal(resolved->arch_count, 12);
	assert_int_equal(resolved->arches[0].arch, ARCH_X86_64);
	resolved_free(resolved);
	case_close(&opened);
	buffer_free(&text);
}

/* 100,000 names are fine, one more is not; what does not apply does not count. */
static void test_bound(void **state)
{
	static const struct {
		unsigned names;
		const char *includes, *outcome;
	} rows[] = {
		{PROFILE_RULES_MAX, "", ""},
		{PROFILE_RULES_MAX + 1, "", "1:45 error too-many-rules"},
		{PROFILE_RULES_MAX + 1, ",'includes':{'arches':['arm']}", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct target target = {.arch = ARCH_X86_64};
		struct row row = {"100,000 names", rows[i].includes, rows[i].outcome};
		struct buffer text = {0};
		struct case_input opened;

		buffer_add_text(&text, "{'defaultAction':'SCMP_ACT_LOG','syscalls':[{'names':['a'");
		for (unsigned n = 1; n < rows[i].names; n++)
			buffer_add_text(&text, ",'a'");
		buffer_addf(&text, "],'action':'SCMP_ACT_ALLOW'%s}]}", rows[i].includes);
		case_open(&opened, text.data);
		resolved_free(profile_resolve(opened.profile, &target, &opened.input.findings));
		row_check(&row, &opened.input.findings);
		case_close(&opened);
		buffer_free(&text);
	}
}

/* The rule that would notify does not apply, so nobody listens and the flag is in vain. */
static void test_flag_without_notify(void **state)
{
	static const char text[] =
		"{'defaultAction':'SCMP_ACT_ALLOW','listenerPath':'/l',\n"
		"'flags':['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'],'syscalls':[{'names':['a'],"
		"'action':'SCMP_ACT_NOTIFY','includes':{'caps':['CAP_KILL']}}]}";
	const struct row without = {"flags", text, "2:9 error flag-without-notify"};
	struct target target = {.arch = ARCH_X86_64, .capabilities = KILL};
	struct case_input opened;
	struct resolved *resolved;

	(void)state;
	case_open(&opened, text);
	resolved = profile_resolve(opened.profile, &target, &opened.input.findings);
	assert_non_null(resolved);
	resolved_free(resolved);
	target.capabilities = 0;
	assert_null(profile_resolve(opened.profile, &target, &opened.input.findings));
	row_check(&without, &opened.input.findings);
	case_close(&opened);
}

static void test_kernel_version(void **state)
{
	static const struct {
		const char *text;
		bool good;
		unsigned major, minor;
	} rows[] = {
		{"6.18", true, 6, 18},	     {"6.18.3-x", true, 6, 18}, {"4.0-rc1", true, 4, 0},
		{"255.255", true, 255, 255}, {"6", false, 0, 0},	{"", false, 0, 0},
		{"6.", false, 0, 0},	     {".6", false, 0, 0},	{"256.0", false, 0, 0},
		{"6.256", false, 0, 0},	     {"6.1000", false, 0, 0},	{"-6.1", false, 0, 0},
		{"6 .1", false, 0, 0},	     {"v6.1", false, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned major = 7, minor = 7;

		assert_int_equal(kernel_version_parse(rows[i].text, &major, &minor), rows[i].good);
		assert_int_equal(major, rows[i].good ? rows[i].major : 7);
		assert_int_equal(minor, rows[i].good ? rows[i].minor : 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_arches),
		cmocka_unit_test(test_all_arches),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_flag_without_notify),
		cmocka_unit_test(test_kernel_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
