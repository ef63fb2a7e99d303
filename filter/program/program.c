/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks cBPF programs as the kernel does (net/core/filter.c bpf_check_classic, kernel/seccomp.c
 * seccomp_check_filter), and runs them.
 */
#include <config.h>

#include "filter/program/program.h"

#include <stdlib.h>
#include <string.h>

/* The instructions that seccomp_check_filter lets pass; LD|W|LEN and LDX|W|LEN load a constant. */
static const uint16_t allowed_codes[] = {
	BPF_LD | BPF_W | BPF_ABS,
	BPF_LD | BPF_W | BPF_LEN,
	BPF_LDX | BPF_W | BPF_LEN,
	BPF_LD | BPF_IMM,
	BPF_LDX | BPF_IMM,
	BPF_LD | BPF_MEM,
	BPF_LDX | BPF_MEM,
	BPF_ST,
	BPF_STX,
	BPF_MISC | BPF_TAX,
	BPF_MISC | BPF_TXA,
	BPF_RET | BPF_K,
	BPF_RET | BPF_A,
	BPF_ALU | BPF_ADD | BPF_K,
	BPF_ALU | BPF_ADD | BPF_X,
	BPF_ALU | BPF_SUB | BPF_K,
	BPF_ALU | BPF_SUB | BPF_X,
	BPF_ALU | BPF_MUL | BPF_K,
	BPF_ALU | BPF_MUL | BPF_X,
	BPF_ALU | BPF_DIV | BPF_K,
	BPF_ALU | BPF_DIV | BPF_X,
	BPF_ALU | BPF_AND | BPF_K,
	BPF_ALU | BPF_AND | BPF_X,
	BPF_ALU | BPF_OR | BPF_K,
	BPF_ALU | BPF_OR | BPF_X,
	BPF_ALU | BPF_XOR | BPF_K,
	BPF_ALU | BPF_XOR | BPF_X,
	BPF_ALU | BPF_LSH | BPF_K,
	BPF_ALU | BPF_LSH | BPF_X,
	BPF_ALU | BPF_RSH | BPF_K,
	BPF_ALU | BPF_RSH | BPF_X,
	BPF_ALU | BPF_NEG,
	BPF_JMP | BPF_JA,
	BPF_JMP | BPF_JEQ | BPF_K,
	BPF_JMP | BPF_JEQ | BPF_X,
	BPF_JMP | BPF_JGE | BPF_K,
	BPF_JMP | BPF_JGE | BPF_X,
	BPF_JMP | BPF_JGT | BPF_K,
	BPF_JMP | BPF_JGT | BPF_X,
	BPF_JMP | BPF_JSET | BPF_K,
	BPF_JMP | BPF_JSET | BPF_X,
};

void program_free(struct program *program)
{
	free(program->code);
	program->code = NULL;
	program->length = 0;
}

static bool program_allows_code(uint16_t code)
{
	for (size_t i = 0; i < ARRAY_SIZE(allowed_codes); i++)
		if (allowed_codes[i] == code)
			return true;
	return false;
}

/* Why the kernel would refuse this instruction, wherever it stands; NULL if it would not. */
static const char *program_instruction_fault(const struct program *program, size_t at)
{
	const struct sock_filter *insn = &program->code[at];
	size_t rest = program->length - at - 1;

	if (!program_allows_code(insn->code))
		return "is not an instruction of a seccomp filter";
	if (insn->code == (BPF_LD | BPF_W | BPF_ABS) &&
	    (insn->k >= sizeof(struct seccomp_data) || insn->k % 4 != 0))
		return "loads from outside struct seccomp_data or unaligned";
	if (insn->code == (BPF_ALU | BPF_DIV | BPF_K) && insn->k == 0)
		return "divides by zero";
	if ((insn->code == (BPF_ALU | BPF_LSH | BPF_K) ||
	     insn->code == (BPF_ALU | BPF_RSH | BPF_K)) &&
	    insn->k >= 32)
		return "shifts by more than 31";
	if ((insn->code == (BPF_LD | BPF_MEM) || insn->code == (BPF_LDX | BPF_MEM) ||
	     insn->code == BPF_ST || insn->code == BPF_STX) &&
	    insn->k >= BPF_MEMWORDS)
		return "uses a scratch word beyond the 16th";
	if (BPF_CLASS(insn->code) != BPF_JMP)
		return NULL;
	if (insn->code == (BPF_JMP | BPF_JA))
		return insn->k >= rest ? "jumps past the end" : NULL;
	return insn->jt >= rest || insn->jf >= rest ? "jumps past the end" : NULL;
}

static void program_meet_mask(uint16_t *masks, size_t at, uint16_t valid)
{
	masks[at] &= valid;
}

/* The scratch words that are written on every path to an instruction must cover those it reads. */
static size_t program_first_unwritten_load(const struct program *program)
{
	CLEANUP(cleanup_free) uint16_t *masks = mem_alloc(program->length * sizeof(*masks));
	uint16_t valid = 0;

	memset(masks, 0xff, program->length * sizeof(*masks));
	for (size_t at = 0; at < program->length; at++) {
		const struct sock_filter *insn = &program->code[at];

		valid &= masks[at];
		if (insn->code == BPF_ST || insn->code == BPF_STX) {
			valid |= (uint16_t)(1u << insn->k);
		} else if (insn->code == (BPF_LD | BPF_MEM) || insn->code == (BPF_LDX | BPF_MEM)) {
			if ((valid & 1u << insn->k) == 0)
				return at;
		} else if (insn->code == (BPF_JMP | BPF_JA)) {
			program_meet_mask(masks, at + 1 + insn->k, valid);
			valid = UINT16_MAX;
		} else if (BPF_CLASS(insn->code) == BPF_JMP) {
			program_meet_mask(masks, at + 1 + insn->jt, valid);
			program_meet_mask(masks, at + 1 + insn->jf, valid);
			valid = UINT16_MAX;
		}
	}
	return program->length;
}

int program_check(const struct program *program, struct findings *findings)
{
	size_t at;

	if (program->length == 0 || program->length > PROGRAM_LENGTH_MAX)
		return finding_error(findings, "program-length", NOWHERE, NULL,
				     "the program has %zu instructions, the kernel accepts 1 to %d",
				     program->length, PROGRAM_LENGTH_MAX);
	for (at = 0; at < program->length; at++) {
		const char *fault = program_instruction_fault(program, at);

		if (fault)
			return finding_error(findings, "program-instruction", NOWHERE, NULL,
					     "instruction %zu (code 0x%02x, k 0x%x) %s", at,
					     program->code[at].code, program->code[at].k, fault);
	}
	at = program_first_unwritten_load(program);
	if (at < program->length)
		return finding_error(
			findings, "program-instruction", NOWHERE, NULL,
			"instruction %zu reads scratch memory that some path has not written", at);
	if (BPF_CLASS(program->code[program->length - 1].code) != BPF_RET)
		return finding_error(findings, "program-instruction", NOWHERE, NULL,
				     "the last instruction (%zu) does not return",
				     program->length - 1);
	return 0;
}

/* The word at an offset of struct seccomp_data as the target lays it out, its value in our order.
 */
static uint32_t program_data_word(const struct seccomp_data *data, uint32_t offset, bool big_endian)
{
	bool high = (offset % 8 == 0) == big_endian;
	uint64_t wide;

	if (offset == offsetof(struct seccomp_data, nr))
		return (uint32_t)data->nr;
	if (offset == offsetof(struct seccomp_data, arch))
		return data->arch;
	if (offset < offsetof(struct seccomp_data, args))
		wide = data->instruction_pointer;
	else
		wide = data->args[(offset - offsetof(struct seccomp_data, args)) / 8];
	return high ? (uint32_t)(wide >> 32) : (uint32_t)wide;
}

static uint32_t program_alu(uint16_t operation, uint32_t a, uint32_t operand)
{
	switch (operation) {
	case BPF_ADD:
		return a + operand;
	case BPF_SUB:
		return a - operand;
	case BPF_MUL:
		return a * operand;
	case BPF_DIV:
		return a / operand;
	case BPF_AND:
		return a & operand;
	case BPF_OR:
		return a | operand;
	case BPF_XOR:
		return a ^ operand;
	case BPF_LSH:
		return a << (operand & 31);
	case BPF_RSH:
		return a >> (operand & 31);
	default: /* BPF_NEG */
		return -a;
	}
}

static bool program_takes_jump(uint16_t operation, uint32_t a, uint32_t operand)
{
	switch (operation) {
	case BPF_JEQ:
		return a == operand;
	case BPF_JGE:
		return a >= operand;
	case BPF_JGT:
		return a > operand;
	default: /* BPF_JSET */
		return (a & operand) != 0;
	}
}

/* *steps gets how many instructions are executed, *last the position of the last; both may be NULL.
 */
static uint32_t program_execute(const struct program *program, const struct seccomp_data *data,
				unsigned *steps, size_t *last)
{
	uint32_t a = 0, x = 0, memory[BPF_MEMWORDS] = {0};
	unsigned count = 0;

	for (size_t at = 0; at < program->length; at++) {
		const struct sock_filter *insn = &program->code[at];
		uint32_t operand = BPF_SRC(insn->code) == BPF_X ? x : insn->k;

		count++;
		if (steps)
			*steps = count;
		if (last)
			*last = at;
		switch (BPF_CLASS(insn->code)) {
		case BPF_LD:
		case BPF_LDX: {
			uint32_t value = insn->k;

			if (BPF_MODE(insn->code) == BPF_ABS)
				value = program_data_word(data, insn->k, program->big_endian);
			else if (BPF_MODE(insn->code) == BPF_LEN)
				value = sizeof(struct seccomp_data);
			else if (BPF_MODE(insn->code) == BPF_MEM)
				value = memory[insn->k];
			*(BPF_CLASS(insn->code) == BPF_LD ? &a : &x) = value;
			break;
		}
		case BPF_ST:
			memory[insn->k] = a;
			break;
		case BPF_STX:
			memory[insn->k] = x;
			break;
		case BPF_ALU:
			/* The kernel ends a program that divides by a zero in X with 0. */
			if (BPF_OP(insn->code) == BPF_DIV && operand == 0)
				return 0;
			a = program_alu(BPF_OP(insn->code), a, operand);
			break;
		case BPF_JMP:
			if (BPF_OP(insn->code) == BPF_JA)
				at += insn->k;
			else
				at += program_takes_jump(BPF_OP(insn->code), a, operand) ? insn->jt
											 : insn->jf;
			break;
		case BPF_MISC:
			if (BPF_MISCOP(insn->code) == BPF_TAX)
				x = a;
			else
				a = x;
			break;
		default: /* BPF_RET */
			return BPF_RVAL(insn->code) == BPF_A ? a : insn->k;
		}
	}
	return 0; /* not reached: a checked program returns; KILL_THREAD to be safe */
}

uint32_t program_run(const struct program *program, const struct seccomp_data *data,
		     unsigned *steps)
{
	return program_execute(program, data, steps, NULL);
}

size_t program_last(const struct program *program, const struct seccomp_data *data)
{
	size_t last = 0;

	(void)program_execute(program, data, NULL, &last); /* only the position is needed */
	return last;
}

static void program_add_u16(struct buffer *out, uint16_t value, bool big_endian)
{
	unsigned char bytes[2] = {(unsigned char)value, (unsigned char)(value >> 8)};

	if (big_endian) {
		bytes[0] = (unsigned char)(value >> 8);
		bytes[1] = (unsigned char)value;
	}
	buffer_add(out, bytes, sizeof(bytes));
}

static void program_add_u32(struct buffer *out, uint32_t value, bool big_endian)
{
	program_add_u16(out, (uint16_t)(big_endian ? value >> 16 : value), big_endian);
	program_add_u16(out, (uint16_t)(big_endian ? value : value >> 16), big_endian);
}

void program_bytes(const struct program *program, struct buffer *out)
{
	for (size_t at = 0; at < program->length; at++) {
		const struct sock_filter *insn = &program->code[at];
		unsigned char jumps[2] = {insn->jt, insn->jf};

		program_add_u16(out, insn->code, program->big_endian);
		buffer_add(out, jumps, sizeof(jumps));
		program_add_u32(out, insn->k, program->big_endian);
	}
}
