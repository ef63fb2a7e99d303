/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ABIs: what the kernel calls each architecture of a profile. x32 is an ABI of its own,
 * although it has x86-64's audit architecture.
 */
#ifndef FILTER_KERNEL_ABI_H
#define FILTER_KERNEL_ABI_H

#include "oci/words.h"

#define X32_BIT UINT32_C(0x40000000)
/* -1, by which a tracer skips a call: bit 30 is set, but it is no number of x32. */
#define NUMBER_SKIPPED UINT32_MAX

struct abi {
	enum arch arch;
	const char *name;    /* "x86_64", as arch_name() */
	uint32_t audit_arch; /* AUDIT_ARCH_*, linux/audit.h */
	uint32_t scmp_arch;  /* SCMP_ARCH_* token for libseccomp; 0 where the installed header has
				none */
	uint32_t base; /* added to the number of a call that is common to all (MIPS o32 4000, n64
			  5000, n32 6000, x32 2^30) */
	unsigned argument_bits; /* 32: libseccomp compares only the low half of an argument (i386,
				   arm, x32, ...); what the kernel uses: filter/kernel/signatures.h
				 */
	bool big_endian;
	bool multiplexed; /* has socketcall(2) and ipc(2) beside the direct numbers */
};

/* Never NULL for arch < ARCH_COUNT. */
const struct abi *abi_of(enum arch arch);
/* The ABI of a number under an audit architecture (x32 by bit 30); NULL if no ABI has it. */
const struct abi *abi_of_call(uint32_t audit_arch, uint32_t number);
/* ENOSYS on this architecture: 89 on MIPS, 251 on PA-RISC, else 38 (asm/errno.h). */
unsigned abi_enosys(const struct abi *abi);
/* The ABI this program was built for. */
const struct abi *abi_native(void);

#endif
