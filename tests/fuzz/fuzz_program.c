/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer harness of programs: any bytes are instructions as they are, or choices from which a
 * program that the kernel takes is written. What is accepted must end in a table or in the refusal;
 * the table answers as the interpreter, what is emitted from it reads back to the same table, and
 * each statement about two of them is shown by its witness.
 */
#include <config.h>

#include "filter/table/table_program.h"

#include <string.h>

#include "filter/kernel/action.h"
#include "filter/query/compare.h"
#include "filter/table/emit.h"
#include "tests/fuzz/choices.h"
#include "tests/unit/random_program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CALLS 64 /* asked of each program */

/*
 * In the order of how much work they can make: as compilers of filters write them, registers and
 * arithmetic with constants, arithmetic between two words.
 */
static const uint16_t codes[] = {
	BPF_LD | BPF_W | BPF_ABS,
	BPF_LD | BPF_W | BPF_ABS,
	BPF_JMP | BPF_JEQ | BPF_K,
	BPF_JMP | BPF_JEQ | BPF_K,
	BPF_JMP | BPF_JGE | BPF_K,
	BPF_JMP | BPF_JGT | BPF_K,
	BPF_JMP | BPF_JSET | BPF_K,
	BPF_ALU | BPF_AND | BPF_K,
	BPF_RET | BPF_K,
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
	BPF_RET | BPF_A,
	BPF_ALU | BPF_ADD | BPF_K,
	BPF_ALU | BPF_SUB | BPF_K,
	BPF_ALU | BPF_OR | BPF_K,
	BPF_ALU | BPF_XOR | BPF_K,
	BPF_ALU | BPF_LSH | BPF_K,
	BPF_ALU | BPF_RSH | BPF_K,
	BPF_ALU | BPF_NEG,
	BPF_JMP | BPF_JA,
	BPF_ALU | BPF_ADD | BPF_X,
	BPF_ALU | BPF_SUB | BPF_X,
	BPF_ALU | BPF_MUL | BPF_K,
	BPF_ALU | BPF_MUL | BPF_X,
	BPF_ALU | BPF_DIV | BPF_K,
	BPF_ALU | BPF_DIV | BPF_X,
	BPF_ALU | BPF_AND | BPF_X,
	BPF_ALU | BPF_OR | BPF_X,
	BPF_ALU | BPF_XOR | BPF_X,
	BPF_ALU | BPF_LSH | BPF_X,
	BPF_ALU | BPF_RSH | BPF_X,
	BPF_JMP | BPF_JEQ | BPF_X,
	BPF_JMP | BPF_JGE | BPF_X,
	BPF_JMP | BPF_JGT | BPF_X,
	BPF_JMP | BPF_JSET | BPF_X,
};

/* Heavy programs are seldom and short: each of them may use up the steps of a space. */
static const struct kind {
	unsigned codes; /* of the list */
	unsigned length;
} kinds[] = {{9, 64},  {9, 64},	 {9, 256},  {9, 4096},
	     {28, 32}, {28, 64}, {28, 256}, {ARRAY_SIZE(codes), 16}};

/* The bytes as the instructions themselves: most of these programs are refused. */
static struct program take_program(struct choices *choices)
{
	size_t length = choices->size / sizeof(struct sock_filter);
	struct program program = {.code = mem_alloc(choices->size), .length = length};

	if (length > 0)
		memcpy(program.code, choices->data, length * sizeof(*program.code));
	choices->size = 0;
	return program;
}

static uint32_t choose_operand(struct choices *choices)
{
	struct random random = {.state = 1 + choose(choices, 256)};

	switch (choose(choices, 4)) {
	case 0:
		return choose_word(choices);
	case 1:
		return UINT32_C(1) << choose(choices, 32);
	case 2:
		return choose(choices, 256);
	default:
		return random_value(&random);
	}
}

static uint32_t fitting_operand(uint16_t code, uint32_t k, size_t rest)
{
	static const uint32_t outcomes[] = {0x7fff0000, 0x00050001, 0, 0x80000000, 0x00055555};

	if (code == (BPF_LD | BPF_W | BPF_ABS))
		return k % (sizeof(struct seccomp_data) / 4) * 4;
	if (code == (BPF_JMP | BPF_JA))
		return k % rest;
	if (code == (BPF_ALU | BPF_LSH | BPF_K) || code == (BPF_ALU | BPF_RSH | BPF_K))
		return k % 32;
	if (code == (BPF_ALU | BPF_DIV | BPF_K))
		return k == 0 ? 3 : k;
	if (code == (BPF_RET | BPF_K))
		return outcomes[k % ARRAY_SIZE(outcomes)];
	switch (code) {
	case BPF_ST:
	case BPF_STX:
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
		return k % 2; /* both are written first */
	default:
		return k;
	}
}

static struct sock_filter choose_instruction(struct choices *choices, unsigned count, size_t rest)
{
	uint16_t code = codes[choose(choices, count)];
	struct sock_filter insn = {.code = code};

	insn.k = fitting_operand(code, choose_operand(choices), rest);
	if (BPF_CLASS(code) == BPF_JMP && code != (BPF_JMP | BPF_JA)) {
		insn.jt = (uint8_t)(choose(choices, 256) % rest);
		insn.jf = (uint8_t)(choose(choices, 256) % rest);
	}
	return insn;
}

/* A program that the kernel takes. */
static struct program write_program(struct choices *choices)
{
	const struct kind *kind = &kinds[choose(choices, ARRAY_SIZE(kinds))];
	size_t length = 4 + choose(choices, 256) * (kind->length - 4) / 255;
	struct program program = {.code = mem_alloc(length * sizeof(*program.code)),
				  .length = length};

	program.code[0] = (struct sock_filter)BPF_STMT(BPF_ST, 0);
	program.code[1] = (struct sock_filter)BPF_STMT(BPF_ST, 1);
	for (size_t i = 2; i + 1 < length; i++)
		program.code[i] = choose_instruction(choices, kind->codes, length - i - 1);
	program.code[length - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0x7fff0000);
	return program;
}

/* A call that often meets one of the program's constants. */
static struct seccomp_data call_for(struct random *random, const struct program *program)
{
	struct seccomp_data data = random_call(random);

	for (unsigned word = 0; word < WORD_COUNT; word++)
		if (random_below(random, 2))
			word_set(&data, word,
				 program->code[random_below(random, (uint32_t)program->length)].k +
					 random_below(random, 3) - 1);
	return data;
}

static void check_answers(const struct space *space, struct node table,
			  const struct program *program)
{
	struct random random = {.state = program->length + 1};

	for (int i = 0; i < CALLS; i++) {
		struct seccomp_data data = call_for(&random, program);
		unsigned steps = 0;

		must(table_lookup(space, table, &data) ==
		     outcome_normal(program_run(program, &data, &steps)));
		must(steps > 0 && steps <= program->length);
	}
}

static void check_emitted(struct space *space, struct node table, bool big_endian)
{
	struct findings findings = {0};
	struct program emitted = {0};
	struct node again;

	if (emit_program(space, table, NULL, big_endian, &emitted) != 0)
		return;
	must(program_check(&emitted, &findings) == 0);
	again = table_from_program(space, &emitted);
	must(node_same(again, table) || node_same(again, TABLE_FULL));
	check_answers(space, table, &emitted);
	program_free(&emitted);
}

static void check_statement(const struct space *space, struct node a, struct node b,
			    enum compare_what what, const struct difference *difference)
{
	const struct table_range *region = &difference->region;
	const struct seccomp_data *witness = &region->witness;
	struct buffer line = {0};

	must(difference->a != difference->b);
	must(table_lookup(space, a, witness) == difference->a);
	must(table_lookup(space, b, witness) == difference->b);
	must(witness->arch >= region->arch_first && witness->arch <= region->arch_last);
	must((uint32_t)witness->nr >= region->first && (uint32_t)witness->nr <= region->last);
	must(what == COMPARE_ALL || outcome_class(difference->b) > outcome_class(difference->a));
	difference_add(&line, difference);
	must(line.length > 0 && !strchr(line.data, '\n'));
	buffer_free(&line);
}

static void check_statements(struct space *space, struct node a, struct node b,
			     enum compare_what what)
{
	struct differences there = {0}, back = {0};

	if (compare_tables(space, a, b, what, &there) == 0) {
		must(what != COMPARE_ALL || (there.count > 0) == (!node_same(a, b)));
		for (size_t i = 0; i < there.count; i++)
			check_statement(space, a, b, what, &there.list[i]);
		if (what == COMPARE_ALL && compare_tables(space, b, a, what, &back) == 0) {
			must(back.count == there.count);
			for (size_t i = 0; i < there.count; i++)
				must(back.list[i].a == there.list[i].b &&
				     back.list[i].b == there.list[i].a);
		}
	}
	differences_free(&there);
	differences_free(&back);
}

/* Its table, or TABLE_FULL where it was refused. */
static struct node read_program(struct space *space, struct choices *choices)
{
	unsigned options = choose(choices, 256);
	bool written = options % 4 != 0;
	struct program program = written ? write_program(choices) : take_program(choices);
	struct findings findings = {0};
	struct node table = TABLE_FULL;
	struct buffer text = {0};

	program.big_endian = options & 4;
	if (program_check(&program, &findings) == 0) {
		program_text(&program, &text);
		must(text.length > 0);
		table = table_from_program(space, &program);
		if (!node_same(table, TABLE_FULL)) {
			check_answers(space, table, &program);
			check_emitted(space, table, program.big_endian);
		}
	} else {
		must(!written && findings.errors == 1);
	}
	buffer_free(&text);
	findings_free(&findings);
	program_free(&program);
	return table;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct space *space = space_new();
	struct choices choices = {data, size};
	struct node a = read_program(space, &choices);

	if (!node_same(a, TABLE_FULL) && choices.size > 0) {
		struct node b = read_program(space, &choices);

		if (!node_same(b, TABLE_FULL)) {
			check_statements(space, a, b, COMPARE_ALL);
			check_statements(space, a, b, COMPARE_LAXER);
		}
		check_statements(space, a, a, COMPARE_ALL);
	}
	space_free(space);
	return 0;
}
