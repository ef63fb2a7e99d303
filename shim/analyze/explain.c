/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command explain: what happens to calls under a filter, by which rule, and what would change
 * it.
 */
#include <config.h>

#include "shim/analyze/explanation.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shim/analyze/page.h"
#include "shim/input/reading_options.h"
#include "shim/print.h"
#include "shim/replace.h"

#define WIDTH_DEFAULT 80
#define WIDTH_MIN     20
#define WIDTH_MAX     1000

struct explain_values {
	const char *html;
	bool json, quiet;
	struct reading_options reading;
	struct target_options target;
};

static const struct option_row explain_rows[] = {
	{0, "html", "FILE", "write a page of all calls to FILE, by family, coloured by outcome",
	 OPTION_TEXT, offsetof(struct explain_values, html)},
	JSON_ROW(offsetof(struct explain_values, json)),
	QUIET_ROW(offsetof(struct explain_values, quiet)),
	READING_OPTION_ROWS(struct explain_values),
	TARGET_OPTION_ROWS(struct explain_values),
};

/* Of the terminal; 80 characters where the output is none. */
static size_t explain_width(void)
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
static const struct abi *explain_native(const struct filter_operand *subject,
					const struct target_options *options,
					struct findings *findings)
{
	struct target target;

	if (subject->resolved)
		return abi_of(subject->resolved->target.arch);
	if (target_make(options, 0, &target, findings))
		return NULL;
	return abi_of(target.arch);
}

static void result_free(struct explain_result *result)
{
	for (size_t i = 0; i < result->count; i++)
		explanation_free(&result->list[i]);
	free(result->list);
	listing_free(&result->listing);
	filter_operand_free(result->explained.subject);
	space_free(result->explained.space);
}

/* calls: ends with NULL. */
static int explain_calls(struct explain_result *result, char **calls, struct findings *findings)
{
	const struct explained *explained = &result->explained;
	size_t count = 0;

	while (calls[count])
		count++;
	result->list = mem_zero(count, sizeof(*result->list));
	for (size_t i = 0; i < count; i++) {
		struct call call;

		if (call_parse(calls[i], strlen(calls[i]), NOWHERE, explained->native, &call,
			       findings) ||
		    explanation_make(&result->list[i], explained, &call, true, findings))
			return -1;
		result->count++;
	}
	return 0;
}

static int explain_subject(struct explain_result *result, char **operands,
			   const struct explain_values *values, struct findings *findings)
{
	struct explained *explained = &result->explained;
	const struct filter_operand_options options = {.input = reading_input(&values->reading),
						       .target = &values->target,
						       .leniency =
							       reading_leniency(&values->reading)};

	if (filter_operand_open(explained->subject, explained->space, operands[0], &options,
				findings))
		return -1;
	explained->native = explain_native(explained->subject, &values->target, findings);
	if (!explained->native)
		return -1;
	if (values->html || !operands[1])
		listing_make(&result->listing, explained);
	if (values->html)
		listing_find_answers(&result->listing, explained);
	return operands[1] ? explain_calls(result, operands + 1, findings) : 0;
}

static int explain_write_page(const struct explain_result *result, const char *path,
			      struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer page = {0};
	const struct page_side side = {.explained = &result->explained,
				       .listing = &result->listing};

	page_add(&page, &side, NULL, NULL);
	return replace_file(path, page.data, page.length, findings);
}

/* A page alone is what was asked for: then there are no lines. */
static void explain_print_text(const struct explain_result *result, bool has_page)
{
	CLEANUP(buffer_free) struct buffer out = {0};

	if (!has_page || result->list)
		explain_add_text(&out, result, explain_width());
	if (out.length > 0)
		print_out(out.data, out.length);
}

static void explain_print_json(const struct explain_result *result, struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer out = {0};
	struct json_writer *json = print_json_open(&out, "explain", findings);

	explain_write_json(json, result);
	print_json_close(json, &out);
}

static int explain_operands(char **operands, const struct explain_values *values)
{
	CLEANUP(findings_free) struct findings findings = {0};
	struct filter_operand subject = {.name = operands[0]};
	struct runtime_reading reading; /* a wrong --as is an error for programs too */
	CLEANUP(result_free)
	struct explain_result result = {.explained = {.space = space_new(), .subject = &subject}};

	if (target_reading(&values->target, &reading, &findings) ||
	    explain_subject(&result, operands, values, &findings) ||
	    (values->html && explain_write_page(&result, values->html, &findings))) {
		print_failure(&findings, values->quiet);
		return STATUS_TROUBLE;
	}
	if (values->json) {
		explain_print_json(&result, &findings);
		return STATUS_OK;
	}
	print_findings(&findings, values->quiet, false);
	explain_print_text(&result, values->html);
	return STATUS_OK;
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
		print_one_error("seccomp-shim explain --help", "explain: no FILTER is named");
		return STATUS_TROUBLE;
	}
	return explain_operands(argv + first, &values);
}

const struct command command_explain = {
	.name = "explain",
	.synopsis = "[options] FILTER [CALL...]",
	.summary = "Shows what happens to system calls, and by which rule.",
	.notes = "FILTER is a profile (a file, -, default, audit, unconfined, localhost/NAME),\n"
		 "bpf:FILE (a raw program in native byte order) or pid:N (all filters of a live\n"
		 "process, evaluated as one; needs CAP_SYS_ADMIN and a caller without a filter).\n"
		 "CALL is [ABI:]NAME|NUMBER[(ARG, ...)]: chmod, \"socket(AF_VSOCK, *, *)\", 452,\n"
		 "\"clone(CLONE_NEWUSER|SIGCHLD)\"; arguments that are not given are *.\n"
		 "Without a CALL every system call is listed, grouped by outcome.\n"
		 "Exit status: 0, or 2 with an error.",
	.options = explain_rows,
	.option_count = ARRAY_SIZE(explain_rows),
	.trouble = STATUS_TROUBLE,
	.main = explain_main,
};
