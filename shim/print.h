/* SPDX-License-Identifier: Apache-2.0 */
/* All printing of findings: text lines and JSON (CONTRACT "Errors everywhere", "JSON"). */
#ifndef SHIM_PRINT_H
#define SHIM_PRINT_H

#include "oci/finding.h"

/* Exit statuses (CONTRACT). */
enum status {
	STATUS_OK = 0,
	STATUS_CHECK_WARNINGS = 1,
	STATUS_TROUBLE = 2,
	STATUS_RUN_REFUSED = 125,
	STATUS_RUN_NOT_EXECUTABLE = 126,
	STATUS_RUN_NOT_FOUND = 127,
};

/* One line on stderr: "seccomp-shim: MESSAGE". Write errors are ignored: there is nowhere to tell
 * them. */
void print_error(const char *format, ...) PRINTF(1, 2);
/* From now on print_error prints the object of --json, on stderr; command lasts. */
void print_errors_as_json(const char *command);
/*
 * Findings on stderr as a command that acts prints them: of the errors only the first
 * ("seccomp-shim: FILE:LINE:COLUMN: MESSAGE (REMEDY)"; further ones are counted in it: "; 2 more
 * errors, the next at FILE:LINE:COLUMN"), and if there is none, the warnings ("... warning: ...")
 * unless quiet, and notes if verbose.
 */
void print_findings(struct findings *findings, bool quiet, bool verbose);
/* The same, but each error on a line of its own: where no other command would tell the rest. */
void print_findings_each(struct findings *findings, bool quiet);
/* The text of the first error as print_findings prints it, without "seccomp-shim: " and newline. */
void print_add_error(struct findings *findings, struct buffer *out);
/*
 * Findings on stdout as check prints them, by place, with [ID]:
 * "FILE:LINE:COLUMN: error|warning|note: TEXT (REMEDY) [ID]".
 */
void print_findings_list(struct findings *findings);
/* The object of --json. result_json is a JSON object as text, NULL: {}. */
void print_json(const char *command, struct findings *findings, const char *result_json,
		bool to_stderr);
/* A JSON string, whatever bytes text has (those that are no UTF-8 escaped as in messages); null for
 * NULL. */
void print_json_text(struct buffer *out, const char *text);
/* Bytes to stdout; an error is told by print_finish. */
void print_out(const char *data, size_t length);
/* What would be right after an error of open(2) for writing, write(2), rename(2); static. */
const char *print_write_remedy(int error);
/* Flushes stdout and tells whether all was written; an error is printed. */
bool print_finish(void);

#endif
