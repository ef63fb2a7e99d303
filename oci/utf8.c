/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Well-formed UTF-8 as RFC 3629 section 4 and Unicode's table 3-7 define it: no overlong form, no
 * surrogate, nothing above U+10FFFF.
 */
#include <config.h>

#include "oci/utf8.h"

#include <string.h>

/* Length that the lead byte asks for, and the range of the byte after it; 0: not a lead byte. */
static size_t utf8_read_lead(unsigned char lead, unsigned char *low, unsigned char *high)
{
	*low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	*high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

size_t utf8_sequence(const unsigned char *text, size_t length, uint32_t *code)
{
	unsigned char low, high;
	size_t size = utf8_read_lead(text[0], &low, &high);
	uint32_t value = size > 1 ? text[0] & (0xffu >> (size + 1)) : text[0];

	if (size == 0 || size > length)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if (text[i] < low || text[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
		value = value << 6 | (text[i] & 0x3f);
	}
	if (code)
		*code = value;
	return size;
}

size_t utf8_check(const char *text, size_t length)
{
	size_t offset = 0;

	while (offset < length) {
		uint64_t eight;
		size_t size;

		if (length - offset >= sizeof(eight)) {
			memcpy(&eight, text + offset, sizeof(eight));
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				offset += sizeof(eight);
				continue;
			}
		}
		size = utf8_sequence((const unsigned char *)text + offset, length - offset, NULL);
		if (size == 0)
			break;
		offset += size;
	}
	return offset;
}
