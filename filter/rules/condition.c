/* SPDX-License-Identifier: Apache-2.0 */
/* One condition: its table, its test on one call, and the width in which it is compared. */
#include <config.h>

#include "filter/rules/condition.h"

/* All ones in the low bits, 1 to 64 of them. */
static uint64_t condition_ones(unsigned bits)
{
	return UINT64_MAX >> (64 - bits);
}

/* True if the value is one of so many bits, zero-extended or, to 32 or 64 bits, sign-extended. */
static bool condition_value_fits(uint64_t value, unsigned bits)
{
	uint64_t sign = ~condition_ones(bits - 1); /* the sign bit and all above */

	return value <= condition_ones(bits) || value >= sign ||
	       (value <= UINT32_MAX && value >= (uint32_t)sign);
}

/* What less, equal and greater than the value mean to an operator. */
static void condition_three_ways(enum comparison comparison, struct node ways[3])
{
	static const bool meets[CMP_COUNT][3] = {
		[CMP_NE] = {true, false, true}, [CMP_LT] = {true, false, false},
		[CMP_LE] = {true, true, false}, [CMP_EQ] = {false, true, false},
		[CMP_GE] = {false, true, true}, [CMP_GT] = {false, false, true},
	};

	for (int i = 0; i < 3; i++)
		ways[i] = meets[comparison][i] ? TABLE_TRUE : TABLE_FALSE;
}

static struct node condition_mask_table(struct space *space,
					const struct profile_condition *condition, unsigned bits)
{
	uint64_t mask = condition->value & condition_ones(bits),
		 value = condition->value_two & condition_ones(bits);
	struct node low = table_mask_word(space, word_argument_low(condition->index),
					  (uint32_t)mask, (uint32_t)value, TABLE_TRUE, TABLE_FALSE);

	return table_mask_word(space, word_argument_high(condition->index), (uint32_t)(mask >> 32),
			       (uint32_t)(value >> 32), low, TABLE_FALSE);
}

struct node condition_table(struct space *space, const struct widths *widths,
			    const struct profile_condition *condition)
{
	unsigned bits = widths->bits[condition->index];
	struct node ways[3], low;

	if (condition->comparison == CMP_MASKED_EQ)
		return condition_mask_table(space, condition, bits);
	condition_three_ways(condition->comparison, ways);
	low = table_compare_bits(space, word_argument_low(condition->index), bits > 32 ? 32 : bits,
				 (uint32_t)condition->value, ways[0], ways[1], ways[2]);
	if (bits <= 32)
		return low;
	return table_compare_word(space, word_argument_high(condition->index),
				  (uint32_t)(condition->value >> 32), ways[0], low, ways[2]);
}

struct node conditions_table(struct space *space, const struct widths *widths,
			     const struct profile_rule *rule)
{
	bool any = rule_is_or(rule);
	struct node table = any ? TABLE_FALSE : TABLE_TRUE;

	for (size_t i = 0; i < rule->condition_count; i++) {
		struct node one = condition_table(space, widths, &rule->conditions[i]);

		table = any ? table_or(space, table, one) : table_and(space, table, one);
	}
	return table;
}

struct node condition_multiplexed(struct space *space, const struct call_rule *entry)
{
	return table_mask_word(space, word_argument_low(0), entry->call_mask, entry->call,
			       TABLE_TRUE, TABLE_FALSE);
}

static void condition_report_width(const struct abi *abi, const struct call_rule *entry,
				   const struct profile_condition *condition,
				   struct findings *findings)
{
	struct argument arguments[ARGUMENTS_MAX];
	unsigned bits;
	CLEANUP(cleanup_free) char *remedy = NULL;

	(void)signature_of(abi, entry->name->text, arguments); /* without one: the full width */
	bits = arguments[condition->index].bits;
	if (bits == 32 && abi->argument_bits == 32)
		remedy = mem_string("give the architectures rules of their own in two profiles");
	else
		remedy = mem_format("give a value from 0 to 0x%llx",
				    (unsigned long long)condition_ones(bits));
	(void)finding_error(findings, "value-width", condition->place, remedy,
			    "the value does not fit the argument %s of %s on %s, of which the "
			    "kernel uses %u bits",
			    arguments[condition->index].name, entry->name->text,
			    arch_word(abi->arch), bits);
}

static bool condition_fits(const struct profile_condition *condition, unsigned bits)
{
	return condition_value_fits(condition->value, bits) &&
	       condition_value_fits(condition->value_two, bits);
}

unsigned conditions_misfit(const struct profile_rule *rule)
{
	unsigned misfit = 0;

	for (size_t i = 0; i < rule->condition_count; i++) {
		const struct profile_condition *condition = &rule->conditions[i];

		if (!condition_fits(condition, 16))
			misfit |= 1u << 2 * condition->index;
		if (!condition_fits(condition, 32))
			misfit |= 2u << 2 * condition->index;
	}
	return misfit;
}

static bool condition_misfits(unsigned misfit, unsigned index, unsigned bits)
{
	return bits < 64 && misfit >> (2 * index + (bits == 32)) & 1;
}

void conditions_check_width(const struct abi *abi, const struct call_rule *entry, unsigned misfit,
			    unsigned char *reported, struct findings *findings)
{
	const struct profile_rule *rule = entry->rule;
	struct widths widths;
	bool any = false;

	if (misfit == 0 || entry->multiplexed)
		return;
	widths = widths_of(WIDTH_KERNEL, abi, entry->number);
	for (unsigned i = 0; i < ARGUMENTS_MAX; i++)
		any |= condition_misfits(misfit, i, widths.bits[i]);
	for (size_t i = 0; any && i < rule->condition_count; i++)
		if (!condition_fits(&rule->conditions[i], widths.bits[rule->conditions[i].index]) &&
		    rule_report_first(reported, entry, REPORTED_WIDTH))
			condition_report_width(abi, entry, &rule->conditions[i], findings);
}

static bool condition_met(const struct widths *widths, const struct profile_condition *condition,
			  const struct seccomp_data *data)
{
	uint64_t keep = condition_ones(widths->bits[condition->index]);
	uint64_t argument = data->args[condition->index] & keep, value = condition->value & keep;

	switch (condition->comparison) {
	case CMP_NE:
		return argument != value;
	case CMP_LT:
		return argument < value;
	case CMP_LE:
		return argument <= value;
	case CMP_EQ:
		return argument == value;
	case CMP_GE:
		return argument >= value;
	case CMP_GT:
		return argument > value;
	default: /* CMP_MASKED_EQ */
		return (argument & value) == (condition->value_two & keep);
	}
}

bool conditions_met(const struct abi *abi, const struct profile_rule *rule,
		    const struct seccomp_data *data)
{
	struct widths widths = widths_of(WIDTH_KERNEL, abi, (uint32_t)data->nr);
	bool any = rule_is_or(rule);

	for (size_t i = 0; i < rule->condition_count; i++)
		if (condition_met(&widths, &rule->conditions[i], data) == any)
			return any;
	return !any;
}
