/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes code from its end: the target of every jump stands already, and equal parts are written
 * once. A position counts from the end of the program. A target that a conditional
 * jump's 8 bits do not reach is repeated (a return) or stepped to (a jump).
 */
#include <config.h>

#include "filter/table/emit.h"

#include <stdlib.h>
#include <string.h>

#include "filter/table/range_tree.h"

#define JUMP_MAX 255 /* instructions that a conditional jump can skip */
#define NOT_YET	 UINT32_MAX

struct emitter {
	const struct space *space;
	bool big_endian;
	struct sock_filter code[PROGRAM_LENGTH_MAX]; /* backwards */
	uint32_t length;
	bool too_long;
	uint32_t *label; /* by node: where its code starts with nothing loaded */
	struct emit_change {
		struct node node;
		uint32_t label;
	} * changes; /* of labels, with what they were: so that a try can be taken back */
	size_t change_count, change_capacity;
	const struct chains *chains;
	struct range_tree_scratch *scratch;
};

/* Code for one word, which is in the accumulator: labels by node, for this word only. */
struct loaded {
	struct emitter *e;
	unsigned word;
	struct loaded_label {
		struct node node;
		uint32_t label;
	} * labels;
	size_t count, capacity;
};

static uint32_t emit_instruction(struct emitter *e, uint16_t code, uint8_t jt, uint8_t jf,
				 uint32_t k)
{
	if (e->length == PROGRAM_LENGTH_MAX) {
		e->too_long = true;
		return 0;
	}
	e->code[e->length] = (struct sock_filter){code, jt, jf, k};
	return e->length++;
}

static void emit_set_label(struct emitter *e, struct node node, uint32_t label)
{
	if (e->label[node.index] == label)
		return;
	e->changes =
		mem_grow(e->changes, e->change_count, &e->change_capacity, sizeof(*e->changes));
	e->changes[e->change_count++] = (struct emit_change){node, e->label[node.index]};
	e->label[node.index] = label;
}

/* Labels are again as they were when there were this many changes. */
static void emit_restore_labels(struct emitter *e, size_t changes)
{
	while (e->change_count > changes) {
		struct emit_change change = e->changes[--e->change_count];

		e->label[change.node.index] = change.label;
	}
}

static bool emit_is_near(const struct emitter *e, uint32_t label)
{
	/* Two targets may still be put near before the jump itself. */
	return e->length - label <= JUMP_MAX - 2;
}

/* A label near enough for a conditional jump that leads to the same place. */
static uint32_t emit_near(struct emitter *e, uint32_t label)
{
	const struct sock_filter *target;

	if (e->too_long || emit_is_near(e, label))
		return label;
	target = &e->code[label];
	if (BPF_CLASS(target->code) == BPF_RET)
		return emit_instruction(e, target->code, 0, 0, target->k);
	return emit_instruction(e, BPF_JMP | BPF_JA, 0, 0, e->length - label - 1);
}

static uint32_t emit_node_label(struct emitter *e, struct node node);

/* emit_near(), remembered for a node, so that the next jump finds the nearer copy. */
static uint32_t emit_node_near(struct emitter *e, struct node node)
{
	uint32_t label = emit_near(e, emit_node_label(e, node));

	emit_set_label(e, node, label);
	return label;
}

static uint32_t emit_jump(struct emitter *e, uint16_t operation, uint32_t k, uint32_t yes,
			  uint32_t no)
{
	if (e->too_long)
		return 0;
	return emit_instruction(e, BPF_JMP | operation | BPF_K, (uint8_t)(e->length - yes - 1),
				(uint8_t)(e->length - no - 1), k);
}

/* The list of single values that differ from `rest`, tested one after the other. */
static uint32_t emit_values(struct emitter *e, const struct tree_range *ranges, size_t count,
			    struct node rest)
{
	uint32_t next;

	/* What the chain leads to stands before it, so that the chain itself stays in one piece. */
	for (size_t i = 0; i < count; i++)
		(void)emit_node_label(e, ranges[i].node);
	next = emit_node_near(e, rest);
	for (size_t i = count; i-- > 0;) {
		uint32_t yes;

		if (node_same(ranges[i].node, rest))
			continue;
		yes = emit_node_near(e, ranges[i].node);
		next = emit_jump(e, BPF_JEQ, ranges[i].first, yes, emit_near(e, next));
	}
	return next;
}

/* The tree that range_tree_make() made, for the ranges from..to. */
static uint32_t emit_ranges(struct emitter *e, const struct range_tree *tree, size_t from,
			    size_t to)
{
	struct node rest;
	uint32_t upper, lower;
	size_t split;

	if (range_tree_chain(tree, from, to, &rest))
		return emit_values(e, tree->ranges + from, to - from, rest);
	split = range_tree_split(tree, from, to);
	upper = emit_ranges(e, tree, split, to);
	lower = emit_ranges(e, tree, from, split);
	upper = emit_near(e, upper);
	return emit_jump(e, BPF_JGE, tree->ranges[split].first, upper, emit_near(e, lower));
}

static uint32_t emit_node_loaded(struct loaded *loaded, struct node node);

/* The label of a node's code with the word loaded, if it was put already. */
static struct loaded_label *emit_find_loaded(struct loaded *loaded, struct node node)
{
	for (size_t i = loaded->count; i-- > 0;)
		if (node_same(loaded->labels[i].node, node))
			return &loaded->labels[i];
	return NULL;
}

static uint32_t emit_loaded_label(struct loaded *loaded, struct node node)
{
	struct loaded_label *known = emit_find_loaded(loaded, node);
	uint32_t label;

	if (word_of_level(table_level(loaded->e->space, node)) != loaded->word)
		return emit_node_near(loaded->e, node);
	if (known) {
		known->label = emit_near(loaded->e, known->label);
		return known->label;
	}
	label = emit_node_loaded(loaded, node);
	loaded->labels =
		mem_grow(loaded->labels, loaded->count, &loaded->capacity, sizeof(*loaded->labels));
	loaded->labels[loaded->count++] = (struct loaded_label){node, label};
	return label;
}

/* One bit at a time, where neither values nor masks give a short list. */
static uint32_t emit_bit(struct loaded *loaded, struct node node)
{
	struct emitter *e = loaded->e;
	uint32_t bit = UINT32_C(1) << bit_of_level(table_level(e->space, node));
	uint32_t low = emit_loaded_label(loaded, table_low(e->space, node));
	uint32_t high = emit_loaded_label(loaded, table_high(e->space, node));

	return emit_jump(e, BPF_JSET, bit, emit_near(e, high), emit_near(e, low));
}

static uint32_t emit_node_loaded(struct loaded *loaded, struct node node)
{
	struct emitter *e = loaded->e;
	CLEANUP(cleanup_range_tree) struct range_tree tree = {0};
	uint32_t label;

	if (e->too_long)
		return 0;
	if (!range_tree_make(&tree, e->scratch, e->space, node))
		return emit_bit(loaded, node);
	label = emit_ranges(e, &tree, 0, tree.count);
	return tree.mask == UINT32_MAX
		       ? label
		       : emit_instruction(e, BPF_ALU | BPF_AND | BPF_K, 0, 0, tree.mask);
}

static uint32_t emit_word_offset(unsigned word, bool big_endian)
{
	uint32_t wide, upper;

	if (word == WORD_ARCH)
		return offsetof(struct seccomp_data, arch);
	if (word == WORD_NUMBER)
		return offsetof(struct seccomp_data, nr);
	upper = (word % 2 == 0) == big_endian ? 0 : 4;
	wide = word >= WORD_IP ? offsetof(struct seccomp_data, instruction_pointer)
			       : (uint32_t)offsetof(struct seccomp_data, args) +
					 (word - WORD_ARGUMENTS) / 2 * 8;
	return wide + upper;
}

/* The code of a node by the words that it looks at; the label stands for it afterwards. */
static void emit_node(struct emitter *e, struct node node)
{
	struct loaded loaded = {.e = e, .word = word_of_level(table_level(e->space, node))};

	(void)emit_node_loaded(&loaded, node);
	free(loaded.labels);
	/* The code of the word stands right in front of what was put last: its first instruction.
	 */
	emit_set_label(e, node,
		       emit_instruction(e, BPF_LD | BPF_W | BPF_ABS, 0, 0,
					emit_word_offset(loaded.word, e->big_endian)));
}

/* One condition: its TRUE is the outcome, its FALSE what stands already. Returns its label. */
static uint32_t emit_link(struct emitter *e, const struct chain_link *link, uint32_t next)
{
	uint32_t outcome = emit_node_near(e, link->then), label;
	size_t changes = e->change_count;

	emit_set_label(e, TABLE_TRUE, outcome);
	emit_set_label(e, TABLE_FALSE, next);
	label = emit_node_label(e, link->condition);
	/* Another link's TRUE and FALSE are elsewhere. */
	emit_restore_labels(e, changes);
	return label;
}

static void emit_chain(struct emitter *e, const struct chain *chain)
{
	uint32_t next = emit_node_near(e, chain->rest);

	for (size_t i = chain->count; i-- > 0;)
		next = emit_link(e, &chain->links[i], next);
	emit_set_label(e, chain->node, next);
}

/* The shorter of the two ways. */
static void emit_shorter(struct emitter *e, struct node node, const struct chain *chain)
{
	uint32_t start = e->length, by_words, by_rules;
	size_t changes = e->change_count;

	emit_node(e, node);
	by_words = e->too_long ? UINT32_MAX : e->length;
	emit_restore_labels(e, changes);
	e->length = start;
	e->too_long = false;
	emit_chain(e, chain);
	by_rules = e->too_long ? UINT32_MAX : e->length;
	if (by_rules < by_words)
		return;
	emit_restore_labels(e, changes);
	e->length = start;
	e->too_long = false;
	emit_node(e, node);
}

/* Where a node's code starts; puts it if it does not stand yet. */
static uint32_t emit_node_label(struct emitter *e, struct node node)
{
	const struct chain *chain;

	if (e->label[node.index] != NOT_YET || e->too_long)
		return e->label[node.index];
	chain = chains_find(e->chains, node);
	if (table_level(e->space, node) == LEVEL_TERMINAL)
		emit_set_label(e, node,
			       emit_instruction(e, BPF_RET | BPF_K, 0, 0,
						table_value(e->space, node)));
	else if (chain)
		emit_shorter(e, node, chain);
	else
		emit_node(e, node);
	return e->label[node.index];
}

int emit_program(const struct space *space, struct node table, const struct chains *chains,
		 bool big_endian, struct program *program)
{
	struct emitter *e = mem_zero(1, sizeof(*e));
	size_t nodes = space_size(space);
	int result = -1;

	e->space = space;
	e->chains = chains;
	e->big_endian = big_endian;
	e->label = mem_alloc(nodes * sizeof(*e->label));
	memset(e->label, 0xff, nodes * sizeof(*e->label));
	e->scratch = range_tree_scratch_new(space);
	(void)emit_node_label(e, table);
	if (!e->too_long) {
		*program = (struct program){.code = mem_alloc(e->length * sizeof(*program->code)),
					    .length = e->length,
					    .big_endian = big_endian};
		for (uint32_t i = 0; i < e->length; i++)
			program->code[i] = e->code[e->length - 1 - i];
		result = 0;
	}
	range_tree_scratch_free(e->scratch);
	free(e->label);
	free(e->changes);
	free(e);
	return result;
}
