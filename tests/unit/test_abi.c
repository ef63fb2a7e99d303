/* SPDX-License-Identifier: Apache-2.0 */
/* The table of ABIs: against linux/audit.h, libseccomp, and the compiler that builds this test. */
#include <config.h>

#include "filter/kernel/abi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include <linux/audit.h>
#include <seccomp.h>

/* Every ABI of the specification has an entry, under the names of words.h. */
static void test_entries(void **state)
{
	(void)state;
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		const struct abi *abi = abi_of((enum arch)arch);

		assert_non_null(abi);
		assert_int_equal(abi->arch, arch);
		assert_string_equal(abi->name, arch_name((enum arch)arch));
		assert_int_equal(abi->big_endian, arch_big_endian((enum arch)arch));
		assert_true(abi->argument_bits == 32 || abi->argument_bits == 64);
	}
}

/* linux/audit.h by value: machine, then 64 bits 0x80000000, little-endian 0x40000000, n32
 * 0x20000000. */
static void test_values(void **state)
{
	static const struct {
		enum arch arch;
		uint32_t audit;
		uint32_t base;
		unsigned bits;
		bool multiplexed;
	} rows[] = {
		{ARCH_X86, 0x40000003, 0, 32, true},
		{ARCH_X86_64, 0xc000003e, 0, 64, false},
		{ARCH_X32, 0xc000003e, 0x40000000, 32, false},
		{ARCH_ARM, 0x40000028, 0, 32, false},
		{ARCH_AARCH64, 0xc00000b7, 0, 64, false},
		{ARCH_MIPS, 0x00000008, 4000, 32, true},
		{ARCH_MIPS64, 0x80000008, 5000, 64, false},
		{ARCH_MIPS64N32, 0xa0000008, 6000, 32, false},
		{ARCH_MIPSEL, 0x40000008, 4000, 32, true},
		{ARCH_MIPSEL64, 0xc0000008, 5000, 64, false},
		{ARCH_MIPSEL64N32, 0xe0000008, 6000, 32, false},
		{ARCH_PPC, 0x00000014, 0, 32, true},
		{ARCH_PPC64, 0x80000015, 0, 64, true},
		{ARCH_PPC64LE, 0xc0000015, 0, 64, true},
		{ARCH_S390, 0x00000016, 0, 32, true},
		{ARCH_S390X, 0x80000016, 0, 64, true},
		{ARCH_PARISC, 0x0000000f, 0, 32, false},
		{ARCH_PARISC64, 0x8000000f, 0, 64, false},
		{ARCH_RISCV64, 0xc00000f3, 0, 64, false},
		{ARCH_LOONGARCH64, 0xc0000102, 0, 64, false},
		{ARCH_M68K, 0x00000004, 0, 32, true},
		{ARCH_SH, 0x4000002a, 0, 32, true},
		{ARCH_SHEB, 0x0000002a, 0, 32, true},
	};

	(void)state;
	assert_int_equal(ARRAY_SIZE(rows), ARCH_COUNT);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct abi *abi = abi_of(rows[i].arch);

		assert_int_equal(abi->audit_arch, rows[i].audit);
		assert_int_equal(abi->base, rows[i].base);
		assert_int_equal(abi->argument_bits, rows[i].bits);
		assert_int_equal(abi->multiplexed, rows[i].multiplexed);
	}
}

/* Tokens are those that libseccomp gives for the name; the oldest supported one has nineteen. */
static void test_tokens(void **state)
{
	unsigned count = 0;

	(void)state;
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		const struct abi *abi = abi_of((enum arch)arch);

		assert_int_equal(abi->scmp_arch, seccomp_arch_resolve_name(abi->name));
		count += abi->scmp_arch != 0;
	}
	assert_true(count >= 19);
	assert_int_equal(abi_native()->scmp_arch, seccomp_arch_native());
}

/* x32 is bit 30 under x86-64's architecture, but not in -1; nowhere else does a bit matter. */
static void test_of_call(void **state)
{
	static const struct {
		uint32_t audit;
		uint32_t number;
		int arch; /* -1: none */
	} rows[] = {
		{AUDIT_ARCH_X86_64, 0, ARCH_X86_64},
		{AUDIT_ARCH_X86_64, 0x3fffffff, ARCH_X86_64},
		{AUDIT_ARCH_X86_64, 0x40000000, ARCH_X32},
		{AUDIT_ARCH_X86_64, 0x40000223, ARCH_X32},
		{AUDIT_ARCH_X86_64, 0x7fffffff, ARCH_X32},
		{AUDIT_ARCH_X86_64, 0x80000000, ARCH_X86_64},
		{AUDIT_ARCH_X86_64, 0xc0000000, ARCH_X32},
		{AUDIT_ARCH_X86_64, 0xfffffffe, ARCH_X32},
		{AUDIT_ARCH_X86_64, 0xffffffff, ARCH_X86_64},
		{AUDIT_ARCH_I386, 0x40000000, ARCH_X86},
		{AUDIT_ARCH_AARCH64, 0x40000000, ARCH_AARCH64},
		{AUDIT_ARCH_MIPS64N32, 6000, ARCH_MIPS64N32},
		{AUDIT_ARCH_SHEL, 1, ARCH_SH},
		{AUDIT_ARCH_SH, 1, ARCH_SHEB},
		{AUDIT_ARCH_ALPHA, 1, -1},
		{0x4000003e, 1,
		 -1}, /* libseccomp's token of x32 is not an architecture of the kernel */
		{0, 0, -1},
		{UINT32_MAX, UINT32_MAX, -1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct abi *abi = abi_of_call(rows[i].audit, rows[i].number);

		assert_int_equal(abi ? (int)abi->arch : -1, rows[i].arch);
	}
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		const struct abi *abi = abi_of((enum arch)arch);

		assert_ptr_equal(abi_of_call(abi->audit_arch, abi->base), abi);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_of_call),
	};

	return cmocka_run_group_tests_name("abi", tests, NULL, NULL);
}
