/* SPDX-License-Identifier: Apache-2.0 */
/* Writes CALLs as text, for messages and to be parsed again. */
#include <config.h>

#include "filter/query/call.h"

#include <string.h>

#include "filter/kernel/constants.h"
#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"

/* How many arguments are written: the call's own, and what was given beyond them. */
static unsigned call_text_argument_count(const struct call *call, int count)
{
	unsigned last = 0;

	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		if (call->given >> i & 1)
			last = i + 1;
	return count > (int)last ? (unsigned)count : last;
}

static void call_text_add_arguments(struct buffer *out, const struct call *call, bool names)
{
	struct argument arguments[ARGUMENTS_MAX];
	int count = !call->name ? -1 : signature_of(call->abi, call->name, arguments);
	unsigned last = call_text_argument_count(call, count);

	if (count < 0 && last == 0)
		return;
	buffer_add_text(out, "(");
	for (unsigned i = 0; i < last; i++) {
		buffer_add_text(out, i > 0 ? ", " : "");
		if (!(call->given >> i & 1)) {
			buffer_add_text(out, "*");
			continue;
		}
		if (names && (int)i < count)
			buffer_addf(out, "%s=", arguments[i].name);
		constant_add(out, call->abi, call->name, i, call->args[i]);
	}
	buffer_add_text(out, ")");
}

static void call_text_add_name(struct buffer *out, const struct call *call)
{
	if (call->name)
		buffer_add_text(out, call->name);
	else if (call->number == NUMBER_SKIPPED)
		buffer_add_text(out, "-1");
	else
		buffer_addf(out, "%u", call->number);
}

void call_add_text(struct buffer *out, const struct call *call)
{
	buffer_addf(out, "%s ", call->abi->name);
	call_text_add_name(out, call);
	call_text_add_arguments(out, call, true);
}

/* No ABI has this architecture: numbers are all there is. */
static void call_text_add_unknown(struct buffer *out, const struct seccomp_data *data)
{
	buffer_addf(out, "architecture 0x%x %u(", data->arch, (uint32_t)data->nr);
	for (int i = 0; i < CALL_ARGUMENTS; i++)
		buffer_addf(out, data->args[i] == 0 ? "%s%llx" : "%s0x%llx", i == 0 ? "" : ", ",
			    (unsigned long long)data->args[i]);
	buffer_add_text(out, ")");
}

void call_add(struct buffer *out, const struct seccomp_data *data)
{
	struct call call = {.abi = abi_of_call(data->arch, (uint32_t)data->nr),
			    .number = (uint32_t)data->nr};
	struct argument arguments[ARGUMENTS_MAX];
	int count;

	if (!call.abi) {
		call_text_add_unknown(out, data);
		return;
	}
	call.name = syscall_name(call.abi, call.number);
	count = signature_of(call.abi, call.name, arguments);
	memcpy(call.args, data->args, sizeof(call.args));
	for (int i = 0; i < CALL_ARGUMENTS; i++)
		if (count < 0 || i < count || data->args[i] != 0)
			call.given |= 1u << i;
	for (int i = CALL_ARGUMENTS; i-- > 0;) /* what stands before an argument is written too */
		if (call.given >> i > 1)
			call.given |= 1u << i;
	call_add_text(out, &call);
}

/* A value stands beyond the arguments that the call has: only its number may be given that. */
static bool call_text_has_beyond(const struct call *call)
{
	struct argument arguments[ARGUMENTS_MAX];
	int count = !call->name ? -1 : signature_of(call->abi, call->name, arguments);

	for (int i = count; i >= 0 && i < CALL_ARGUMENTS; i++)
		if (call->args[i] != 0)
			return true;
	return false;
}

void call_add_plain(struct buffer *out, const struct call *call, const struct abi *native)
{
	if (call->abi != native)
		buffer_addf(out, "%s:", call->abi->name);
	if (call_text_has_beyond(call))
		buffer_addf(out, "%u", call->number);
	else
		call_text_add_name(out, call);
	call_text_add_arguments(out, call, false);
}
