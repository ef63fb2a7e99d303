/* SPDX-License-Identifier: Apache-2.0 */
/* Kind and versions of an installed runc or crun, as it reports them. */
#ifndef SHIM_HOST_RUNTIME_VERSION_H
#define SHIM_HOST_RUNTIME_VERSION_H

#include "filter/rules/runtime_reading.h"

/*
 * Where programs that root executes are searched: never in the caller's PATH (HACKING.md, "No
 * leniency from outside"). Ends with NULL.
 */
extern const char *const system_folders[];

/* An answer to --version or features. */
struct runtime_answer {
	enum runtime kind; /* RUNTIME_NONE: neither */
	unsigned version;  /* RUNTIME_VERSION(); 0: not understood */
	char library[16];  /* libseccomp's, "2.5.4"; "": not reported */
};

/*
 * Runs PATH WORD with an empty environment, and reads what it prints; 5 s at most. False if it
 * cannot be run or prints nothing.
 */
bool runtime_ask(const char *path, const char *word, struct runtime_answer *answer);

/*
 * The version of the runc or crun in the system's folders: RUNTIME_VERSION() of
 * filter/rules/runtime_reading.h, or 0 if there is none or its answer is not understood. Each is
 * asked (--version) once in the life of this process.
 */
unsigned runtime_version(enum runtime runtime);

#endif
