/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command explain: what happens to calls under a filter, by which rule, and what would change
 * it.
 */
#include <config.h>

#include "shim/analyze/explain.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shim/analyze/page.h"
#include "shim/print.h"
#include "shim/replace.h"

#define WIDTH_DEFAULT 80
#define WIDTH_MIN     20
#define WIDTH_MAX     1000

struct explain_values {
	const char *seccomp_root, *html;
	bool ignore_unknown, allow_shadowed, json, quiet;
	struct target_options target;
};

static const struct option_row explain_rows[] = {
	{0, "html", "FILE", "write a page of all calls to FILE, by family, coloured by outcome",
	 OPTION_TEXT, offsetof(struct explain_values, html)},
	{0, "allow-shadowed", NULL,
	 "a stricter conditional rule that an unconditional one erases is a warning, no error",
	 OPTION_FLAG, offsetof(struct explain_values, allow_shadowed)},
	{0, "ignore-unknown", NULL, "unknown keys and system calls are warnings, no errors",
	 OPTION_FLAG, offsetof(struct explain_values, ignore_unknown)},
	{0, "json", NULL, "print one JSON object", OPTION_FLAG,
	 offsetof(struct explain_values, json)},
	{0, "quiet", NULL, "print no warnings", OPTION_FLAG,
	 offsetof(struct explain_values, quiet)},
	{0, "seccomp-root", "DIR", "where localhost/NAME lies (default: /var/lib/kubelet/seccomp)",
	 OPTION_TEXT, offsetof(struct explain_values, seccomp_root)},
	TARGET_OPTION_ROWS(struct explain_values),
};

/* Of the terminal; 80 where the output is none (CONTRACT). */
static size_t output_width(void)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	char *end;
	long width = 0;

	if (!isatty(STDOUT_FILENO))
		return WIDTH_DEFAULT;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		width = size.ws_col;
	else if (columns)
		width = strtol(columns, &end, 10);
	return width >= WIDTH_MIN && width <= WIDTH_MAX ? (size_t)width : WIDTH_DEFAULT;
}

/* The ABI of calls that name none: the target's. */
static const struct abi *native_of(const struct filter_operand *subject,
				   const struct target_options *options, struct findings *findings)
{
	struct target target;

	if (subject->resolved)
		return abi_of(subject->resolved->target.arch);
	if (target_make(options, 0, &target, findings) != 0)
		return NULL;
	return abi_of(target.arch);
}

static int explain_calls(const struct explained *explained, char **calls, bool json,
			 struct buffer *out, struct findings *findings)
{
	buffer_add_text(out, json ? "\"calls\":[" : "");
	for (size_t i = 0; calls[i]; i++) {
		struct explanation explanation;
		struct call call;

		if (call_parse(calls[i], strlen(calls[i]), NOWHERE, explained->native, &call,
			       findings) != 0 ||
		    explanation_make(&explanation, explained, &call, true, findings) != 0)
			return -1;
		buffer_add_text(out, json && i > 0 ? "," : "");
		if (json)
			explanation_add_json(out, &explanation, explained);
		else
			explanation_add_text(out, &explanation, explained);
		explanation_free(&explanation);
	}
	buffer_add_text(out, json ? "]" : "");
	return 0;
}

static void explain_all(const struct explained *explained, bool json, struct buffer *out)
{
	struct listing listing;

	listing_make(&listing, explained);
	if (json) {
		buffer_add_text(out, "\"abis\":[");
		listing_add_json(out, &listing);
		buffer_add_text(out, "]");
	} else {
		listing_add_text(out, &listing, output_width());
	}
	listing_free(&listing);
}

static int write_page(const struct explained *explained, const char *path,
		      struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer page = {0};

	page_add(&page, explained, NULL);
	return replace_file(path, page.data, page.length, findings);
}

/* Fills out with text or the members of the result. */
static int explain_subject(struct explained *explained, char **operands,
			   const struct explain_values *values, struct buffer *out,
			   struct findings *findings)
{
	const struct filter_operand_options options = {
		.input = {.seccomp_root = values->seccomp_root,
			  .ignore_unknown = values->ignore_unknown},
		.target = &values->target,
		.leniency = {values->ignore_unknown, values->allow_shadowed}};

	if (filter_operand_open(explained->subject, explained->space, operands[0], &options,
				findings) != 0)
		return -1;
	explained->native = native_of(explained->subject, &values->target, findings);
	if (!explained->native)
		return -1;
	if (values->html && write_page(explained, values->html, findings) != 0)
		return -1;
	if (operands[1])
		return explain_calls(explained, operands + 1, values->json, out, findings);
	if (!values->html || values->json)
		explain_all(explained, values->json, out);
	return 0;
}

static void print_result(int failed, bool json, bool quiet, struct findings *findings,
			 const struct buffer *out)
{
	if (!json) {
		print_findings(findings, quiet, false);
		if (!failed && out->length > 0)
			print_out(out->data, out->length);
	} else if (failed) {
		print_json("explain", findings, NULL, true);
	} else {
		CLEANUP(cleanup_free)
		char *result = mem_format("{%s}", !out->data ? "" : out->data);

		print_json("explain", findings, result, false);
	}
}

static int explain_operands(char **operands, const struct explain_values *values)
{
	CLEANUP(findings_free) struct findings findings = {0};
	CLEANUP(buffer_free) struct buffer out = {0};
	CLEANUP(cleanup_space) struct space *space = space_new();
	struct filter_operand subject = {.name = operands[0]};
	struct runtime_reading reading; /* a wrong --as is an error for programs too */
	struct explained explained = {.space = space, .subject = &subject};
	int failed = target_reading(&values->target, &reading, &findings) != 0 ||
		     explain_subject(&explained, operands, values, &out, &findings) != 0;

	print_result(failed, values->json, values->quiet, &findings, &out);
	filter_operand_free(&subject);
	return failed ? STATUS_TROUBLE : STATUS_OK;
}

/* A CALL may begin with a sign: -1. */
static int explain_main(const struct command *command, int argc, char **argv)
{
	struct explain_values values = {0};
	int first = options_parse_anywhere(command, argc, argv, &values);

	if (first == -2)
		return STATUS_OK;
	if (first < 0)
		return STATUS_TROUBLE;
	if (first == argc) {
		print_error("explain: no FILTER is named (seccomp-shim explain --help)");
		return STATUS_TROUBLE;
	}
	return explain_operands(argv + first, &values);
}

const struct command command_explain = {
	.name = "explain",
	.synopsis = "[options] FILTER [CALL...]",
	.summary = "Tells what happens to system calls, and by which rule.",
	.notes = "FILTER is a profile (a file, -, default, audit, unconfined, localhost/NAME),\n"
		 "bpf:FILE (a raw program in native byte order) or pid:N (all filters of a live\n"
		 "process, judged as one; needs CAP_SYS_ADMIN and a caller without a filter).\n"
		 "CALL is [ABI:]NAME|NUMBER[(ARG, ...)]: chmod, \"socket(AF_VSOCK, *, *)\", 452,\n"
		 "\"clone(CLONE_NEWUSER|SIGCHLD)\"; arguments that are not given are *.\n"
		 "Without a CALL every system call is listed, grouped by outcome.\n"
		 "Exit status: 0, or 2 for trouble.",
	.options = explain_rows,
	.option_count = ARRAY_SIZE(explain_rows),
	.trouble = STATUS_TROUBLE,
	.main = explain_main,
};
