/* SPDX-License-Identifier: Apache-2.0 */
/* Two tables of one profile, equal or not. */
#include <config.h>

#include "filter/rules/second_opinion.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/query/call.h"
#include "filter/rules/build.h"
#include "filter/rules/condition.h"
#include "filter/rules/derive.h"
#include "filter/rules/fallback.h"
#include "filter/table/table_program.h"

/*
 * A multiplexer's first argument is compared in the bits that the kernel takes; the others are no
 * matter of libseccomp's.
 */
static struct node without_wide_calls(struct space *space, const struct call_rule *entry,
				      struct node region)
{
	struct node plain = table_mask_word(space, word_argument_low(0), ~entry->call_mask, 0,
					    TABLE_TRUE, TABLE_FALSE);

	plain = table_mask_word(space, word_argument_high(0), UINT32_MAX, 0, plain, TABLE_FALSE);
	plain = table_compare_word(space, WORD_NUMBER, entry->number, TABLE_TRUE, plain,
				   TABLE_TRUE);
	return table_and(space, region, plain);
}

/* The numbers of one ABI on which libseccomp has a say, as a boolean table over the number. */
static struct node region_of_numbers(struct space *space, const struct rules *rules,
				     const struct abi_rules *abi)
{
	uint32_t last = abi->abi->arch == ARCH_X32	? 2 * X32_BIT - 1
			: abi->abi->arch == ARCH_X86_64 ? X32_BIT - 1
							: NUMBER_SKIPPED - 1;
	uint32_t first = abi->abi->arch == ARCH_X32 ? X32_BIT : 0;
	struct node region;
	uint32_t highest;

	if (fallback_has_enosys(rules, abi, &highest))
		last = highest;
	region = table_compare_word(space, WORD_NUMBER, last, TABLE_TRUE, TABLE_TRUE, TABLE_FALSE);
	region = table_and(space, region,
			   table_compare_word(space, WORD_NUMBER, first, TABLE_FALSE, TABLE_TRUE,
					      TABLE_TRUE));
	for (size_t i = 0; i < abi->count; i++) {
		const struct call_rule *entry = &abi->list[i];
		struct node one;

		if (entry->multiplexed)
			region = without_wide_calls(space, entry, region);
		if (syscall_known_to_libseccomp(entry->name->text))
			continue;
		one = table_compare_word(space, WORD_NUMBER, entry->number, TABLE_FALSE, TABLE_TRUE,
					 TABLE_FALSE);
		region = table_choose(space, one, TABLE_FALSE, region);
	}
	return region;
}

static struct node region_of_abi(struct space *space, const struct rules *rules,
				 const struct abi_rules *abi)
{
	struct node numbers = region_of_numbers(space, rules, abi);

	if (node_same(numbers, TABLE_FULL))
		return TABLE_FULL;
	return table_compare_word(space, WORD_ARCH, abi->abi->audit_arch, TABLE_FALSE, numbers,
				  TABLE_FALSE);
}

/* Lays libseccomp's tables over the derived one; TABLE_FULL if that was too much. */
static struct node second_table(struct space *space, const struct rules *rules,
				const struct built *built, struct node table, const char **reason)
{
	for (size_t i = 0; i < rules->abi_count; i++) {
		CLEANUP(findings_free) struct findings ignored = {0};
		struct node theirs;

		if (built[i].error != 0) {
			*reason = "it refuses a rule";
			return TABLE_FULL;
		}
		if (built[i].program.length == 0)
			continue;
		if (program_check(&built[i].program, &ignored) != 0) {
			*reason = "its program is not one that the kernel takes";
			return TABLE_FULL;
		}
		theirs = table_from_program(space, &built[i].program);
		table = table_choose(space, region_of_abi(space, rules, &rules->abis[i]), theirs,
				     table);
	}
	if (node_same(table, TABLE_FULL))
		*reason = "its program is too large to compare";
	return table;
}

/* enforced: the table that is; ours: the same rules in libseccomp's widths, unlike theirs. */
static void tell_difference(const struct space *space, const struct rules *rules,
			    struct node enforced, struct node ours, struct node theirs,
			    enum severity severity, struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer call = {0}, our = {0}, their = {0};
	const bool refused = severity == SEVERITY_ERROR;
	struct seccomp_data witness;
	bool is_enforced;

	table_witness(space, ours, theirs, &witness);
	call_add(&call, &witness);
	outcome_add(&our, table_lookup(space, ours, &witness));
	outcome_add(&their, table_lookup(space, theirs, &witness));
	is_enforced =
		table_lookup(space, enforced, &witness) == table_lookup(space, ours, &witness);
	finding_add(
		findings, severity, "libseccomp-differs", rules->resolved->profile->place,
		refused ? "leave --require-agreement out to enforce the rules as written" : NULL,
		"libseccomp %s reads these rules otherwise: to %s it would answer %s, %sthe rules "
		"as written say %s%s",
		build_library_version(), call.data, their.data, is_enforced ? "" : "in its widths ",
		our.data, refused || !is_enforced ? "" : ", which is what is enforced");
}

static int second_opinion_missing(const struct rules *rules, const char *reason,
				  enum severity severity, struct findings *findings)
{
	finding_add(findings, severity, "libseccomp-no-answer", rules->resolved->profile->place,
		    NULL, "libseccomp %s could not be asked for its reading of these rules: %s",
		    build_library_version(), reason);
	return severity == SEVERITY_ERROR ? -1 : 0;
}

/*
 * libseccomp exports a program in the target's byte order; from a host of the other one, versions
 * up to 2.5 leave some of its constants in the host's.
 */
static bool other_byte_order(const struct rules *rules)
{
	return arch_big_endian(rules->resolved->target.arch) !=
	       (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

int second_opinion_compare(struct space *space, const struct rules *rules, struct node table,
			   enum severity severity, struct findings *findings)
{
	struct built built[ARCH_COUNT + 1];
	struct build_request requests[ARCH_COUNT + 1];
	const char *reason = NULL;
	struct node second = TABLE_FULL, ours;

	if (other_byte_order(rules)) {
		finding_add(
			findings, severity == SEVERITY_ERROR ? SEVERITY_ERROR : SEVERITY_NOTE,
			"libseccomp-not-asked", rules->resolved->profile->place, NULL,
			"libseccomp is not asked for its reading: the target has the other byte "
			"order than this machine");
		return severity == SEVERITY_ERROR ? -1 : 0;
	}
	ours = derive_library_table(space, rules);
	if (node_same(ours, TABLE_FULL))
		return second_opinion_missing(rules,
					      "in its widths the rules need too large a table",
					      severity, findings);
	memset(built, 0, sizeof(built));
	for (size_t i = 0; i < rules->abi_count; i++)
		requests[i] = (struct build_request){.abis = {rules->abis[i].abi}, .abi_count = 1};
	if (build_with_libseccomp(rules->resolved, requests, rules->abi_count, built, &reason) == 0)
		second = second_table(space, rules, built, ours, &reason);
	for (size_t i = 0; i < rules->abi_count; i++)
		program_free(&built[i].program);
	if (node_same(second, TABLE_FULL))
		return second_opinion_missing(rules, reason, severity, findings);
	if (!node_same(second, ours)) {
		tell_difference(space, rules, table, ours, second, severity, findings);
		return severity == SEVERITY_ERROR ? -1 : 0;
	}
	finding_add(findings, SEVERITY_NOTE, "libseccomp-agrees", rules->resolved->profile->place,
		    NULL, "libseccomp %s reads these rules in the same way",
		    build_library_version());
	return 0;
}
