/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of an input as a list of choices; 0 for ever at their end. */
#ifndef TESTS_FUZZ_CHOICES_H
#define TESTS_FUZZ_CHOICES_H

#include <stdlib.h>

#include "oci/base.h"

struct choices {
	const uint8_t *data;
	size_t size;
};

static inline unsigned choose(struct choices *choices, unsigned count)
{
	if (choices->size == 0)
		return 0;
	choices->size--;
	return *choices->data++ % count;
}

static inline uint32_t choose_word(struct choices *choices)
{
	uint32_t word = 0;

	for (int i = 0; i < 4; i++)
		word = word << 8 | choose(choices, 256);
	return word;
}

/* Aborts, so that the fuzzer keeps the input. */
static inline void must(bool condition)
{
	if (!condition)
		abort();
}

#endif
