/* SPDX-License-Identifier: Apache-2.0 */
/* Rules walked one by one, for every question anew. */
#include <config.h>

#include "tests/fuzz/evaluate.h"

#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"

static uint32_t outcome(const struct profile_rule *rule)
{
	return outcome_of(rule->action, rule->errno_ret);
}

/* A value of so many bits as a signed number. */
static int64_t as_signed(uint64_t value, unsigned bits)
{
	return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

static bool fits_bits(uint64_t value, unsigned bits)
{
	uint64_t wide = (uint64_t)as_signed(value, bits);

	return bits == 64 || value >> bits == 0 || value == wide || value == (uint32_t)wide;
}

static bool condition_holds(unsigned bits, const struct profile_condition *condition,
			    uint64_t argument)
{
	uint64_t value = condition->value, datum = condition->value_two;

	/* What stands above the width is not the kernel's. */
	argument = argument << (64 - bits) >> (64 - bits);
	value = value << (64 - bits) >> (64 - bits);
	datum = datum << (64 - bits) >> (64 - bits);
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
	default:
		return (argument & value) == datum;
	}
}

static bool rule_holds(const struct abi *abi, const struct profile_rule *rule,
		       const struct seccomp_data *data)
{
	size_t holding = 0, uses[6] = {0};
	bool or = false;

	for (size_t i = 0; i < rule->condition_count; i++) {
		const struct profile_condition *condition = &rule->conditions[i];

		or |= uses[condition->index]++ > 0;
		holding +=
			condition_holds(signature_bits(abi, (uint32_t)data->nr, condition->index),
					condition, data->args[condition->index]);
	}
	return or ? holding > 0 : holding == rule->condition_count;
}

/* Which numbers a name stands for: its own, and its multiplexer's with this first argument. */
static bool names_number(const struct abi *abi, const char *name, uint32_t number)
{
	uint32_t own;

	return syscall_number(abi, name, &own) && own == number;
}

static bool names_call(const struct abi *abi, const char *name, uint32_t number, unsigned *call)
{
	const char *multiplexer;

	return syscall_multiplexed(abi, name, &multiplexer, call) &&
	       names_number(abi, multiplexer, number);
}

/* The kernel takes an int, and of ipc's the upper half as a version (ipc/syscall.c). */
static bool names_call_of(const struct abi *abi, const char *name, const struct seccomp_data *data)
{
	uint32_t first = (uint32_t)data->args[0];
	unsigned call;

	if (names_number(abi, "ipc", (uint32_t)data->nr))
		first &= 0xffff;
	return names_call(abi, name, (uint32_t)data->nr, &call) && call == first;
}

static bool rule_is_for(const struct abi *abi, const struct profile_rule *rule,
			const struct seccomp_data *data, bool multiplexed)
{
	for (size_t i = 0; i < rule->name_count; i++) {
		const char *name = rule->names[i].text;

		if (multiplexed ? names_call_of(abi, name, data)
				: names_number(abi, name, (uint32_t)data->nr))
			return true;
	}
	return false;
}

static bool stricter(uint32_t a, uint32_t b)
{
	return outcome_rank(a) < outcome_rank(b);
}

/* What the names decide that the multiplexer carries in this call. */
static uint32_t evaluate_multiplexed(const struct resolved *resolved, const struct abi *abi,
				     const struct seccomp_data *data, uint32_t fallback)
{
	uint32_t best = fallback;

	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		if (rule->condition_count == 0 && rule_is_for(abi, rule, data, true))
			return outcome(rule);
	}
	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		if (rule_is_for(abi, rule, data, true) && stricter(outcome(rule), best))
			best = outcome(rule);
	}
	return best;
}

/* False where no rule decides. */
static bool evaluate_rules(const struct resolved *resolved, const struct abi *abi,
			   const struct seccomp_data *data, uint32_t *result)
{
	bool any = false;

	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		if (!rule_is_for(abi, rule, data, false))
			continue;
		if (rule->condition_count == 0) {
			*result = outcome(rule);
			return true;
		}
		if (rule_holds(abi, rule, data) && (!any || stricter(outcome(rule), *result))) {
			*result = outcome(rule);
			any = true;
		}
	}
	return any;
}

/* Whether the number lies above all that the rules name; a named one does not. */
static bool is_beyond(const struct resolved *resolved, const struct abi *abi, uint32_t number)
{
	bool any = false;

	for (size_t i = 0; i < resolved->rule_count; i++) {
		for (size_t j = 0; j < resolved->rules[i]->name_count; j++) {
			const char *name = resolved->rules[i]->names[j].text, *multiplexer = NULL;
			uint32_t named[2];
			unsigned call;
			bool has[2] = {syscall_number(abi, name, &named[0]),
				       syscall_multiplexed(abi, name, &multiplexer, &call) &&
					       syscall_number(abi, multiplexer, &named[1])};

			for (int k = 0; k < 2; k++) {
				if (!has[k])
					continue;
				if (named[k] == number)
					return false;
				if (named[k] - abi->base >= ARM_PRIVATE_BASE)
					continue;
				if (named[k] >= number)
					return false;
				any = true;
			}
		}
	}
	return any;
}

static bool is_listed(const struct resolved *resolved, const struct abi *abi)
{
	for (size_t i = 0; i < resolved->arch_count; i++)
		if (resolved->arches[i].arch == abi->arch)
			return true;
	return false;
}

static bool is_listed_audit(const struct resolved *resolved, uint32_t audit_arch)
{
	for (size_t i = 0; i < resolved->arch_count; i++)
		if (abi_of(resolved->arches[i].arch)->audit_arch == audit_arch)
			return true;
	return false;
}

uint32_t evaluate_call(const struct resolved *resolved, const struct seccomp_data *data)
{
	const struct profile *profile = resolved->profile;
	const struct abi *abi = abi_of_call(data->arch, (uint32_t)data->nr);
	uint32_t fallback = outcome_of(profile->default_action, profile->default_errno);
	uint32_t result;

	if (data->nr == -1 && is_listed_audit(resolved, data->arch))
		return fallback;
	if (!abi || !is_listed(resolved, abi))
		return outcome_of(ACTION_KILL_THREAD, 0);
	if (evaluate_rules(resolved, abi, data, &result))
		return result;
	if (profile->default_action == ACTION_ERRNO && is_beyond(resolved, abi, (uint32_t)data->nr))
		return outcome_of(ACTION_ERRNO, abi_enosys(abi));
	return evaluate_multiplexed(resolved, abi, data, fallback);
}

/* Of one ABI: a rule on the same call, direct or multiplexed, without conditions and laxer. */
static bool is_erased(const struct resolved *resolved, const struct abi *abi,
		      const struct profile_rule *rule, const char *name)
{
	uint32_t number = 0, other_number;
	unsigned call = 0, other_call;
	const char *multiplexer;
	bool direct = syscall_number(abi, name, &number);
	bool carried = syscall_multiplexed(abi, name, &multiplexer, &call);

	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *other = resolved->rules[i];

		for (size_t j = 0; j < other->name_count && other->condition_count == 0; j++) {
			const char *text = other->names[j].text;
			bool same = (direct && syscall_number(abi, text, &other_number) &&
				     number == other_number) ||
				    (carried &&
				     syscall_multiplexed(abi, text, &multiplexer, &other_call) &&
				     call == other_call && strcmp(text, name) == 0);

			/* The first one decides. */
			if (same)
				return stricter(outcome(rule), outcome(other));
		}
	}
	return false;
}

bool evaluate_shadowed(const struct resolved *resolved)
{
	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		for (size_t j = 0; j < rule->name_count && rule->condition_count > 0; j++)
			for (size_t k = 0; k < resolved->arch_count; k++)
				if (is_erased(resolved, abi_of(resolved->arches[k].arch), rule,
					      rule->names[j].text))
					return true;
	}
	return false;
}

static bool rule_too_wide(const struct abi *abi, const struct profile_rule *rule, const char *name)
{
	uint32_t number;

	for (size_t i = 0; i < rule->condition_count; i++) {
		const struct profile_condition *condition = &rule->conditions[i];
		unsigned bits;

		if (!syscall_number(abi, name, &number))
			return false;
		bits = signature_bits(abi, number, condition->index);
		if (!fits_bits(condition->value, bits) || !fits_bits(condition->value_two, bits))
			return true;
	}
	return false;
}

bool evaluate_too_wide(const struct resolved *resolved)
{
	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		for (size_t j = 0; j < rule->name_count; j++)
			for (size_t k = 0; k < resolved->arch_count; k++)
				if (rule_too_wide(abi_of(resolved->arches[k].arch), rule,
						  rule->names[j].text))
					return true;
	}
	return false;
}
