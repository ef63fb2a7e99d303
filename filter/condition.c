/* SPDX-License-Identifier: Apache-2.0 */
/* One condition: its table, its test on one call, and the width in which it is compared. */
#include <config.h>

#include "filter/condition.h"

static bool fits_32(uint64_t value)
{
	return value <= UINT32_MAX || value >= (uint64_t)INT32_MIN;
}

static bool condition_fits_32(const struct profile_condition *condition)
{
	return fits_32(condition->value) && fits_32(condition->value_two);
}

/* x32's registers hold 64 bits; libseccomp looks at 32 of them, which a wider value cannot use. */
static bool compares_32(const struct abi *abi, const struct profile_condition *condition)
{
	if (abi->arch == ARCH_X32)
		return condition_fits_32(condition);
	return abi->argument_bits == 32;
}

/* What less, equal and greater than the value mean to an operator. */
static void three_ways(enum comparison comparison, uint32_t ways[3])
{
	static const bool meets[CMP_COUNT][3] = {
		[CMP_NE] = {true, false, true}, [CMP_LT] = {true, false, false},
		[CMP_LE] = {true, true, false}, [CMP_EQ] = {false, true, false},
		[CMP_GE] = {false, true, true}, [CMP_GT] = {false, false, true},
	};

	for (int i = 0; i < 3; i++)
		ways[i] = meets[comparison][i] ? TABLE_TRUE : TABLE_FALSE;
}

static uint32_t mask_table(struct space *space, const struct profile_condition *condition,
			   bool narrow)
{
	uint64_t mask = condition->value, value = condition->value_two;
	uint32_t low = table_mask_word(space, word_argument_low(condition->index), (uint32_t)mask,
				       (uint32_t)value, TABLE_TRUE, TABLE_FALSE);

	if (narrow)
		return low;
	return table_mask_word(space, word_argument_high(condition->index), (uint32_t)(mask >> 32),
			       (uint32_t)(value >> 32), low, TABLE_FALSE);
}

uint32_t condition_table(struct space *space, const struct abi *abi,
			 const struct profile_condition *condition)
{
	bool narrow = compares_32(abi, condition);
	uint32_t ways[3], low;

	if (condition->comparison == CMP_MASKED_EQ)
		return mask_table(space, condition, narrow);
	three_ways(condition->comparison, ways);
	low = table_compare_word(space, word_argument_low(condition->index),
				 (uint32_t)condition->value, ways[0], ways[1], ways[2]);
	if (narrow)
		return low;
	return table_compare_word(space, word_argument_high(condition->index),
				  (uint32_t)(condition->value >> 32), ways[0], low, ways[2]);
}

uint32_t condition_multiplexed(struct space *space, const struct call_rule *entry)
{
	uint32_t mask = entry->ipc ? IPC_CALL_MASK : UINT32_MAX;

	return table_mask_word(space, word_argument_low(0), mask, entry->call, TABLE_TRUE,
			       TABLE_FALSE);
}

void condition_check_width(const struct abi *abi, const struct call_rule *entry,
			   unsigned char *told, struct findings *findings)
{
	if (abi->argument_bits == 64 || abi->arch == ARCH_X32 || entry->multiplexed)
		return;
	for (size_t i = 0; i < entry->rule->condition_count; i++) {
		const struct profile_condition *condition = &entry->rule->conditions[i];

		if (condition_fits_32(condition) || !rule_tell(told, entry, TOLD_WIDTH))
			continue;
		(void)finding_error(findings, "value-width", condition->place,
				    "give the architectures rules of their own in two profiles",
				    "the value does not fit the 32-bit arguments of %s on %s",
				    entry->name->text, arch_word(abi->arch));
	}
}

static bool condition_met(const struct abi *abi, const struct profile_condition *condition,
			  const struct seccomp_data *data)
{
	uint64_t keep = compares_32(abi, condition) ? UINT32_MAX : UINT64_MAX;
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
	bool any = rule_is_or(rule);

	for (size_t i = 0; i < rule->condition_count; i++)
		if (condition_met(abi, &rule->conditions[i], data) == any)
			return any;
	return !any;
}
