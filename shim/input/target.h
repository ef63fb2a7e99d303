/* SPDX-License-Identifier: Apache-2.0 */
/* The target options (--arch, --caps, --kernel, --as) and what they default to: this machine. */
#ifndef SHIM_INPUT_TARGET_H
#define SHIM_INPUT_TARGET_H

#include "filter/rules/runtime_reading.h"
#include "oci/resolve.h"
#include "shim/input/source.h"
#include "shim/options.h"

struct target_options {
	const char *arch, *caps, *kernel, *as;
};

/* Rows for a command's table; `type` has a member `target` of struct target_options. */
#define TARGET_OPTION_ROWS(type)                                                                    \
	{0,                                                                                         \
	 "arch",                                                                                    \
	 "ARCH",                                                                                    \
	 "architecture to resolve for (x86_64, amd64, SCMP_ARCH_X86_64, ...; default: this one)",   \
	 OPTION_TEXT,                                                                               \
	 offsetof(type, target.arch)},                                                              \
		{0,                                                                                 \
		 "caps",                                                                            \
		 "LIST",                                                                            \
		 "capabilities to resolve includes and excludes for: names with commas, docker, "   \
		 "all or\n"                                                                         \
		 "none; drops nothing",                                                             \
		 OPTION_TEXT,                                                                       \
		 offsetof(type, target.caps)},                                                      \
		{0,	      "kernel",                                                             \
		 "X.Y",	      "kernel version to resolve minKernel for (default: the running one)", \
		 OPTION_TEXT, offsetof(type, target.kernel)},                                       \
	{                                                                                           \
		0, "as", "READING",                                                                 \
			"interpret the profile as strict (default), runc or crun does; "            \
			"runc@2.5.5: with that "                                                    \
			"libseccomp",                                                               \
			OPTION_TEXT, offsetof(type, target.as)                                      \
	}

/*
 * Reads "CHOWN,CAP_KILL", "docker", "all", "none" (each word may stand in the list) into bits. 0,
 * or -1 after an error in findings.
 */
int capabilities_parse(const char *text, uint64_t *capabilities,
		       struct findings *findings) MUST_CHECK;
/*
 * Reads the options; without --caps the given capabilities, without --arch and --kernel this
 * machine's (uname(2)). 0, or -1 after an error in findings; nothing to free.
 */
int target_make(const struct target_options *options, uint64_t capabilities, struct target *target,
		struct findings *findings) MUST_CHECK;
/*
 * For commands that start nothing (check, compile): without --caps the bounding set of a
 * config.json, as moby does; for any other profile what a command of this process would hold after
 * exec, as in run. Returns as target_make().
 */
int target_for_input(const struct target_options *options, const struct input *input,
		     struct target *target, struct findings *findings) MUST_CHECK;

/*
 * The reading that --as names, with the version of an installed runtime (runtime_version()); strict
 * without --as. Returns as target_make().
 */
int target_reading(const struct target_options *options, struct runtime_reading *reading,
		   struct findings *findings) MUST_CHECK;

#endif
