/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which calls the comparison with libseccomp is about: rows for each thing that is left out, and
 * for unlisted ABIs.
 */
#include <config.h>

#include "filter/rules/library_scope.h"

#include <linux/audit.h>
#include <string.h>

#include "filter/kernel/syscalls.h"
#include "tests/unit/document.h"

/* A profile on the way to its rules, for x86_64. */
struct scoped {
	struct input input;
	struct profile *profile;
	struct resolved *resolved;
	struct rules *rules;
	struct space *space;
	struct findings findings;
};

static void scoped_open(struct scoped *s, const char *text)
{
	const struct target target = {ARCH_X86_64, 0, 6, 1};
	const struct leniency strict = {0};

	*s = (struct scoped){.space = space_new()};
	input_parse(&s->input, text);
	s->profile = profile_read(s->input.document->root, PROFILE_DOCKER, false, &s->findings);
	assert_non_null(s->profile);
	s->resolved = profile_resolve(s->profile, &target, &s->findings);
	assert_non_null(s->resolved);
	s->rules = rules_new(s->resolved, &strict, &s->findings);
	assert_non_null(s->rules);
}

static void scoped_close(struct scoped *s)
{
	space_free(s->space);
	rules_free(s->rules);
	resolved_free(s->resolved);
	profile_free(s->profile);
	findings_free(&s->findings);
	input_close(&s->input);
}

#define PROFILE(action, arches, rules)                                                           \
	"{'defaultAction':'SCMP_ACT_" action "','architectures':[" arches "],'syscalls':[" rules \
	"]}"
#define DENY(name) "{'names':['" name "'],'action':'SCMP_ACT_KILL'}"
#define PASS(name) "{'names':['" name "'],'action':'SCMP_ACT_ALLOW'}"
#define X86_64	   "'SCMP_ARCH_X86_64'"
#define X86	   X86_64 ",'SCMP_ARCH_X86'"
#define X32	   X86_64 ",'SCMP_ARCH_X32'"

/* How a call is compared: as one of a listed ABI, of an unlisted one, or not at all. */
enum compared { LEFT_OUT, LISTED, UNLISTED };

static const struct {
	const char *row, *profile;
	uint32_t arch, number;
	uint64_t argument;
	enum compared compared;
} rows[] = {
	{"a listed number", PROFILE("ALLOW", X86_64, DENY("chmod")), AUDIT_ARCH_X86_64, 90, 0,
	 LISTED},
	{"a number without a call", PROFILE("ALLOW", X86_64, ""), AUDIT_ARCH_X86_64, 0x3fffffff, 0,
	 LISTED},
	{"number -1", PROFILE("ALLOW", X86, ""), AUDIT_ARCH_I386, UINT32_MAX, 0, LEFT_OUT},
	{"number -2 of x86", PROFILE("ALLOW", X86, ""), AUDIT_ARCH_I386, UINT32_MAX - 1, 0, LISTED},
	{"x86_64, number -1", PROFILE("ALLOW", X86_64, ""), AUDIT_ARCH_X86_64, UINT32_MAX, 0,
	 LEFT_OUT},
	{"bit 31 of x86_64", PROFILE("ALLOW", X86_64, ""), AUDIT_ARCH_X86_64, 0x80000000, 0,
	 LEFT_OUT},
	{"bits 30 and 31", PROFILE("ALLOW", X32, ""), AUDIT_ARCH_X86_64, 0xc0000000, 0, LEFT_OUT},
	{"the highest that is named", PROFILE("ERRNO", X86_64, PASS("chmod")), AUDIT_ARCH_X86_64,
	 90, 0, LISTED},
	{"above it", PROFILE("ERRNO", X86_64, PASS("chmod")), AUDIT_ARCH_X86_64, 91, 0, LEFT_OUT},
	{"above it, default KILL", PROFILE("KILL", X86_64, PASS("chmod")), AUDIT_ARCH_X86_64, 91, 0,
	 LISTED},
	{"no name at all", PROFILE("ERRNO", X86_64, ""), AUDIT_ARCH_X86_64, 91, 0, LISTED},
	{"x32, listed", PROFILE("ALLOW", X32, DENY("chmod")), AUDIT_ARCH_X86_64, X32_BIT + 90, 0,
	 LISTED},
	{"x32, not listed", PROFILE("ALLOW", X86_64, DENY("chmod")), AUDIT_ARCH_X86_64,
	 X32_BIT + 90, 0, UNLISTED},
	{"x32, not listed, above what is named", PROFILE("ERRNO", X86_64, PASS("chmod")),
	 AUDIT_ARCH_X86_64, X32_BIT + 1000, 0, UNLISTED},
	{"x86, not listed", PROFILE("ERRNO", X86_64, PASS("chmod")), AUDIT_ARCH_I386, 15, 0,
	 UNLISTED},
	{"-1 of an unlisted architecture", PROFILE("ALLOW", X86_64, ""), AUDIT_ARCH_AARCH64,
	 UINT32_MAX, 0, UNLISTED},
	{"no architecture that is known", PROFILE("ALLOW", X86, ""), 12345, 0, 0, UNLISTED},
	{"socketcall's number", PROFILE("ALLOW", X86, DENY("socket")), AUDIT_ARCH_I386, 102, 1,
	 LISTED},
	{"with high bits", PROFILE("ALLOW", X86, DENY("socket")), AUDIT_ARCH_I386, 102,
	 UINT64_C(1) << 32 | 1, LEFT_OUT},
	{"ipc with a version", PROFILE("ALLOW", X86, DENY("semop")), AUDIT_ARCH_I386, 117,
	 1 << 16 | 1, LEFT_OUT},
	{"ipc when no rule is on its calls", PROFILE("ALLOW", X86, DENY("chmod")), AUDIT_ARCH_I386,
	 117, 1 << 16 | 1, LISTED},
};

static enum compared compared_of(struct scoped *s, const struct seccomp_data *data)
{
	enum compared compared = LEFT_OUT;

	for (size_t i = 0; i < s->rules->abi_count; i++) {
		const struct abi_rules *abi = &s->rules->abis[i];
		struct node listed = library_scope(s->space, s->rules, abi);
		struct node unlisted = library_scope_unlisted(s->space, s->rules, abi);
		uint32_t yes = table_value(s->space, TABLE_TRUE);

		if (table_lookup(s->space, listed, data) == yes) {
			assert_int_equal(compared, LEFT_OUT);
			compared = LISTED;
		}
		if (table_lookup(s->space, unlisted, data) == yes) {
			assert_int_not_equal(compared, LISTED);
			compared = UNLISTED;
		}
	}
	return compared;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct seccomp_data data = {.arch = rows[i].arch,
						  .nr = (int)rows[i].number,
						  .args = {rows[i].argument}};
		struct scoped s;

		scoped_open(&s, rows[i].profile);
		if (compared_of(&s, &data) != rows[i].compared)
			fail_msg("%s", rows[i].row);
		scoped_close(&s);
	}
}

/* A name that is newer than the libseccomp that is linked; none if that knows all. */
static const char *newer_name(void)
{
	for (size_t i = 0; i < syscall_count(); i++) {
		uint32_t number;

		if (!syscall_known_to_libseccomp(syscall_at(i)) &&
		    syscall_number(abi_of(ARCH_X86_64), syscall_at(i), &number))
			return syscall_at(i);
	}
	return NULL;
}

static void test_newer(void **state)
{
	const char *name = newer_name();
	CLEANUP(cleanup_free)
	char *text = name ? mem_format(PROFILE("ALLOW", X86_64, DENY("%s")), name) : NULL;
	CLEANUP(buffer_free) struct buffer words = {0};
	struct seccomp_data data = {.arch = AUDIT_ARCH_X86_64};
	struct scoped s;
	uint32_t number;

	(void)state;
	if (!name)
		return; /* there is nothing to leave out */
	assert_true(syscall_number(abi_of(ARCH_X86_64), name, &number));
	data.nr = (int)number;
	scoped_open(&s, text);
	assert_int_equal(compared_of(&s, &data), LEFT_OUT);
	library_scope_add_left_out(&words, s.rules);
	assert_non_null(strstr(words.data, name));
	scoped_close(&s);
}

static const struct {
	const char *profile, *words;
} texts[] = {
	{PROFILE("ALLOW", X86_64, DENY("chmod")), "number -1, x86_64 numbers with bit 31"},
	{PROFILE("ERRNO", X86_64, PASS("chmod")),
	 "number -1, numbers above the highest one that the rules name (ENOSYS), x86_64 numbers "
	 "with bit 31"},
	{PROFILE("ALLOW", X86, DENY("semop")),
	 "number -1, x86_64 numbers with bit 31, socketcall and ipc with a call's number that has "
	 "bits which the kernel ignores"},
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		CLEANUP(buffer_free) struct buffer words = {0};
		struct scoped s;

		scoped_open(&s, texts[i].profile);
		library_scope_add_left_out(&words, s.rules);
		assert_string_equal(words.data, texts[i].words);
		scoped_close(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_newer),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
