/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tests/unit/random_program.h"

#include <stdlib.h>

static struct sock_filter random_load(struct random *random)
{
	return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4 * random_below(random, 16));
}

static struct sock_filter random_jump(struct random *random, size_t rest, bool plain)
{
	static const uint16_t operations[] = {BPF_JEQ, BPF_JEQ, BPF_JGE, BPF_JGT, BPF_JSET};
	uint32_t reach = rest - 1 < 256 ? (uint32_t)rest - 1 : 256;
	uint16_t source = !plain && random_below(random, 4) == 0 ? BPF_X : BPF_K;

	if (!plain && random_below(random, 12) == 0)
		return (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA,
						    random_below(random, (uint32_t)rest));
	if (reach > 12)
		reach = 12;
	return (struct sock_filter)BPF_JUMP(BPF_JMP | operations[random_below(random, 5)] | source,
					    random_value(random),
					    (uint8_t)random_below(random, reach + 1),
					    (uint8_t)random_below(random, reach + 1));
}

static struct sock_filter random_odd(struct random *random)
{
	static const uint16_t codes[] = {BPF_ALU | BPF_ADD | BPF_K,
					 BPF_ALU | BPF_ADD | BPF_X,
					 BPF_ALU | BPF_SUB | BPF_K,
					 BPF_ALU | BPF_SUB | BPF_X,
					 BPF_ALU | BPF_MUL | BPF_K,
					 BPF_ALU | BPF_DIV | BPF_K,
					 BPF_ALU | BPF_DIV | BPF_X,
					 BPF_ALU | BPF_OR | BPF_K,
					 BPF_ALU | BPF_XOR | BPF_K,
					 BPF_ALU | BPF_AND | BPF_X,
					 BPF_ALU | BPF_LSH | BPF_K,
					 BPF_ALU | BPF_RSH | BPF_K,
					 BPF_ALU | BPF_LSH | BPF_X,
					 BPF_ALU | BPF_RSH | BPF_X,
					 BPF_ALU | BPF_NEG,
					 BPF_MISC | BPF_TAX,
					 BPF_MISC | BPF_TXA,
					 BPF_LDX | BPF_IMM,
					 BPF_LD | BPF_IMM,
					 BPF_ST,
					 BPF_STX,
					 BPF_LD | BPF_MEM,
					 BPF_LDX | BPF_MEM,
					 BPF_LDX | BPF_W | BPF_LEN};
	uint16_t code = codes[random_below(random, sizeof(codes) / sizeof(codes[0]))];
	uint32_t k = random_value(random);

	if (code == (BPF_ALU | BPF_LSH | BPF_K) || code == (BPF_ALU | BPF_RSH | BPF_K))
		k %= 32;
	if (code == (BPF_ALU | BPF_DIV | BPF_K) && k == 0)
		k = 3;
	if (code == BPF_ST || code == BPF_STX || code == (BPF_LD | BPF_MEM) ||
	    code == (BPF_LDX | BPF_MEM))
		k %= 4;
	return (struct sock_filter)BPF_STMT(code, k);
}

static struct sock_filter random_return(struct random *random, bool plain)
{
	static const uint32_t values[] = {0x7fff0000, 0x00050001, 0x00050026, 0,
					  0x80000000, 0x7ffc0000, 0x7ff00007, 0x00030000,
					  0x7fc00000, 0x00055555, 0x12340000};

	if (!plain && random_below(random, 16) == 0)
		return (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	return (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
					    values[random_below(random, plain ? 3 : 11)]);
}

struct program random_program(struct random *random, size_t length, bool plain)
{
	struct program program = {.code = mem_alloc(length * sizeof(struct sock_filter)),
				  .length = length};
	size_t start = plain ? 0 : 4;

	/* Scratch words that are read must be written. */
	for (size_t i = 0; i < start && i < length; i++)
		program.code[i] = (struct sock_filter)BPF_STMT(BPF_ST, (uint32_t)i);
	for (size_t i = start; i < length; i++) {
		uint32_t kind = random_below(random, 10);

		if (i + 1 == length || kind == 0)
			program.code[i] = random_return(random, plain);
		else if (kind < 4)
			program.code[i] = random_load(random);
		else if (kind == 4)
			program.code[i] =
				plain ? (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K,
								     random_value(random))
				      : random_odd(random);
		else
			program.code[i] = random_jump(random, length - i - 1, plain);
	}
	return program;
}
