/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of ABIs. Values are those of linux/audit.h and of libseccomp's architecture
 * definitions; what an older header of either lacks is named here, so that no decision depends on
 * the machine that built us.
 */
#include <config.h>

#include "filter/kernel/abi.h"

#include <linux/audit.h>
#include <seccomp.h>

#ifndef AUDIT_ARCH_LOONGARCH64
#define AUDIT_ARCH_LOONGARCH64 (258 | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE)
#endif

/* Architectures that libseccomp learned in 2.6.0. */
#ifndef SCMP_ARCH_LOONGARCH64
#define SCMP_ARCH_LOONGARCH64 0
#endif
#ifndef SCMP_ARCH_M68K
#define SCMP_ARCH_M68K 0
#endif
#ifndef SCMP_ARCH_SH
#define SCMP_ARCH_SH 0
#endif
#ifndef SCMP_ARCH_SHEB
#define SCMP_ARCH_SHEB 0
#endif

#if defined(__x86_64__) && defined(__ILP32__)
#define ARCH_NATIVE ARCH_X32
#elif defined(__x86_64__)
#define ARCH_NATIVE ARCH_X86_64
#elif defined(__i386__)
#define ARCH_NATIVE ARCH_X86
#elif defined(__arm__)
#define ARCH_NATIVE ARCH_ARM
#elif defined(__aarch64__)
#define ARCH_NATIVE ARCH_AARCH64
#elif defined(__mips__) && _MIPS_SIM == _ABIO32 && defined(__MIPSEB__)
#define ARCH_NATIVE ARCH_MIPS
#elif defined(__mips__) && _MIPS_SIM == _ABIO32
#define ARCH_NATIVE ARCH_MIPSEL
#elif defined(__mips__) && _MIPS_SIM == _ABI64 && defined(__MIPSEB__)
#define ARCH_NATIVE ARCH_MIPS64
#elif defined(__mips__) && _MIPS_SIM == _ABI64
#define ARCH_NATIVE ARCH_MIPSEL64
#elif defined(__mips__) && defined(__MIPSEB__)
#define ARCH_NATIVE ARCH_MIPS64N32
#elif defined(__mips__)
#define ARCH_NATIVE ARCH_MIPSEL64N32
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define ARCH_NATIVE ARCH_PPC64LE
#elif defined(__powerpc64__)
#define ARCH_NATIVE ARCH_PPC64
#elif defined(__powerpc__)
#define ARCH_NATIVE ARCH_PPC
#elif defined(__s390x__)
#define ARCH_NATIVE ARCH_S390X
#elif defined(__s390__)
#define ARCH_NATIVE ARCH_S390
#elif defined(__hppa64__)
#define ARCH_NATIVE ARCH_PARISC64
#elif defined(__hppa__)
#define ARCH_NATIVE ARCH_PARISC
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH_NATIVE ARCH_RISCV64
#elif defined(__loongarch64)
#define ARCH_NATIVE ARCH_LOONGARCH64
#elif defined(__m68k__)
#define ARCH_NATIVE ARCH_M68K
#elif defined(__sh__) && defined(__BIG_ENDIAN__)
#define ARCH_NATIVE ARCH_SHEB
#elif defined(__sh__)
#define ARCH_NATIVE ARCH_SH
#else
#error "this architecture is not on the specification's list"
#endif

/*
 * The base is written only where there is one. Of SuperH's two, libseccomp calls the little-endian
 * one SH. Arguments: 32 where libseccomp compares 32 bits, which are all that the ABI has, but for
 * x32 and n32.
 */
#define ABI(token, audit, ...)                            \
	[ARCH_##token] = {.arch = ARCH_##token,           \
			  .audit_arch = (audit),          \
			  .scmp_arch = SCMP_ARCH_##token, \
			  __VA_ARGS__}

static const struct abi abis[ARCH_COUNT] = {
	ABI(X86, AUDIT_ARCH_I386, .name = "x86", .argument_bits = 32, .multiplexed = true),
	ABI(X86_64, AUDIT_ARCH_X86_64, .name = "x86_64", .argument_bits = 64),
	ABI(X32, AUDIT_ARCH_X86_64, .name = "x32", .argument_bits = 32, .base = X32_BIT),
	ABI(ARM, AUDIT_ARCH_ARM, .name = "arm", .argument_bits = 32),
	ABI(AARCH64, AUDIT_ARCH_AARCH64, .name = "aarch64", .argument_bits = 64),
	ABI(MIPS, AUDIT_ARCH_MIPS, .name = "mips", .argument_bits = 32, .base = 4000,
	    .multiplexed = true, .big_endian = true),
	ABI(MIPS64, AUDIT_ARCH_MIPS64, .name = "mips64", .argument_bits = 64, .base = 5000,
	    .big_endian = true),
	ABI(MIPS64N32, AUDIT_ARCH_MIPS64N32, .name = "mips64n32", .argument_bits = 32, .base = 6000,
	    .big_endian = true),
	ABI(MIPSEL, AUDIT_ARCH_MIPSEL, .name = "mipsel", .argument_bits = 32, .base = 4000,
	    .multiplexed = true),
	ABI(MIPSEL64, AUDIT_ARCH_MIPSEL64, .name = "mipsel64", .argument_bits = 64, .base = 5000),
	ABI(MIPSEL64N32, AUDIT_ARCH_MIPSEL64N32, .name = "mipsel64n32", .argument_bits = 32,
	    .base = 6000),
	ABI(PPC, AUDIT_ARCH_PPC, .name = "ppc", .argument_bits = 32, .multiplexed = true,
	    .big_endian = true),
	ABI(PPC64, AUDIT_ARCH_PPC64, .name = "ppc64", .argument_bits = 64, .multiplexed = true,
	    .big_endian = true),
	ABI(PPC64LE, AUDIT_ARCH_PPC64LE, .name = "ppc64le", .argument_bits = 64,
	    .multiplexed = true),
	ABI(S390, AUDIT_ARCH_S390, .name = "s390", .argument_bits = 32, .multiplexed = true,
	    .big_endian = true),
	ABI(S390X, AUDIT_ARCH_S390X, .name = "s390x", .argument_bits = 64, .multiplexed = true,
	    .big_endian = true),
	ABI(PARISC, AUDIT_ARCH_PARISC, .name = "parisc", .argument_bits = 32, .big_endian = true),
	ABI(PARISC64, AUDIT_ARCH_PARISC64, .name = "parisc64", .argument_bits = 64,
	    .big_endian = true),
	ABI(RISCV64, AUDIT_ARCH_RISCV64, .name = "riscv64", .argument_bits = 64),
	ABI(LOONGARCH64, AUDIT_ARCH_LOONGARCH64, .name = "loongarch64", .argument_bits = 64),
	ABI(M68K, AUDIT_ARCH_M68K, .name = "m68k", .argument_bits = 32, .multiplexed = true,
	    .big_endian = true),
	ABI(SH, AUDIT_ARCH_SHEL, .name = "sh", .argument_bits = 32, .multiplexed = true),
	ABI(SHEB, AUDIT_ARCH_SH, .name = "sheb", .argument_bits = 32, .multiplexed = true,
	    .big_endian = true),
};

const struct abi *abi_of(enum arch arch)
{
	return &abis[arch];
}

const struct abi *abi_of_call(uint32_t audit_arch, uint32_t number)
{
	if (audit_arch == AUDIT_ARCH_X86_64 && (number & X32_BIT) && number != NUMBER_SKIPPED)
		return &abis[ARCH_X32];
	for (size_t i = 0; i < ARCH_COUNT; i++)
		if (abis[i].audit_arch == audit_arch && i != ARCH_X32)
			return &abis[i];
	return NULL;
}

unsigned abi_enosys(const struct abi *abi)
{
	switch (abi->arch) {
	case ARCH_MIPS:
	case ARCH_MIPS64:
	case ARCH_MIPS64N32:
	case ARCH_MIPSEL:
	case ARCH_MIPSEL64:
	case ARCH_MIPSEL64N32:
		return 89;
	case ARCH_PARISC:
	case ARCH_PARISC64:
		return 251;
	default:
		return 38;
	}
}

const struct abi *abi_native(void)
{
	return &abis[ARCH_NATIVE];
}
