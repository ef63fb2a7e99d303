/* SPDX-License-Identifier: Apache-2.0 */
/* The specification's words: exact spellings both ways, lenient ones only where users type. */
#include <config.h>

#include "tests/unit/document.h"

#include "oci/words.h"

#include <errno.h>

/* Every word is read back as itself, nothing else is one. */
static void test_actions(void **state)
{
	static const char *const refused[] = {"",      "SCMP_ACT_",	  "scmp_act_allow",
					      "ALLOW", "SCMP_ACT_ALLOW ", "SCMP_ACT_KILLED"};
	enum action action;

	(void)state;
	for (int i = 0; i < ACTION_COUNT; i++) {
		assert_true(word_action(action_word((enum action)i), &action));
		assert_int_equal(action, i);
	}
	assert_true(word_action("SCMP_ACT_KILL", &action));
	assert_int_equal(action, ACTION_KILL_THREAD);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		assert_false(word_action(refused[i], &action));
}

static void test_comparisons(void **state)
{
	enum comparison comparison;

	(void)state;
	for (int i = 0; i < CMP_COUNT; i++) {
		assert_true(word_comparison(comparison_word((enum comparison)i), &comparison));
		assert_int_equal(comparison, i);
	}
	assert_false(word_comparison("EQ", &comparison));
	assert_false(word_comparison("SCMP_CMP_EQ_MASKED", &comparison));
}

static void test_flags(void **state)
{
	enum flag flag;

	(void)state;
	for (unsigned bit = FLAG_TSYNC; bit <= FLAG_WAIT_KILLABLE_RECV; bit <<= 1) {
		assert_true(word_flag(flag_word((enum flag)bit), &flag));
		assert_int_equal(flag, bit);
	}
	assert_false(word_flag("SECCOMP_FILTER_FLAG_NEW_LISTENER", &flag));
	assert_false(word_flag("LOG", &flag));
}

/* Only the specification's spelling in a profile; any spelling in options. */
static void test_arches(void **state)
{
	enum arch arch;

	(void)state;
	for (int i = 0; i < ARCH_COUNT; i++) {
		assert_true(word_arch(arch_word((enum arch)i), &arch));
		assert_int_equal(arch, i);
		assert_true(word_arch_any(arch_word((enum arch)i), &arch));
		assert_int_equal(arch, i);
		assert_true(word_arch_any(arch_name((enum arch)i), &arch));
		assert_int_equal(arch, i);
		assert_true(word_arch_any(arch_go_name((enum arch)i), &arch));
		assert_int_equal(arch, i);
		assert_false(word_arch(arch_name((enum arch)i), &arch));
	}
	assert_false(word_arch("SCMP_ARCH_NATIVE", &arch));
	assert_false(word_arch_any("SCMP_ARCH_NATIVE", &arch));
	assert_false(word_arch_any("X86_64", &arch));
	assert_false(word_arch_any("", &arch));
}

static void test_arch_spellings(void **state)
{
	static const struct {
		const char *word;
		enum arch arch;
	} rows[] = {
		{"amd64", ARCH_X86_64},	     {"386", ARCH_X86},
		{"i686", ARCH_X86},	     {"x86", ARCH_X86},
		{"arm64", ARCH_AARCH64},     {"aarch64", ARCH_AARCH64},
		{"mipsle", ARCH_MIPSEL},     {"mips3l64n32", ARCH_MIPSEL64N32},
		{"mips64le", ARCH_MIPSEL64}, {"loong64", ARCH_LOONGARCH64},
		{"ppc64le", ARCH_PPC64LE},   {"riscv64", ARCH_RISCV64},
	};
	enum arch arch;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(word_arch_any(rows[i].word, &arch));
		assert_int_equal(arch, rows[i].arch);
	}
}

static void test_byte_order(void **state)
{
	static const enum arch big[] = {ARCH_MIPS,     ARCH_MIPS64, ARCH_MIPS64N32, ARCH_PPC,
					ARCH_PPC64,    ARCH_S390,   ARCH_S390X,	    ARCH_PARISC,
					ARCH_PARISC64, ARCH_M68K,   ARCH_SHEB};
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(big); i++)
		assert_true(arch_big_endian(big[i]));
	for (int i = 0; i < ARCH_COUNT; i++)
		found += arch_big_endian((enum arch)i);
	assert_int_equal(found, ARRAY_SIZE(big));
}

static void test_capabilities(void **state)
{
	static const char *const docker[] = {
		"CAP_CHOWN",   "CAP_DAC_OVERRIDE", "CAP_FSETID",	   "CAP_FOWNER",
		"CAP_MKNOD",   "CAP_NET_RAW",	   "CAP_SETGID",	   "CAP_SETUID",
		"CAP_SETFCAP", "CAP_SETPCAP",	   "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT",
		"CAP_KILL",    "CAP_AUDIT_WRITE",
	};
	unsigned capability;
	uint64_t set = 0;

	(void)state;
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		assert_true(word_capability(capability_word(i), &capability));
		assert_int_equal(capability, i);
	}
	assert_null(capability_word(CAPABILITY_COUNT));
	for (size_t i = 0; i < ARRAY_SIZE(docker); i++) {
		assert_true(word_capability(docker[i], &capability));
		set |= UINT64_C(1) << capability;
	}
	assert_true(set == CAPABILITIES_DOCKER);
	assert_false(word_capability("SYS_ADMIN", &capability));
	assert_false(word_capability("cap_sys_admin", &capability));
	assert_true(word_capability_loose("sys_admin", &capability));
	assert_int_equal(capability, 21);
	assert_true(word_capability_loose("Cap_Chown", &capability));
	assert_int_equal(capability, 0);
	assert_false(word_capability_loose("CAP_", &capability));
	assert_false(word_capability_loose("", &capability));
}

static void test_errnos(void **state)
{
	unsigned number;

	(void)state;
	for (unsigned i = 0; i < 4096; i++) {
		if (!errno_name(i))
			continue;
		assert_true(word_errno(errno_name(i), &number));
		assert_int_equal(number, i);
	}
	assert_string_equal(errno_name(EAGAIN), "EAGAIN");
	assert_string_equal(errno_name(EOPNOTSUPP), "EOPNOTSUPP");
	assert_true(word_errno("ENOTSUP", &number));
	assert_int_equal(number, ENOTSUP);
	assert_null(errno_name(0));
	assert_null(errno_name(4095));
	assert_false(word_errno("eperm", &number));
	assert_false(word_errno("1", &number));
	assert_false(word_errno("", &number));
}

static void test_nearest(void **state)
{
	static const char *const words[] = {"chmod", "fchmod", "fchmodat", "fchmodat2",
					    "open",  "openat", "close",	   "SCMP_ACT_ALLOW"};
	static const struct {
		const char *word, *nearest;
	} rows[] = {
		{"chmdo", "chmod"},	   /* a swap is one edit */
		{"chmd", "chmod"},	   /* one missing */
		{"chhmod", "chmod"},	   /* one too many */
		{"CHMOD", "chmod"},	   /* case is ignored */
		{"fchmodat", "fchmodat"},  /* the word itself */
		{"fchmodat3", "fchmodat"}, /* of equal distances the first */
		{"fchmodta2", "fchmodat2"},
		{"opne", "open"},
		{"op", NULL}, /* two edits for two letters */
		{"o", NULL},
		{"", NULL},
		{"scmp_act_alow", "SCMP_ACT_ALLOW"},
		{"SCMP_ACT_PERMIT", NULL},
		{"CMP_ACT_ALOWW", "SCMP_ACT_ALLOW"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *found = word_nearest(rows[i].word, words, ARRAY_SIZE(words));

		if (found != rows[i].nearest &&
		    (!found || !rows[i].nearest || strcmp(found, rows[i].nearest) != 0)) {
			print_error("%s: %s\n", rows[i].word, found ? found : "none");
			fail();
		}
	}
}

/* A word of any length costs no more than looking at its length. */
static void test_nearest_long(void **state)
{
	static const char *const words[] = {"chmod", "fchmod"};
	char *word = mem_alloc(1 << 20);

	(void)state;
	memset(word, 'c', 1 << 20);
	for (size_t length = 0; length < 300; length++) {
		word[length] = '\0';
		(void)word_nearest(word, words, ARRAY_SIZE(words));
		word[length] = 'c';
	}
	word[(1 << 20) - 1] = '\0';
	assert_null(word_nearest(word, words, ARRAY_SIZE(words)));
	free(word);
}

/* The plain textbook algorithm, to hold the banded one against. */
static unsigned plain_distance(const char *a, const char *b)
{
	unsigned table[20][20];
	size_t m = strlen(a), n = strlen(b);

	for (size_t i = 0; i <= m; i++) {
		for (size_t j = 0; j <= n; j++) {
			unsigned best = (unsigned)(i ? i : j);

			if (i && j) {
				best = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
				if (table[i - 1][j] + 1 < best)
					best = table[i - 1][j] + 1;
				if (table[i][j - 1] + 1 < best)
					best = table[i][j - 1] + 1;
				if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
				    a[i - 2] == b[j - 1] && table[i - 2][j - 2] + 1 < best)
					best = table[i - 2][j - 2] + 1;
			}
			table[i][j] = best;
		}
	}
	return table[m][n];
}

static void random_word(char *word)
{
	size_t length = (size_t)(rand() % 15);

	for (size_t i = 0; i < length; i++)
		word[i] = (char)('a' + rand() % 3);
	word[length] = '\0';
}

static void test_nearest_random(void **state)
{
	(void)state;
	srand(1);
	for (int i = 0; i < 200000; i++) {
		char word[16], other[16];
		const char *candidate = other;
		unsigned limit;

		random_word(word);
		random_word(other);
		limit = (unsigned)strlen(word) / 3;
		limit = limit < 1 ? 1 : limit > 3 ? 3 : limit;
		assert_int_equal(!!word_nearest(word, &candidate, 1),
				 plain_distance(word, other) <= limit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_actions),	       cmocka_unit_test(test_comparisons),
		cmocka_unit_test(test_flags),	       cmocka_unit_test(test_arches),
		cmocka_unit_test(test_arch_spellings), cmocka_unit_test(test_byte_order),
		cmocka_unit_test(test_capabilities),   cmocka_unit_test(test_errnos),
		cmocka_unit_test(test_nearest),	       cmocka_unit_test(test_nearest_long),
		cmocka_unit_test(test_nearest_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
