/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls of the entry program, by their numbers. If the machine is known here
 * (ENTRY_FREESTANDING, decided by configure), there is no C library, so that the program makes only
 * the calls that it needs: an outer filter must allow each. Results are the kernel's: a negative
 * errno after a failure.
 */
#ifndef SHIM_ENTRY_ENTRY_CALL_H
#define SHIM_ENTRY_ENTRY_CALL_H

#include <sys/syscall.h>

#ifdef ENTRY_FREESTANDING

/* The kernel begins here, with the stack as it is: argc, argv, NULL, envp, NULL (elf(5)). */
#if defined(__x86_64__) && !defined(__ILP32__)
#define ENTRY_START                         \
	__asm__(".globl _start\n"           \
		".type _start, @function\n" \
		"_start:\n"                 \
		"\txor %ebp, %ebp\n"        \
		"\tmov %rsp, %rdi\n"        \
		"\tand $-16, %rsp\n"        \
		"\tcall entry_start\n"      \
		"\tud2\n")

static inline long entry_call(long number, long a, long b, long c, long d, long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long answer;

	__asm__ volatile("syscall"
			 : "=a"(answer)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return answer;
}

#elif defined(__aarch64__) && !defined(__ILP32__)
#define ENTRY_START                         \
	__asm__(".globl _start\n"           \
		".type _start, %function\n" \
		"_start:\n"                 \
		"\tmov x29, #0\n"           \
		"\tmov x30, #0\n"           \
		"\tmov x0, sp\n"            \
		"\tbl entry_start\n"        \
		"\tbrk #1\n")

static inline long entry_call(long number, long a, long b, long c, long d, long e)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
}

#else
#error "configure says ENTRY_FREESTANDING, and this machine is not known here"
#endif

#else /* with the C library, linked statically */

#include <errno.h>
#include <unistd.h>

static inline long entry_call(long number, long a, long b, long c, long d, long e)
{
	long answer = syscall(number, a, b, c, d, e);

	return answer == -1 ? -errno : answer;
}

#endif

#endif
