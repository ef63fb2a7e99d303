/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of the readers: text to a tree, and findings to one line that a table row can hold.
 */
#ifndef TESTS_UNIT_DOCUMENT_H
#define TESTS_UNIT_DOCUMENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "oci/json.h"

/* One row of a reader's table. */
struct row {
	const char *item;    /* what the row is about */
	const char *text;    /* the document, with ' for " */
	const char *outcome; /* findings_line of it; "" where there is nothing to find */
};

struct input {
	char *text;
	struct json_document *document;
	struct findings findings;
};

/* Parses what must be JSON once every ' is a ". */
static inline void input_parse(struct input *input, const char *text)
{
	*input = (struct input){.text = mem_string(text)};
	for (char *c = input->text; *c; c++)
		if (*c == '\'')
			*c = '"';
	input->document = json_parse("p.json", input->text, strlen(input->text), &input->findings);
	assert_non_null(input->document);
}

static inline void input_close(struct input *input)
{
	findings_free(&input->findings);
	json_free(input->document);
	free(input->text);
}

/* "1:20 error unknown-action; 1:40 note unused-listener", in the order of places. Owned by the
 * caller. */
static inline char *findings_line(struct findings *findings)
{
	static const char *const severities[] = {"note", "warning", "error"};
	struct buffer line = {0};

	findings_sort(findings);
	for (size_t i = 0; i < findings->count; i++)
		buffer_addf(&line, "%s%u:%u %s %s", i ? "; " : "", findings->list[i].place.line,
			    findings->list[i].place.column, severities[findings->list[i].severity],
			    findings->list[i].id);
	return buffer_take(&line);
}

/* Says which row is meant before it fails. */
static inline void row_check(const struct row *row, struct findings *findings)
{
	char *line = findings_line(findings);

	if (strcmp(line, row->outcome) != 0) {
		print_error("%s\n  %s\n  wanted: %s\n  found:  %s\n", row->item, row->text,
			    row->outcome, line);
		for (size_t i = 0; i < findings->count; i++)
			print_error("    %s (%s)\n", findings->list[i].message,
				    findings->list[i].remedy ? findings->list[i].remedy : "");
		fail();
	}
	free(line);
}

#endif
