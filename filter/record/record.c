/* SPDX-License-Identifier: Apache-2.0 */
/* Finds out which kind of record a line is, and reads it by that kind. */
#include <config.h>

#include "filter/record/record.h"

#include <stdlib.h>
#include <string.h>

void record_start(struct record_reader *reader, const struct abi *native)
{
	*reader = (struct record_reader){.native = native, .alone = native};
}

void record_free(struct record_reader *reader)
{
	free(reader->processes);
	*reader = (struct record_reader){0};
}

enum record_kind record_read(struct record_reader *reader, const char *text, size_t length,
			     struct record *record)
{
	struct record_span line = {text, length};

	*record = (struct record){.has_other = false};
	while (line.length > 0 && strchr("\r\n \t", line.text[line.length - 1]) &&
	       line.text[line.length - 1] != '\0')
		line.length--;
	while (line.length > 0 && (*line.text == ' ' || *line.text == '\t'))
		line = (struct record_span){line.text + 1, line.length - 1};
	if (line.length == 0)
		return RECORD_NOTHING;
	return record_audit_recognize(line) ? record_audit_read(reader, line, record)
					    : record_strace_read(reader, line, record);
}
