/* SPDX-License-Identifier: Apache-2.0 */
/* Random cBPF programs and calls for tests: a small generator that repeats for a seed. */
#ifndef TESTS_UNIT_RANDOM_PROGRAM_H
#define TESTS_UNIT_RANDOM_PROGRAM_H

#include "filter/program/program.h"

struct random {
	uint64_t state;
};

static inline uint32_t random_next(struct random *random)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return (uint32_t)(random->state >> 16);
}

static inline uint32_t random_below(struct random *random, uint32_t bound)
{
	return random_next(random) % bound;
}

/* Values that make comparisons meet often. */
static inline uint32_t random_value(struct random *random)
{
	static const uint32_t values[] = {0,	      1,	  2,	      5,
					  38,	      40,	  0xff,	      0x7e020000,
					  0x40000000, 0x7fffffff, 0x80000000, 0xfffffffe,
					  0xffffffff, 0xc000003e, 0x40000003, 0x7fff0000,
					  0x00050001, 0x00051000};
	uint32_t value = values[random_below(random, sizeof(values) / sizeof(values[0]))];

	switch (random_below(random, 6)) {
	case 0:
		return value + 1;
	case 1:
		return value - 1;
	case 2:
		return random_next(random);
	default:
		return value;
	}
}

static inline struct seccomp_data random_call(struct random *random)
{
	struct seccomp_data data = {.nr = (int)random_value(random), .arch = random_value(random)};

	data.instruction_pointer = random_value(random) | (uint64_t)random_value(random) << 32;
	for (int i = 0; i < 6; i++)
		data.args[i] = random_value(random) | (uint64_t)random_value(random) << 32;
	return data;
}

/*
 * A program of `length` instructions that the kernel would take. plain: only loads, AND, jumps and
 * returns, as compilers of filters write them.
 */
struct program random_program(struct random *random, size_t length, bool plain);

#endif
