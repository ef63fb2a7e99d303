/* SPDX-License-Identifier: Apache-2.0 */
/* The table of families: names that exist, each once in a family, and families for what is new. */
#include <config.h>

#include "filter/kernel/siblings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "filter/kernel/syscalls.h"

static size_t position(const struct siblings *family, const char *name)
{
	size_t i = 0;

	while (i < family->count && strcmp(family->names[i], name) != 0)
		i++;
	return i;
}

/* Only names of the table count: a misspelt one would never be looked at. */
static void test_names(void **state)
{
	(void)state;
	assert_true(siblings_count() > 50);
	for (size_t i = 0; i < siblings_count(); i++) {
		const struct siblings *family = siblings_at(i);

		assert_true(family->members >= 1 && family->count >= 2);
		assert_true(family->members <= family->count);
		assert_true(family->count <= FAMILY_CALLS_MAX);
		for (size_t j = 0; j < family->count; j++) {
			if (syscall_release(family->names[j]) == UINT16_MAX)
				fail_msg("%s is no system call", family->names[j]);
			assert_int_equal(position(family, family->names[j]), j);
		}
	}
}

/* "The older first": in the order of kernel releases, as far as the table knows them. */
static void test_ages(void **state)
{
	(void)state;
	for (size_t i = 0; i < siblings_count(); i++) {
		const struct siblings *family = siblings_at(i);

		for (size_t j = 1; j < family->members; j++)
			if (syscall_release(family->names[j - 1]) >
			    syscall_release(family->names[j]))
				fail_msg("%s is older than %s", family->names[j],
					 family->names[j - 1]);
	}
}

static void test_rows(void **state)
{
	static const struct {
		const char *closed, *open;
	} rows[] = {
		{"chmod", "fchmodat2"},
		{"setxattr", "setxattrat"},
		{"open", "openat2"},
		{"clone", "clone3"},
		{"fork", "clone"},
		{"execve", "execveat"},
		{"mount", "move_mount"},
		{"kexec_load", "kexec_file_load"},
		{"quotactl", "quotactl_fd"},
		{"init_module", "finit_module"},
		{"clock_settime", "clock_settime64"},
		{"setuid", "setuid32"},
		{"ptrace", "process_vm_writev"},
		{"sendmsg", "sendmmsg"},
	};

	(void)state;
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		size_t i = 0;

		while (i < siblings_count() &&
		       (position(siblings_at(i), rows[row].closed) >= siblings_at(i)->members ||
			position(siblings_at(i), rows[row].open) >= siblings_at(i)->count))
			i++;
		if (i == siblings_count())
			fail_msg("no family has %s for %s", rows[row].open, rows[row].closed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
