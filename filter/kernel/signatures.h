/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures: names, types and widths of the arguments of system calls, per ABI. The table is
 * made from signatures.tab, which filter/kernel/signatures.py writes from the kernel's trace events
 * and a list by hand.
 */
#ifndef FILTER_KERNEL_SIGNATURES_H
#define FILTER_KERNEL_SIGNATURES_H

#include "filter/kernel/abi.h"

/* An argument of a system call on one ABI. */
struct argument {
	const char *name; /* "domain", as the kernel's tracefs or man page names it; static */
	const char *type; /* C type as written there, "unsigned int"; static */
	unsigned bits;	  /* 16, 32 or 64: the width in which the kernel uses it on this ABI */
};

#define ARGUMENTS_MAX 6

/* What an argument of an ABI has at most: 64 bits on 64-bit ABIs and x32, 32 elsewhere. */
unsigned signature_full_bits(const struct abi *abi);
/*
 * Fills arguments[0..5]; returns how many the call has, or -1 if the signature is not known (then
 * all count as the ABI's full width and are called args[0] to args[5]). Those beyond the call's own
 * are named and wide like these too. name: a system call's name as in syscalls.h, NULL for none;
 * abi may be NULL: then 64 bits are the full width.
 */
int signature_of(const struct abi *abi, const char *name, struct argument arguments[ARGUMENTS_MAX]);
/*
 * The width of one argument of a number on an ABI; the full width for what has no signature and for
 * arguments that the call does not have.
 */
unsigned signature_bits(const struct abi *abi, uint32_t number, unsigned index);

/* In whose widths arguments are compared (seccomp-shim-profile(5), "Width of arguments"). */
enum width {
	WIDTH_KERNEL,  /* each in that in which the kernel uses it, per ABI and call */
	WIDTH_LIBRARY, /* as libseccomp does: 64 bits on 64-bit ABIs, the low 32 elsewhere */
};

/* The widths in which the arguments of one call are compared, 16, 32 or 64 bits each. */
struct widths {
	unsigned char bits[ARGUMENTS_MAX];
};

struct widths widths_of(enum width width, const struct abi *abi, uint32_t number);

#endif
