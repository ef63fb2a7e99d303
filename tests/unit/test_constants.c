/* SPDX-License-Identifier: Apache-2.0 */
/* Constants by name and by value, on the ABIs where they differ, and what has no name. */
#include <config.h>

#include "filter/kernel/constants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"

/* Values as the headers of this machine have them. */
static void test_values(void **state)
{
	static const struct {
		const char *word;
		uint64_t value;
	} rows[] = {
		{"AF_VSOCK", AF_VSOCK},
		{"PF_INET6", PF_INET6},
		{"AF_LOCAL", AF_UNIX},
		{"SOCK_SEQPACKET", SOCK_SEQPACKET},
		{"SOCK_CLOEXEC", SOCK_CLOEXEC},
		{"CLONE_NEWUSER", CLONE_NEWUSER},
		{"CLONE_CLEAR_SIGHAND", CLONE_CLEAR_SIGHAND},
		{"O_TMPFILE", __O_TMPFILE | O_DIRECTORY},
		{"AT_FDCWD", (uint64_t)AT_FDCWD},
		{"MAP_ANON", MAP_ANONYMOUS},
		{"PR_SET_SECCOMP", PR_SET_SECCOMP},
		{"SECCOMP_SET_MODE_FILTER", SECCOMP_SET_MODE_FILTER},
		{"TIOCSTI", TIOCSTI},
		{"KVM_RUN", 0xae80},
		{"LINUX_REBOOT_MAGIC1", 0xfee1dead},
		{"BPF_PROG_LOAD", 5},
		{"KEYCTL_READ", 11},
		{"PTRACE_SEIZE", 0x4206},
		{"PERSONALITY_QUERY", UINT32_MAX},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = ~rows[i].value;

		assert_true(constant_known(rows[i].word));
		assert_true(constant_value_on(abi_of(ARCH_X86_64), rows[i].word, &value));
		if (value != rows[i].value)
			fail_msg("%s is 0x%llx", rows[i].word, (unsigned long long)value);
	}
}

/* The same word has another value elsewhere (asm/fcntl.h, asm/ioctls.h, asm/socket.h). */
static void test_architectures(void **state)
{
	static const struct {
		enum arch arch;
		const char *word;
		uint64_t value;
	} rows[] = {
		{ARCH_X86_64, "SOCK_STREAM", 1},
		{ARCH_MIPS, "SOCK_STREAM", 2},
		{ARCH_MIPSEL64, "SOCK_DGRAM", 1},
		{ARCH_X86_64, "O_DIRECT", 040000},
		{ARCH_AARCH64, "O_DIRECT", 0200000},
		{ARCH_ARM, "O_DIRECTORY", 040000},
		{ARCH_MIPSEL, "O_CREAT", 0x100},
		{ARCH_PARISC, "O_NONBLOCK", 0200000},
		{ARCH_PARISC, "SOCK_NONBLOCK", 0x40000000},
		{ARCH_X86_64, "TIOCSTI", 0x5412},
		{ARCH_MIPS, "TIOCSTI", 0x5472},
		{ARCH_PPC64LE, "TCGETS", 0x402c7413},
		{ARCH_RISCV64, "TIOCSTI", 0x5412},
		{ARCH_X86, "MAP_ANONYMOUS", 0x20},
		{ARCH_MIPS64, "MAP_ANONYMOUS", 0x800},
		{ARCH_X86, "SIGCHLD", 17},
		{ARCH_MIPS, "SIGCHLD", 18},
		{ARCH_S390X, "SOL_SOCKET", 1},
		{ARCH_MIPS, "SOL_SOCKET", 0xffff},
		{ARCH_X86, "FS_IOC_GETFLAGS", 0x80046601},
		{ARCH_X86_64, "FS_IOC_GETFLAGS", 0x80086601},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = ~rows[i].value;

		assert_true(constant_value_on(abi_of(rows[i].arch), rows[i].word, &value));
		if (value != rows[i].value)
			fail_msg("%s on %s is 0x%llx", rows[i].word, arch_name(rows[i].arch),
				 (unsigned long long)value);
	}
}

static void test_unknown(void **state)
{
	uint64_t value;

	(void)state;
	assert_false(constant_known("AF_VSOK"));
	assert_false(constant_value_on(abi_native(), "AF_VSOK", &value));
	assert_false(constant_value_on(abi_native(), "", &value));
	assert_string_equal(constant_nearest("AF_VSOK"), "AF_VSOCK");
	assert_null(constant_nearest("nothing_like_it"));
	/* The kernel has it on x86 alone. */
	assert_true(constant_value_on(abi_of(ARCH_X86_64), "MAP_32BIT", &value));
	assert_false(constant_value_on(abi_of(ARCH_AARCH64), "MAP_32BIT", &value));
	assert_true(constant_known("MAP_32BIT"));
}

/* Values of arguments in words, by kind of set. */
static void test_text(void **state)
{
	static const struct {
		enum arch arch;
		const char *call;
		unsigned index;
		uint64_t value;
		const char *text;
	} rows[] = {
		{ARCH_X86_64, "socket", 0, 40, "AF_VSOCK"},
		{ARCH_X86_64, "socket", 0, 0, "AF_UNSPEC"},
		{ARCH_X86_64, "socket", 0, 4711, "4711"},
		{ARCH_X86_64, "socket", 0, 1, "AF_UNIX"},
		{ARCH_X86_64, "socket", 1, 1 | SOCK_CLOEXEC | SOCK_NONBLOCK,
		 "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK"},
		{ARCH_MIPS, "socket", 1, 1, "SOCK_DGRAM"},
		{ARCH_X86_64, "socket", 1, 0x10001, "SOCK_STREAM|0x10000"},
		{ARCH_X86_64, "socket", 0, UINT64_C(1) << 32 | 40, "0x100000028"},
		{ARCH_X86_64, "clone", 0, CLONE_NEWUSER | CLONE_VM | 17,
		 "SIGCHLD|CLONE_VM|CLONE_NEWUSER"},
		{ARCH_X86_64, "clone", 0, CLONE_NEWUSER | 200, "CLONE_NEWUSER|0xc8"},
		{ARCH_X86_64, "clone", 0, 0, "0"},
		{ARCH_S390X, "clone", 1, CLONE_NEWUSER, "CLONE_NEWUSER"},
		{ARCH_S390X, "clone", 0, CLONE_NEWUSER, "0x10000000"},
		{ARCH_X86_64, "openat", 0, 0xffffff9c, "AT_FDCWD"},
		{ARCH_X86, "openat", 0, 0xffffff9c, "AT_FDCWD"},
		{ARCH_X86_64, "openat", 2, 0, "O_RDONLY"},
		{ARCH_X86_64, "openat", 2, O_WRONLY | O_CREAT | O_CLOEXEC,
		 "O_WRONLY|O_CREAT|O_CLOEXEC"},
		{ARCH_X86_64, "openat", 2, __O_TMPFILE | O_DIRECTORY | O_RDWR, "O_RDWR|O_TMPFILE"},
		{ARCH_AARCH64, "openat", 2, 040000, "O_RDONLY|O_DIRECTORY"},
		{ARCH_X86_64, "openat", 3, 0644, "0644"},
		{ARCH_X86_64, "chmod", 1, 04755, "04755"},
		{ARCH_X86_64, "chmod", 1, 0, "0"},
		{ARCH_X86_64, "mknod", 1, 020666, "S_IFCHR|0666"},
		{ARCH_X86_64, "mmap", 2, 0, "PROT_NONE"},
		{ARCH_X86_64, "mmap", 2, PROT_READ | PROT_EXEC, "PROT_READ|PROT_EXEC"},
		{ARCH_X86_64, "mmap", 3, MAP_PRIVATE | MAP_ANONYMOUS, "MAP_PRIVATE|MAP_ANONYMOUS"},
		{ARCH_X86, "mmap", 2, 1, "1"}, /* its one argument lies in memory */
		{ARCH_X86, "mmap2", 2, 1, "PROT_READ"},
		{ARCH_X86_64, "ioctl", 1, TIOCSTI, "TIOCSTI"},
		{ARCH_MIPS, "ioctl", 1, 0x5472, "TIOCSTI"},
		{ARCH_X86_64, "futex", 1, 128, "FUTEX_WAIT|FUTEX_PRIVATE_FLAG"},
		{ARCH_X86_64, "personality", 0, UINT32_MAX, "PERSONALITY_QUERY"},
		{ARCH_X86_64, "personality", 0, 8, "PER_LINUX32"},
		{ARCH_X86_64, "personality", 0, 0x40000, "PER_LINUX|ADDR_NO_RANDOMIZE"},
		{ARCH_X86, "socketcall", 0, 1, "SYS_SOCKET"},
		{ARCH_X86, "ipc", 0, 1 << 16 | 2, "SEMGET|0x10000"},
		{ARCH_X86_64, "shmget", 2, 01600, "IPC_CREAT|0600"},
		{ARCH_X86_64, "fcntl", 1, 1030, "F_DUPFD_CLOEXEC"},
		{ARCH_X86_64, "kill", 1, 9, "SIGKILL"},
		{ARCH_X86_64, "setxattr", 4, 1, "XATTR_CREATE"},
		{ARCH_X86_64, "getpid", 0, 65536, "0x10000"},
		{ARCH_X86_64, NULL, 0, 17, "17"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(buffer_free) struct buffer text = {0};

		constant_add(&text, abi_of(rows[i].arch), rows[i].call, rows[i].index,
			     rows[i].value);
		assert_string_equal(text.data, rows[i].text);
	}
}

/* The value that a text stands for: parts of constants and numbers. */
static uint64_t read_back(const struct abi *abi, char *text, unsigned bits)
{
	uint64_t value = 0;

	for (char *part = strtok(text, "|"); part; part = strtok(NULL, "|")) {
		uint64_t one = 0;

		if (!constant_value_on(abi, part, &one))
			one = strtoull(part, NULL, 0);
		value |= one;
	}
	return value & UINT64_MAX >> (64 - bits);
}

/* Whatever the value, what is written is read back as it was: every call, argument and ABI. */
static void test_round(void **state)
{
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (size_t i = 0; i < syscall_count(); i++) {
		for (int arch = 0; arch < ARCH_COUNT; arch++) {
			struct argument arguments[ARGUMENTS_MAX];
			const struct abi *abi = abi_of((enum arch)arch);
			int count = signature_of(abi, syscall_at(i), arguments);

			for (int j = 0; j < count * 4; j++) {
				unsigned index = (unsigned)j / 4, bits = arguments[index].bits;
				CLEANUP(buffer_free) struct buffer text = {0};
				uint64_t value;

				seed ^= seed << 13;
				seed ^= seed >> 7;
				seed ^= seed << 17;
				value = (j % 4 == 0   ? seed
					 : j % 4 == 1 ? seed & seed >> 9 & seed >> 23
						      : seed % 64) &
					UINT64_MAX >> (64 - bits);
				constant_add(&text, abi, syscall_at(i), index, value);
				if (read_back(abi, text.data, bits) != value)
					fail_msg("%s %s %u: 0x%llx", abi->name, syscall_at(i),
						 index, (unsigned long long)value);
			}
		}
	}
}

/* Every argument that constants.list names is one of the call's. */
static void test_uses(void **state)
{
	const char *source = getenv("SHIM_SOURCE");
	CLEANUP(cleanup_free)
	char *path = mem_format("%s/filter/kernel/constants.tab", !source ? "." : source);
	FILE *file = fopen(path, "r");
	char line[1024], name[64];
	unsigned index, seen = 0;

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		struct argument arguments[ARGUMENTS_MAX];
		int most = -1;

		if (sscanf(line, "use %63s %u", name, &index) != 2)
			continue;
		seen++;
		if (!syscall_known(name))
			fail_msg("no system call %s", name);
		for (int arch = 0; arch < ARCH_COUNT; arch++) {
			int count = signature_of(abi_of((enum arch)arch), name, arguments);

			most = count > most ? count : most;
		}
		if (most >= 0 && (int)index >= most)
			fail_msg("%s has no argument %u", name, index);
	}
	(void)fclose(file);
	assert_true(seen > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),	cmocka_unit_test(test_architectures),
		cmocka_unit_test(test_unknown), cmocka_unit_test(test_text),
		cmocka_unit_test(test_round),	cmocka_unit_test(test_uses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
