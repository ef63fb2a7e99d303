/* SPDX-License-Identifier: Apache-2.0 */
/* Writes and reads the filter file of the entry program as bytes. */
#include <config.h>

#include "shim/entry/entry_file.h"

#include <string.h>

#include "filter/kernel/abi.h"
#include "shim/entry/entry_format.h"

void entry_file_make(const struct entry_file *file, struct buffer *out)
{
	const struct program *program = &file->program;
	struct entry_header header = {
		.magic = ENTRY_MAGIC,
		.version = ENTRY_VERSION,
		.audit_arch = abi_native()->audit_arch,
		.length = (uint32_t)program->length,
		.flags = file->flags,
		.options = ENTRY_NO_NEW_PRIVS | (file->can_report ? ENTRY_CAN_REPORT : 0) |
			   (file->moved ? ENTRY_MOVED : 0),
	};

	header.checksum = entry_checksum(&header, program->code);
	buffer_add(out, &header, sizeof(header));
	buffer_add(out, program->code, program->length * sizeof(*program->code));
}

static bool entry_file_is_valid(const struct entry_header *header, size_t length)
{
	return header->magic == ENTRY_MAGIC && header->version == ENTRY_VERSION &&
	       header->audit_arch == abi_native()->audit_arch && header->length >= 1 &&
	       header->length <= ENTRY_LENGTH_MAX && header->padding == 0 &&
	       (header->options & ENTRY_NO_NEW_PRIVS) && !(header->options & ~ENTRY_OPTIONS) &&
	       length == sizeof(*header) + header->length * sizeof(struct sock_filter);
}

/* Checks what entry_program.c checks; the caller does what the kernel checks (program_check()). */
bool entry_file_read(const struct buffer *text, struct entry_file *file)
{
	struct program *program = &file->program;
	struct entry_header header;

	*file = (struct entry_file){0};
	if (text->length < sizeof(header))
		return false;
	memcpy(&header, text->data, sizeof(header));
	if (!entry_file_is_valid(&header, text->length))
		return false;
	program->length = header.length;
	program->code = mem_alloc(header.length * sizeof(*program->code));
	memcpy(program->code, text->data + sizeof(header), header.length * sizeof(*program->code));
	file->flags = header.flags;
	file->can_report = header.options & ENTRY_CAN_REPORT;
	file->moved = header.options & ENTRY_MOVED;
	if (header.checksum == entry_checksum(&header, program->code))
		return true;
	program_free(program);
	return false;
}
