/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command diff: where two filters decide differently, each statement with a witness (CONTRACT
 * "explain, diff").
 */
#include <config.h>

#include <string.h>

#include "filter/kernel/action.h"
#include "filter/query/compare.h"
#include "shim/analyze/page.h"
#include "shim/input/filter_operand.h"
#include "shim/print.h"
#include "shim/replace.h"

#define STATUS_DIFFERENT 1

struct diff_values {
	const char *seccomp_root;
	const char *html;
	bool ignore_unknown, allow_shadowed, stricter, json, quiet;
	struct target_options target;
};

static const struct option_row diff_rows[] = {
	{0, "html", "FILE", "write a page of both filters, side by side, to FILE", OPTION_TEXT,
	 offsetof(struct diff_values, html)},
	{0, "stricter", NULL,
	 "tell only where the second FILTER is laxer than the first; ALLOW, LOG, TRACE and NOTIFY "
	 "count "
	 "as one, and errno data never",
	 OPTION_FLAG, offsetof(struct diff_values, stricter)},
	{0, "allow-shadowed", NULL,
	 "a stricter conditional rule that an unconditional one erases is a warning, no error",
	 OPTION_FLAG, offsetof(struct diff_values, allow_shadowed)},
	{0, "ignore-unknown", NULL, "unknown keys and system calls are warnings, no errors",
	 OPTION_FLAG, offsetof(struct diff_values, ignore_unknown)},
	{0, "json", NULL, "print one JSON object", OPTION_FLAG, offsetof(struct diff_values, json)},
	{0, "quiet", NULL, "print no warnings", OPTION_FLAG, offsetof(struct diff_values, quiet)},
	{0, "seccomp-root", "DIR", "where localhost/NAME lies (default: /var/lib/kubelet/seccomp)",
	 OPTION_TEXT, offsetof(struct diff_values, seccomp_root)},
	TARGET_OPTION_ROWS(struct diff_values),
};

static void print_differences(const struct differences *differences)
{
	for (size_t i = 0; i < differences->count; i++) {
		CLEANUP(buffer_free) struct buffer line = {0};

		difference_add(&line, &differences->list[i]);
		buffer_add_text(&line, "\n");
		print_out(line.data, line.length);
	}
}

static void add_outcome(struct buffer *out, const char *key, uint32_t outcome)
{
	buffer_addf(out, ",\"%s\":\"", key);
	outcome_add(out, outcome);
	buffer_add_text(out, "\"");
}

static void add_difference_json(struct buffer *out, const struct difference *difference)
{
	CLEANUP(buffer_free) struct buffer text = {0};

	difference_add(&text, difference);
	buffer_addf(out, "{\"abi\":");
	print_json_text(out, !difference->region.abi ? NULL : difference->region.abi->name);
	buffer_addf(out,
		    ",\"auditArch\":\"0x%x\",\"firstNumber\":%u,\"lastNumber\":%u,\"condition\":",
		    difference->region.arch_first, difference->region.first,
		    difference->region.last);
	print_json_text(out, difference->region.condition);
	add_outcome(out, "a", difference->a);
	add_outcome(out, "b", difference->b);
	buffer_addf(out, ",\"witness\":{\"auditArch\":\"0x%x\",\"number\":%u,\"args\":[",
		    difference->region.witness.arch, (uint32_t)difference->region.witness.nr);
	for (int i = 0; i < 6; i++)
		buffer_addf(out, "%s\"0x%llx\"", i == 0 ? "" : ",",
			    (unsigned long long)difference->region.witness.args[i]);
	buffer_addf(out, "]},\"sameEffectiveCall\":%s,\"text\":",
		    difference->same_effective ? "true" : "false");
	print_json_text(out, text.data);
	buffer_add_text(out, "}");
}

static void print_differences_json(const struct differences *differences, struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer result = {0};

	buffer_add_text(&result, "{\"differences\":[");
	for (size_t i = 0; i < differences->count; i++) {
		if (i > 0)
			buffer_add_text(&result, ",");
		add_difference_json(&result, &differences->list[i]);
	}
	buffer_add_text(&result, "]}");
	print_json("diff", findings, result.data, false);
}

/* Both filters on one page. */
static int write_page(struct filter_operand subjects[2], struct space *space,
		      const struct diff_values *values, struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer page = {0};
	struct explained sides[2] = {{.space = space, .subject = &subjects[0]},
				     {.space = space, .subject = &subjects[1]}};
	struct target target;

	if (target_make(&values->target, 0, &target, findings) != 0)
		return -1;
	sides[0].native = sides[1].native = abi_of(target.arch);
	page_add(&page, &sides[0], &sides[1]);
	return replace_file(values->html, page.data, page.length, findings);
}

/* Both sides into one space, and what differs. */
static int diff_tables(struct filter_operand subjects[2], char **operands,
		       const struct diff_values *values, struct differences *differences,
		       struct findings *findings)
{
	CLEANUP(cleanup_space) struct space *space = space_new();
	const struct filter_operand_options options = {
		.input = {.seccomp_root = values->seccomp_root,
			  .ignore_unknown = values->ignore_unknown},
		.target = &values->target,
		.leniency = {values->ignore_unknown, values->allow_shadowed}};

	for (int i = 0; i < 2; i++)
		if (filter_operand_open(&subjects[i], space, operands[i], &options, findings) != 0)
			return -1;
	if (compare_tables(space, subjects[0].table, subjects[1].table,
			   values->stricter ? COMPARE_LAXER : COMPARE_ALL, differences) != 0)
		return finding_error(findings, "table-bound", NOWHERE, "smaller filters",
				     "the two filters are too large to be compared");
	if (values->html)
		return write_page(subjects, space, values, findings);
	return 0;
}

static int diff_operands(char **operands, const struct diff_values *values)
{
	CLEANUP(findings_free) struct findings findings = {0};
	CLEANUP(differences_free) struct differences differences = {0};
	struct filter_operand subjects[2] = {{.name = operands[0]}, {.name = operands[1]}};
	int failed = diff_tables(subjects, operands, values, &differences, &findings);

	if (values->json) {
		if (failed)
			print_json("diff", &findings, NULL, true);
		else
			print_differences_json(&differences, &findings);
	} else {
		print_findings(&findings, values->quiet, false);
		if (!failed)
			print_differences(&differences);
	}
	filter_operand_free(&subjects[0]);
	filter_operand_free(&subjects[1]);
	if (failed)
		return STATUS_TROUBLE;
	return differences.count > 0 ? STATUS_DIFFERENT : STATUS_OK;
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
		print_error("diff: two FILTERs are compared, not %d (seccomp-shim diff --help)",
			    argc - first);
		return STATUS_TROUBLE;
	}
	return diff_operands(argv + first, &values);
}

const struct command command_diff = {
	.name = "diff",
	.synopsis = "[options] FILTER FILTER",
	.summary = "Tells where two filters decide differently, with a witness.",
	.notes = "FILTER is a profile (a file, -, default, audit, unconfined, localhost/NAME),\n"
		 "bpf:FILE (a raw program in native byte order) or pid:N (all filters of a live\n"
		 "process, judged as one; needs CAP_SYS_ADMIN and a caller without a filter).\n"
		 "--as and the other target options are for profiles.\n"
		 "Exit status: 0 the same, 1 different, 2 trouble.",
	.options = diff_rows,
	.option_count = ARRAY_SIZE(diff_rows),
	.trouble = STATUS_TROUBLE,
	.main = diff_main,
};
