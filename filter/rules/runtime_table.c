/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both runtimes put all rules into one context of libseccomp and drop what that does not know. runc
 * puts its own part in front of libseccomp's program: ENOSYS for numbers above the highest one that
 * the profile names.
 */
#include <config.h>

#include "filter/rules/runtime_table.h"

#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/rules/build.h"
#include "filter/rules/derive.h"
#include "filter/rules/fallback.h"
#include "filter/rules/runtime_refusals.h"
#include "filter/table/table_program.h"

/*
 * runc answers ENOSYS for the native architecture also where the profile does not list it:
 * since 1.1.15 and 1.2.0 (opencontainers/runc#4219, #4391).
 */
static bool runtime_table_stub_has_native(const struct runtime_reading *reading)
{
	return reading->version == 0 || reading->version >= RUNTIME_VERSION(1, 1, 15);
}

/* crun takes no more than six conditions of a rule up to 1.29.1 (containers/crun#2220). */
static bool runtime_table_takes_first_six(const struct runtime_reading *reading)
{
	return reading->runtime == RUNTIME_CRUN && reading->version != 0 &&
	       reading->version <= RUNTIME_VERSION(1, 29, 1);
}

/* For names that the linked library has: it is asked with them. */
static bool runtime_table_library_knows(const char *name, const void *context)
{
	return syscall_known_to_libseccomp(name) && runtime_reading_knows(context, name);
}

/* A name that the runtime's libseccomp has and the one linked here lacks: only its number helps. */
static bool runtime_table_only_library_knows(const char *name,
					     const struct runtime_reading *reading)
{
	return !syscall_known_to_libseccomp(name) && runtime_reading_knows(reading, name);
}

/* Reports the versions of the runtime and of libseccomp that are meant. */
static void runtime_table_report(const struct resolved *resolved,
				 const struct runtime_reading *reading, struct findings *findings)
{
	CLEANUP(cleanup_free)
	char *version = reading->version == 0
				? mem_string("of the newest known version")
				: mem_format("%u.%u.%u", reading->version >> 16,
					     reading->version >> 8 & 0xff, reading->version & 0xff);

	finding_add(findings, SEVERITY_NOTE, "reading", resolved->profile->place, NULL,
		    "read as %s %s with libseccomp %s", runtime_reading_name(reading), version,
		    runtime_reading_library(reading));
}

/* A rule that is stricter than the default: without it there is a hole. */
static bool runtime_table_opens_hole(const struct resolved *resolved,
				     const struct profile_rule *rule)
{
	return outcome_rank(rule_outcome(rule)) < outcome_rank(default_outcome(resolved->profile));
}

static void runtime_table_report_dropped(const struct resolved *resolved,
					 const struct runtime_reading *reading,
					 struct findings *findings)
{
	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];
		bool hole = runtime_table_opens_hole(resolved, rule);

		for (size_t j = 0; j < rule->name_count; j++) {
			const char *name = rule->names[j].text;

			if (runtime_reading_knows(reading, name))
				continue;
			finding_add(findings,
				    !reading->library && !hole ? SEVERITY_NOTE : SEVERITY_WARNING,
				    "dropped-by-runtime", rule->names[j].place,
				    "use a newer libseccomp, or seccomp-shim as the runtime",
				    "%s drops this rule on %s and reports nothing%s: libseccomp %s "
				    "does not know the name",
				    runtime_reading_name(reading), text_escaped(name, strlen(name)),
				    hole ? ", which leaves a hole" : "",
				    runtime_reading_library(reading));
		}
	}
}

static int runtime_table_report_refused(const struct resolved *resolved,
					const struct runtime_reading *reading,
					const struct built *built, struct findings *findings)
{
	const struct profile_name *name = &resolved->rules[built->rule]->names[built->name];

	return finding_error(
		findings, "runtime-refuses", name->place,
		"keep one rule for the same call and conditions",
		"%s does not start a container with this profile: libseccomp refuses the rule "
		"on %s: %s",
		runtime_reading_name(reading), name->text, strerror(built->error));
}

/* The kernel would refuse it when the runtime loads it. */
static int runtime_table_report_too_long(const struct resolved *resolved,
					 const struct runtime_reading *reading,
					 const struct built *built, struct findings *findings)
{
	return finding_error(findings, "runtime-refuses", resolved->profile->place,
			     "use fewer rules or conditions",
			     "%s does not start a container with this profile: libseccomp %s makes "
			     "a program of %zu instructions, and the kernel loads at most %d",
			     runtime_reading_name(reading), build_library_version(),
			     built->program.length, PROGRAM_LENGTH_MAX);
}

/* The table of libseccomp's one program. */
static int runtime_table_ask_library(struct space *space, const struct resolved *resolved,
				     const struct runtime_reading *reading, struct node *table,
				     struct findings *findings)
{
	struct build_request request = {.first_six = runtime_table_takes_first_six(reading),
					.knows = runtime_table_library_knows,
					.context = reading};
	struct built built = {.error = 0};
	const char *reason = NULL;
	int result = 0;

	if (arch_big_endian(resolved->target.arch) != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))
		return finding_error(
			findings, "libseccomp-not-asked", resolved->profile->place,
			"use --as on a machine of the target's byte order",
			"libseccomp cannot be asked here for a target of the other byte order");
	for (size_t i = 0; i < resolved->arch_count; i++)
		request.abis[request.abi_count++] = abi_of(resolved->arches[i].arch);
	if (build_with_libseccomp(resolved, &request, 1, &built, &reason) != 0)
		return finding_error(findings, "libseccomp-no-answer", resolved->profile->place,
				     NULL, "libseccomp %s could not be asked for its program: %s",
				     build_library_version(), reason);
	if (built.error != 0)
		return runtime_table_report_refused(resolved, reading, &built, findings);
	if (built.program.length == 0)
		return finding_error(findings, "library-architecture", resolved->profile->place,
				     "use libseccomp 2.6.0 or newer",
				     "libseccomp %s does not know these architectures",
				     build_library_version());
	if (built.program.length > PROGRAM_LENGTH_MAX)
		result = runtime_table_report_too_long(resolved, reading, &built, findings);
	else if (program_check(&built.program, findings) != 0)
		result = -1;
	else
		*table = table_from_program(space, &built.program);
	program_free(&built.program);
	return result;
}

/* Rules on names that only the runtime's libseccomp knows, laid over the table by their numbers. */
static struct node runtime_table_lay_newer(struct space *space, const struct rules *rules,
					   const struct runtime_reading *reading, struct node table)
{
	struct node derived;

	if (!reading->library)
		return table;
	derived = derive_library_table(space, rules);
	if (node_same(derived, TABLE_FULL))
		return TABLE_FULL;
	for (size_t i = 0; i < rules->abi_count; i++) {
		const struct abi_rules *abi = &rules->abis[i];

		for (size_t j = 0; j < abi->count; j++) {
			struct node one;

			if (!runtime_table_only_library_knows(abi->list[j].name->text, reading))
				continue;
			one = table_compare_word(space, WORD_NUMBER, abi->list[j].number,
						 TABLE_FALSE, TABLE_TRUE, TABLE_FALSE);
			one = table_compare_word(space, WORD_ARCH, abi->abi->audit_arch,
						 TABLE_FALSE, one, TABLE_FALSE);
			table = table_choose(space, one, derived, table);
		}
	}
	return table;
}

/*
 * runc's own answer to fallback_highest(): the highest number as its libseccomp resolves names; it
 * leaves out what has a number below 0 there.
 */
static bool runtime_table_highest_named(const struct rules *rules, size_t index,
					const struct runtime_reading *reading, uint32_t *highest)
{
	const struct abi_rules *abi = &rules->abis[index];
	bool any = false;

	for (size_t i = 0; i < abi->count; i++) {
		const struct call_rule *entry = &abi->list[i];

		if (entry->multiplexed || !runtime_reading_knows(reading, entry->name->text) ||
		    syscall_pseudo_in_libseccomp(abi->abi, entry->name->text))
			continue;
		if (!any || entry->number > *highest)
			*highest = entry->number;
		any = true;
	}
	return any;
}

/* Numbers above the highest one, as runc's comparison sees them: all of an ABI but x86-64's bit 30.
 */
static struct node runtime_table_numbers_above(struct space *space, const struct abi *abi,
					       uint32_t highest)
{
	struct node numbers = table_compare_word(space, WORD_NUMBER, highest, TABLE_FALSE,
						 TABLE_FALSE, TABLE_TRUE);
	struct node x32 =
		table_mask_word(space, WORD_NUMBER, X32_BIT, X32_BIT, TABLE_TRUE, TABLE_FALSE);

	if (abi->arch == ARCH_X32)
		return table_and(space, numbers, x32);
	if (abi->arch == ARCH_X86_64)
		return table_and(space, numbers, table_not(space, x32));
	if (abi->arch == ARCH_S390 || abi->arch == ARCH_S390X)
		return table_or(space, numbers,
				table_compare_word(space, WORD_NUMBER, 0, TABLE_FALSE, TABLE_TRUE,
						   TABLE_FALSE));
	return numbers;
}

/* The profile itself lists the ABI; resolving adds the native one if it does not. */
static bool runtime_table_is_listed(const struct resolved *resolved, enum arch arch)
{
	const struct profile *profile = resolved->profile;

	for (size_t i = 0; i < profile->arch_count; i++)
		if (profile->arches[i].arch == arch)
			return true;
	for (size_t i = 0; i < profile->arch_map_count; i++)
		if (profile->arch_map[i].arch.arch == resolved->target.arch)
			return true;
	return false;
}

/* runc's own part, which it leaves out if the default lets calls pass. */
static struct node runtime_table_lay_enosys(struct space *space, const struct rules *rules,
					    const struct runtime_reading *reading,
					    struct node table)
{
	enum action action = rules->resolved->profile->default_action;
	const struct abi *native = abi_of(rules->resolved->target.arch);
	struct node enosys = table_outcome(space, fallback_enosys(native));

	if (action_runs(action) || action == ACTION_TRACE)
		return table;
	for (size_t i = 0; i < rules->abi_count; i++) {
		const struct abi *abi = rules->abis[i].abi;
		uint32_t highest = 0;
		struct node numbers;

		if (!runtime_table_highest_named(rules, i, reading, &highest) ||
		    (!runtime_table_stub_has_native(reading) &&
		     !runtime_table_is_listed(rules->resolved, abi->arch)))
			continue;
		numbers = runtime_table_numbers_above(space, abi, highest);
		if (node_same(numbers, TABLE_FULL))
			return TABLE_FULL;
		table = table_choose(space,
				     table_compare_word(space, WORD_ARCH, abi->audit_arch,
							TABLE_FALSE, numbers, TABLE_FALSE),
				     enosys, table);
	}
	return table;
}

int runtime_table(struct space *space, const struct rules *rules,
		  const struct runtime_reading *reading, struct node *table,
		  struct findings *findings)
{
	const struct resolved *resolved = rules->resolved;

	if (runtime_refusals_check(resolved, reading, findings) != 0 ||
	    runtime_table_ask_library(space, resolved, reading, table, findings) != 0)
		return -1;
	runtime_table_report(resolved, reading, findings);
	runtime_table_report_dropped(resolved, reading, findings);
	*table = runtime_table_lay_newer(space, rules, reading, *table);
	if (reading->runtime == RUNTIME_RUNC)
		*table = runtime_table_lay_enosys(space, rules, reading, *table);
	if (node_same(*table, TABLE_FULL))
		return finding_error(findings, "table-bound", resolved->profile->place, NULL,
				     "the runtime's filter is too large to be analyzed");
	return 0;
}
