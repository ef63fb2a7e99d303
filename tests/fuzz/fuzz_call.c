/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes CALLs (filter/call): any bytes are a call, or refused with one error inside the text. What
 * was read is written and read again as the same call, on every ABI.
 */
#include <stdlib.h>
#include <string.h>

#include "filter/kernel/syscalls.h"
#include "filter/query/call.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void require_equal(const struct call *a, const struct call *b)
{
	require(a->abi == b->abi && a->number == b->number && a->given == b->given);
	require((!a->name) == (!b->name));
	require(!a->name || strcmp(a->name, b->name) == 0);
	require(memcmp(a->args, b->args, sizeof(a->args)) == 0);
}

static void require_sane(const struct call *call)
{
	uint32_t number;

	require(call->abi == abi_of_call(call->abi->audit_arch, call->number));
	require(!call->name ||
		(syscall_number(call->abi, call->name, &number) && number == call->number));
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		require((call->given >> i & 1) || call->args[i] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(findings_free) struct findings findings = {0};
	CLEANUP(buffer_free) struct buffer text = {0};
	const struct place place = {.file = "f", .line = 1, .column = 1};
	const struct abi *native;
	struct call call, again;
	char *copy;
	int result;

	if (size == 0)
		return 0;
	native = abi_of((enum arch)(data[0] % ARCH_COUNT));
	copy = mem_alloc(size); /* of just that size: reading beyond it is seen */
	memcpy(copy, data + 1, size - 1);
	result = call_parse(copy, size - 1, place, native, &call, &findings);
	free(copy);
	require((result == 0) == (findings.errors == 0));
	if (result != 0) {
		require(findings.errors == 1 && findings.list[0].place.line == 1);
		require(findings.list[0].place.column <= size);
		return 0;
	}
	require_sane(&call);
	call_add_plain(&text, &call, native);
	require(call_parse(text.data, text.length, NOWHERE, native, &again, &findings) == 0);
	require_equal(&call, &again);
	return 0;
}
