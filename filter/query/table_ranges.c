/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks over a table word by word and lists its regions: by architecture, then number, then
 * conditions on arguments, upwards.
 */
#include <config.h>

#include "filter/query/table_ranges.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/constants.h"
#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"
#include "filter/table/range_tree.h"

#define NAMED_CALLS_END	  1024 /* no call but arm's private ones has a number from here on */
#define REGION_RANGES_MAX 64   /* values of one word that are listed one by one */
#define KEPT_RANGES_MAX	  ((size_t)1 << 20) /* in all lists that are kept */

/*
 * The lists of words that were made, by node: hundreds of calls lead to the same nodes, and a list
 * of a hostile program's word is long.
 */
struct lists {
	uint32_t *by_node; /* 1 + the index; 0: not made, or not kept */
	struct range_tree **list;
	size_t count, capacity, ranges;
};

struct ranges_walk {
	const struct space *space;
	struct node skipped; /* the node that is left out */
	struct range_tree_scratch *scratch;
	struct lists lists;
	struct table_ranges *out;
	struct table_range now; /* the region being described: filled from the outside in */
	struct argument arguments[ARGUMENTS_MAX]; /* of this number */
	size_t conditions;			  /* listed of it */
};

static bool ranges_is_skipped(const struct ranges_walk *walk, struct node node)
{
	return node_same(node, walk->skipped);
}

static void ranges_add_region(struct ranges_walk *walk, uint32_t value, const char *condition)
{
	struct table_ranges *out = walk->out;
	struct table_range region = walk->now;

	region.value = value;
	region.condition = !condition ? NULL : mem_string(condition);
	region.witness.arch = region.arch_first;
	region.witness.nr = (int)region.first;
	out->list = mem_grow(out->list, out->count, &out->capacity, sizeof(*out->list));
	out->list[out->count++] = region;
}

/* As people write numbers: small ones in decimal. */
static void ranges_add_value(struct buffer *text, uint64_t value)
{
	buffer_addf(text, value <= UINT16_MAX ? "%llu" : "0x%llx", (unsigned long long)value);
}

/* Adds " and TEXT" for a range of an argument's values; constant: the name of the only one. */
static void ranges_add_values(struct buffer *text, const char *argument, uint64_t first,
			      uint64_t last, uint64_t top, const char *constant)
{
	if (first == 0 && last == top)
		return;
	buffer_addf(text, "%s%s ", text->length > 0 ? " and " : "", argument);
	if (first != last)
		buffer_add_text(text, first == 0 ? "<= " : last == top ? ">= " : "in ");
	else
		buffer_add_text(text, "== ");
	if (constant && first == last)
		buffer_add_text(text, constant);
	else if (first != 0 || first == last)
		ranges_add_value(text, first);
	if (first != 0 && first != last && last != top)
		buffer_add_text(text, "..");
	if (first != last && last != top)
		ranges_add_value(text, last);
}

/* Up to this many ranges of a word's values are listed without looking for fewer of some of its
 * bits.
 */
#define PLAIN_RANGES_MAX 4

/* The ranges of a word: of its values where these are few, else of some of its bits. None where no
 * list is short. */
static void ranges_make_list(const struct ranges_walk *walk, struct node node,
			     struct range_tree *tree)
{
	CLEANUP(cleanup_range_tree) struct range_tree values = {0};
	bool listed = range_tree_values(&values, walk->space, node, REGION_RANGES_MAX);

	if ((!listed || values.count > PLAIN_RANGES_MAX) &&
	    range_tree_list(tree, walk->scratch, walk->space, node) &&
	    (!listed || tree->count < values.count))
		return;
	cleanup_range_tree(tree);
	*tree = values;
	values = (struct range_tree){0};
}

/* own: where the list is put that is not kept. */
static const struct range_tree *ranges_list_word(struct ranges_walk *walk, struct node node,
						 struct range_tree *own)
{
	struct lists *lists = &walk->lists;
	struct range_tree *kept;

	if (lists->by_node[node.index] != 0)
		return lists->list[lists->by_node[node.index] - 1];
	ranges_make_list(walk, node, own);
	if (lists->ranges + own->count > KEPT_RANGES_MAX)
		return own;
	kept = mem_zero(1, sizeof(*kept));
	*kept = *own;
	*own = (struct range_tree){0};
	lists->list = mem_grow(lists->list, lists->count, &lists->capacity, sizeof(*lists->list));
	lists->list[lists->count++] = kept;
	lists->ranges += kept->count;
	lists->by_node[node.index] = (uint32_t)lists->count;
	return kept;
}

static void ranges_walk_begin(struct ranges_walk *walk)
{
	walk->scratch = range_tree_scratch_new(walk->space);
	walk->lists.by_node = mem_zero(space_size(walk->space), sizeof(*walk->lists.by_node));
}

static void ranges_walk_end(struct ranges_walk *walk)
{
	range_tree_scratch_free(walk->scratch);
	for (size_t i = 0; i < walk->lists.count; i++) {
		cleanup_range_tree(walk->lists.list[i]);
		free(walk->lists.list[i]);
	}
	free(walk->lists.list);
	free(walk->lists.by_node);
}

static void ranges_walk_arguments(struct ranges_walk *walk, struct node node,
				  const char *condition);

/* All ones in the low bits, 1 to 32 of them. */
static uint32_t ranges_ones(unsigned bits)
{
	return UINT32_MAX >> (32 - bits);
}

/*
 * The lowest bits of an argument that are not looked at, if all above are and the argument has no
 * more than 32: a range of the masked word is one of the argument then. Else 0.
 */
static uint32_t ranges_bits_below(const struct ranges_walk *walk, unsigned word, uint32_t mask)
{
	unsigned bits = word < WORD_IP ? walk->arguments[(word - WORD_ARGUMENTS) / 2].bits : 64;
	uint32_t below = bits <= 32 ? ranges_ones(bits) & ~mask : 0;

	return word % 2 == 1 && (mask & ~ranges_ones(bits > 32 ? 32 : bits)) == 0 &&
			       (below & (below + 1)) == 0
		       ? below
		       : 0;
}

/*
 * What is compared with a value, of one word: a name alone where the word's bits are just those
 * that the kernel uses.
 */
static char *ranges_word_text(const struct ranges_walk *walk, unsigned word, uint32_t mask)
{
	unsigned index = (word - WORD_ARGUMENTS) / 2;
	bool high = word % 2 == 0;
	const char *name = word >= WORD_IP ? "instruction pointer" : walk->arguments[index].name;
	unsigned bits = word >= WORD_IP ? 64 : walk->arguments[index].bits;

	if (!high && bits <= 32 && mask == ranges_ones(bits))
		return mem_string(name);
	if (high && mask == UINT32_MAX)
		return mem_format("(%s >> 32)", name);
	return mem_format("(%s%s & 0x%x)", name, high ? " >> 32" : "", mask);
}

/* The name of an argument's value, where names are asked for; owned, else NULL. */
static char *ranges_constant_text(const struct ranges_walk *walk, unsigned word, uint32_t mask,
				  uint64_t value)
{
	CLEANUP(buffer_free) struct buffer text = {0};
	unsigned index = (word - WORD_ARGUMENTS) / 2;
	unsigned bits = word >= WORD_IP ? 64 : walk->arguments[index].bits;

	if (!walk->out->constants || !walk->now.abi || word >= WORD_IP ||
	    (word % 2 == 1 && (bits > 32 || mask != ranges_ones(bits))))
		return NULL;
	constant_add_bits(&text, walk->now.abi, syscall_name(walk->now.abi, walk->now.first), index,
			  value, bits);
	return buffer_take(&text);
}

/* Adds the condition of a range of one word to those of the words before it. */
static void ranges_walk_values(struct ranges_walk *walk, const struct range_tree *tree, size_t at,
			       unsigned word, const char *condition)
{
	CLEANUP(buffer_free) struct buffer text = {0};
	CLEANUP(cleanup_free) char *argument = NULL;
	CLEANUP(cleanup_free) char *constant = NULL;
	uint32_t first = tree->ranges[at].first;
	uint32_t last = (at + 1 < tree->count ? tree->ranges[at + 1].first : 0) - 1;
	struct node node = tree->ranges[at].node;
	uint32_t below;

	if (ranges_is_skipped(walk, node))
		return;
	if (tree->mask != UINT32_MAX)
		last = (tree->ranges[at].single ? first : last & tree->mask);
	below = ranges_bits_below(walk, word, tree->mask);
	argument = ranges_word_text(walk, word, tree->mask | below);
	buffer_add_text(&text, condition);
	if (word % 2 == 1)
		constant = ranges_constant_text(walk, word, tree->mask | below, first);
	ranges_add_values(&text, argument, first, last | below, tree->mask | below, constant);
	word_set(&walk->now.witness, word, first);
	ranges_walk_arguments(walk, node, !text.data ? "" : text.data);
	word_set(&walk->now.witness, word, 0);
}

/* The high half is one value and the low half a range: said as one 64-bit range. */
static bool ranges_walk_whole_argument(struct ranges_walk *walk, const struct range_tree *high,
				       size_t at, unsigned word, const char *condition)
{
	CLEANUP(cleanup_range_tree) struct range_tree low = {0};
	CLEANUP(cleanup_free) char *whole = NULL;
	struct node node = high->ranges[at].node;
	unsigned level = table_level(walk->space, node), index = (word - WORD_ARGUMENTS) / 2;

	if (word % 2 != 0 || word >= WORD_IP || !high->ranges[at].single ||
	    high->mask != UINT32_MAX || word_of_level(level) != word + 1 ||
	    !range_tree_values(&low, walk->space, node, REGION_RANGES_MAX))
		return false;
	whole = mem_format("%s%s", walk->arguments[index].bits < 64 ? "(u64)" : "",
			   walk->arguments[index].name);
	word_set(&walk->now.witness, word, high->ranges[at].first);
	for (size_t i = 0; i < low.count; i++) {
		CLEANUP(buffer_free) struct buffer text = {0};
		CLEANUP(cleanup_free) char *constant = NULL;
		uint64_t upper = (uint64_t)high->ranges[at].first << 32;
		uint32_t last = (i + 1 < low.count ? low.ranges[i + 1].first : 0) - 1;

		if (ranges_is_skipped(walk, low.ranges[i].node))
			continue;
		buffer_add_text(&text, condition);
		if (low.ranges[i].first == last && walk->arguments[index].bits == 64)
			constant = ranges_constant_text(walk, word, UINT32_MAX, upper | last);
		ranges_add_values(&text, whole, upper | low.ranges[i].first, upper | last,
				  UINT64_MAX, constant);
		word_set(&walk->now.witness, word + 1, low.ranges[i].first);
		ranges_walk_arguments(walk, low.ranges[i].node, text.data);
		word_set(&walk->now.witness, word + 1, 0);
	}
	word_set(&walk->now.witness, word, 0);
	return true;
}

/* Where no list of values is short: one of the calls stands for all. */
static void ranges_walk_example(struct ranges_walk *walk, struct node node, const char *condition)
{
	unsigned word = word_of_level(table_level(walk->space, node));
	CLEANUP(cleanup_free)
	char *text =
		mem_format("%s%ssome values of %s", condition, *condition ? " and " : "",
			   word >= WORD_IP ? "instruction pointer"
					   : walk->arguments[(word - WORD_ARGUMENTS) / 2].name);
	struct seccomp_data example, before = walk->now.witness;

	table_witness(walk->space, node, walk->skipped, &example);
	for (word = WORD_ARGUMENTS; word < WORD_COUNT; word++)
		if (word_value(&example, word) != 0)
			word_set(&walk->now.witness, word, word_value(&example, word));
	walk->conditions++;
	ranges_add_region(walk, table_lookup(walk->space, node, &walk->now.witness), text);
	walk->now.witness = before;
}

static void ranges_walk_arguments(struct ranges_walk *walk, struct node node, const char *condition)
{
	CLEANUP(cleanup_range_tree) struct range_tree own = {0};
	unsigned level = table_level(walk->space, node);
	const struct range_tree *tree;

	if (walk->conditions > REGION_CONDITIONS_MAX)
		return;
	if (level == LEVEL_TERMINAL) {
		CLEANUP(cleanup_free) char *more = mem_format("%s, and more", condition);

		if (ranges_is_skipped(walk, node))
			return;
		walk->conditions++;
		ranges_add_region(walk, table_value(walk->space, node),
				  *condition == '\0'			     ? NULL
				  : walk->conditions > REGION_CONDITIONS_MAX ? more
									     : condition);
		return;
	}
	tree = ranges_list_word(walk, node, &own);
	if (tree->count == 0)
		ranges_walk_example(walk, node, condition);
	for (size_t i = 0; i < tree->count && walk->conditions <= REGION_CONDITIONS_MAX; i++)
		if (!ranges_walk_whole_argument(walk, tree, i, word_of_level(level), condition))
			ranges_walk_values(walk, tree, i, word_of_level(level), condition);
}

/* Names the arguments of the numbers that are being described. */
static void ranges_name_arguments(struct ranges_walk *walk)
{
	const struct table_range *now = &walk->now;
	const char *name = NULL;

	if (now->abi && !now->whole && now->first == now->last)
		name = syscall_name(now->abi, now->first);
	(void)signature_of(now->abi, name, walk->arguments); /* none: arg0 to arg5 */
}

/* Describes numbers in one statement. */
static void ranges_describe_numbers(struct ranges_walk *walk, uint32_t first, uint32_t last,
				    struct node node)
{
	walk->now.first = first;
	walk->now.last = last;
	walk->conditions = 0;
	ranges_name_arguments(walk);
	ranges_walk_arguments(walk, node, "");
}

/* The numbers first..last, of one ABI, lead to node: each that has a name is a statement of its
 * own. */
static void ranges_walk_numbers(struct ranges_walk *walk, uint32_t first, uint32_t last,
				struct node node)
{
	uint64_t next = first;

	if (ranges_is_skipped(walk, node))
		return;
	if (walk->now.arch_first == walk->now.arch_last)
		walk->now.abi = abi_of_call(walk->now.arch_first, first);
	for (uint64_t number = first; walk->now.abi && !walk->now.whole && number <= last;
	     number++) {
		uint64_t plain = number - walk->now.abi->base;

		/* Names stand in two stretches: the calls, and arm's private ones. */
		if (plain >= NAMED_CALLS_END && plain < ARM_PRIVATE_BASE)
			number += ARM_PRIVATE_BASE - plain;
		if (number > last || plain > ARM_PRIVATE_BASE + 16)
			break;
		if (!syscall_name(walk->now.abi, (uint32_t)number))
			continue;
		if (number > next)
			ranges_describe_numbers(walk, (uint32_t)next, (uint32_t)number - 1, node);
		ranges_describe_numbers(walk, (uint32_t)number, (uint32_t)number, node);
		next = number + 1;
	}
	if (next <= last)
		ranges_describe_numbers(walk, (uint32_t)next, last, node);
}

static bool ranges_has_two_abis(const struct ranges_walk *walk)
{
	return walk->now.arch_first == walk->now.arch_last &&
	       walk->now.arch_first == abi_of(ARCH_X86_64)->audit_arch;
}

/*
 * Numbers between two multiples of X32_BIT. Below 2 * X32_BIT a quarter holds all calls of its ABI
 * that have names: one that leads to one node is one statement, as an architecture is.
 */
static void ranges_walk_quarter(struct ranges_walk *walk, uint32_t first, uint32_t last,
				struct node node)
{
	bool whole = walk->now.whole;

	if (ranges_has_two_abis(walk))
		walk->now.whole = whole || (first % X32_BIT == 0 && first <= X32_BIT &&
					    last == first + (X32_BIT - 1));
	ranges_walk_numbers(walk, first, last, node);
	walk->now.whole = whole;
}

/* On x86-64's audit architecture numbers of two ABIs follow each other. */
static void ranges_walk_both_abis(struct ranges_walk *walk, uint32_t first, uint32_t last,
				  struct node node)
{
	while (ranges_has_two_abis(walk) && last - first >= X32_BIT - first % X32_BIT) {
		uint32_t end = first | (X32_BIT - 1);

		ranges_walk_quarter(walk, first, end, node);
		first = end + 1;
	}
	if (ranges_has_two_abis(walk) && last == UINT32_MAX && first != last) {
		ranges_walk_quarter(walk, first, last - 1, node);
		first = last;
	}
	ranges_walk_quarter(walk, first, last, node);
}

/* Every number of an architecture, or of a range of unknown ones. */
static void ranges_walk_architecture(struct ranges_walk *walk, struct node node)
{
	CLEANUP(cleanup_range_tree) struct range_tree tree = {0};
	unsigned level = table_level(walk->space, node);

	memset(&walk->now.witness, 0, sizeof(walk->now.witness));
	walk->now.abi = NULL;
	walk->now.whole = word_of_level(level) != WORD_NUMBER && !ranges_has_two_abis(walk);
	if (walk->now.whole) {
		ranges_walk_numbers(walk, 0, UINT32_MAX, node);
	} else if (word_of_level(level) != WORD_NUMBER) {
		ranges_walk_both_abis(walk, 0, UINT32_MAX, node);
	} else if (range_tree_values(&tree, walk->space, node, RANGES_MAX)) {
		for (size_t i = 0; i < tree.count; i++)
			ranges_walk_both_abis(walk, tree.ranges[i].first,
					      (i + 1 < tree.count ? tree.ranges[i + 1].first : 0) -
						      1,
					      tree.ranges[i].node);
	} else {
		struct seccomp_data example;

		table_witness(walk->space, node, walk->skipped, &example);
		ranges_walk_numbers(walk, (uint32_t)example.nr, (uint32_t)example.nr,
				    table_at(walk->space, node, WORD_NUMBER, (uint32_t)example.nr));
	}
}

static void ranges_describe_architectures(struct ranges_walk *walk, struct node table)
{
	CLEANUP(cleanup_range_tree) struct range_tree tree = {0};

	if (ranges_is_skipped(walk, table))
		return;
	if (word_of_level(table_level(walk->space, table)) != WORD_ARCH) {
		walk->now.arch_last = UINT32_MAX;
		ranges_walk_architecture(walk, table);
		return;
	}
	/* Real filters name architectures as values; of one that looks at their bits one is listed.
	 */
	if (!range_tree_values(&tree, walk->space, table, RANGES_MAX)) {
		struct seccomp_data example;

		table_witness(walk->space, table, walk->skipped, &example);
		walk->now.arch_first = walk->now.arch_last = example.arch;
		ranges_walk_architecture(walk,
					 table_at(walk->space, table, WORD_ARCH, example.arch));
		return;
	}
	for (size_t i = 0; i < tree.count; i++) {
		if (ranges_is_skipped(walk, tree.ranges[i].node))
			continue;
		walk->now.arch_first = tree.ranges[i].first;
		walk->now.arch_last = (i + 1 < tree.count ? tree.ranges[i + 1].first : 0) - 1;
		ranges_walk_architecture(walk, tree.ranges[i].node);
	}
}

/* Neighbouring numbers without names, or all of an ABI, that differ alike are one statement. */
static bool ranges_can_join(const struct table_range *left, const struct table_range *right)
{
	return left->abi == right->abi && left->arch_first == right->arch_first &&
	       left->last + 1 == right->first && left->value == right->value && !left->condition &&
	       !right->condition && (!left->abi || !syscall_name(left->abi, left->last)) &&
	       (!right->abi || !syscall_name(right->abi, right->first));
}

static void ranges_join_neighbours(struct table_ranges *regions)
{
	size_t kept = 0;

	for (size_t i = 0; i < regions->count; i++) {
		if (kept > 0 && ranges_can_join(&regions->list[kept - 1], &regions->list[i]))
			regions->list[kept - 1].last = regions->list[i].last;
		else
			regions->list[kept++] = regions->list[i];
	}
	regions->count = kept;
}

void table_ranges_describe(const struct space *space, struct node table, struct node skipped,
			   struct table_ranges *regions)
{
	struct ranges_walk walk = {.space = space, .skipped = skipped, .out = regions};

	ranges_walk_begin(&walk);
	ranges_describe_architectures(&walk, table);
	ranges_walk_end(&walk);
	ranges_join_neighbours(regions);
}

void table_ranges_describe_call(const struct space *space, struct node node, struct node skipped,
				const struct seccomp_data *data, struct table_ranges *regions)
{
	struct ranges_walk walk = {.space = space, .skipped = skipped, .out = regions};

	ranges_walk_begin(&walk);
	walk.now.arch_first = walk.now.arch_last = data->arch;
	walk.now.abi = abi_of_call(data->arch, (uint32_t)data->nr);
	walk.now.witness = *data;
	ranges_describe_numbers(&walk, (uint32_t)data->nr, (uint32_t)data->nr, node);
	ranges_walk_end(&walk);
}

void table_ranges_free(struct table_ranges *regions)
{
	for (size_t i = 0; i < regions->count; i++)
		free(regions->list[i].condition);
	free(regions->list);
	*regions = (struct table_ranges){0};
}

bool table_range_is_all(const struct table_range *region)
{
	return region->first == 0 && region->last == UINT32_MAX;
}

void table_range_add_calls(struct buffer *out, const struct table_range *region)
{
	const char *name = !region->abi ? NULL : syscall_name(region->abi, region->first);

	if (region->abi)
		buffer_addf(out, "%s ", region->abi->name);
	else if (region->arch_first == region->arch_last)
		buffer_addf(out, "architecture 0x%x ", region->arch_first);
	else
		buffer_addf(out, "architectures 0x%x..0x%x ", region->arch_first,
			    region->arch_last);
	if (region->whole)
		buffer_add_text(out, "every call");
	else if (name && region->first == region->last)
		buffer_add_text(out, name);
	else if (region->first == region->last)
		buffer_addf(out, "%u", region->first);
	else
		buffer_addf(out, "%u..%u", region->first, region->last);
	if (region->condition)
		buffer_addf(out, ": %s", region->condition);
}

void table_range_add_call(struct buffer *out, const struct seccomp_data *data)
{
	const struct abi *abi = abi_of_call(data->arch, (uint32_t)data->nr);
	const char *name = !abi ? NULL : syscall_name(abi, (uint32_t)data->nr);
	struct argument arguments[ARGUMENTS_MAX];
	int count = signature_of(abi, name, arguments);

	if (count < 0)
		count = ARGUMENTS_MAX;
	for (int i = count; i < ARGUMENTS_MAX; i++)
		if (data->args[i] != 0)
			count = i + 1;
	if (name)
		buffer_add_text(out, name);
	else
		buffer_addf(out, "%u", (uint32_t)data->nr);
	buffer_add_text(out, "(");
	for (int i = 0; i < count; i++) {
		buffer_add_text(out, i == 0 ? "" : ", ");
		ranges_add_value(out, data->args[i]);
	}
	buffer_add_text(out, ")");
}
