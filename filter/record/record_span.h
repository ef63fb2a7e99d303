/* SPDX-License-Identifier: Apache-2.0 */
/* A piece of a recorded line, and what it holds: a word, a name, a number. */
#ifndef FILTER_RECORD_RECORD_SPAN_H
#define FILTER_RECORD_RECORD_SPAN_H

#include "oci/base.h"

/* Borrowed bytes of a line, not ended by a NUL. */
struct record_span {
	const char *text;
	size_t length; /* bytes */
};

bool record_span_is(struct record_span span, const char *word);
bool record_span_starts(struct record_span span, const char *word);
/* Copies a name into a buffer of RECORD_NAME_MAX + 1 bytes; false if it is none, or too long. */
#define RECORD_NAME_MAX 63
bool record_span_name(struct record_span span, char *name);
/* Reads the whole span as a number: 0x..., 0..., or decimal. False if it is none. */
bool record_span_number(struct record_span span, uint64_t *number);

#endif
