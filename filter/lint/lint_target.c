/* SPDX-License-Identifier: Apache-2.0 */
/* Finds ABIs that the profile leaves out, and calls that a tracer or listener decides. */
#include <config.h>

#include "filter/kernel/action.h"
#include "filter/lint/lint.h"

/* Further ABIs whose programs a kernel of the first one runs. */
static const struct {
	enum arch native, others[3];
	unsigned count;
} companions[] = {
	{ARCH_X86_64, {ARCH_X86, ARCH_X32}, 2},
	{ARCH_AARCH64, {ARCH_ARM}, 1},
	{ARCH_S390X, {ARCH_S390}, 1},
	{ARCH_PPC64, {ARCH_PPC}, 1},
	{ARCH_PARISC64, {ARCH_PARISC}, 1},
	{ARCH_MIPS64, {ARCH_MIPS, ARCH_MIPS64N32}, 2},
	{ARCH_MIPSEL64, {ARCH_MIPSEL, ARCH_MIPSEL64N32}, 2},
};

static struct place target_arches_place(const struct profile *profile)
{
	if (profile->arch_count > 0)
		return profile->arches[0].place;
	return profile->arch_map_count > 0 ? profile->arch_map[0].place : profile->place;
}

static void target_report_missing(const struct lint *lint, enum arch native,
				  const struct abi *missing[], unsigned count)
{
	CLEANUP(buffer_free) struct buffer names = {0}, words = {0}, witness = {0};
	CLEANUP(cleanup_free) char *remedy = NULL;
	const struct seccomp_data data = {.nr = (int)missing[0]->base,
					  .arch = missing[0]->audit_arch};

	for (unsigned i = 0; i < count; i++) {
		lint_add_name(&names, missing[i]->name, i, count);
		lint_add_name(&words, arch_word(missing[i]->arch), i, count);
	}
	lint_add_witness(lint, &data, &witness);
	remedy = mem_format("list %s if they are to run", words.data);
	finding_add(lint->findings, SEVERITY_NOTE, "missing-abi",
		    target_arches_place(lint->rules->resolved->profile), remedy,
		    "programs of %s, which %s kernels run too, are killed: %s", names.data,
		    arch_name(native), witness.data);
}

static void target_check_companions(const struct lint *lint)
{
	enum arch native = lint->rules->resolved->target.arch;

	for (size_t i = 0; i < ARRAY_SIZE(companions); i++) {
		const struct abi *missing[ARRAY_SIZE(companions[0].others)];
		unsigned count = 0;

		if (companions[i].native != native)
			continue;
		for (unsigned j = 0; j < companions[i].count; j++) {
			const struct abi *abi = abi_of(companions[i].others[j]);

			if (!rules_of_abi(lint->rules, abi))
				missing[count++] = abi;
		}
		if (count > 0)
			target_report_missing(lint, native, missing, count);
	}
}

static void target_report_decider(const struct lint *lint, enum action action, struct place place,
				  const char *what)
{
	if (action == ACTION_TRACE)
		finding_add(lint->findings, SEVERITY_NOTE, "tracer-decides", place, NULL,
			    "SCMP_ACT_TRACE on %s: a tracer decides; without one the answer is "
			    "ENOSYS",
			    what);
	if (action == ACTION_NOTIFY)
		finding_add(lint->findings, SEVERITY_NOTE, "listener-decides", place, NULL,
			    "SCMP_ACT_NOTIFY on %s: the program behind listenerPath decides, by "
			    "arguments that other threads can change meanwhile",
			    what);
}

static void target_check_deciders(const struct lint *lint)
{
	const struct resolved *resolved = lint->rules->resolved;

	target_report_decider(lint, resolved->profile->default_action,
			      resolved->profile->default_place, "every call without a rule");
	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];
		CLEANUP(cleanup_free)
		char *more = rule->name_count > 1
				     ? mem_format("%s and %zu more", rule->names[0].text,
						  rule->name_count - 1)
				     : mem_string(rule->names[0].text);

		target_report_decider(lint, rule->action, rule->place, more);
	}
}

void lint_target(const struct lint *lint)
{
	target_check_companions(lint);
	target_check_deciders(lint);
}
