/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a program as text, one instruction a line, with comments: which word is loaded, and the
 * names of architectures, calls and outcomes.
 */
#include <config.h>

#include "filter/program/program.h"

#include <stdlib.h>

#include "filter/kernel/abi.h"
#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"

#define UNKNOWN UINT32_MAX

/* What holds on every path to an instruction; UNKNOWN where paths differ. */
struct context {
	bool reached;
	uint32_t offset; /* of the word in the accumulator */
	uint32_t arch;
};

static void program_text_meet_context(struct context *context, struct context other)
{
	if (!context->reached) {
		*context = other;
		context->reached = true;
		return;
	}
	if (context->offset != other.offset)
		context->offset = UNKNOWN;
	if (context->arch != other.arch)
		context->arch = UNKNOWN;
}

/* Jumps only go forward: one pass. */
static struct context *program_text_find_contexts(const struct program *program)
{
	struct context *contexts = mem_zero(program->length + 1, sizeof(*contexts));

	contexts[0] = (struct context){true, UNKNOWN, UNKNOWN};
	for (size_t at = 0; at < program->length; at++) {
		const struct sock_filter *insn = &program->code[at];
		struct context after = contexts[at], equal;

		if (BPF_CLASS(insn->code) == BPF_RET)
			continue;
		if (BPF_CLASS(insn->code) == BPF_LD)
			after.offset = BPF_MODE(insn->code) == BPF_ABS ? insn->k : UNKNOWN;
		else if (insn->code == (BPF_MISC | BPF_TXA) || BPF_CLASS(insn->code) == BPF_ALU)
			after.offset =
				insn->code == (BPF_ALU | BPF_AND | BPF_K) ? after.offset : UNKNOWN;
		if (BPF_CLASS(insn->code) != BPF_JMP) {
			program_text_meet_context(&contexts[at + 1], after);
		} else if (BPF_OP(insn->code) == BPF_JA) {
			program_text_meet_context(&contexts[at + 1 + insn->k], after);
		} else {
			equal = after;
			if (insn->code == (BPF_JMP | BPF_JEQ | BPF_K) &&
			    after.offset == offsetof(struct seccomp_data, arch))
				equal.arch = insn->k;
			program_text_meet_context(&contexts[at + 1 + insn->jt], equal);
			program_text_meet_context(&contexts[at + 1 + insn->jf], after);
		}
	}
	return contexts;
}

static void program_text_add_word(struct buffer *out, uint32_t offset, bool big_endian)
{
	uint32_t into = offset - (uint32_t)offsetof(struct seccomp_data, args);
	const char *half = (offset % 8 == 0) == big_endian ? "high" : "low";

	if (offset == offsetof(struct seccomp_data, nr))
		buffer_add_text(out, "number");
	else if (offset == offsetof(struct seccomp_data, arch))
		buffer_add_text(out, "arch");
	else if (offset < offsetof(struct seccomp_data, args))
		buffer_addf(out, "instruction pointer, %s half", half);
	else
		buffer_addf(out, "argument %u, %s half", into / 8, half);
}

static void program_text_add_arch_name(struct buffer *out, uint32_t audit_arch)
{
	for (int arch = 0; arch < ARCH_COUNT; arch++)
		if (abi_of((enum arch)arch)->audit_arch == audit_arch) {
			buffer_addf(out, "  ; %s", abi_of_call(audit_arch, 0)->name);
			return;
		}
}

/* The name of what a word is compared with. */
static void program_text_add_operand_name(struct buffer *out, const struct sock_filter *insn,
					  struct context context)
{
	const struct abi *abi;

	if (BPF_SRC(insn->code) != BPF_K)
		return;
	if (context.offset == offsetof(struct seccomp_data, arch)) {
		program_text_add_arch_name(out, insn->k);
	} else if (context.offset == offsetof(struct seccomp_data, nr) && context.arch != UNKNOWN) {
		abi = abi_of_call(context.arch, insn->k);
		if (abi && syscall_name(abi, insn->k))
			buffer_addf(out, "  ; %s %s", abi->name, syscall_name(abi, insn->k));
	}
}

static void program_text_add_jump(struct buffer *out, const struct sock_filter *insn, size_t at,
				  struct context context)
{
	const char *name = BPF_OP(insn->code) == BPF_JEQ   ? "jeq"
			   : BPF_OP(insn->code) == BPF_JGE ? "jge"
			   : BPF_OP(insn->code) == BPF_JGT ? "jgt"
							   : "jset";

	if (BPF_OP(insn->code) == BPF_JA) {
		buffer_addf(out, "jmp   %zu", at + 1 + insn->k);
		return;
	}
	if (BPF_SRC(insn->code) == BPF_X)
		buffer_addf(out, "%-5s x, %zu, %zu", name, at + 1 + insn->jt, at + 1 + insn->jf);
	else
		buffer_addf(out, "%-5s 0x%x, %zu, %zu", name, insn->k, at + 1 + insn->jt,
			    at + 1 + insn->jf);
	program_text_add_operand_name(out, insn, context);
}

static void program_text_add_alu(struct buffer *out, const struct sock_filter *insn)
{
	static const char *const names[] = {"add", "sub", "mul", "div", "or", "and",
					    "lsh", "rsh", "neg", "?",	"xor"};

	buffer_addf(out, "%-5s", names[BPF_OP(insn->code) >> 4]);
	if (BPF_OP(insn->code) == BPF_NEG)
		return;
	if (BPF_SRC(insn->code) == BPF_X)
		buffer_add_text(out, " x");
	else
		buffer_addf(out, " 0x%x", insn->k);
}

static void program_text_add_load(struct buffer *out, const struct sock_filter *insn,
				  bool big_endian)
{
	const char *name = BPF_CLASS(insn->code) == BPF_LD ? "ld" : "ldx";

	if (BPF_MODE(insn->code) == BPF_ABS) {
		buffer_addf(out, "%-5s [%u]  ; ", name, insn->k);
		program_text_add_word(out, insn->k, big_endian);
	} else if (BPF_MODE(insn->code) == BPF_MEM) {
		buffer_addf(out, "%-5s m[%u]", name, insn->k);
	} else if (BPF_MODE(insn->code) == BPF_LEN) {
		buffer_addf(out, "%-5s length", name);
	} else {
		buffer_addf(out, "%-5s 0x%x", name, insn->k);
	}
}

static void program_text_add_return(struct buffer *out, const struct sock_filter *insn)
{
	if (BPF_RVAL(insn->code) == BPF_A) {
		buffer_add_text(out, "ret   a");
		return;
	}
	buffer_addf(out, "ret   0x%x  ; ", insn->k);
	outcome_add(out, outcome_normal(insn->k));
}

static void program_text_add_instruction(struct buffer *out, const struct program *program,
					 size_t at, struct context context)
{
	const struct sock_filter *insn = &program->code[at];

	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
	case BPF_LDX:
		program_text_add_load(out, insn, program->big_endian);
		break;
	case BPF_ST:
	case BPF_STX:
		buffer_addf(out, "%-5s m[%u]", BPF_CLASS(insn->code) == BPF_ST ? "st" : "stx",
			    insn->k);
		break;
	case BPF_ALU:
		program_text_add_alu(out, insn);
		break;
	case BPF_JMP:
		program_text_add_jump(out, insn, at, context);
		break;
	case BPF_MISC:
		buffer_add_text(out, BPF_MISCOP(insn->code) == BPF_TAX ? "tax" : "txa");
		break;
	default:
		program_text_add_return(out, insn);
	}
}

void program_text(const struct program *program, struct buffer *out)
{
	CLEANUP(cleanup_free) struct context *contexts = program_text_find_contexts(program);

	for (size_t at = 0; at < program->length; at++) {
		buffer_addf(out, "%4zu: ", at);
		program_text_add_instruction(out, program, at, contexts[at]);
		buffer_add_text(out, "\n");
	}
}
