/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our table of system calls against libseccomp's (every name and number of every ABI, both ways),
 * the running kernel's trace events, and the profiles of others.
 */
#include <config.h>

#include "filter/kernel/syscalls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <seccomp.h>

#define NONE UINT32_MAX

static uint32_t number_of(enum arch arch, const char *name)
{
	uint32_t number;

	return syscall_number(abi_of(arch), name, &number) ? number : NONE;
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Sorted (binary search depends on it), no name twice. */
static void test_sorted(void **state)
{
	(void)state;
	assert_true(syscall_count() > 500);
	for (size_t i = 1; i < syscall_count(); i++)
		assert_true(strcmp(syscall_at(i - 1), syscall_at(i)) < 0);
}

/* Number to name and back; of two names that share a number the first is its name. */
static unsigned round_trip(const struct abi *abi, const char *name)
{
	uint32_t number;
	uint32_t back = NONE;
	const char *found;

	if (!syscall_number(abi, name, &number))
		return 0;
	found = syscall_name(abi, number);
	if (abi->arch == ARCH_ARM && !strcmp(name, "sync_file_range2"))
		name = "arm_sync_file_range";
	if (number >= abi->base && same(found, name) && syscall_number(abi, found, &back) &&
	    back == number)
		return 0;
	print_error("%s: %s is %u is %s\n", abi->name, name, number, found ? found : "nothing");
	return 1;
}

static void test_round_trip(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (int arch = 0; arch < ARCH_COUNT; arch++)
		for (size_t i = 0; i < syscall_count(); i++)
			wrong += round_trip(abi_of((enum arch)arch), syscall_at(i));
	assert_int_equal(wrong, 0);
}

/* Numbers beside the table have no name, wherever they lie. */
static void test_no_name(void **state)
{
	static const struct {
		enum arch arch;
		uint32_t number;
	} rows[] = {
		{ARCH_X86_64, 387},
		{ARCH_X86_64, 548},
		{ARCH_X86_64, 1u << 30},
		{ARCH_X86_64, NONE},
		{ARCH_X86_64, 0xf0002},
		{ARCH_X32, 0},
		{ARCH_X32, X32_BIT + 387},
		{ARCH_X32, NONE},
		{ARCH_MIPS, 1},
		{ARCH_MIPS, 3999},
		{ARCH_MIPS64, 4001},
		{ARCH_MIPS64N32, 5001},
		{ARCH_AARCH64, 244},
		{ARCH_ARM, ARM_PRIVATE_BASE},
		{ARCH_ARM, NONE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_null(syscall_name(abi_of(rows[i].arch), rows[i].number));
}

/* Where libseccomp's own table is behind the kernel's or beside it. */
static bool differs_knowingly(const struct abi *abi, const char *name)
{
	static const struct {
		enum arch arch;
		const char *name;
	} rows[] = {
		/* 2.6.0 and later resolve these on i386, which has no direct accept. */
		{ARCH_X86, "accept"},
		/* One call, two names: 2.5 has the first on arm, 2.6 the second. */
		{ARCH_ARM, "arm_sync_file_range"},
		{ARCH_ARM, "sync_file_range2"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (abi->arch == rows[i].arch && !strcmp(name, rows[i].name))
			return true;
	return false;
}

/*
 * Name to number. Negative is libseccomp's pseudo number: not there, or only multiplexed there
 * although the ABI has a direct number, which the other direction shows.
 */
static unsigned compare_name(const struct abi *abi, const char *name)
{
	int theirs = seccomp_syscall_resolve_name_arch(abi->scmp_arch, name);
	uint32_t ours = number_of(abi->arch, name);

	if (theirs < 0 || (uint32_t)theirs == ours || differs_knowingly(abi, name))
		return 0;
	print_error("%s: %s is %d for libseccomp, %u for us\n", abi->name, name, theirs, ours);
	return 1;
}

/* Number to name. Ours alone is right only where libseccomp does not know the name at all. */
static unsigned compare_number(const struct abi *abi, uint32_t number)
{
	char *theirs = seccomp_syscall_resolve_num_arch(abi->scmp_arch, (int)number);
	const char *ours = syscall_name(abi, number);
	bool fine = same(ours, theirs) || (ours && differs_knowingly(abi, ours));

	if (!fine && !theirs)
		fine = !syscall_known_to_libseccomp(ours);
	if (!fine)
		print_error("%s: %u is %s for libseccomp, %s for us\n", abi->name, number,
			    theirs ? theirs : "nothing", ours ? ours : "nothing");
	free(theirs);
	return !fine;
}

static unsigned compare(const struct abi *abi)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < syscall_count(); i++)
		wrong += compare_name(abi, syscall_at(i));
	for (uint32_t number = 0; number < 1024; number++)
		wrong += compare_number(abi, abi->base + number);
	if (abi->arch == ARCH_ARM)
		for (uint32_t number = 0; number < 64; number++)
			wrong += compare_number(abi, ARM_PRIVATE_BASE + number);
	/* Names that our table might lack: those that libseccomp has only as pseudo numbers here.
	 */
	for (int pseudo = -1; pseudo > -20000; pseudo--) {
		char *name = seccomp_syscall_resolve_num_arch(abi->scmp_arch, pseudo);

		if (name)
			wrong += compare_name(abi, name);
		free(name);
	}
	return wrong;
}

static void test_libseccomp(void **state)
{
	unsigned wrong = 0;
	unsigned compared = 0;

	(void)state;
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		if (!abi_of((enum arch)arch)->scmp_arch)
			continue;
		wrong += compare(abi_of((enum arch)arch));
		compared++;
	}
	assert_true(compared >= 19);
	assert_int_equal(wrong, 0);
}

/* Enforced by number, plus the base, on every ABI. */
static void test_newer(void **state)
{
	static const struct {
		const char *name;
		uint32_t number;
	} rows[] = {
		{"close_range", 436},
		{"process_madvise", 440},
		{"epoll_pwait2", 441},
		{"mount_setattr", 442},
		{"quotactl_fd", 443},
		{"landlock_create_ruleset", 444},
		{"landlock_add_rule", 445},
		{"landlock_restrict_self", 446},
		{"process_mrelease", 448},
		{"futex_waitv", 449},
		{"set_mempolicy_home_node", 450},
		{"cachestat", 451},
		{"fchmodat2", 452},
		{"futex_wake", 454},
		{"futex_wait", 455},
		{"futex_requeue", 456},
		{"statmount", 457},
		{"listmount", 458},
		{"lsm_get_self_attr", 459},
		{"lsm_set_self_attr", 460},
		{"lsm_list_modules", 461},
		{"mseal", 462},
		{"setxattrat", 463},
		{"getxattrat", 464},
		{"listxattrat", 465},
		{"removexattrat", 466},
		{"open_tree_attr", 467},
		{"file_getattr", 468},
		{"file_setattr", 469},
		{"listns", 470},
		{"rseq_slice_yield", 471},
	};

	(void)state;
	for (int arch = 0; arch < ARCH_COUNT; arch++)
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
			assert_int_equal(number_of((enum arch)arch, rows[i].name),
					 abi_of((enum arch)arch)->base + rows[i].number);
}

/* Facts that are easily got wrong, each from the kernel's table of that architecture. */
static void test_facts(void **state)
{
	static const struct {
		enum arch arch;
		const char *name;
		uint32_t number;
	} rows[] = {
		{ARCH_X86_64, "uretprobe", 335},
		{ARCH_X86_64, "uprobe", 336},
		{ARCH_X32, "uretprobe", NONE},
		{ARCH_X32, "map_shadow_stack", NONE},
		{ARCH_X86_64, "map_shadow_stack", 453},
		{ARCH_X86, "uretprobe", NONE},
		{ARCH_AARCH64, "uprobe", NONE},
		{ARCH_RISCV64, "riscv_hwprobe", 258},
		{ARCH_RISCV64, "riscv_flush_icache", 259},
		{ARCH_AARCH64, "riscv_hwprobe", NONE},
		{ARCH_LOONGARCH64, "riscv_flush_icache", NONE},
		{ARCH_X86, "memfd_secret", 447},
		{ARCH_X32, "memfd_secret", X32_BIT + 447},
		{ARCH_AARCH64, "memfd_secret", 447},
		{ARCH_RISCV64, "memfd_secret", 447},
		{ARCH_S390X, "memfd_secret", 447},
		{ARCH_ARM, "memfd_secret", NONE},
		{ARCH_MIPS, "memfd_secret", NONE},
		{ARCH_PPC64LE, "memfd_secret", NONE},
		{ARCH_LOONGARCH64, "memfd_secret", NONE},
		{ARCH_SH, "memfd_secret", NONE},
		{ARCH_LOONGARCH64, "fstat", 80},
		{ARCH_LOONGARCH64, "newfstatat", 79},
		{ARCH_LOONGARCH64, "renameat", NONE},
		{ARCH_LOONGARCH64, "getrlimit", NONE},
		{ARCH_LOONGARCH64, "clone3", 435},
		{ARCH_LOONGARCH64, "openat", 56},
		{ARCH_AARCH64, "renameat", 38},
		{ARCH_RISCV64, "renameat", NONE},
		{ARCH_RISCV64, "getrlimit", 163},
		{ARCH_M68K, "openat", 288},
		{ARCH_M68K, "getpagesize", 166},
		{ARCH_M68K, "atomic_barrier", 336},
		{ARCH_M68K, "socket", 356},
		{ARCH_M68K, "accept", NONE},
		{ARCH_SH, "openat", 295},
		{ARCH_SH, "accept", 344},
		{ARCH_SH, "sync_file_range2", 388},
		{ARCH_SH, "clone3", NONE},
		{ARCH_SHEB, "write", 4},
		{ARCH_ARM, "cacheflush", 0xf0002},
		{ARCH_ARM, "set_tls", 0xf0005},
		{ARCH_ARM, "sync_file_range2", 341},
		{ARCH_ARM, "arm_sync_file_range", 341},
		{ARCH_ARM, "time", NONE},
		{ARCH_MIPS, "socket", 4183},
		{ARCH_MIPSEL, "socket", 4183},
		{ARCH_MIPS64, "read", 5000},
		{ARCH_MIPSEL64N32, "read", 6000},
		{ARCH_X32, "read", X32_BIT},
		{ARCH_X32, "execve", X32_BIT + 520},
		{ARCH_X86, "socket", 359},
		{ARCH_X86, "accept", NONE},
		{ARCH_X86, "send", NONE},
		{ARCH_S390X, "semtimedop", 392},
		{ARCH_S390, "semtimedop", NONE},
		{ARCH_PPC64LE, "semtimedop", 392},
		{ARCH_PARISC, "cacheflush", 356},
		{ARCH_X86_64, "chmod", 90},
		{ARCH_X86_64, "", NONE},
		{ARCH_X86_64, "zzz", NONE},
		{ARCH_X86_64, "CHMOD", NONE},
		{ARCH_X86_64, "chmodx", NONE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (number_of(rows[i].arch, rows[i].name) != rows[i].number)
			fail_msg("%s on %s is %u", rows[i].name, arch_name(rows[i].arch),
				 number_of(rows[i].arch, rows[i].name));
}

/* riscv64 and loongarch64 have aarch64's numbers (scripts/syscall.tbl) but for what each did
 * not ask for. */
static bool on_generic(enum arch arch, const char *name)
{
	static const struct {
		const char *name;
		bool aarch64;
		bool riscv64;
	} rows[] = {
		{"getrlimit", true, true},	{"memfd_secret", true, true},
		{"renameat", true, false},	{"riscv_flush_icache", false, true},
		{"riscv_hwprobe", false, true}, {"setrlimit", true, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].name, name))
			return arch == ARCH_AARCH64   ? rows[i].aarch64
			       : arch == ARCH_RISCV64 ? rows[i].riscv64
						      : false;
	return number_of(ARCH_AARCH64, name) != NONE;
}

static void test_generic(void **state)
{
	static const enum arch arches[] = {ARCH_AARCH64, ARCH_RISCV64, ARCH_LOONGARCH64};

	(void)state;
	for (size_t a = 0; a < ARRAY_SIZE(arches); a++)
		for (size_t i = 0; i < syscall_count(); i++) {
			const char *name = syscall_at(i);
			uint32_t number = number_of(arches[a], name);
			uint32_t first = number_of(ARCH_AARCH64, name);

			if ((number != NONE) != on_generic(arches[a], name) ||
			    (number != NONE && first != NONE && number != first))
				fail_msg("%s on %s", name, arch_name(arches[a]));
		}
}

/* The values of linux/net.h and linux/ipc.h, on ABIs that have both multiplexers. */
static void test_multiplexed(void **state)
{
	static const struct {
		const char *name;
		const char *multiplexer; /* NULL: neither */
		unsigned call;
	} rows[] = {
		{"socket", "socketcall", 1},
		{"accept", "socketcall", 5},
		{"recv", "socketcall", 10},
		{"shutdown", "socketcall", 13},
		{"accept4", "socketcall", 18},
		{"recvmmsg", "socketcall", 19},
		{"sendmmsg", "socketcall", 20},
		{"semop", "ipc", 1},
		{"semtimedop", "ipc", 4},
		{"msgsnd", "ipc", 11},
		{"msgctl", "ipc", 14},
		{"shmat", "ipc", 21},
		{"shmctl", "ipc", 24},
		{"semtimedop_time64", NULL, 0},
		{"recvmmsg_time64", NULL, 0},
		{"socketcall", NULL, 0},
		{"ipc", NULL, 0},
		{"chmod", NULL, 0},
	};

	(void)state;
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		const struct abi *abi = abi_of((enum arch)arch);

		assert_int_equal(abi->multiplexed, number_of(abi->arch, "socketcall") != NONE);
		assert_int_equal(abi->multiplexed, number_of(abi->arch, "ipc") != NONE);
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			const char *multiplexer = NULL;
			unsigned call = 0;
			bool found = syscall_multiplexed(abi, rows[i].name, &multiplexer, &call);

			assert_int_equal(found, abi->multiplexed && rows[i].multiplexer);
			if (!found)
				continue;
			assert_string_equal(multiplexer, rows[i].multiplexer);
			assert_int_equal(call, rows[i].call);
		}
	}
}

/* Known to us, or to libseccomp; else the nearest name is offered. */
static void test_known(void **state)
{
	static const struct {
		const char *name;
		bool known;
		const char *nearest; /* looked at only where the name is unknown */
	} rows[] = {
		{"chmod", true, NULL},
		{"rseq_slice_yield", true, NULL},
		{"riscv_hwprobe", true, NULL},
		{"getpagesize", true, NULL},
		{"breakpoint", true, NULL},
		{"multiplexer", true, NULL},
		{"chmodd", false, "chmod"},
		{"setxatrat", false, "setxattrat"},
		{"OpenAt", false, "openat"},
		{"qqqqqqqq", false, NULL},
		{"", false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(syscall_known(rows[i].name), rows[i].known);
		if (!rows[i].known && !same(syscall_nearest(rows[i].name), rows[i].nearest))
			fail_msg("nearest to %s", rows[i].name);
	}
	assert_true(syscall_known_to_libseccomp("chmod"));
	assert_true(syscall_known_to_libseccomp("breakpoint"));
	assert_false(syscall_known_to_libseccomp("chmodd"));
}

/* Every name of every list "names" of a profile is known. Returns how many there are. */
static unsigned names_known(const char *text)
{
	unsigned count = 0;
	unsigned unknown = 0;

	while ((text = strstr(text, "\"names\""))) {
		const char *end = strchr(text, ']');

		assert_non_null(end);
		for (text = strchr(text, '['); (text = strchr(text, '"')) && text < end; count++) {
			char name[64] = "";
			size_t length = strcspn(++text, "\"");

			assert_true(length < sizeof(name));
			memcpy(name, text, length);
			text += length + 1;
			if (syscall_known(name))
				continue;
			unknown++;
			print_error("unknown: %s\n", name);
		}
		text = end;
	}
	assert_int_equal(unknown, 0);
	return count;
}

static void profile_known(const char *path)
{
	static char text[1 << 20];
	FILE *file = fopen(path, "re");

	if (!file) /* not on this machine: the row is not counted */
		return;
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	(void)fclose(file); /* only read from */
	assert_true(names_known(text) > 300);
}

static void test_profiles(void **state)
{
	const char *folder = getenv("REFERENCE_DATA");

	(void)state;
	profile_known("/usr/share/containers/seccomp.json");
	if (folder) {
		char *path = mem_format("%s/moby-default.json", folder);

		profile_known(path);
		free(path);
	}
}

/*
 * Every call that the running kernel traces is in the table. Its events are named after the
 * functions: four are of another name. Where tracefs is not mounted or not ours to read, there is
 * nothing to compare.
 */
static void test_running_kernel(void **state)
{
	static const char prefix[] = "sys_enter_";
	DIR *folder = opendir("/sys/kernel/tracing/events/syscalls");
	unsigned unknown = 0;

	(void)state;
	for (struct dirent *entry; folder && (entry = readdir(folder));) {
		const char *name = entry->d_name + strlen(prefix);

		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
		    !strncmp(name, "new", 3) || syscall_known(name))
			continue;
		unknown++;
		print_error("unknown: %s\n", name);
	}
	if (folder)
		(void)closedir(folder); /* only read from */
	assert_int_equal(unknown, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted),	       cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_no_name),	       cmocka_unit_test(test_libseccomp),
		cmocka_unit_test(test_newer),	       cmocka_unit_test(test_facts),
		cmocka_unit_test(test_generic),	       cmocka_unit_test(test_multiplexed),
		cmocka_unit_test(test_known),	       cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_running_kernel),
	};

	return cmocka_run_group_tests_name("syscalls", tests, NULL, NULL);
}
