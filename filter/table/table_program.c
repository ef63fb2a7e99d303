/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program on all calls at once. A register's value is 32 boolean tables, one a bit, so
 * any arithmetic is exact. What an instruction leads to depends only on it and on the registers
 * that are read later (live ones): that pair is the memo's key, and keeps programs of 2^384 paths
 * small.
 */
#include <config.h>

#include "filter/table/table_program.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/table/bits32.h"

#define DATA_BITS    16 /* SECCOMP_RET_DATA */
#define REGISTER_A   16 /* bits of a set of registers: scratch words 0..15, A, X */
#define REGISTER_X   17
#define REGISTERS    18
#define FIRST_VALUES 256u
/* Values are large, and table_program_follow() calls itself for every jump: they stay out of its
 * frames. */
#define OUT_OF_LINE __attribute__((noinline))

/* The registers at an instruction, as numbers of values; those that are not live are 0. */
struct program_state {
	uint32_t registers[REGISTERS];
};

struct memo {
	struct program_state state;
	uint32_t at; /* instruction + 1, 0 for an empty entry */
	struct node result;
};

struct program_reading {
	struct space *space;
	const struct program *program;
	uint32_t *live; /* by instruction: set of registers that are read from there on */
	struct bits32 *values;
	uint32_t value_count, value_capacity;
	uint32_t *value_index; /* open addressing: number + 1 */
	struct memo *memos;    /* open addressing */
	uint32_t memo_count, memo_capacity;
	bool full;
};

#define HASH_START UINT64_C(0x9e3779b97f4a7c15)

static uint64_t table_program_hash_word(uint64_t hash, uint32_t word)
{
	hash = (hash ^ word) * UINT64_C(0xbf58476d1ce4e5b9);
	return hash ^ hash >> 31;
}

static uint32_t table_program_hash_value(const struct bits32 *value)
{
	uint64_t hash = HASH_START;

	for (size_t i = 0; i < BITS32_COUNT; i++)
		hash = table_program_hash_word(hash, value->bits[i].index);
	return (uint32_t)(hash >> 16);
}

static uint32_t *table_program_value_slot(const struct program_reading *r,
					  const struct bits32 *value)
{
	uint32_t mask = r->value_capacity * 2 - 1;
	uint32_t at = table_program_hash_value(value) & mask;

	while (r->value_index[at] != 0 &&
	       memcmp(&r->values[r->value_index[at] - 1], value, sizeof(*value)) != 0)
		at = (at + 1) & mask;
	return &r->value_index[at];
}

static void table_program_values_grow(struct program_reading *r)
{
	r->value_capacity = r->value_capacity == 0 ? FIRST_VALUES : r->value_capacity * 2;
	r->values = mem_resize(r->values, r->value_capacity, sizeof(*r->values));
	free(r->value_index);
	r->value_index = mem_zero((size_t)r->value_capacity * 2, sizeof(*r->value_index));
	for (uint32_t i = 0; i < r->value_count; i++)
		*table_program_value_slot(r, &r->values[i]) = i + 1;
}

static uint32_t table_program_intern(struct program_reading *r, const struct bits32 *value)
{
	uint32_t *slot;

	for (int i = 0; i < BITS32_COUNT; i++)
		if (node_same(value->bits[i], TABLE_FULL))
			r->full = true;
	slot = table_program_value_slot(r, value);
	if (*slot != 0)
		return *slot - 1;
	if (r->value_count == r->value_capacity) {
		table_program_values_grow(r);
		slot = table_program_value_slot(r, value);
	}
	r->values[r->value_count] = *value;
	*slot = ++r->value_count;
	return r->value_count - 1;
}

static uint32_t table_program_constant(struct program_reading *r, uint32_t constant)
{
	struct bits32 value;

	for (int i = 0; i < BITS32_COUNT; i++)
		value.bits[i] = constant >> i & 1 ? TABLE_TRUE : TABLE_FALSE;
	return table_program_intern(r, &value);
}

/* The word at an offset of struct seccomp_data. */
static uint32_t table_program_word(struct program_reading *r, uint32_t offset)
{
	bool upper = (offset % 8 == 0) == r->program->big_endian;
	struct bits32 value;
	unsigned word;

	if (offset == offsetof(struct seccomp_data, nr))
		word = WORD_NUMBER;
	else if (offset == offsetof(struct seccomp_data, arch))
		word = WORD_ARCH;
	else if (offset < offsetof(struct seccomp_data, args))
		word = WORD_IP + !upper;
	else
		word = WORD_ARGUMENTS +
		       2 * (unsigned)((offset - offsetof(struct seccomp_data, args)) / 8) + !upper;
	for (unsigned i = 0; i < BITS32_COUNT; i++)
		value.bits[i] = table_node(r->space, level_of(word, i), TABLE_FALSE, TABLE_TRUE);
	return table_program_intern(r, &value);
}

static uint32_t table_program_register_bit(unsigned number)
{
	return UINT32_C(1) << number;
}

/* The registers that are read before they are written, given those after the instruction. */
static uint32_t table_program_live_before(const struct sock_filter *insn, uint32_t after)
{
	uint32_t x = BPF_SRC(insn->code) == BPF_X ? table_program_register_bit(REGISTER_X) : 0;

	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		after &= ~table_program_register_bit(REGISTER_A);
		return BPF_MODE(insn->code) == BPF_MEM ? after | table_program_register_bit(insn->k)
						       : after;
	case BPF_LDX:
		after &= ~table_program_register_bit(REGISTER_X);
		return BPF_MODE(insn->code) == BPF_MEM ? after | table_program_register_bit(insn->k)
						       : after;
	case BPF_ST:
		return (after & ~table_program_register_bit(insn->k)) |
		       table_program_register_bit(REGISTER_A);
	case BPF_STX:
		return (after & ~table_program_register_bit(insn->k)) |
		       table_program_register_bit(REGISTER_X);
	case BPF_ALU:
		return after | table_program_register_bit(REGISTER_A) | x;
	case BPF_JMP:
		return BPF_OP(insn->code) == BPF_JA
			       ? after
			       : after | table_program_register_bit(REGISTER_A) | x;
	case BPF_MISC:
		if (BPF_MISCOP(insn->code) == BPF_TAX)
			return (after & ~table_program_register_bit(REGISTER_X)) |
			       table_program_register_bit(REGISTER_A);
		return (after & ~table_program_register_bit(REGISTER_A)) |
		       table_program_register_bit(REGISTER_X);
	default: /* BPF_RET */
		return BPF_RVAL(insn->code) == BPF_A ? table_program_register_bit(REGISTER_A) : 0;
	}
}

/* Jumps only go forward: one pass from the end is enough. */
static void table_program_find_live(struct program_reading *r)
{
	const struct program *program = r->program;

	r->live = mem_zero(program->length + 1, sizeof(*r->live));
	for (size_t at = program->length; at-- > 0;) {
		const struct sock_filter *insn = &program->code[at];
		uint32_t after = r->live[at + 1];

		if (insn->code == (BPF_JMP | BPF_JA))
			after = r->live[at + 1 + insn->k];
		else if (BPF_CLASS(insn->code) == BPF_JMP)
			after = r->live[at + 1 + insn->jt] | r->live[at + 1 + insn->jf];
		r->live[at] = table_program_live_before(insn, after);
	}
}

/* A returned register: every value that it can have is an outcome. Decides its highest bit first.
 */
static struct node table_program_outcomes(struct program_reading *r, const struct bits32 *value,
					  int bit, uint32_t known)
{
	struct node one, zero;

	if (r->full || !space_step(r->space))
		return TABLE_FULL;
	/* The 16 data bits matter to few actions: without this a returned word has 2^32 cases. */
	if (bit < 0 || (bit == DATA_BITS - 1 &&
			outcome_normal(known) == outcome_normal(known | SECCOMP_RET_DATA)))
		return table_outcome(r->space, outcome_normal(known));
	if (node_same(value->bits[bit], TABLE_TRUE))
		return table_program_outcomes(r, value, bit - 1, known | UINT32_C(1) << bit);
	zero = table_program_outcomes(r, value, bit - 1, known);
	if (node_same(value->bits[bit], TABLE_FALSE) || node_same(zero, TABLE_FULL))
		return zero;
	one = table_program_outcomes(r, value, bit - 1, known | UINT32_C(1) << bit);
	return table_choose(r->space, value->bits[bit], one, zero);
}

static uint32_t table_program_hash_state(uint32_t at, const struct program_state *state)
{
	uint64_t hash = HASH_START ^ at;

	for (size_t i = 0; i < REGISTERS; i++)
		hash = table_program_hash_word(hash, state->registers[i]);
	return (uint32_t)(hash >> 16);
}

static struct memo *table_program_memo_slot(const struct program_reading *r, uint32_t at,
					    const struct program_state *state)
{
	uint32_t mask = r->memo_capacity - 1;
	uint32_t slot = table_program_hash_state(at, state) & mask;

	while (r->memos[slot].at != 0 &&
	       (r->memos[slot].at != at + 1 ||
		memcmp(&r->memos[slot].state, state, sizeof(*state)) != 0))
		slot = (slot + 1) & mask;
	return &r->memos[slot];
}

static void table_program_memo_add(struct program_reading *r, uint32_t at,
				   const struct program_state *state, struct node result)
{
	if (r->memo_count * 2 >= r->memo_capacity) {
		CLEANUP(cleanup_free) struct memo *old = r->memos;
		uint32_t old_capacity = r->memo_capacity;

		r->memo_capacity = old_capacity == 0 ? 1024 : old_capacity * 2;
		r->memos = mem_zero(r->memo_capacity, sizeof(*r->memos));
		for (uint32_t i = 0; i < old_capacity; i++)
			if (old[i].at != 0)
				*table_program_memo_slot(r, old[i].at - 1, &old[i].state) = old[i];
	}
	*table_program_memo_slot(r, at, state) =
		(struct memo){.state = *state, .at = at + 1, .result = result};
	r->memo_count++;
}

static uint32_t table_program_load(struct program_reading *r, const struct sock_filter *insn,
				   const struct program_state *state)
{
	switch (BPF_MODE(insn->code)) {
	case BPF_ABS:
		return table_program_word(r, insn->k);
	case BPF_LEN:
		return table_program_constant(r, sizeof(struct seccomp_data));
	case BPF_MEM:
		return state->registers[insn->k];
	default: /* BPF_IMM */
		return table_program_constant(r, insn->k);
	}
}

static struct bits32 table_program_operand(struct program_reading *r,
					   const struct sock_filter *insn,
					   const struct program_state *state)
{
	uint32_t number = state->registers[REGISTER_X];

	/* Interning may move the values: the number first, then the value. */
	if (BPF_SRC(insn->code) != BPF_X)
		number = table_program_constant(r, insn->k);
	return r->values[number];
}

static void table_program_step_alu(struct program_reading *r, const struct sock_filter *insn,
				   struct program_state *state)
{
	struct bits32 b = table_program_operand(r, insn, state);
	struct bits32 a = r->values[state->registers[REGISTER_A]];
	struct bits32 result = bits32_alu(r->space, BPF_OP(insn->code), &a, &b);

	state->registers[REGISTER_A] = table_program_intern(r, &result);
}

/* One instruction that neither jumps nor returns. */
OUT_OF_LINE static void table_program_step(struct program_reading *r,
					   const struct sock_filter *insn,
					   struct program_state *state)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		state->registers[REGISTER_A] = table_program_load(r, insn, state);
		break;
	case BPF_LDX:
		state->registers[REGISTER_X] = table_program_load(r, insn, state);
		break;
	case BPF_ST:
		state->registers[insn->k] = state->registers[REGISTER_A];
		break;
	case BPF_STX:
		state->registers[insn->k] = state->registers[REGISTER_X];
		break;
	case BPF_MISC:
		if (BPF_MISCOP(insn->code) == BPF_TAX)
			state->registers[REGISTER_X] = state->registers[REGISTER_A];
		else
			state->registers[REGISTER_A] = state->registers[REGISTER_X];
		break;
	default:
		table_program_step_alu(r, insn, state);
	}
}

static struct node table_program_follow(struct program_reading *r, uint32_t at,
					const struct program_state *before);

OUT_OF_LINE static struct node table_program_jump_taken(struct program_reading *r,
							const struct sock_filter *insn,
							const struct program_state *state)
{
	struct bits32 b = table_program_operand(r, insn, state);
	struct bits32 a = r->values[state->registers[REGISTER_A]];

	return bits32_condition(r->space, BPF_OP(insn->code), &a, &b);
}

OUT_OF_LINE static struct node table_program_returned(struct program_reading *r,
						      const struct program_state *state)
{
	struct bits32 a = r->values[state->registers[REGISTER_A]];

	return table_program_outcomes(r, &a, BITS32_COUNT - 1, 0);
}

OUT_OF_LINE static struct node table_program_divides_by_zero(struct program_reading *r,
							     const struct program_state *state)
{
	struct bits32 zero = {{TABLE_FALSE}}, x = r->values[state->registers[REGISTER_X]];

	return bits32_condition(r->space, BPF_JEQ, &x, &zero);
}

/* The table from a conditional jump on. */
static struct node table_program_follow_jump(struct program_reading *r, uint32_t at,
					     const struct program_state *state)
{
	const struct sock_filter *insn = &r->program->code[at];
	struct node condition = table_program_jump_taken(r, insn, state);
	struct node yes, no;

	if (node_same(condition, TABLE_FULL))
		return TABLE_FULL;
	if (node_same(condition, TABLE_TRUE) || insn->jt == insn->jf)
		return table_program_follow(r, at + 1 + insn->jt, state);
	if (node_same(condition, TABLE_FALSE))
		return table_program_follow(r, at + 1 + insn->jf, state);
	yes = table_program_follow(r, at + 1 + insn->jt, state);
	if (node_same(yes, TABLE_FULL))
		return TABLE_FULL;
	no = table_program_follow(r, at + 1 + insn->jf, state);
	return table_choose(r->space, condition, yes, no);
}

/* Where X is zero the kernel ends the program with 0: KILL_THREAD. */
static struct node table_program_follow_division(struct program_reading *r, uint32_t at,
						 struct program_state *state)
{
	struct node condition = table_program_divides_by_zero(r, state), rest;

	if (node_same(condition, TABLE_TRUE))
		return table_outcome(r->space, 0);
	table_program_step(r, &r->program->code[at], state);
	rest = table_program_follow(r, at + 1, state);
	return table_choose(r->space, condition, table_outcome(r->space, 0), rest);
}

/* Runs from an instruction to the end of its straight line. */
static struct node table_program_follow_line(struct program_reading *r, uint32_t at,
					     struct program_state *state)
{
	for (;; at++) {
		const struct sock_filter *insn = &r->program->code[at];

		if (r->full || !space_step(r->space))
			return TABLE_FULL;
		if (insn->code == (BPF_RET | BPF_K))
			return table_outcome(r->space, outcome_normal(insn->k));
		if (insn->code == (BPF_RET | BPF_A))
			return table_program_returned(r, state);
		if (insn->code == (BPF_JMP | BPF_JA))
			return table_program_follow(r, at + 1 + insn->k, state);
		if (BPF_CLASS(insn->code) == BPF_JMP)
			return table_program_follow_jump(r, at, state);
		if (insn->code == (BPF_ALU | BPF_DIV | BPF_X))
			return table_program_follow_division(r, at, state);
		table_program_step(r, insn, state);
	}
}

static struct node table_program_follow(struct program_reading *r, uint32_t at,
					const struct program_state *before)
{
	struct program_state state = *before, key;
	const struct memo *known;
	struct node result;

	for (unsigned i = 0; i < REGISTERS; i++)
		if ((r->live[at] & table_program_register_bit(i)) == 0)
			state.registers[i] = 0;
	if (r->memo_capacity > 0) {
		known = table_program_memo_slot(r, at, &state);
		if (known->at != 0)
			return known->result;
	}
	key = state;
	result = table_program_follow_line(r, at, &state);
	if (r->full)
		result = TABLE_FULL;
	if (!node_same(result, TABLE_FULL))
		table_program_memo_add(r, at, &key, result);
	return result;
}

struct node table_from_program(struct space *space, const struct program *program)
{
	struct program_reading r = {.space = space, .program = program};
	struct program_state state = {0};
	struct node result;

	table_program_values_grow(&r);
	(void)table_program_constant(&r,
				     0); /* value 0: what A and X start as, and what is not live */
	table_program_find_live(&r);
	result = table_program_follow(&r, 0, &state);
	free(r.live);
	free(r.values);
	free(r.value_index);
	free(r.memos);
	return result;
}
