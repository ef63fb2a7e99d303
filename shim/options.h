/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands and their options as tables: --help is made from them, and a test holds the man page
 * against them. GNU long options by getopt_long(3); parsing stops at the first operand.
 */
#ifndef SHIM_OPTIONS_H
#define SHIM_OPTIONS_H

#include "oci/base.h"

enum option_kind {
	OPTION_FLAG,	 /* bool *: set to true */
	OPTION_TEXT,	 /* const char **: given at most once, twice is an error */
	OPTION_LIST,	 /* struct option_list *: may be repeated, in order */
	OPTION_OPTIONAL, /* struct option_optional *: --name or --name=VALUE */
};

struct option_list {
	const char **values;
	size_t count;
};

struct option_optional {
	bool given;
	const char *value; /* NULL without =VALUE */
};

struct option_row {
	char letter;	      /* 0: no short form */
	const char *name;     /* without -- */
	const char *argument; /* as shown in --help, NULL for OPTION_FLAG */
	const char *help;     /* one line or more, \n between */
	enum option_kind kind;
	size_t offset; /* into the command's struct of values */
};

/* Rows that several commands have; offset: of the member in the command's values. */
#define JSON_ROW(offset)                                                      \
	{                                                                     \
		0, "json", NULL, "print one JSON object", OPTION_FLAG, offset \
	}
#define QUIET_ROW(offset)                                                  \
	{                                                                  \
		0, "quiet", NULL, "print no warnings", OPTION_FLAG, offset \
	}

struct command {
	const char *name;
	const char *synopsis; /* after the name, in --help: "[options] PROFILE..." */
	const char *summary;  /* one line, in the list of commands */
	const char *notes;    /* paragraphs at the end of --help, NULL if none */
	const struct option_row *options;
	size_t option_count;
	int trouble; /* exit status of this command's own errors: 125 for run, 2 for others */
	bool becomes_another; /* its process becomes another program: signals stay as inherited */
	int (*main)(const struct command *command, int argc, char **argv); /* exit status */
};

/*
 * Fills values from argv[1..]. Returns the index of the first operand (argc if none). On a wrong
 * option prints one line and returns -1. --help (-h) prints the help to stdout and returns -2: the
 * caller exits with 0.
 */
int options_parse(const struct command *command, int argc, char **argv, void *values) MUST_CHECK;
/*
 * The same for commands that start nothing: options may stand between and behind the operands,
 * which are moved to the end of argv. A number below 0 is an operand.
 */
int options_parse_anywhere(const struct command *command, int argc, char **argv,
			   void *values) MUST_CHECK;
void options_free_list(struct option_list *list);

extern const struct command command_run, command_check, command_compile, command_diff,
	command_explain, command_test, command_runtime, command_hook;

/* True if the program was called by the name that makes all its words the runtime's. */
bool runtime_is_called(const char *program);

#endif
