/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command diff: reads two filters and compares what they decide. diff_text.c, diff_json.c and
 * page.c print the differences.
 */
#include <config.h>

#include "shim/analyze/diff.h"

#include "shim/analyze/page.h"
#include "shim/input/filter_operand.h"
#include "shim/input/reading_options.h"
#include "shim/print.h"
#include "shim/replace.h"

#define STATUS_DIFFERENT 1

struct diff_values {
	const char *html;
	bool stricter, json, quiet;
	struct reading_options reading;
	struct target_options target;
};

static const struct option_row diff_rows[] = {
	{0, "html", "FILE", "write a page of both filters, side by side, to FILE", OPTION_TEXT,
	 offsetof(struct diff_values, html)},
	{0, "stricter", NULL,
	 "report only where the second FILTER is laxer than the first; ALLOW, LOG, TRACE and "
	 "NOTIFY count as one, and error numbers do not count",
	 OPTION_FLAG, offsetof(struct diff_values, stricter)},
	JSON_ROW(offsetof(struct diff_values, json)),
	QUIET_ROW(offsetof(struct diff_values, quiet)),
	READING_OPTION_ROWS(struct diff_values),
	TARGET_OPTION_ROWS(struct diff_values),
};

/* What one run has found. */
struct diff_result {
	struct space *space;
	struct filter_operand subjects[2];
	struct differences differences;
};

static void diff_free(struct diff_result *result)
{
	differences_free(&result->differences);
	filter_operand_free(&result->subjects[0]);
	filter_operand_free(&result->subjects[1]);
	space_free(result->space);
}

/* Both sides into one space, and what differs. */
static int diff_make(struct diff_result *result, char **operands, const struct diff_values *values,
		     struct findings *findings)
{
	const struct filter_operand_options options = {.input = reading_input(&values->reading),
						       .target = &values->target,
						       .leniency =
							       reading_leniency(&values->reading)};

	for (int i = 0; i < 2; i++)
		if (filter_operand_open(&result->subjects[i], result->space, operands[i], &options,
					findings))
			return -1;
	if (!compare_tables(result->space, result->subjects[0].table, result->subjects[1].table,
			    values->stricter ? COMPARE_LAXER : COMPARE_ALL, &result->differences))
		return 0;
	return finding_error(findings, "table-bound", NOWHERE, "use smaller filters",
			     "the two filters are too large to be compared");
}

static void diff_free_listing(struct listing (*listings)[2])
{
	listing_free(&(*listings)[0]);
	listing_free(&(*listings)[1]);
}

/* Both filters on one page, with all differences, whatever --stricter leaves out. */
static int diff_write_page(struct diff_result *result, const struct diff_values *values,
			   struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer page = {0};
	CLEANUP(differences_free) struct differences all = {0};
	CLEANUP(diff_free_listing) struct listing listings[2] = {0};
	struct explained explained[2];
	struct page_side sides[2];
	struct target target;
	bool compared;

	if (target_make(&values->target, 0, &target, findings))
		return -1;
	compared = !compare_tables(result->space, result->subjects[0].table,
				   result->subjects[1].table, COMPARE_ALL, &all);
	for (int i = 0; i < 2; i++) {
		explained[i] = (struct explained){.space = result->space,
						  .subject = &result->subjects[i],
						  .native = abi_of(target.arch)};
		listing_make(&listings[i], &explained[i]);
		listing_find_answers(&listings[i], &explained[i]);
		sides[i] = (struct page_side){.explained = &explained[i], .listing = &listings[i]};
	}
	page_add(&page, &sides[0], &sides[1], compared ? &all : NULL);
	return replace_file(values->html, page.data, page.length, findings);
}

static void diff_print_json(const struct diff_result *result, struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer out = {0};
	struct json_writer *json = print_json_open(&out, "diff", findings);

	differences_write_json(json, &result->differences);
	print_json_close(json, &out);
}

static int diff_operands(char **operands, const struct diff_values *values)
{
	CLEANUP(findings_free) struct findings findings = {0};
	CLEANUP(diff_free)
	struct diff_result result = {.space = space_new(),
				     .subjects = {{.name = operands[0]}, {.name = operands[1]}}};

	if (diff_make(&result, operands, values, &findings) ||
	    (values->html && diff_write_page(&result, values, &findings))) {
		print_failure(&findings, values->quiet);
		return STATUS_TROUBLE;
	}
	if (values->json) {
		diff_print_json(&result, &findings);
	} else {
		print_findings(&findings, values->quiet, false);
		differences_print_text(&result.differences);
	}
	return result.differences.count > 0 ? STATUS_DIFFERENT : STATUS_OK;
}

static int diff_main(const struct command *command, int argc, char **argv)
{
	struct diff_values values = {0};
	int first = options_parse_anywhere(command, argc, argv, &values);

	if (first == -2)
		return STATUS_OK;
	if (first < 0)
		return STATUS_TROUBLE;
	if (argc - first != 2) {
		print_one_error("seccomp-shim diff --help",
				"diff: two FILTERs are compared, not %d", argc - first);
		return STATUS_TROUBLE;
	}
	return diff_operands(argv + first, &values);
}

const struct command command_diff = {
	.name = "diff",
	.synopsis = "[options] FILTER FILTER",
	.summary = "Shows where two filters decide differently, each time with a call.",
	.notes = "FILTER is a profile (a file, -, default, audit, unconfined, localhost/NAME),\n"
		 "bpf:FILE (a raw program in native byte order) or pid:N (all filters of a live\n"
		 "process, evaluated as one; needs CAP_SYS_ADMIN and a caller without a filter).\n"
		 "--as and the other target options are for profiles.\n"
		 "Exit status: 0 the same, 1 different, 2 an error.",
	.options = diff_rows,
	.option_count = ARRAY_SIZE(diff_rows),
	.trouble = STATUS_TROUBLE,
	.main = diff_main,
};
