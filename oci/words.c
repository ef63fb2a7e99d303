/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of the seccomp section, each list once, in the order of its enum. Spellings are exact;
 * only word_arch_any() and word_capability_loose() accept others, for what users type.
 */
#include <config.h>

#include "oci/words.h"

#include <string.h>
#include <strings.h>

static const char *const actions[ACTION_COUNT] = {
	[ACTION_KILL_PROCESS] = "SCMP_ACT_KILL_PROCESS",
	[ACTION_KILL_THREAD] = "SCMP_ACT_KILL_THREAD",
	[ACTION_TRAP] = "SCMP_ACT_TRAP",
	[ACTION_ERRNO] = "SCMP_ACT_ERRNO",
	[ACTION_NOTIFY] = "SCMP_ACT_NOTIFY",
	[ACTION_TRACE] = "SCMP_ACT_TRACE",
	[ACTION_LOG] = "SCMP_ACT_LOG",
	[ACTION_ALLOW] = "SCMP_ACT_ALLOW",
};

static const char *const comparisons[CMP_COUNT] = {
	[CMP_NE] = "SCMP_CMP_NE",
	[CMP_LT] = "SCMP_CMP_LT",
	[CMP_LE] = "SCMP_CMP_LE",
	[CMP_EQ] = "SCMP_CMP_EQ",
	[CMP_GE] = "SCMP_CMP_GE",
	[CMP_GT] = "SCMP_CMP_GT",
	[CMP_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
};

/* The n-th word is bit n. */
static const char *const flags[] = {
	"SECCOMP_FILTER_FLAG_TSYNC",
	"SECCOMP_FILTER_FLAG_LOG",
	"SECCOMP_FILTER_FLAG_SPEC_ALLOW",
	"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
};

/*
 * word: the specification's; name: uname's and libseccomp's; moby: what moby's profiles call it in
 * includes and excludes (profiles/seccomp, goToNative: GOARCH 386 is x86, loong64 is loongarch64,
 * mips64p32le is mips3l64n32); other: further spellings that Go, Debian or users know.
 */
struct arch_spelling {
	const char *word, *name, *moby, *other[3];
	bool big_endian;
};

static const struct arch_spelling arches[ARCH_COUNT] = {
	[ARCH_X86] = {"SCMP_ARCH_X86", "x86", "x86", {"386", "i386", "i686"}, false},
	[ARCH_X86_64] = {"SCMP_ARCH_X86_64", "x86_64", "amd64", {"x86-64"}, false},
	[ARCH_X32] = {"SCMP_ARCH_X32", "x32", "x32", {"amd64p32"}, false},
	[ARCH_ARM] = {"SCMP_ARCH_ARM", "arm", "arm", {"armhf", "armv7l", "armv6l"}, false},
	[ARCH_AARCH64] = {"SCMP_ARCH_AARCH64", "aarch64", "arm64", {NULL}, false},
	[ARCH_MIPS] = {"SCMP_ARCH_MIPS", "mips", "mips", {NULL}, true},
	[ARCH_MIPS64] = {"SCMP_ARCH_MIPS64", "mips64", "mips64", {NULL}, true},
	[ARCH_MIPS64N32] = {"SCMP_ARCH_MIPS64N32", "mips64n32", "mips64n32", {"mips64p32"}, true},
	[ARCH_MIPSEL] = {"SCMP_ARCH_MIPSEL", "mipsel", "mipsel", {"mipsle"}, false},
	[ARCH_MIPSEL64] =
		{"SCMP_ARCH_MIPSEL64", "mipsel64", "mipsel64", {"mips64le", "mips64el"}, false},
	[ARCH_MIPSEL64N32] =
		{"SCMP_ARCH_MIPSEL64N32", "mipsel64n32", "mips3l64n32", {"mips64p32le"}, false},
	[ARCH_PPC] = {"SCMP_ARCH_PPC", "ppc", "ppc", {"powerpc"}, true},
	[ARCH_PPC64] = {"SCMP_ARCH_PPC64", "ppc64", "ppc64", {NULL}, true},
	[ARCH_PPC64LE] = {"SCMP_ARCH_PPC64LE", "ppc64le", "ppc64le", {"ppc64el"}, false},
	[ARCH_S390] = {"SCMP_ARCH_S390", "s390", "s390", {NULL}, true},
	[ARCH_S390X] = {"SCMP_ARCH_S390X", "s390x", "s390x", {NULL}, true},
	[ARCH_PARISC] = {"SCMP_ARCH_PARISC", "parisc", "parisc", {"hppa"}, true},
	[ARCH_PARISC64] = {"SCMP_ARCH_PARISC64", "parisc64", "parisc64", {"hppa64"}, true},
	[ARCH_RISCV64] = {"SCMP_ARCH_RISCV64", "riscv64", "riscv64", {NULL}, false},
	[ARCH_LOONGARCH64] =
		{"SCMP_ARCH_LOONGARCH64", "loongarch64", "loongarch64", {"loong64"}, false},
	[ARCH_M68K] = {"SCMP_ARCH_M68K", "m68k", "m68k", {NULL}, true},
	[ARCH_SH] = {"SCMP_ARCH_SH", "sh", "sh", {"sh4"}, false},
	[ARCH_SHEB] = {"SCMP_ARCH_SHEB", "sheb", "sheb", {"sh4eb"}, true},
};

/* Index of word in a list, or -1. */
static int word_index(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, list[i]) == 0)
			return (int)i;
	return -1;
}

bool word_action(const char *word, enum action *action)
{
	int found = word_index(word, actions, ACTION_COUNT);

	if (strcmp(word, "SCMP_ACT_KILL") == 0)
		found = ACTION_KILL_THREAD;
	if (found < 0)
		return false;
	*action = (enum action)found;
	return true;
}

bool word_comparison(const char *word, enum comparison *comparison)
{
	int found = word_index(word, comparisons, CMP_COUNT);

	if (found < 0)
		return false;
	*comparison = (enum comparison)found;
	return true;
}

bool word_flag(const char *word, enum flag *flag)
{
	int found = word_index(word, flags, ARRAY_SIZE(flags));

	if (found < 0)
		return false;
	*flag = (enum flag)(1U << found);
	return true;
}

bool word_arch(const char *word, enum arch *arch)
{
	for (int i = 0; i < ARCH_COUNT; i++) {
		if (strcmp(word, arches[i].word) == 0) {
			*arch = (enum arch)i;
			return true;
		}
	}
	return false;
}

static bool word_spells_arch(const struct arch_spelling *arch, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(arch->other) && arch->other[i]; i++)
		if (strcmp(word, arch->other[i]) == 0)
			return true;
	return strcmp(word, arch->name) == 0 || strcmp(word, arch->moby) == 0;
}

bool word_arch_any(const char *word, enum arch *arch)
{
	if (word_arch(word, arch))
		return true;
	for (int i = 0; i < ARCH_COUNT; i++) {
		if (word_spells_arch(&arches[i], word)) {
			*arch = (enum arch)i;
			return true;
		}
	}
	return false;
}

const char *action_word(enum action action)
{
	return actions[action];
}

const char *comparison_word(enum comparison comparison)
{
	return comparisons[comparison];
}

const char *arch_word(enum arch arch)
{
	return arches[arch].word;
}

const char *arch_name(enum arch arch)
{
	return arches[arch].name;
}

const char *arch_go_name(enum arch arch)
{
	return arches[arch].moby;
}

bool arch_big_endian(enum arch arch)
{
	return arches[arch].big_endian;
}

const char *flag_word(enum flag flag)
{
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (1U << i == (unsigned)flag)
			return flags[i];
	return NULL;
}
