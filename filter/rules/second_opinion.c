/* SPDX-License-Identifier: Apache-2.0 */
/* Asks libseccomp for its program of each listed ABI, and compares the tables. */
#include <config.h>

#include "filter/rules/second_opinion.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/query/call.h"
#include "filter/rules/build.h"
#include "filter/rules/derive.h"
#include "filter/rules/library_scope.h"
#include "filter/table/table_program.h"

/*
 * Lays one of libseccomp's tables over `table`, which is ours as far as nothing differs. Calls of
 * unlisted ABIs are decided by each of its programs: one that differs is not to be covered by the
 * next that does not.
 */
static struct node second_opinion_lay(struct space *space, const struct rules *rules,
				      const struct abi_rules *abi, struct node ours,
				      struct node theirs, struct node table)
{
	struct node unlisted = library_scope_unlisted(space, rules, abi);

	if (!node_same(table_choose(space, unlisted, theirs, ours), ours))
		table = table_choose(space, unlisted, theirs, table);
	return table_choose(space, library_scope(space, rules, abi), theirs, table);
}

/* libseccomp's tables laid over ours; TABLE_FULL and *reason if there is none to compare. */
static struct node second_opinion_table(struct space *space, const struct rules *rules,
					const struct built *built, struct node ours,
					const char **reason)
{
	struct node table = ours;

	for (size_t i = 0; i < rules->abi_count; i++) {
		CLEANUP(findings_free) struct findings ignored = {0};

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
		table = second_opinion_lay(space, rules, &rules->abis[i], ours,
					   table_from_program(space, &built[i].program), table);
	}
	if (node_same(table, TABLE_FULL))
		*reason = "its program is too large to compare";
	return table;
}

/* enforced: the table that is; ours: the same rules in libseccomp's widths, unlike theirs. */
static void second_opinion_report_difference(const struct space *space, const struct rules *rules,
					     struct node enforced, struct node ours,
					     struct node theirs, enum severity severity,
					     struct findings *findings)
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
	finding_add(findings, severity, "libseccomp-differs", rules->resolved->profile->place,
		    refused ? "leave --require-agreement out to enforce the rules as written"
			    : NULL,
		    "libseccomp %s reads these rules differently: %s would get %s, %sthe rules as "
		    "written give %s%s",
		    build_library_version(), call.data, their.data,
		    is_enforced ? "" : "in its widths ", our.data,
		    refused || !is_enforced ? "" : ", which is what is enforced");
}

static int second_opinion_report_missing(const struct rules *rules, const char *reason,
					 enum severity severity, struct findings *findings)
{
	finding_add(findings, severity, "libseccomp-no-answer", rules->resolved->profile->place,
		    NULL, "libseccomp %s could not be asked for its reading of these rules: %s",
		    build_library_version(), reason);
	return severity == SEVERITY_ERROR ? -1 : 0;
}

/* libseccomp has a name for one of the listed ABIs at least. */
static bool second_opinion_knows_any(const struct rules *rules)
{
	for (size_t i = 0; i < rules->abi_count; i++)
		if (rules->abis[i].abi->scmp_arch != 0)
			return true;
	return false;
}

static void second_opinion_report_agreement(const struct rules *rules, struct findings *findings)
{
	const struct place place = rules->resolved->profile->place;
	CLEANUP(buffer_free) struct buffer left_out = {0};

	if (!second_opinion_knows_any(rules)) {
		finding_add(findings, SEVERITY_NOTE, "libseccomp-agrees", place, NULL,
			    "libseccomp %s knows none of these architectures: there is nothing "
			    "to compare",
			    build_library_version());
		return;
	}
	library_scope_add_left_out(&left_out, rules);
	finding_add(findings, SEVERITY_NOTE, "libseccomp-agrees", place, NULL,
		    "libseccomp %s reads these rules in the same way, unlisted architectures "
		    "included; not compared: %s",
		    build_library_version(), left_out.data);
}

/*
 * libseccomp exports a program in the target's byte order; from a host of the other one, versions
 * up to 2.5 leave some of its constants in the host's.
 */
static bool second_opinion_other_order(const struct rules *rules)
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

	if (second_opinion_other_order(rules)) {
		finding_add(
			findings, severity == SEVERITY_ERROR ? SEVERITY_ERROR : SEVERITY_NOTE,
			"libseccomp-not-asked", rules->resolved->profile->place, NULL,
			"libseccomp is not asked for its reading: the target has the other byte "
			"order than this machine");
		return severity == SEVERITY_ERROR ? -1 : 0;
	}
	ours = derive_library_table(space, rules);
	if (node_same(ours, TABLE_FULL))
		return second_opinion_report_missing(
			rules, "in its widths the rules need too large a table", severity,
			findings);
	memset(built, 0, sizeof(built));
	for (size_t i = 0; i < rules->abi_count; i++)
		requests[i] = (struct build_request){.abis = {rules->abis[i].abi}, .abi_count = 1};
	if (build_with_libseccomp(rules->resolved, requests, rules->abi_count, built, &reason) == 0)
		second = second_opinion_table(space, rules, built, ours, &reason);
	for (size_t i = 0; i < rules->abi_count; i++)
		program_free(&built[i].program);
	if (node_same(second, TABLE_FULL))
		return second_opinion_report_missing(rules, reason, severity, findings);
	if (!node_same(second, ours)) {
		second_opinion_report_difference(space, rules, table, ours, second, severity,
						 findings);
		return severity == SEVERITY_ERROR ? -1 : 0;
	}
	second_opinion_report_agreement(rules, findings);
	return 0;
}
