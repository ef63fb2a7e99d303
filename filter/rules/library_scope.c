/* SPDX-License-Identifier: Apache-2.0 */
/* The calls on which libseccomp's program is compared, as tables; the others in words. */
#include <config.h>

#include "filter/rules/library_scope.h"

#include <string.h>

#include "filter/kernel/syscalls.h"
#include "filter/rules/fallback.h"

/* So many names are written one by one. */
#define NAMES_MAX 5

/* first..last of the numbers, as a boolean table. */
static struct node scope_of_numbers(struct space *space, uint32_t first, uint32_t last)
{
	return table_and(space,
			 table_compare_word(space, WORD_NUMBER, first, TABLE_FALSE, TABLE_TRUE,
					    TABLE_TRUE),
			 table_compare_word(space, WORD_NUMBER, last, TABLE_TRUE, TABLE_TRUE,
					    TABLE_FALSE));
}

/* The first and last number of an ABI that are compared. */
static uint32_t scope_first(const struct abi *abi)
{
	return abi->arch == ARCH_X32 ? X32_BIT : 0;
}

static uint32_t scope_last(const struct abi *abi)
{
	if (abi->arch == ARCH_X32)
		return 2 * X32_BIT - 1;
	return abi->arch == ARCH_X86_64 ? X32_BIT - 1 : NUMBER_SKIPPED - 1;
}

static struct node scope_without_wide_calls(struct space *space, const struct call_rule *entry,
					    struct node scope)
{
	struct node plain = table_mask_word(space, word_argument_low(0), ~entry->call_mask, 0,
					    TABLE_TRUE, TABLE_FALSE);

	plain = table_mask_word(space, word_argument_high(0), UINT32_MAX, 0, plain, TABLE_FALSE);
	plain = table_compare_word(space, WORD_NUMBER, entry->number, TABLE_TRUE, plain,
				   TABLE_TRUE);
	return table_and(space, scope, plain);
}

static struct node scope_without_number(struct space *space, uint32_t number, struct node scope)
{
	struct node one = table_compare_word(space, WORD_NUMBER, number, TABLE_FALSE, TABLE_TRUE,
					     TABLE_FALSE);

	return table_choose(space, one, TABLE_FALSE, scope);
}

static struct node scope_on(struct space *space, const struct abi *abi, struct node numbers)
{
	if (node_same(numbers, TABLE_FULL))
		return TABLE_FULL;
	return table_compare_word(space, WORD_ARCH, abi->audit_arch, TABLE_FALSE, numbers,
				  TABLE_FALSE);
}

struct node library_scope(struct space *space, const struct rules *rules,
			  const struct abi_rules *abi)
{
	uint32_t last = scope_last(abi->abi), highest;
	struct node scope;

	if (fallback_has_enosys(rules, abi, &highest))
		last = highest;
	scope = scope_of_numbers(space, scope_first(abi->abi), last);
	for (size_t i = 0; i < abi->count; i++) {
		const struct call_rule *entry = &abi->list[i];

		if (entry->multiplexed)
			scope = scope_without_wide_calls(space, entry, scope);
		if (!syscall_known_to_libseccomp(entry->name->text))
			scope = scope_without_number(space, entry->number, scope);
	}
	return scope_on(space, abi->abi, scope);
}

/* The other ABI of x86-64's audit architecture; NULL if the ABI has none. */
static const struct abi *scope_sibling(const struct abi *abi)
{
	if (abi->arch == ARCH_X86_64)
		return abi_of(ARCH_X32);
	return abi->arch == ARCH_X32 ? abi_of(ARCH_X86_64) : NULL;
}

struct node library_scope_unlisted(struct space *space, const struct rules *rules,
				   const struct abi_rules *abi)
{
	const struct abi *sibling = scope_sibling(abi->abi);
	struct node scope = TABLE_TRUE, numbers;

	for (size_t i = 0; i < rules->abi_count; i++)
		scope = table_and(space, scope,
				  table_compare_word(space, WORD_ARCH,
						     rules->abis[i].abi->audit_arch, TABLE_TRUE,
						     TABLE_FALSE, TABLE_TRUE));
	if (!sibling || rules_of_abi(rules, sibling))
		return scope;
	numbers = scope_of_numbers(space, scope_first(sibling), scope_last(sibling));
	return table_or(space, scope, scope_on(space, sibling, numbers));
}

/* ---- in words */

static void scope_add_item(struct buffer *out, const char *text)
{
	buffer_addf(out, "%s%s", out->length > 0 ? ", " : "", text);
}

static bool scope_is_limited(const struct rules *rules)
{
	uint32_t highest;

	for (size_t i = 0; i < rules->abi_count; i++)
		if (fallback_has_enosys(rules, &rules->abis[i], &highest))
			return true;
	return false;
}

static bool scope_has_multiplexed(const struct rules *rules)
{
	for (size_t i = 0; i < rules->abi_count; i++)
		for (size_t j = 0; j < rules->abis[i].count; j++)
			if (rules->abis[i].list[j].multiplexed)
				return true;
	return false;
}

/* Listed ABIs that libseccomp has no name for. */
static void scope_add_abis(struct buffer *out, const struct rules *rules)
{
	for (size_t i = 0; i < rules->abi_count; i++) {
		CLEANUP(cleanup_free) char *text = NULL;

		if (rules->abis[i].abi->scmp_arch != 0)
			continue;
		text = mem_format("%s, which it does not know",
				  arch_word(rules->abis[i].abi->arch));
		scope_add_item(out, text);
	}
}

static bool scope_is_named(const struct resolved *resolved, const char *name)
{
	for (size_t i = 0; i < resolved->rule_count; i++)
		for (size_t j = 0; j < resolved->rules[i]->name_count; j++)
			if (strcmp(resolved->rules[i]->names[j].text, name) == 0)
				return true;
	return false;
}

/* Calls that rules name and libseccomp does not know. */
static void scope_add_names(struct buffer *out, const struct resolved *resolved)
{
	CLEANUP(buffer_free) struct buffer names = {0};
	size_t count = 0;

	for (size_t i = 0; i < syscall_count(); i++) {
		const char *name = syscall_at(i);

		if (syscall_known_to_libseccomp(name) || !scope_is_named(resolved, name))
			continue;
		if (count++ < NAMES_MAX)
			scope_add_item(&names, name);
	}
	if (count > NAMES_MAX)
		buffer_addf(&names, " and %zu more", count - NAMES_MAX);
	if (count > 0)
		buffer_addf(out, "%scalls that it does not know (%s)", out->length > 0 ? ", " : "",
			    names.data);
}

void library_scope_add_left_out(struct buffer *out, const struct rules *rules)
{
	CLEANUP(buffer_free) struct buffer list = {0};

	scope_add_item(&list, "number -1");
	if (scope_is_limited(rules))
		scope_add_item(&list, "numbers above the highest one that the rules name (ENOSYS)");
	scope_add_names(&list, rules->resolved);
	if (rules_of_abi(rules, abi_of(ARCH_X86_64)) || rules_of_abi(rules, abi_of(ARCH_X32)))
		scope_add_item(&list, "x86_64 numbers with bit 31");
	if (scope_has_multiplexed(rules))
		scope_add_item(&list, "socketcall and ipc with a call's number that has bits which "
				      "the kernel ignores");
	scope_add_abis(&list, rules);
	buffer_add(out, list.data, list.length);
}
