/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options of all commands that read profiles: where they lie, and which of their errors are
 * warnings. A row that several commands have is written here or in shim/options.h, so that its text
 * is the same everywhere.
 */
#ifndef SHIM_INPUT_READING_OPTIONS_H
#define SHIM_INPUT_READING_OPTIONS_H

#include "filter/rules/rules.h"
#include "shim/input/source.h"
#include "shim/options.h"

struct reading_options {
	const char *seccomp_root; /* NULL: the kubelet's */
	bool ignore_unknown, allow_shadowed;
};

/* One row each; offset: of the member in the command's values. */
#define ALLOW_SHADOWED_ROW(offset)                                                      \
	{                                                                               \
		0, "allow-shadowed", NULL,                                              \
			"report shadowed stricter rules as warnings instead of errors", \
			OPTION_FLAG, offset                                             \
	}
#define IGNORE_UNKNOWN_ROW(offset)                                                            \
	{                                                                                     \
		0, "ignore-unknown", NULL,                                                    \
			"report unknown keys and system calls as warnings instead of errors", \
			OPTION_FLAG, offset                                                   \
	}
#define SECCOMP_ROOT_ROW(offset)                                                           \
	{                                                                                  \
		0, "seccomp-root", "DIR",                                                  \
			"directory of localhost/NAME (default: /var/lib/kubelet/seccomp)", \
			OPTION_TEXT, offset                                                \
	}
/* All three, for a type with a member `reading` of struct reading_options. */
#define READING_OPTION_ROWS(type)                                           \
	ALLOW_SHADOWED_ROW(offsetof(type, reading.allow_shadowed)),         \
		IGNORE_UNKNOWN_ROW(offsetof(type, reading.ignore_unknown)), \
		SECCOMP_ROOT_ROW(offsetof(type, reading.seccomp_root))

static inline struct input_options reading_input(const struct reading_options *options)
{
	return (struct input_options){.seccomp_root = options->seccomp_root,
				      .ignore_unknown = options->ignore_unknown};
}

static inline struct leniency reading_leniency(const struct reading_options *options)
{
	return (struct leniency){options->ignore_unknown, options->allow_shadowed};
}

#endif
