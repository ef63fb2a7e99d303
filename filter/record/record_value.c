/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads argument values as strace(1) writes them: numbers, the kernel's words joined by |,
 * descriptors and processes with what they are in angle brackets. Everything else (text,
 * structures, lists, addresses left out) has no value.
 */
#include <config.h>

#include "filter/record/record.h"

#include <string.h>

#include "filter/kernel/constants.h"

#define DIRECTION_SHIFT 30 /* of _IOC, include/uapi/asm-generic/ioctl.h: most architectures */
#define SIZE_SHIFT	16
#define TYPE_SHIFT	8

static struct record_span record_value_trimmed(struct record_span text)
{
	while (text.length > 0 && text.text[0] == ' ')
		text = (struct record_span){text.text + 1, text.length - 1};
	while (text.length > 0 && text.text[text.length - 1] == ' ')
		text.length--;
	return text;
}

/* Without what strace adds: a remark at the end, and what a number is, as in 3</dev/null>. */
static struct record_span record_value_bare(struct record_span text)
{
	text = record_value_trimmed(text);
	if (text.length > 4 && memcmp(text.text + text.length - 2, "*/", 2) == 0)
		for (size_t i = 0; i + 2 < text.length; i++)
			if (memcmp(text.text + i, "/*", 2) == 0)
				text.length = i;
	text = record_value_trimmed(text);
	if (text.length > 0 && text.text[text.length - 1] == '>') {
		const char *open = memchr(text.text, '<', text.length);

		if (open && open + 1 < text.text + text.length && open[1] != '<')
			text.length = (size_t)(open - text.text);
	}
	return record_value_trimmed(text);
}

/* One number or word. */
static bool record_value_read_part(const struct abi *abi, struct record_span part, uint64_t *value)
{
	const bool negative = part.length > 1 && part.text[0] == '-';
	char name[RECORD_NAME_MAX + 1];

	if (negative)
		part = (struct record_span){part.text + 1, part.length - 1};
	if (record_span_number(part, value)) {
		*value = negative ? 0 - *value : *value;
		return true;
	}
	if (negative || !record_span_name(part, name))
		return false;
	if (strcmp(name, "NULL") == 0) {
		*value = 0;
		return true;
	}
	return constant_value_on(abi, name, value);
}

/* The next part up to a separator; the rest moves on. */
static struct record_span record_value_next_part(struct record_span *rest, char separator)
{
	const char *end = memchr(rest->text, separator, rest->length);
	const size_t length = !end ? rest->length : (size_t)(end - rest->text);
	const size_t used = !end ? rest->length : length + 1;
	const struct record_span part =
		record_value_trimmed((struct record_span){rest->text, length});

	*rest = (struct record_span){rest->text + used, rest->length - used};
	return part;
}

/* "_IOC(_IOC_READ|_IOC_WRITE, 0x54, 0x1, 0x8)", a request that strace has no word for. */
static bool record_value_read_ioc(struct record_span text, uint64_t *value)
{
	struct record_span inner = {text.text + 5, text.length - 6}, directions;
	uint64_t type, number, size, direction = 0;

	directions = record_value_next_part(&inner, ',');
	while (directions.length > 0) {
		const struct record_span word = record_value_next_part(&directions, '|');

		if (record_span_is(word, "_IOC_READ"))
			direction |= 2;
		else if (record_span_is(word, "_IOC_WRITE"))
			direction |= 1;
		else if (!record_span_is(word, "_IOC_NONE") && !record_span_is(word, "0"))
			return false;
	}
	if (!record_span_number(record_value_next_part(&inner, ','), &type) ||
	    !record_span_number(record_value_next_part(&inner, ','), &number) ||
	    !record_span_number(record_value_trimmed(inner), &size))
		return false;
	*value = direction << DIRECTION_SHIFT | size << SIZE_SHIFT | type << TYPE_SHIFT | number;
	return true;
}

/* PowerPC, MIPS and PA-RISC divide a request in another way. */
static bool record_value_has_generic_requests(const struct abi *abi)
{
	switch (abi->arch) {
	case ARCH_X86:
	case ARCH_X86_64:
	case ARCH_X32:
	case ARCH_ARM:
	case ARCH_AARCH64:
	case ARCH_RISCV64:
	case ARCH_LOONGARCH64:
	case ARCH_S390:
	case ARCH_S390X:
		return true;
	default:
		return false;
	}
}

bool record_value_read(const struct abi *abi, struct record_span text, uint64_t *value)
{
	uint64_t part;

	text = record_value_bare(text);
	*value = 0;
	if (text.length == 0)
		return false;
	if (text.length > 6 && record_span_starts(text, "_IOC(") &&
	    text.text[text.length - 1] == ')')
		return record_value_has_generic_requests(abi) && record_value_read_ioc(text, value);
	if (text.text[text.length - 1] == '|')
		return false;
	while (text.length > 0) {
		if (!record_value_read_part(abi, record_value_next_part(&text, '|'), &part))
			return false;
		*value |= part;
	}
	return true;
}
