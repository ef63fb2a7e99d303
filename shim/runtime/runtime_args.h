/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a runtime's command line as far as the wrapper needs it: the command, the bundle, the
 * container, and where errors are logged. What is not understood is an error if it might start a
 * process. The words are never changed.
 */
#ifndef SHIM_RUNTIME_RUNTIME_ARGS_H
#define SHIM_RUNTIME_RUNTIME_ARGS_H

#include "filter/rules/runtime_reading.h"
#include "oci/finding.h"

enum runtime_command {
	COMMAND_HARMLESS, /* starts no process: passed on */
	COMMAND_CREATE,
	COMMAND_RUN,
	COMMAND_EXEC,
	COMMAND_RESTORE,
};

/* All strings point into the command line; NULL if not given. If given twice, the last counts. */
struct runtime_args {
	enum runtime_command command;
	const char *word;   /* the command as written, NULL without one */
	const char *bundle; /* "" counts as not given, as for runc */
	const char *config; /* another config.json (crun -f, newer runc) */
	const char *process;
	const char *id;
	const char *log, *log_format;
	bool exec_unclear;	/* exec has options that are not known here */
	bool adds_capabilities; /* exec --cap */
};

/*
 * words: the command line without the program's name, ends with NULL. kind: read as runc does
 * (urfave/cli: one dash or two, options on both sides of the operand) or as crun does (argp: joined
 * letters, abbreviations). 0, or -1 after an error in findings; what was read before it (log,
 * log_format) is set in both cases.
 */
int runtime_args_parse(struct runtime_args *args, enum runtime kind, char *const *words,
		       struct findings *findings) MUST_CHECK;

#endif
