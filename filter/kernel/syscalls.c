/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds system calls by name and number. The tables are made by filter/kernel/syscalls.awk from
 * syscalls.tab and newer.tab; looking up allocates nothing. libseccomp is asked only whether it
 * knows a name.
 */
#include <config.h>

#include "filter/kernel/syscalls.h"

#include <linux/ipc.h>
#include <linux/net.h>
#include <seccomp.h>
#include <string.h>

#include "filter/kernel/syscalls_tab.h"

static const unsigned char columns[ARCH_COUNT] = {
	[ARCH_X86] = COLUMN_X86,
	[ARCH_X86_64] = COLUMN_X86_64,
	[ARCH_X32] = COLUMN_X32,
	[ARCH_ARM] = COLUMN_ARM,
	[ARCH_AARCH64] = COLUMN_AARCH64,
	[ARCH_MIPS] = COLUMN_MIPS,
	[ARCH_MIPS64] = COLUMN_MIPS64,
	[ARCH_MIPS64N32] = COLUMN_MIPS64N32,
	[ARCH_MIPSEL] = COLUMN_MIPS,
	[ARCH_MIPSEL64] = COLUMN_MIPS64,
	[ARCH_MIPSEL64N32] = COLUMN_MIPS64N32,
	[ARCH_PPC] = COLUMN_PPC,
	[ARCH_PPC64] = COLUMN_PPC64,
	[ARCH_PPC64LE] = COLUMN_PPC64,
	[ARCH_S390] = COLUMN_S390,
	[ARCH_S390X] = COLUMN_S390X,
	[ARCH_PARISC] = COLUMN_PARISC,
	[ARCH_PARISC64] = COLUMN_PARISC64,
	[ARCH_RISCV64] = COLUMN_RISCV64,
	[ARCH_LOONGARCH64] = COLUMN_LOONGARCH64,
	[ARCH_M68K] = COLUMN_M68K,
	[ARCH_SH] = COLUMN_SH,
	[ARCH_SHEB] = COLUMN_SH,
};

/* socketcall(2) and ipc(2): the value of the first argument that stands for a call. */
static const struct multiplexed {
	const char *name;
	const char *multiplexer;
	unsigned call;
} multiplexed[] = {
	{"socket", "socketcall", SYS_SOCKET},
	{"bind", "socketcall", SYS_BIND},
	{"connect", "socketcall", SYS_CONNECT},
	{"listen", "socketcall", SYS_LISTEN},
	{"accept", "socketcall", SYS_ACCEPT},
	{"getsockname", "socketcall", SYS_GETSOCKNAME},
	{"getpeername", "socketcall", SYS_GETPEERNAME},
	{"socketpair", "socketcall", SYS_SOCKETPAIR},
	{"send", "socketcall", SYS_SEND},
	{"recv", "socketcall", SYS_RECV},
	{"sendto", "socketcall", SYS_SENDTO},
	{"recvfrom", "socketcall", SYS_RECVFROM},
	{"shutdown", "socketcall", SYS_SHUTDOWN},
	{"setsockopt", "socketcall", SYS_SETSOCKOPT},
	{"getsockopt", "socketcall", SYS_GETSOCKOPT},
	{"sendmsg", "socketcall", SYS_SENDMSG},
	{"recvmsg", "socketcall", SYS_RECVMSG},
	{"accept4", "socketcall", SYS_ACCEPT4},
	{"recvmmsg", "socketcall", SYS_RECVMMSG},
	{"sendmmsg", "socketcall", SYS_SENDMMSG},
	{"semop", "ipc", SEMOP},
	{"semget", "ipc", SEMGET},
	{"semctl", "ipc", SEMCTL},
	{"semtimedop", "ipc", SEMTIMEDOP},
	{"msgsnd", "ipc", MSGSND},
	{"msgrcv", "ipc", MSGRCV},
	{"msgget", "ipc", MSGGET},
	{"msgctl", "ipc", MSGCTL},
	{"shmat", "ipc", SHMAT},
	{"shmdt", "ipc", SHMDT},
	{"shmget", "ipc", SHMGET},
	{"shmctl", "ipc", SHMCTL},
};

/* The row of a name, SYSCALL_COUNT if there is none. */
static size_t syscall_find_row(const char *name)
{
	size_t low = 0;
	size_t high = SYSCALL_COUNT;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, syscall_names[middle]);

		if (order == 0)
			return middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return SYSCALL_COUNT;
}

bool syscall_number(const struct abi *abi, const char *name, uint32_t *number)
{
	size_t row = syscall_find_row(name);
	int theirs;

	if (row == SYSCALL_COUNT) {
		/* libseccomp may be newer than our table: its number is better than a lost rule. */
		theirs = abi->scmp_arch == 0
				 ? -1
				 : seccomp_syscall_resolve_name_arch(abi->scmp_arch, name);
		*number = (uint32_t)theirs;
		return theirs >= 0;
	}
	if (syscall_numbers[row][columns[abi->arch]] == ABSENT)
		return false;
	*number = abi->base + syscall_numbers[row][columns[abi->arch]];
	return true;
}

/* The few numbers that lie too high for the index of numbers (ARM_PRIVATE_BASE). */
static const char *syscall_private_name(unsigned column, uint32_t number)
{
	for (size_t row = 0; row < SYSCALL_COUNT; row++)
		if (syscall_numbers[row][column] == number)
			return syscall_names[row];
	return NULL;
}

const char *syscall_name(const struct abi *abi, uint32_t number)
{
	unsigned column = columns[abi->arch];

	if (number < abi->base)
		return NULL;
	number -= abi->base;
	if (number == ABSENT)
		return NULL;
	if (number >= SYSCALL_LIMIT)
		return syscall_private_name(column, number);
	return syscall_rows[column][number] ? syscall_names[syscall_rows[column][number] - 1]
					    : NULL;
}

unsigned syscall_release(const char *name)
{
	size_t row = syscall_find_row(name);

	return row == SYSCALL_COUNT ? UINT16_MAX : syscall_releases[row];
}

bool syscall_known_to_libseccomp(const char *name)
{
	return seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR;
}

bool syscall_pseudo_in_libseccomp(const struct abi *abi, const char *name)
{
	int number =
		abi->scmp_arch == 0 ? 0 : seccomp_syscall_resolve_name_arch(abi->scmp_arch, name);

	return number < 0 && number != __NR_SCMP_ERROR;
}

bool syscall_known(const char *name)
{
	return syscall_find_row(name) != SYSCALL_COUNT || syscall_known_to_libseccomp(name);
}

const char *syscall_nearest(const char *name)
{
	return word_nearest(name, syscall_names, SYSCALL_COUNT);
}

bool syscall_multiplexed(const struct abi *abi, const char *name, const char **multiplexer,
			 unsigned *call)
{
	if (!abi->multiplexed)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(multiplexed); i++) {
		if (strcmp(multiplexed[i].name, name) != 0)
			continue;
		*multiplexer = multiplexed[i].multiplexer;
		*call = multiplexed[i].call;
		return true;
	}
	return false;
}

uint32_t syscall_multiplexer_mask(const char *multiplexer)
{
	return strcmp(multiplexer, "ipc") == 0 ? UINT16_MAX : UINT32_MAX;
}

unsigned syscall_column(const struct abi *abi)
{
	return columns[abi->arch];
}

size_t syscall_count(void)
{
	return SYSCALL_COUNT;
}

const char *syscall_at(size_t index)
{
	return syscall_names[index];
}
