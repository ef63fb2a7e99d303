/* SPDX-License-Identifier: Apache-2.0 */
/* The table of signatures: rows of every kind, what has none, and the running kernel's trace
 * events. */
#include <config.h>

#include "filter/kernel/signatures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <ctype.h>

#include "filter/kernel/syscalls.h"

/* "TYPE NAME:BITS, ..." of a call on an ABI; "unknown" if there is no signature. */
static void text_of(const struct abi *abi, const char *name, char *text, size_t size)
{
	struct argument arguments[ARGUMENTS_MAX];
	int count = signature_of(abi, name, arguments);
	size_t length = 0;

	(void)snprintf(text, size, "%s", count < 0 ? "unknown" : "");
	for (int i = 0; i < count && length < size; i++)
		length +=
			(size_t)snprintf(text + length, size - length, "%s%s %s:%u", i ? ", " : "",
					 arguments[i].type, arguments[i].name, arguments[i].bits);
}

/* Each kind of type, narrowed arguments, and ABIs that take arguments of their own. */
static void test_rows(void **state)
{
	static const struct {
		enum arch arch;
		const char *name, *text;
	} rows[] = {
		{ARCH_X86_64, "socket", "int domain:32, int type:32, int protocol:32"},
		{ARCH_X86_64, "getpid", ""},
		{ARCH_X86_64, "ioctl",
		 "unsigned int fd:32, unsigned int cmd:32, unsigned long arg:64"},
		{ARCH_X86_64, "chmod", "const char * filename:64, umode_t mode:16"},
		{ARCH_X86_64, "chown", "const char * filename:64, uid_t user:32, gid_t group:32"},
		{ARCH_X86_64, "setuid", "uid_t uid:32"},
		{ARCH_X86_64, "lseek",
		 "unsigned int fd:32, off_t offset:64, unsigned int whence:32"},
		{ARCH_X86_64, "umount2", "char * name:64, int flags:32"},
		{ARCH_X86_64, "uname", "struct new_utsname * name:64"},
		{ARCH_X86_64, "fstat", "unsigned int fd:32, struct stat * statbuf:64"},
		{ARCH_X86_64, "readv",
		 "unsigned long fd:32, const struct iovec * vec:64, unsigned long vlen:32"},
		{ARCH_X86_64, "clone",
		 "unsigned long flags:32, unsigned long stack:64, int * parent_tidptr:64, "
		 "int * child_tidptr:64, unsigned long tls:64"},
		{ARCH_AARCH64, "clone",
		 "unsigned long flags:32, unsigned long stack:64, int * parent_tidptr:64, "
		 "unsigned long tls:64, int * child_tidptr:64"},
		{ARCH_LOONGARCH64, "clone",
		 "unsigned long flags:32, unsigned long stack:64, int * parent_tidptr:64, "
		 "int * child_tidptr:64, unsigned long tls:64"},
		{ARCH_S390X, "clone",
		 "unsigned long stack:64, unsigned long flags:32, int * parent_tidptr:64, "
		 "int * child_tidptr:64, unsigned long tls:64"},
		{ARCH_X86_64, "mmap",
		 "unsigned long addr:64, unsigned long len:64, unsigned long prot:64, "
		 "unsigned long flags:64, unsigned long fd:32, unsigned long off:64"},
		{ARCH_X86, "mmap", "struct mmap_arg_struct * arg:32"},
		{ARCH_X86_64, "mprotect",
		 "unsigned long start:64, size_t len:64, unsigned long prot:64"},
		{ARCH_X86_64, "unshare", "unsigned long flags:64"},
		{ARCH_X86_64, "fcntl",
		 "unsigned int fd:32, unsigned int cmd:32, unsigned long arg:64"},
		{ARCH_X86, "fcntl",
		 "unsigned int fd:32, unsigned int cmd:32, unsigned long arg:32"},
		{ARCH_X86, "chmod", "const char * filename:32, umode_t mode:16"},
		{ARCH_X86, "chown",
		 "const char * filename:32, old_uid_t user:16, old_gid_t group:16"},
		{ARCH_X86, "chown32", "const char * filename:32, uid_t user:32, gid_t group:32"},
		{ARCH_X86, "setresuid", "old_uid_t ruid:16, old_uid_t euid:16, old_uid_t suid:16"},
		{ARCH_ARM, "setuid", "old_uid_t uid:16"},
		{ARCH_MIPS, "setuid", "uid_t uid:32"},
		{ARCH_PPC, "setuid", "uid_t uid:32"},
		{ARCH_S390X, "setuid", "uid_t uid:32"},
		{ARCH_X86_64, "pread64",
		 "unsigned int fd:32, char * buf:64, size_t count:64, loff_t pos:64"},
		{ARCH_X86, "pread64",
		 "unsigned int fd:32, char * buf:32, u32 count:32, u32 pos_low:32, u32 "
		 "pos_high:32"},
		{ARCH_ARM, "truncate64",
		 "const char * path:32, u32 unused:32, u32 length_low:32, u32 length_high:32"},
		{ARCH_X32, "ioctl",
		 "unsigned int fd:32, unsigned int cmd:32, compat_ulong_t arg:32"},
		{ARCH_X32, "mprotect",
		 "unsigned long start:64, size_t len:64, unsigned long prot:64"},
		{ARCH_X32, "chmod", "const char * filename:64, umode_t mode:16"},
		{ARCH_X86_64, "fchmodat2",
		 "int dfd:32, const char * filename:64, umode_t mode:16, unsigned int flags:32"},
		{ARCH_X86_64, "vserver", "unknown"},
		{ARCH_X86_64, "no_such_call", "unknown"},
	};
	unsigned failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[512];

		text_of(abi_of(rows[i].arch), rows[i].name, text, sizeof(text));
		if (strcmp(text, rows[i].text) == 0)
			continue;
		print_error("%s: %s, not %s\n", rows[i].name, text, rows[i].text);
		failed++;
	}
	assert_int_equal(failed, 0);
}

/* Arguments that a call does not have, or of calls that are not known, have the full width. */
static void test_beyond(void **state)
{
	struct argument arguments[ARGUMENTS_MAX];

	(void)state;
	assert_int_equal(signature_of(abi_of(ARCH_X86_64), "socket", arguments), 3);
	assert_string_equal(arguments[3].name, "args[3]");
	assert_int_equal(arguments[3].bits, 64);
	assert_int_equal(signature_of(abi_of(ARCH_X86), "vserver", arguments), -1);
	assert_string_equal(arguments[0].name, "args[0]");
	assert_int_equal(arguments[0].bits, 32);
	assert_int_equal(signature_bits(abi_of(ARCH_X86_64), 41, 0), 32);
	assert_int_equal(signature_bits(abi_of(ARCH_X86_64), 41, 5), 64);
	assert_int_equal(signature_bits(abi_of(ARCH_X86_64), 100000, 0), 64);
	assert_int_equal(signature_bits(abi_of(ARCH_X86), 100000, 0), 32);
	assert_int_equal(signature_bits(abi_of(ARCH_X32), X32_BIT | 41, 0), 32);
	assert_int_equal(signature_bits(abi_of(ARCH_X32), X32_BIT | 10, 2), 64);
	assert_int_equal(signature_bits(abi_of(ARCH_X32), X32_BIT | 514, 2), 32);
	assert_int_equal(signature_bits(abi_of(ARCH_X32), X32_BIT | 100000, 0), 64);
	assert_int_equal(signature_bits(abi_of(ARCH_X86_64), UINT32_MAX, 0), 64);
}

/* Calls without a signature: never made, long gone, or (syscall) of any other call's arguments. */
static void test_without(void **state)
{
	static const char *const known[] = {"afs_syscall",
					    "break",
					    "create_module",
					    "epoll_ctl_old",
					    "epoll_wait_old",
					    "ftime",
					    "get_kernel_syms",
					    "getpmsg",
					    "gtty",
					    "idle",
					    "lock",
					    "mpx",
					    "multiplexer",
					    "prof",
					    "profil",
					    "putpmsg",
					    "query_module",
					    "security",
					    "stty",
					    "syscall",
					    "timerfd",
					    "tuxcall",
					    "ulimit",
					    "vserver"};
	size_t next = 0;
	unsigned failed = 0;

	(void)state;
	for (size_t i = 0; i < syscall_count(); i++) {
		const char *name = syscall_at(i);
		bool expected = next < ARRAY_SIZE(known) && strcmp(name, known[next]) == 0;

		next += expected;
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
			struct argument arguments[ARGUMENTS_MAX];
			uint32_t number;

			if (!syscall_number(abi_of(arch), name, &number) ||
			    (signature_of(abi_of(arch), name, arguments) < 0) == expected)
				continue;
			print_error("%s on %s has %s signature\n", name, abi_of(arch)->name,
				    expected ? "a" : "no");
			failed++;
		}
	}
	assert_int_equal(next, ARRAY_SIZE(known));
	assert_int_equal(failed, 0);
}

/* Every width is one of the three and fits the ABI; every name is a word of C. */
static void test_sane(void **state)
{
	(void)state;
	for (size_t i = 0; i < syscall_count(); i++)
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
			struct argument arguments[ARGUMENTS_MAX];
			const struct abi *abi = abi_of(arch);

			(void)signature_of(abi, syscall_at(i), arguments);
			for (int j = 0; j < ARGUMENTS_MAX; j++) {
				unsigned bits = arguments[j].bits;

				assert_true(bits == 16 || bits == 32 || bits == 64);
				assert_true(bits <= signature_full_bits(abi));
				assert_true(islower((unsigned char)arguments[j].name[0]));
			}
		}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_beyond),
		cmocka_unit_test(test_without),
		cmocka_unit_test(test_sane),
	};

	return cmocka_run_group_tests_name("signatures", tests, NULL, NULL);
}
