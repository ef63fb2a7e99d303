/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way from rules to a proven program: make the table, emit a program, read that back, ask
 * libseccomp. A program that is not equal to the table is not given out
 * (HACKING.md, "What is loaded is what was proven").
 */
#include <config.h>

#include "filter/rules/filter.h"

#include <stdlib.h>

#include "filter/kernel/syscalls.h"
#include "filter/program/load.h"
#include "filter/rules/condition.h"
#include "filter/rules/profile_table.h"
#include "filter/rules/second_opinion.h"
#include "filter/table/emit.h"
#include "filter/table/table.h"
#include "filter/table/table_apply.h"
#include "filter/table/table_program.h"

/* Writes the program and proves it; -1 after an error. */
static int filter_emit(struct filter *filter, const struct chains *chains,
		       struct findings *findings)
{
	const struct profile *profile = filter->rules->resolved->profile;
	bool big_endian = arch_big_endian(filter->rules->resolved->target.arch);
	struct node table;

	if (emit_program(filter->space, filter->table, chains, big_endian, &filter->program) != 0)
		return finding_error(
			findings, "program-length", profile->place,
			"use fewer values in conditions, or ranges instead of single values",
			"the rules need a filter of more than %d instructions, the most that the "
			"kernel loads",
			PROGRAM_LENGTH_MAX);
	if (program_check(&filter->program, findings) != 0)
		return -1;
	space_renew(filter->space);
	table = table_from_program(filter->space, &filter->program);
	if (node_same(table, TABLE_FULL))
		return finding_error(findings, "table-bound", profile->place,
				     "use fewer or simpler conditions",
				     "the program that the rules need is too complex to be proven");
	if (!node_same(table, filter->table))
		return finding_error(
			findings, "program-proof", profile->place, NULL,
			"the program that was made does not decide like the rules and is not used "
			"(this is a fault of seccomp-shim, please report it)");
	return 0;
}

int filter_decide(struct space *space, const struct resolved *resolved,
		  const struct runtime_reading *reading, const struct leniency *leniency,
		  struct rules **rules, struct node *table, struct findings *findings)
{
	return profile_table(space, resolved, reading, leniency, rules, table, NULL, findings);
}

static bool filter_notifies(const struct resolved *resolved)
{
	for (size_t i = 0; i < resolved->rule_count; i++)
		if (resolved->rules[i]->action == ACTION_NOTIFY)
			return true;
	return false;
}

/*
 * The flags that a profile stands for (seccomp-shim-profile(5), "Flags"); without a `flags` key
 * SPEC_ALLOW is implied. A rule NOTIFY needs NEW_LISTENER, and TSYNC together with it TSYNC_ESRCH.
 */
static unsigned filter_flags(const struct resolved *resolved, bool *implied_spec_allow)
{
	const struct profile *profile = resolved->profile;
	unsigned flags = filter_notifies(resolved) ? LOAD_NEW_LISTENER : 0;

	*implied_spec_allow = !profile->has_flags;
	if (!profile->has_flags || profile->flags & FLAG_SPEC_ALLOW)
		flags |= LOAD_SPEC_ALLOW;
	if (profile->flags & FLAG_LOG)
		flags |= LOAD_LOG;
	if (profile->flags & FLAG_WAIT_KILLABLE_RECV)
		flags |= LOAD_WAIT_KILLABLE_RECV;
	if (profile->flags & FLAG_TSYNC)
		flags |= LOAD_TSYNC;
	if (profile->flags & FLAG_TSYNC && flags & LOAD_NEW_LISTENER)
		flags |= LOAD_TSYNC_ESRCH;
	return flags;
}

struct filter *filter_build(const struct resolved *resolved, const struct runtime_reading *reading,
			    const struct leniency *leniency, enum severity disagreement,
			    struct findings *findings)
{
	CLEANUP(chains_free) struct chains chains = {0};
	CLEANUP(cleanup_filter) struct filter *filter = mem_zero(1, sizeof(*filter));

	filter->space = space_new();
	if (profile_table(filter->space, resolved, reading, leniency, &filter->rules,
			  &filter->table, &chains, findings) != 0)
		return NULL;
	/* Reports what cannot be loaded before libseccomp is asked, which may take its time. */
	if (filter_emit(filter, &chains, findings) != 0)
		return NULL;
	if (runtime_reading_is_strict(reading) &&
	    second_opinion_compare(filter->space, filter->rules, filter->table, disagreement,
				   findings) != 0)
		return NULL;
	filter->flags = filter_flags(resolved, &filter->implied_spec_allow);
	return STEAL(filter);
}

/* Two tables: the newer one in filter->table with its rules, the older one given back. */
static int filter_decide_both(struct filter *filter, const struct resolved *newer,
			      const struct resolved *older, const struct leniency *leniency,
			      struct node *under, struct findings *findings)
{
	CLEANUP(cleanup_rules) struct rules *rules = NULL;

	if (filter_decide(filter->space, newer, NULL, leniency, &filter->rules, &filter->table,
			  findings) ||
	    second_opinion_compare(filter->space, filter->rules, filter->table, SEVERITY_NOTE,
				   findings))
		return -1;
	space_renew(filter->space);
	if (filter_decide(filter->space, older, NULL, leniency, &rules, under, findings))
		return -1;
	return second_opinion_compare(filter->space, rules, *under, SEVERITY_NOTE, findings);
}

struct filter *filter_build_stacked(const struct resolved *newer, const struct resolved *older,
				    const struct leniency *leniency, struct findings *findings)
{
	CLEANUP(cleanup_filter) struct filter *filter = mem_zero(1, sizeof(*filter));
	const struct chains none = {0};
	bool implied;
	struct node under;

	filter->space = space_new();
	if (filter_decide_both(filter, newer, older, leniency, &under, findings) != 0)
		return NULL;
	space_renew(filter->space);
	filter->table = table_stack(filter->space, filter->table, under);
	if (node_same(filter->table, TABLE_FULL)) {
		(void)finding_error(findings, "table-bound", newer->profile->place,
				    "use fewer or simpler conditions",
				    "the two profiles are too complex to be one filter");
		return NULL;
	}
	if (filter_emit(filter, &none, findings) != 0)
		return NULL;
	filter->flags =
		filter_flags(newer, &filter->implied_spec_allow) | filter_flags(older, &implied);
	filter->implied_spec_allow &= implied;
	return STEAL(filter);
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	program_free(&filter->program);
	rules_free(filter->rules);
	space_free(filter->space);
	free(filter);
}

void cleanup_filter(struct filter **filter)
{
	filter_free(*filter);
}

struct place filter_deciding_place(const struct rules *rules, const struct seccomp_data *data,
				   uint32_t outcome)
{
	const struct abi *abi = abi_of_call(data->arch, (uint32_t)data->nr);
	const struct abi_rules *own = rules_of_abi(rules, abi);

	for (size_t i = 0; own && i < own->count; i++) {
		const struct call_rule *entry = &own->list[i];

		if (entry->number == (uint32_t)data->nr && rule_outcome(entry->rule) == outcome &&
		    !entry->multiplexed && conditions_met(abi, entry->rule, data))
			return entry->name->place;
	}
	return rules->resolved->profile->default_place;
}

enum filter_pass filter_call_passes(const struct filter *filter, const char *name,
				    struct place *place)
{
	const struct abi *abi = abi_of(filter->rules->resolved->target.arch);
	struct seccomp_data witness;
	uint32_t number;
	struct node node, passes;

	if (!syscall_number(abi, name, &number))
		return FILTER_DENIES;
	node = table_at(filter->space, filter->table, WORD_ARCH, abi->audit_arch);
	node = table_at(filter->space, node, WORD_NUMBER, number);
	passes = table_runs(filter->space, node);
	if (node_same(passes, TABLE_TRUE))
		return FILTER_PASSES;
	if (node_same(passes, TABLE_FULL))
		return FILTER_DENIES;
	table_witness(filter->space, passes, TABLE_TRUE, &witness);
	witness.arch = abi->audit_arch;
	witness.nr = (int)number;
	*place = filter_deciding_place(filter->rules, &witness,
				       table_lookup(filter->space, filter->table, &witness));
	return node_same(passes, TABLE_FALSE) ? FILTER_DENIES : FILTER_DEPENDS;
}
