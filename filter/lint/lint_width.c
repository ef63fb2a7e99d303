/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds conditions that a caller can avoid under runc and crun: the kernel uses 32 or fewer bits of
 * many arguments, libseccomp compares 64, so that a denied call passes with bits set that the
 * kernel ignores (the class of CVE-2019-7303).
 */
#include <config.h>

#include <string.h>

#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"
#include "filter/lint/lint.h"
#include "filter/query/call.h"
#include "filter/query/effective.h"
#include "filter/table/table_apply.h"

/* In a larger space the walks, one for each call with conditions, take too long. */
#define WIDTH_NODES_MAX (UINT32_C(1) << 18)

/* The calls with bits set that the kernel ignores. */
static struct node width_wide_calls(struct space *space, const unsigned bits[ARGUMENTS_MAX])
{
	struct node plain = TABLE_TRUE;

	for (unsigned i = ARGUMENTS_MAX; i-- > 0;) {
		uint32_t ignored = bits[i] >= 32 ? 0 : ~((UINT32_C(1) << bits[i]) - 1);

		if (ignored != 0)
			plain = table_mask_word(space, word_argument_low(i), ignored, 0, plain,
						TABLE_FALSE);
		if (bits[i] <= 32)
			plain = table_mask_word(space, word_argument_high(i), UINT32_MAX, 0, plain,
						TABLE_FALSE);
	}
	return table_not(space, plain);
}

/*
 * What is meant to pass: by the rules as written; if only a runtime's reading is known, what passes
 * of it with the ignored bits 0.
 */
static struct node width_meant(const struct lint *lint, const struct lint_call *call,
			       const unsigned bits[ARGUMENTS_MAX], struct node passes)
{
	struct known_bits ignored;
	struct widths widths;

	if (lint->strict)
		return call->passes;
	for (unsigned i = 0; i < ARGUMENTS_MAX; i++)
		widths.bits[i] = (unsigned char)bits[i];
	effective_ignored_bits(&widths, &ignored);
	return table_restrict(lint->space, passes, &ignored, false);
}

/* The calls that pass by bits which the kernel ignores; TABLE_FALSE if there is none. */
static struct node width_widened(const struct lint *lint, const struct lint_call *call,
				 struct node passes)
{
	unsigned bits[ARGUMENTS_MAX];
	struct node wide;

	for (unsigned i = 0; i < ARGUMENTS_MAX; i++)
		bits[i] = signature_bits(call->abi, call->number, i);
	wide = table_and(lint->space, passes,
			 table_not(lint->space, width_meant(lint, call, bits, passes)));
	wide = table_and(lint->space, wide, width_wide_calls(lint->space, bits));
	return node_same(wide, TABLE_FULL) ? TABLE_FALSE : wide;
}

/* The same call as the kernel sees it; *index gets the argument that has bits too many. */
static struct seccomp_data width_as_kernel_sees(const struct abi *abi,
						const struct seccomp_data *data, unsigned *index)
{
	struct seccomp_data seen = *data;

	for (unsigned i = 0; i < ARGUMENTS_MAX; i++) {
		unsigned bits = signature_bits(abi, (uint32_t)data->nr, i);

		if (bits >= 64 || data->args[i] >> bits == 0)
			continue;
		seen.args[i] &= (UINT64_C(1) << bits) - 1;
		*index = i;
	}
	return seen;
}

static char *width_remedy(const struct profile_rule *rule, unsigned index, unsigned bits)
{
	unsigned long long mask = (UINT64_C(1) << bits) - 1;

	for (size_t i = 0; i < rule->condition_count; i++)
		if (rule->conditions[i].index == index && rule->conditions[i].comparison == CMP_EQ)
			return mem_format("use SCMP_CMP_MASKED_EQ with value %llu, the mask, and "
					  "valueTwo %llu",
					  mask,
					  (unsigned long long)rule->conditions[i].value & mask);
	return mem_format(
		"write rules for single values, with SCMP_CMP_MASKED_EQ and value %llu, the "
		"mask; or seccomp-shim run, which compares as the kernel does",
		mask);
}

static void width_report(const struct lint *lint, const struct call_rule *rule,
			 const struct abi *abi, const struct seccomp_data *data, bool by_rule)
{
	CLEANUP(buffer_free) struct buffer wide = {0}, same = {0};
	CLEANUP(cleanup_free) char *remedy = NULL;
	struct argument arguments[ARGUMENTS_MAX];
	unsigned index = 0;
	struct seccomp_data seen = width_as_kernel_sees(abi, data, &index);

	call_add(&wide, data);
	call_add(&same, &seen);
	(void)signature_of(abi, rule->name->text, arguments); /* fills the names in any case */
	remedy = width_remedy(rule->rule, index, arguments[index].bits);
	finding_add(lint->findings, by_rule ? SEVERITY_WARNING : SEVERITY_NOTE, "wide-condition",
		    rule->rule->place, remedy,
		    "the kernel uses %u bits of %s of %s, runc and crun compare 64: they let %s "
		    "pass, which is the same call as %s",
		    arguments[index].bits, arguments[index].name, rule->name->text, wide.data,
		    same.data);
}

/* The rule to be named: one with conditions that denies, else the first with conditions. */
static const struct call_rule *width_rule_of(const struct call_rule *group, size_t count,
					     bool *denies)
{
	const struct call_rule *first = NULL;

	*denies = false;
	for (size_t i = 0; i < count; i++) {
		if (group[i].multiplexed || group[i].rule->condition_count == 0)
			continue;
		if (!action_runs(group[i].rule->action)) {
			*denies = true;
			return &group[i];
		}
		first = !first ? &group[i] : first;
	}
	return first;
}

static void width_check_number(const struct lint *lint, const struct abi *abi,
			       const struct call_rule *group, size_t count, struct node passes)
{
	bool denies;
	const struct call_rule *rule = width_rule_of(group, count, &denies);
	struct seccomp_data data;
	struct lint_call call;
	struct node node, wide;

	if (!rule || !lint_call_find(lint, abi, rule->name->text, &call))
		return;
	node = table_at(lint->space, passes, WORD_ARCH, abi->audit_arch);
	node = table_at(lint->space, node, WORD_NUMBER, rule->number);
	if (node_same(node, TABLE_TRUE) || node_same(node, TABLE_FALSE))
		return;
	wide = width_widened(lint, &call, node);
	if (node_same(wide, TABLE_FALSE))
		return;
	table_witness(lint->space, wide, TABLE_FALSE, &data);
	data.arch = abi->audit_arch;
	data.nr = (int)rule->number;
	width_report(lint, rule, abi, &data, denies);
}

void lint_width(const struct lint *lint, struct node runtime_passes)
{
	size_t end;

	if (space_size(lint->space) > WIDTH_NODES_MAX)
		return;
	for (size_t i = 0; i < lint->rules->abi_count; i++) {
		const struct abi_rules *rules = &lint->rules->abis[i];

		if (rules->abi->argument_bits != 64)
			continue;
		for (size_t from = 0; from < rules->count; from = end) {
			end = rules_group_end(rules, from);
			width_check_number(lint, rules->abi, &rules->list[from], end - from,
					   runtime_passes);
		}
	}
}
