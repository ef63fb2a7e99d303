/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls by name and number, for every ABI of the specification up to the newest kernel
 * release: our own table (syscalls.tab, newer.tab), so that a decision does not depend on the
 * libseccomp that is installed. Tests hold it against libseccomp and the running kernel.
 */
#ifndef FILTER_KERNEL_SYSCALLS_H
#define FILTER_KERNEL_SYSCALLS_H

#include "filter/kernel/abi.h"

/*
 * Numbers from here on are private to arm and say nothing about a call's age
 * (seccomp-shim-profile(5), "Newer system calls").
 */
#define ARM_PRIVATE_BASE UINT32_C(0xf0000)

/* True and *number (with the ABI's base) if the call exists on the ABI. */
bool syscall_number(const struct abi *abi, const char *name, uint32_t *number);
/* The name of a number on an ABI, NULL if none. Static. */
const char *syscall_name(const struct abi *abi, uint32_t number);
/* True if any ABI has a call of this name, in our table or (linked) libseccomp's. */
bool syscall_known(const char *name);
/* The nearest known name, for "did you mean"; NULL if none is near. */
const char *syscall_nearest(const char *name);
/*
 * The kernel release that brought a call, major * 256 + minor; 0 if that was 5.8 or before,
 * UINT16_MAX if the name is not in our table.
 */
unsigned syscall_release(const char *name);
/* True if the libseccomp linked here knows the name at all, for any ABI. */
bool syscall_known_to_libseccomp(const char *name);
/*
 * True if libseccomp gives the name a number below 0 on this ABI, although the ABI has the call: it
 * does so with what socketcall and ipc can do too (x86's socket is -101 to it, not 359).
 */
bool syscall_pseudo_in_libseccomp(const struct abi *abi, const char *name);
/*
 * The call that `name` is on socketcall(2) or ipc(2) of a multiplexed ABI: *multiplexer gets
 * "socketcall" or "ipc", *call the value of its first argument (linux/net.h SYS_*, linux/ipc.h).
 * False if it is none, or the ABI has no multiplexer.
 */
bool syscall_multiplexed(const struct abi *abi, const char *name, const char **multiplexer,
			 unsigned *call);
/*
 * The bits of the multiplexer's first argument that the kernel compares with the call's value: an
 * int for socketcall(2); of ipc(2) the low 16, above stands a version (ipc/syscall.c).
 */
uint32_t syscall_multiplexer_mask(const char *multiplexer);

/* The ABI's column in the tables, counted from 0: the order of syscalls.tab's first line. */
unsigned syscall_column(const struct abi *abi);

/* All calls of the table, sorted by name: index 0..syscall_count()-1. */
size_t syscall_count(void);
const char *syscall_at(size_t index);

#endif
