/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes recordings (filter/record): any lines are read without harm. A call that is read has an
 * ABI, its number and name belong together, and no argument is reported that the ABI cannot have.
 */
#include <stdlib.h>
#include <string.h>

#include "filter/kernel/syscalls.h"
#include "filter/query/table_query.h"
#include "filter/record/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void require_sane(const struct call *call)
{
	CLEANUP(buffer_free) struct buffer text = {0};
	struct known_bits known;

	require(call->abi);
	require(call->abi == abi_of_call(call->abi->audit_arch, call->number));
	require(call->name == syscall_name(call->abi, call->number));
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		require((call->given >> i & 1) || call->args[i] == 0);
	known_of_call(&known, call);
	call_add_text(&text, call);
	require(text.length > 0);
}

static void read_line(struct record_reader *reader, const char *text, size_t length)
{
	char *copy = mem_alloc(
		length == 0 ? 1 : length); /* of just that size: reading beyond it is seen */
	struct record record;

	memcpy(copy, text, length);
	switch (record_read(reader, copy, length, &record)) {
	case RECORD_CALL:
		require_sane(&record.call);
		if (record.has_other)
			require_sane(&record.other);
		require(record.stamp.length <= length);
		break;
	case RECORD_NOTHING:
	case RECORD_UNKNOWN:
		break;
	default:
		abort();
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *const end = text + size;
	struct record_reader reader;

	record_start(&reader, abi_of((enum arch)(size % ARCH_COUNT)));
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		const size_t length = (size_t)((stop ? stop : end) - text);

		read_line(&reader, text, length);
		text += length + 1;
	}
	require(reader.count <= RECORD_PROCESSES_MAX);
	record_free(&reader);
	return 0;
}
