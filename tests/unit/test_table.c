/* SPDX-License-Identifier: Apache-2.0 */
/* The decision table against the interpreter, and the emitted program against both. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "filter/kernel/action.h"
#include "filter/table/emit.h"
#include "filter/table/table.h"
#include "filter/table/table_apply.h"
#include "filter/table/table_program.h"
#include "tests/unit/random_program.h"

static const uint32_t allow = 0x7fff0000, eperm = 0x00050001;

/* Every random program: its table answers as the interpreter, its emitted program reads back equal.
 */
static void check_program(struct random *random, const struct program *program, unsigned *read)
{
	CLEANUP(cleanup_space) struct space *space = space_new();
	struct findings findings = {0};
	struct program emitted = {0};
	struct node table;

	assert_int_equal(program_check(program, &findings), 0);
	table = table_from_program(space, program);
	if (node_same(table, TABLE_FULL))
		return;
	++*read;
	for (int i = 0; i < 200; i++) {
		struct seccomp_data data = random_call(random);

		assert_int_equal(table_lookup(space, table, &data),
				 outcome_normal(program_run(program, &data, NULL)));
	}
	if (emit_program(space, table, NULL, program->big_endian, &emitted) != 0)
		return;
	assert_int_equal(program_check(&emitted, &findings), 0);
	assert_true(node_same(table_from_program(space, &emitted), table));
	program_free(&emitted);
}

static void test_plain_programs(void **state)
{
	struct random random = {0x5eed1};
	unsigned read = 0;

	(void)state;
	for (int i = 0; i < 1500; i++) {
		struct program program =
			random_program(&random, 2 + random_below(&random, 60), true);

		program.big_endian = i % 2;
		check_program(&random, &program, &read);
		program_free(&program);
	}
	assert_int_equal(read, 1500);
}

static void test_odd_programs(void **state)
{
	struct random random = {0x5eed2};
	unsigned read = 0;

	(void)state;
	for (int i = 0; i < 400; i++) {
		struct program program =
			random_program(&random, 6 + random_below(&random, 24), false);

		check_program(&random, &program, &read);
		program_free(&program);
	}
	/* Products of two words have no small table: a refusal is right there. */
	assert_true(read > 300);
}

/* 2^384 paths, a few hundred nodes. */
static void test_diamonds(void **state)
{
	CLEANUP(cleanup_space) struct space *space = space_new();
	struct sock_filter code[384 * 3 + 3];
	struct program program = {.code = code};
	struct node table;

	(void)state;
	code[program.length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16);
	for (int i = 0; i < 384; i++) {
		code[program.length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
								      1u << i % 32, 0, 1);
		code[program.length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16);
		code[program.length++] =
			(struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 20 + i % 8 * 4);
	}
	code[program.length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 7, 0, 0);
	code[program.length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, allow);
	table = table_from_program(space, &program);
	assert_false(node_same(table, TABLE_FULL));
	assert_true(node_same(table, table_outcome(space, allow)));
}

static void test_words(void **state)
{
	static const struct {
		uint32_t value, less, equal, greater;
	} rows[] = {{0, 0, 1, 2}, {38, 0, 1, 2}, {UINT32_MAX, 0, 1, 2}, {0x80000000, 2, 1, 0}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(cleanup_space) struct space *space = space_new();
		struct node ways[3] = {table_outcome(space, allow), table_outcome(space, eperm),
				       table_outcome(space, 0)};
		struct node table =
			table_compare_word(space, WORD_NUMBER, rows[i].value, ways[rows[i].less],
					   ways[rows[i].equal], ways[rows[i].greater]);
		int64_t value = rows[i].value;

		for (int64_t at = value - 1; at <= value + 1; at++) {
			struct seccomp_data data = {.nr = (int)(uint32_t)at};
			uint32_t way = at < value    ? rows[i].less
				       : at == value ? rows[i].equal
						     : rows[i].greater;

			if (at >= 0 && at <= UINT32_MAX)
				assert_int_equal(table_lookup(space, table, &data),
						 table_value(space, ways[way]));
		}
	}
}

/* Ranges, and the witness of two tables that differ in one value. */
static void test_ranges_and_witness(void **state)
{
	CLEANUP(cleanup_space) struct space *space = space_new();
	struct node yes = table_outcome(space, allow), no = table_outcome(space, eperm);
	struct range ranges[] = {{0, 9, yes},
				 {10, 10, no},
				 {11, 0xfffffffe, yes},
				 {UINT32_MAX, UINT32_MAX, no}};
	struct range other[] = {{0, 9, yes},
				{10, 11, no},
				{12, 0xfffffffe, yes},
				{UINT32_MAX, UINT32_MAX, no}};
	struct node a = table_ranges(space, WORD_NUMBER, ranges, ARRAY_SIZE(ranges));
	struct node b = table_ranges(space, WORD_NUMBER, other, ARRAY_SIZE(other));
	struct seccomp_data witness;

	(void)state;
	assert_false(node_same(a, b));
	table_witness(space, a, b, &witness);
	assert_int_equal(witness.nr, 11);
	assert_true(node_same(table_at(space, a, WORD_NUMBER, 10), no));
	assert_true(node_same(table_at(space, a, WORD_NUMBER, 11), yes));
}

/* Which outcomes run, and for which somebody else decides, alone and as conditions. */
static void test_outcomes_that_run(void **state)
{
	static const struct {
		uint32_t outcome;
		bool runs, hands_over;
	} rows[] = {
		{0x7fff0000, true, false},  {0x7ffc0000, true, false},	{0x7ff00007, false, true},
		{0x7fc00000, false, true},  {0x00050001, false, false}, {0x00030000, false, false},
		{0x00000000, false, false}, {0x80000000, false, false},
	};
	CLEANUP(cleanup_space) struct space *space = space_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct node table = table_outcome(space, rows[i].outcome);

		assert_int_equal(outcome_runs(rows[i].outcome), rows[i].runs);
		assert_int_equal(outcome_hands_over(rows[i].outcome), rows[i].hands_over);
		assert_true(node_same(table_runs(space, table),
				      rows[i].runs ? TABLE_TRUE : TABLE_FALSE));
		assert_true(
			node_same(table_may_run(space, table),
				  rows[i].runs || rows[i].hands_over ? TABLE_TRUE : TABLE_FALSE));
	}
	assert_true(node_same(table_runs(space, TABLE_FULL), TABLE_FULL));
}

static uint32_t other_errno(uint32_t outcome, void *context)
{
	unsigned *asked = context;

	++*asked;
	return outcome == eperm ? eperm + 1 : outcome;
}

/* A table whose outcomes are changed, and what is left of one where bits are known. */
static void test_map_and_restrict(void **state)
{
	CLEANUP(cleanup_space) struct space *space = space_new();
	struct node yes = table_outcome(space, allow), no = table_outcome(space, eperm);
	struct node other = table_outcome(space, eperm + 1);
	struct node argument =
		table_mask_word(space, word_argument_low(0), UINT32_MAX, 0x10003, yes, no);
	struct node table = table_compare_word(space, WORD_NUMBER, 7, yes, argument, no);
	struct known_bits known = {.mask = {[WORD_NUMBER] = UINT32_MAX},
				   .value = {[WORD_NUMBER] = 7}};
	unsigned asked = 0;

	(void)state;
	argument = table_mask_word(space, word_argument_low(0), UINT32_MAX, 0x10003, yes, other);
	assert_true(node_same(table_map(space, table, other_errno, &asked),
			      table_compare_word(space, WORD_NUMBER, 7, yes, argument, other)));
	assert_true(asked > 0);
	known.mask[word_argument_low(0)] = 0xffff0000;
	known.value[word_argument_low(0)] = 0x10000;
	assert_true(node_same(table_restrict(space, table, &known, true),
			      table_mask_word(space, word_argument_low(0), 0xffff, 3, yes, no)));
	known.value[word_argument_low(0)] = 0;
	assert_true(node_same(table_restrict(space, table, &known, false), no));
	assert_true(node_same(table_restrict(space, TABLE_FULL, &known, false), TABLE_FULL));
}

/* Sparse values: at most 1.3 instructions each and a shallow tree; too many: refused. */
static void test_sparse_values(void **state)
{
	static const struct {
		uint32_t count;
		bool fits;
	} rows[] = {{10, true}, {100, true}, {1000, true}, {3000, true}, {10000, false}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(cleanup_space) struct space *space = space_new();
		struct node yes = table_outcome(space, allow), table = table_outcome(space, eperm);
		struct program program = {0};
		struct seccomp_data data = {0};
		unsigned steps, worst = 0;

		for (uint32_t j = 0; j < rows[i].count; j++)
			table = table_choose(space,
					     table_compare_word(space, word_argument_low(0),
								1000 + j * 77777, TABLE_FALSE,
								TABLE_TRUE, TABLE_FALSE),
					     yes, table);
		assert_false(node_same(table, TABLE_FULL));
		assert_int_equal(emit_program(space, table, NULL, false, &program),
				 rows[i].fits ? 0 : -1);
		if (!rows[i].fits)
			continue;
		for (uint32_t j = 0; j < rows[i].count; j++) {
			data.args[0] = 1000 + j * 77777;
			assert_int_equal(program_run(&program, &data, &steps), allow);
			worst = steps > worst ? steps : worst;
			data.args[0]++;
			assert_int_equal(program_run(&program, &data, &steps), eperm);
		}
		assert_true(program.length * 10 <= rows[i].count * 13 + 40);
		assert_true(worst <= 24);
		assert_true(node_same(table_from_program(space, &program), table));
		program_free(&program);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_programs),	   cmocka_unit_test(test_odd_programs),
		cmocka_unit_test(test_diamonds),	   cmocka_unit_test(test_words),
		cmocka_unit_test(test_ranges_and_witness), cmocka_unit_test(test_sparse_values),
		cmocka_unit_test(test_outcomes_that_run),  cmocka_unit_test(test_map_and_restrict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
