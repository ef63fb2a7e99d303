/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine instructions. libc's syscall(2) would do for the native ABI, but i386's gate has no
 * function, and a compiler must not cut or widen its arguments.
 */
#include <config.h>
#include "shim/test/probe_call.h"

#include <errno.h>
#include <linux/audit.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filter/kernel/abi.h"

#if defined(__x86_64__) && !defined(__ILP32__)

/* Registers as syscall(2) has them; r11 and rcx are the instruction's. */
static long probe_call_native(const struct seccomp_data *call)
{
	register uint64_t fourth __asm__("r10") = call->args[3];
	register uint64_t fifth __asm__("r8") = call->args[4];
	register uint64_t sixth __asm__("r9") = call->args[5];
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"((long)call->nr), "D"(call->args[0]), "S"(call->args[1]),
			   "d"(call->args[2]), "r"(fourth), "r"(fifth), "r"(sixth)
			 : "rcx", "r11", "memory");
	return result;
}

/*
 * The sixth argument is in the frame pointer, which cannot be named as an operand; that is saved in
 * a register, because below the stack pointer may be the compiler's own values. Kernels before 4.17
 * do not preserve r8 to r11.
 */
static long probe_call_int80(const struct seccomp_data *call)
{
	register uint64_t sixth __asm__("r12") = (uint32_t)call->args[5];
	int result;

	__asm__ volatile("mov %%rbp, %%r13\n\t"
			 "mov %%r12, %%rbp\n\t"
			 "int $0x80\n\t"
			 "mov %%r13, %%rbp"
			 : "=a"(result)
			 : "0"(call->nr), "b"((uint64_t)(uint32_t)call->args[0]),
			   "c"((uint64_t)(uint32_t)call->args[1]),
			   "d"((uint64_t)(uint32_t)call->args[2]),
			   "S"((uint64_t)(uint32_t)call->args[3]),
			   "D"((uint64_t)(uint32_t)call->args[4]), "r"(sixth)
			 : "r8", "r9", "r10", "r11", "r13", "memory");
	return result;
}

enum { HAS_INT80 = 1 };

#else

static long probe_call_native(const struct seccomp_data *call)
{
	long result =
		syscall(call->nr, (long)call->args[0], (long)call->args[1], (long)call->args[2],
			(long)call->args[3], (long)call->args[4], (long)call->args[5]);

	return result == -1 ? -errno : result;
}

static long probe_call_int80(const struct seccomp_data *call)
{
	(void)call; /* probe_way() never returns PROBE_WAY_INT80 here */
	return -ENOSYS;
}

enum { HAS_INT80 = 0 };

#endif

enum probe_way probe_way(uint32_t audit_arch)
{
	if (audit_arch == abi_native()->audit_arch)
		return PROBE_WAY_NATIVE;
	return HAS_INT80 && audit_arch == AUDIT_ARCH_I386 ? PROBE_WAY_INT80 : PROBE_WAY_NONE;
}

/* kernel/seccomp.c: x86-64's numbers are exempt since Linux 6.14 and 6.18. */
bool probe_passes_filters(const struct seccomp_data *call)
{
	return call->arch == AUDIT_ARCH_X86_64 && (call->nr == 335 || call->nr == 336);
}

long probe_call(enum probe_way way, const struct seccomp_data *call)
{
	return way == PROBE_WAY_INT80 ? probe_call_int80(call) : probe_call_native(call);
}
