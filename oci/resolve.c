/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resolves a profile for one machine, as moby's profiles/seccomp does: a rule stays if none of its
 * excludes and all of its includes hold. The result points into the profile.
 */
#include <config.h>

#include "oci/resolve.h"

#include <stdlib.h>
#include <string.h>

static bool resolve_match_arch(const struct profile_match *match, enum arch native)
{
	enum arch arch;

	for (size_t i = 0; i < match->arch_count; i++)
		if (word_arch_any(match->arches[i].text, &arch) && arch == native)
			return true;
	return false;
}

static bool resolve_match_kernel(const struct profile_match *match, const struct target *target)
{
	if (target->kernel_major != match->kernel_major)
		return target->kernel_major > match->kernel_major;
	return target->kernel_minor >= match->kernel_minor;
}

/* One condition of excludes that holds removes the rule; an empty list never holds. */
static bool resolve_match_any(const struct profile_match *match, const struct target *target)
{
	return resolve_match_arch(match, target->arch) ||
	       (match->caps & target->capabilities) != 0 ||
	       (match->has_kernel && resolve_match_kernel(match, target));
}

/* All conditions of includes must hold; an empty list always does. */
static bool resolve_match_all(const struct profile_match *match, const struct target *target)
{
	return (match->arch_count == 0 || resolve_match_arch(match, target->arch)) &&
	       (match->caps & ~target->capabilities) == 0 &&
	       (!match->has_kernel || resolve_match_kernel(match, target));
}

static bool resolve_rule_applies(const struct profile_rule *rule, const struct target *target)
{
	return !resolve_match_any(&rule->excludes, target) &&
	       resolve_match_all(&rule->includes, target);
}

static void resolve_add_arch(struct resolved *resolved, const struct profile_arch *arch)
{
	for (size_t i = 0; i < resolved->arch_count; i++)
		if (resolved->arches[i].arch == arch->arch)
			return;
	resolved->arches[resolved->arch_count++] = *arch;
}

/* archMap: the first entry for the native architecture counts; without one nothing is added. */
static void resolve_list_arches(struct resolved *resolved, const struct profile *profile)
{
	for (size_t i = 0; i < profile->arch_count; i++)
		resolve_add_arch(resolved, &profile->arches[i]);
	for (size_t i = 0; i < profile->arch_map_count; i++) {
		const struct profile_arch_map *entry = &profile->arch_map[i];

		if (entry->arch.arch != resolved->target.arch)
			continue;
		resolve_add_arch(resolved, &entry->arch);
		for (size_t j = 0; j < entry->sub_count; j++)
			resolve_add_arch(resolved, &entry->sub[j]);
		break;
	}
}

/* The native architecture is always listed: in front, if the profile does not list it. */
static void resolve_add_native(struct resolved *resolved)
{
	for (size_t i = 0; i < resolved->arch_count; i++)
		if (resolved->arches[i].arch == resolved->target.arch)
			return;
	memmove(&resolved->arches[1], &resolved->arches[0],
		resolved->arch_count * sizeof(resolved->arches[0]));
	resolved->arches[0] =
		(struct profile_arch){resolved->target.arch, resolved->profile->place};
	resolved->arch_count++;
}

static int resolve_check_arches(const struct resolved *resolved, struct findings *findings)
{
	enum arch native = resolved->target.arch;

	for (size_t i = 0; i < resolved->arch_count; i++)
		if (arch_big_endian(resolved->arches[i].arch) != arch_big_endian(native))
			return finding_error(findings, "mixed-byte-order",
					     resolved->arches[i].place,
					     "give --arch of the machine that the profile is for",
					     "%s has a different byte order than %s, which the "
					     "profile is resolved for",
					     arch_word(resolved->arches[i].arch),
					     arch_word(native));
	return 0;
}

static int resolve_select_rules(struct resolved *resolved, struct findings *findings)
{
	const struct profile *profile = resolved->profile;
	size_t names = 0;

	resolved->rules = mem_zero(profile->rule_count + 1, sizeof(struct profile_rule *));
	for (size_t i = 0; i < profile->rule_count; i++) {
		if (!resolve_rule_applies(&profile->rules[i], &resolved->target))
			continue;
		resolved->rules[resolved->rule_count++] = &profile->rules[i];
		names += profile->rules[i].name_count;
		if (names > PROFILE_RULES_MAX)
			return finding_error(findings, "too-many-rules", profile->rules[i].place,
					     "at most 100000 names over all rules",
					     "too many rules");
	}
	return 0;
}

/*
 * The kernel refuses this flag without a listener, and the rule that notifies may not apply here.
 */
static int resolve_check_flags(const struct resolved *resolved, struct findings *findings)
{
	if (!(resolved->profile->flags & FLAG_WAIT_KILLABLE_RECV))
		return 0;
	for (size_t i = 0; i < resolved->rule_count; i++)
		if (resolved->rules[i]->action == ACTION_NOTIFY)
			return 0;
	return finding_error(
		findings, "flag-without-notify", resolved->profile->flags_place,
		"remove it, or add a rule with SCMP_ACT_NOTIFY that applies",
		"%s needs a rule with SCMP_ACT_NOTIFY, and none applies to this target",
		flag_word(FLAG_WAIT_KILLABLE_RECV));
}

struct resolved *profile_resolve(const struct profile *profile, const struct target *target,
				 struct findings *findings)
{
	CLEANUP(cleanup_resolved) struct resolved *resolved = mem_zero(1, sizeof(*resolved));

	resolved->profile = profile;
	resolved->target = *target;
	resolve_list_arches(resolved, profile);
	resolve_add_native(resolved);
	if (resolve_check_arches(resolved, findings) || resolve_select_rules(resolved, findings) ||
	    resolve_check_flags(resolved, findings))
		return NULL;
	return STEAL(resolved);
}

struct resolved *resolved_copy(const struct resolved *resolved)
{
	struct resolved *copy = mem_alloc(sizeof(*copy));

	*copy = *resolved;
	copy->memory = (struct pool){NULL};
	copy->rules = mem_zero(resolved->rule_count + 1, sizeof(const struct profile_rule *));
	for (size_t i = 0; i < resolved->rule_count; i++)
		copy->rules[i] = resolved->rules[i];
	return copy;
}

struct profile_rule *resolved_copy_rule(struct resolved *resolved, const struct profile_rule *rule)
{
	struct profile_rule *copy = pool_copy(&resolved->memory, rule, sizeof(*rule));

	copy->names =
		pool_copy(&resolved->memory, rule->names, rule->name_count * sizeof(*rule->names));
	copy->conditions = pool_copy(&resolved->memory, rule->conditions,
				     rule->condition_count * sizeof(*rule->conditions));
	return copy;
}

void resolved_free(struct resolved *resolved)
{
	if (!resolved)
		return;
	free(resolved->rules);
	pool_free(&resolved->memory);
	free(resolved);
}

void cleanup_resolved(struct resolved **resolved)
{
	resolved_free(*resolved);
}
