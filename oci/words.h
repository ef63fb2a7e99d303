/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of the OCI runtime specification 1.3 (config-linux.md, "Seccomp") and of Docker's
 * profiles: actions, operators, architectures in all their spellings, flags, capability and errno
 * names. Words only: filter/ knows what they mean to a kernel.
 */
#ifndef OCI_WORDS_H
#define OCI_WORDS_H

#include "oci/base.h"

/* In the kernel's order of precedence, strictest first (seccomp(2)). KILL is KILL_THREAD. */
enum action {
	ACTION_KILL_PROCESS,
	ACTION_KILL_THREAD,
	ACTION_TRAP,
	ACTION_ERRNO,
	ACTION_NOTIFY,
	ACTION_TRACE,
	ACTION_LOG,
	ACTION_ALLOW,
	ACTION_COUNT
};

/* The call runs. */
static inline bool action_runs(enum action action)
{
	return action == ACTION_ALLOW || action == ACTION_LOG;
}

/* Somebody else decides: a tracer, or the listener of notifications. */
static inline bool action_hands_over(enum action action)
{
	return action == ACTION_TRACE || action == ACTION_NOTIFY;
}

/* True for the actions that have an error number: errnoRet is an error beside any other. */
static inline bool action_takes_errno(enum action action)
{
	return action == ACTION_ERRNO || action == ACTION_TRACE;
}

enum comparison { CMP_NE, CMP_LT, CMP_LE, CMP_EQ, CMP_GE, CMP_GT, CMP_MASKED_EQ, CMP_COUNT };

/* In the order of the specification's list. */
enum arch {
	ARCH_X86,
	ARCH_X86_64,
	ARCH_X32,
	ARCH_ARM,
	ARCH_AARCH64,
	ARCH_MIPS,
	ARCH_MIPS64,
	ARCH_MIPS64N32,
	ARCH_MIPSEL,
	ARCH_MIPSEL64,
	ARCH_MIPSEL64N32,
	ARCH_PPC,
	ARCH_PPC64,
	ARCH_PPC64LE,
	ARCH_S390,
	ARCH_S390X,
	ARCH_PARISC,
	ARCH_PARISC64,
	ARCH_RISCV64,
	ARCH_LOONGARCH64,
	ARCH_M68K,
	ARCH_SH,
	ARCH_SHEB,
	ARCH_COUNT
};

/* Bits of a set of flags; the order of seccomp(2)'s list. */
enum flag {
	FLAG_TSYNC = 1,
	FLAG_LOG = 2,
	FLAG_SPEC_ALLOW = 4,
	FLAG_WAIT_KILLABLE_RECV = 8,
};

/* Exact spec spellings ("SCMP_ACT_ALLOW", ...). Return false if the word is none of them. */
bool word_action(const char *word, enum action *action);
bool word_comparison(const char *word, enum comparison *comparison);
bool word_arch(const char *word, enum arch *arch); /* "SCMP_ARCH_X86_64" only */
bool word_flag(const char *word, enum flag *flag);
/* "CAP_CHOWN" exactly; bit n of a set of capabilities is capability number n (linux/capability.h).
 */
bool word_capability(const char *word, unsigned *capability);
/* The same with or without CAP_, in any case: what users type. */
bool word_capability_loose(const char *word, unsigned *capability);
/* "EPERM" (host numbers, as containers/common takes them). */
bool word_errno(const char *word, unsigned *number);
/* "6.18" or "6.18.3-x" -> 6, 18. False if it does not start with two numbers of at most 255. */
bool kernel_version_parse(const char *text, unsigned *major, unsigned *minor);
/*
 * Any spelling that people use for an architecture: SCMP_ARCH_X86_64, x86_64 (uname and
 * libseccomp), amd64 and 386 (Go, Docker). For options and for includes/excludes.
 */
bool word_arch_any(const char *word, enum arch *arch);

/* The other way round. All strings are static. */
const char *action_word(enum action action); /* "SCMP_ACT_KILL_THREAD" */
const char *comparison_word(enum comparison comparison);
const char *arch_word(enum arch arch); /* "SCMP_ARCH_X86_64" */
const char *arch_name(enum arch arch); /* "x86_64": as uname and seccomp_arch_resolve_name(3) */
const char *
arch_go_name(enum arch arch); /* "amd64": moby's name in includes/excludes.arches; see words.c */
bool arch_big_endian(enum arch arch);
const char *flag_word(enum flag flag);		  /* NULL if it is not just one flag */
const char *capability_word(unsigned capability); /* "CAP_CHOWN", NULL beyond the last known */
#define CAPABILITY_COUNT    41
#define CAPABILITIES_ALL    ((UINT64_C(1) << CAPABILITY_COUNT) - 1)
#define CAPABILITIES_DOCKER UINT64_C(0xa80425fb) /* Docker's fourteen */
const char *errno_name(unsigned number);	 /* "EPERM", NULL if it has none */

/*
 * The candidate with the smallest edit distance (case ignored) to word, if that is at most
 * a third of word's length (at least 1, at most 3); else NULL. Ties: the first.
 */
const char *word_nearest(const char *word, const char *const *candidates, size_t count);

#endif
