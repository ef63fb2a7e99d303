/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer harness of the entry program's filter files: any bytes, with the checksum made right
 * for every other input. What is accepted is written again byte for byte, and a program that the
 * kernel would take becomes a table or is refused.
 */
#include <config.h>

#include "shim/entry/entry_file.c"

#include <stdlib.h>

#include "filter/table/table_program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void seal(struct buffer *text)
{
	struct entry_header header;
	size_t count;

	if (text->length < sizeof(header))
		return;
	memcpy(&header, text->data, sizeof(header));
	count = (text->length - sizeof(header)) / sizeof(struct sock_filter);
	if (header.length > count)
		header.length = (uint32_t)count;
	header.magic = ENTRY_MAGIC;
	header.audit_arch = abi_native()->audit_arch;
	header.checksum =
		entry_checksum(&header, (const struct sock_filter *)(text->data + sizeof(header)));
	memcpy(text->data, &header, sizeof(header));
}

static void look(struct entry_file *file)
{
	struct findings findings = {0};
	struct space *space = space_new();

	if (program_check(&file->program, &findings) == 0)
		(void)table_from_program(space, &file->program);
	space_free(space);
	findings_free(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer text = {0}, again = {0};
	struct entry_file file;

	if (size == 0)
		return 0;
	buffer_add(&text, data + 1, size - 1);
	if (data[0] & 1)
		seal(&text);
	if (text.data && entry_file_read(&text, &file)) {
		entry_file_make(&file, &again);
		if (again.length != text.length || memcmp(again.data, text.data, text.length) != 0)
			abort();
		look(&file);
		program_free(&file.program);
	}
	buffer_free(&text);
	buffer_free(&again);
	return 0;
}
