/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A runtime's command line, read as far as the wrapper must: which command it is, where the bundle
 * is, and where errors are to be logged. Everything that is not understood for sure is an error
 * where it might start a process; nothing is ever changed.
 */
#ifndef SHIM_RUNTIME_RUNTIME_ARGS_H
#define SHIM_RUNTIME_RUNTIME_ARGS_H

#include "filter/rules/runtime_reading.h"
#include "oci/finding.h"

enum runtime_command {
	COMMAND_HARMLESS, /* starts no process: passed on unseen */
	COMMAND_CREATE,
	COMMAND_RUN,
	COMMAND_EXEC,
	COMMAND_RESTORE,
};

/* All strings point into the command line; NULL where not given. Of several the last counts. */
struct runtime_args {
	enum runtime_command command;
	const char *word;   /* the command as written, NULL without one */
	const char *bundle; /* "" counts as not given, as for runc */
	const char *config; /* another config.json (crun -f, newer runc) */
	const char *process;
	const char *id;
	const char *log, *log_format;
	bool exec_unclear;	/* options of exec that are not known here */
	bool adds_capabilities; /* exec --cap */
};

/*
 * words: the command line without the program's name, ends with NULL. kind: whose grammar, runc's
 * (urfave/cli: one dash or two, options on both sides of the operand) or crun's (argp: letters that
 * run together, abbreviations). 0, or -1 with an error in findings; what was understood up to there
 * (log, log_format) is set in either case.
 */
int runtime_args_parse(struct runtime_args *args, enum runtime kind, char *const *words,
		       struct findings *findings) MUST_CHECK;

#endif
