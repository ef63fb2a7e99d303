/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the findings of check as one JSON object. */
#include <config.h>

#include "shim/analyze/check.h"

#include <stdlib.h>

#include "oci/json_write.h"
#include "shim/print.h"

/* Moves the findings of one file behind those of others. */
static void check_move_findings(struct findings *to, struct findings *from)
{
	for (size_t i = 0; i < from->count; i++) {
		to->list = mem_grow(to->list, to->count, &to->capacity, sizeof(*to->list));
		to->list[to->count++] = from->list[i];
	}
	to->dropped += from->dropped;
	free(from->list);
	from->list = NULL;
	from->count = from->capacity = 0;
}

static const char *check_format_name(const struct input *input)
{
	if (input->config)
		return "config";
	if (input->profile)
		return "profile";
	return input->unconfined ? "unconfined" : NULL;
}

static void check_file_write(struct json_writer *json, const struct check_file *file)
{
	json_write_object(json, NULL);
	json_write_string(json, "file", file->input.source.name);
	json_write_string(json, "format", check_format_name(&file->input));
	json_write_unsigned(json, "errors", file->findings.errors);
	json_write_unsigned(json, "warnings", file->findings.warnings);
	json_write_unsigned(json, "notShown", file->findings.dropped);
	if (file->instructions > 0)
		json_write_unsigned(json, "instructions", file->instructions);
	else
		json_write_null(json, "instructions");
	json_write_end(json);
}

void check_print_json(struct check_file *files, size_t count)
{
	CLEANUP(findings_free) struct findings all = {0};
	CLEANUP(buffer_free) struct buffer out = {0};
	struct json_writer *json;

	for (size_t i = 0; i < count; i++)
		check_move_findings(&all, &files[i].findings);
	json = print_json_open(&out, "check", &all);
	json_write_array(json, "files");
	for (size_t i = 0; i < count; i++)
		check_file_write(json, &files[i]);
	json_write_end(json);
	print_json_close(json, &out);
}
