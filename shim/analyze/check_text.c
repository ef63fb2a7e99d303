/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the findings of check as lines. */
#include <config.h>

#include "shim/analyze/check.h"

#include "shim/print.h"

struct place check_file_place(const struct check_file *file)
{
	return (struct place){.file = file->input.source.name};
}

static void check_print_summary(const struct check_file *file)
{
	const struct findings *findings = &file->findings;
	CLEANUP(buffer_free) struct buffer line = {0};

	place_add(&line, check_file_place(file));
	buffer_addf(&line, "%zu error%s, %zu warning%s\n", findings->errors,
		    findings->errors == 1 ? "" : "s", findings->warnings,
		    findings->warnings == 1 ? "" : "s");
	print_out(line.data, line.length);
}

void check_print_text(struct check_file *file)
{
	print_findings_list(&file->findings);
	check_print_summary(file);
}
