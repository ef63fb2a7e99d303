/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds calls that runc and crun would decide differently with the libseccomp that is linked here:
 * names that it does not know, and every other difference, with a witness.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/lint/lint.h"
#include "filter/lint/starts.h"
#include "filter/query/call.h"
#include "filter/query/compare.h"
#include "filter/rules/build.h"
#include "filter/rules/runtime_table.h"
#include "filter/table/table_apply.h"

/* So many calls are named one by one. */
#define NAMES_MAX 5

/* ---- names that libseccomp does not know */

/* A call that the rule denies and the runtimes, without the rule, do not; false if there is none.
 */
static bool runtimes_find_hole(const struct lint *lint, const struct profile_name *name,
			       struct seccomp_data *data)
{
	enum action fallback = lint->rules->resolved->profile->default_action;

	if (!action_runs(fallback))
		return false;
	for (size_t i = 0; i < lint->rules->abi_count; i++) {
		struct lint_call call;

		if (!lint_call_find(lint, lint->rules->abis[i].abi, name->text, &call) ||
		    call.passing == PASSING_ALWAYS)
			continue;
		lint_call_witness(lint, &call, false, data);
		return true;
	}
	return false;
}

static void runtimes_report_hole(const struct lint *lint, const struct profile_name *name,
				 const struct seccomp_data *data)
{
	CLEANUP(buffer_free) struct buffer witness = {0}, there = {0};

	lint_add_witness(lint, data, &witness);
	outcome_add(&there, default_outcome(lint->rules->resolved->profile));
	finding_add(lint->findings, SEVERITY_NOTE, "dropped-by-runtime", name->place,
		    "use a newer libseccomp, or seccomp-shim as the runtime",
		    "libseccomp %s does not know %s: runc and crun drop this rule and report "
		    "nothing, which leaves a hole: %s, and %s there",
		    build_library_version(), name->text, witness.data, there.data);
}

static void runtimes_check_name(const struct lint *lint, const struct profile_name *name,
				struct buffer *harmless, struct place *first)
{
	struct seccomp_data data;

	if (syscall_known_to_libseccomp(name->text) || !syscall_known(name->text))
		return;
	if (runtimes_find_hole(lint, name, &data)) {
		runtimes_report_hole(lint, name, &data);
		return;
	}
	if (harmless->length == 0)
		*first = name->place;
	buffer_addf(harmless, "%s%s", harmless->length == 0 ? "" : ", ", name->text);
}

/* Holes one by one; all others in one finding, at the first of them. */
static void runtimes_check_names(const struct lint *lint)
{
	const struct resolved *resolved = lint->rules->resolved;
	CLEANUP(buffer_free) struct buffer harmless = {0};
	struct place first = NOWHERE;

	for (size_t i = 0; i < resolved->rule_count; i++)
		for (size_t j = 0; j < resolved->rules[i]->name_count; j++)
			runtimes_check_name(lint, &resolved->rules[i]->names[j], &harmless, &first);
	if (harmless.length > 0)
		finding_add(lint->findings, SEVERITY_NOTE, "dropped-by-runtime", first,
			    "use a newer libseccomp, or seccomp-shim as the runtime",
			    "libseccomp %s does not know some names: runc and crun leave these "
			    "calls under the default action: %s",
			    build_library_version(), harmless.data);
}

/* ---- other differences */

/* A summary of the differences from one runtime. */
struct summary {
	const char **names; /* of calls, each once */
	size_t count, capacity;
	const struct difference *best; /* to be shown */
	int weight;		       /* of it */
	bool opens;
};

static const char *runtimes_difference_name(const struct difference *difference)
{
	const struct table_range *region = &difference->region;

	if (!region->abi || region->whole || region->first != region->last)
		return NULL;
	return syscall_name(region->abi, region->first);
}

/* The runtime executes what the rules as written do not. */
static bool runtimes_opens(const struct difference *difference)
{
	return (outcome_runs(difference->b) || outcome_hands_over(difference->b)) &&
	       !outcome_runs(difference->a) && !outcome_hands_over(difference->a);
}

static void runtimes_summary_add_name(struct summary *summary, const char *name)
{
	for (size_t i = 0; i < summary->count; i++)
		if (strcmp(summary->names[i], name) == 0)
			return;
	summary->names = mem_grow(summary->names, summary->count, &summary->capacity,
				  sizeof(*summary->names));
	summary->names[summary->count++] = name;
}

/* Shows the most telling difference: a call with a name, opened, on the native ABI. */
static void runtimes_summarize(const struct lint *lint, const struct differences *differences,
			       struct summary *summary)
{
	const struct abi *native = abi_of(lint->rules->resolved->target.arch);

	for (size_t i = 0; i < differences->count; i++) {
		const struct difference *difference = &differences->list[i];
		const char *name = runtimes_difference_name(difference);
		int weight = 1 + (name ? 4 : 0) + runtimes_opens(difference) * 2 +
			     (difference->region.abi == native);

		if (name)
			runtimes_summary_add_name(summary, name);
		if (weight > summary->weight) {
			summary->weight = weight;
			summary->best = difference;
		}
		summary->opens |= runtimes_opens(difference);
	}
}

static void runtimes_add_which(const struct summary *summary, struct buffer *out)
{
	if (summary->count == 0)
		buffer_add_text(out, "numbers that no call has");
	else
		buffer_addf(out, "%zu call%s (", summary->count, summary->count == 1 ? "" : "s");
	for (size_t i = 0; i < summary->count && i < NAMES_MAX; i++)
		buffer_addf(out, "%s%s", i == 0 ? "" : ", ", summary->names[i]);
	if (summary->count > 0)
		buffer_add_text(out, summary->count > NAMES_MAX ? ", ...)" : ")");
}

static void runtimes_report_differences(const struct lint *lint,
					const struct runtime_reading *reading,
					const struct differences *differences)
{
	CLEANUP(buffer_free) struct buffer call = {0}, here = {0}, there = {0}, which = {0};
	struct summary summary = {.count = 0};

	runtimes_summarize(lint, differences, &summary);
	runtimes_add_which(&summary, &which);
	call_add(&call, &summary.best->region.witness);
	outcome_add(&here, summary.best->a);
	outcome_add(&there, summary.best->b);
	finding_add(
		lint->findings, SEVERITY_NOTE,
		reading->runtime == RUNTIME_RUNC ? "runc-differs" : "crun-differs",
		lint->rules->resolved->profile->place, NULL,
		"%s with libseccomp %s treats %s differently%s; for example %s: %s instead of %s",
		runtime_reading_name(reading), build_library_version(), which.data,
		summary.opens ? ", and lets calls pass that the rules deny" : "", call.data,
		there.data, here.data);
	free(summary.names);
}

/* The runtime does not start a container: the reason, as the first error of asking it. */
static void runtimes_report_refused(const struct lint *lint, const struct runtime_reading *reading,
				    const struct findings *reasons)
{
	for (size_t i = 0; i < reasons->count; i++) {
		const struct finding *reason = &reasons->list[i];

		if (strcmp(reason->id, "runtime-refuses") != 0)
			continue; /* libseccomp could not be asked: reported elsewhere */
		finding_add(lint->findings, SEVERITY_NOTE,
			    reading->runtime == RUNTIME_RUNC ? "runc-differs" : "crun-differs",
			    reason->place, reason->remedy, "%s", reason->message);
		return;
	}
}

/* The runtime's table, or TABLE_FULL after a note that says why there is none. */
static struct node runtimes_check_one(const struct lint *lint,
				      const struct runtime_reading *reading)
{
	CLEANUP(findings_free) struct findings reasons = {0};
	struct differences differences = {0};
	struct node table;

	space_renew(lint->space);
	if (runtime_table(lint->space, lint->rules, reading, &table, &reasons) != 0) {
		runtimes_report_refused(lint, reading, &reasons);
		return TABLE_FULL;
	}
	if (compare_tables(lint->space, lint->table, table, COMPARE_ALL, &differences) == 0 &&
	    differences.count > 0)
		runtimes_report_differences(lint, reading, &differences);
	differences_free(&differences);
	return table;
}

/* A default that kills one thread: runc loses the one that starts the command, and hangs. */
static void runtimes_check_hang(const struct lint *lint, struct node table)
{
	const struct profile *profile = lint->rules->resolved->profile;
	CLEANUP(findings_free) struct findings needs = {0};

	if (profile->default_action != ACTION_KILL_THREAD)
		return;
	starts_check(lint->space, lint->rules, table, RUNTIME_RUNC, true, &needs);
	for (size_t i = 0; i < needs.count; i++) {
		if (needs.list[i].severity != SEVERITY_ERROR ||
		    strcmp(needs.list[i].id, "runtime-hangs") != 0)
			continue;
		finding_add(
			lint->findings, SEVERITY_NOTE, "runtime-hangs", profile->default_place,
			"use SCMP_ACT_KILL_PROCESS; check --starts-under=runc lists all such calls",
			"under runc a container with this profile hangs: %s",
			needs.list[i].message);
		return;
	}
}

void lint_runtimes(const struct lint *lint, const struct runtime_reading *readings, size_t count)
{
	struct node passes = lint->passes;

	if (lint->strict)
		runtimes_check_names(lint);
	for (size_t i = 0; i < count; i++) {
		struct node table = runtimes_check_one(lint, &readings[i]);

		if (node_same(table, TABLE_FULL))
			continue;
		passes = table_runs(lint->space, table);
		if (readings[i].runtime == RUNTIME_RUNC)
			runtimes_check_hang(lint, table);
	}
	if (!node_same(passes, TABLE_FULL))
		lint_width(lint, passes);
}
