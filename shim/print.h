/* SPDX-License-Identifier: Apache-2.0 */
/* Prints findings, as lines and as the object of --json, and writes standard output. */
#ifndef SHIM_PRINT_H
#define SHIM_PRINT_H

#include "oci/finding.h"
#include "oci/json_write.h"

/* Exit statuses, as in seccomp-shim(1), "EXIT STATUS". */
enum status {
	STATUS_OK = 0,
	STATUS_CHECK_WARNINGS = 1,
	STATUS_TROUBLE = 2,
	STATUS_RUN_REFUSED = 125,
	STATUS_RUN_NOT_EXECUTABLE = 126,
	STATUS_RUN_NOT_FOUND = 127,
};

/*
 * From now on print_one_error() and print_failure() print the object of --json. command must stay
 * valid.
 */
void print_errors_as_json(const char *command);
/*
 * An error of the command line or of this process, as a finding "usage" without a place: one line
 * on stderr, "seccomp-shim: MESSAGE (REMEDY)", or the object of --json. remedy may be NULL. Write
 * errors are ignored: there is nowhere to report them.
 */
void print_one_error(const char *remedy, const char *format, ...) PRINTF(2, 3);
/* The findings of a command that has failed: as print_findings(), or the object of --json. */
void print_failure(struct findings *findings, bool quiet);
/*
 * Findings on stderr as a command that acts prints them: of the errors only the first
 * ("seccomp-shim: FILE:LINE:COLUMN: MESSAGE (REMEDY)"; the others are counted in it: "; 2 more
 * errors, the next at FILE:LINE:COLUMN"); if there is none, the warnings ("... warning: ...")
 * unless quiet, and the notes if verbose.
 */
void print_findings(struct findings *findings, bool quiet, bool verbose);
/* The same, but each error on a line of its own: if no other command would report the rest. */
void print_findings_each(struct findings *findings, bool quiet);
/* The text of the first error as print_findings prints it, without "seccomp-shim: " and newline. */
void print_add_error(struct findings *findings, struct buffer *out);
/*
 * Findings on stdout as check prints them, by place, with [ID]:
 * "FILE:LINE:COLUMN: error|warning|note: TEXT (REMEDY) [ID]".
 */
void print_findings_list(struct findings *findings);
/*
 * Begins the object of --json in out: command, version and findings. What is written next are the
 * members of its result; then print_json_close(), which frees the writer and prints on stdout.
 */
struct json_writer *print_json_open(struct buffer *out, const char *command,
				    struct findings *findings);
void print_json_close(struct json_writer *json, struct buffer *out);
/* The same object with an empty result, on stderr: of a command that has failed. */
void print_json_errors(const char *command, struct findings *findings);
/* Writes to stdout; print_finish() reports an error. */
void print_out(const char *data, size_t length);
/* The remedy for an errno of open(2) for writing, write(2) or rename(2); a static string. */
const char *print_write_remedy(int error);
/* Flushes stdout. True if all was written; otherwise prints an error. */
bool print_finish(void);

#endif
