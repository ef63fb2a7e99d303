/* SPDX-License-Identifier: Apache-2.0 */
/* What calls get that no rule decides. */
#include <config.h>

#include "filter/rules/fallback.h"

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"

uint32_t fallback_unlisted(void)
{
	return outcome_of(ACTION_KILL_THREAD, 0);
}

uint32_t fallback_skipped(const struct profile *profile)
{
	return default_outcome(profile);
}

bool fallback_highest(const struct abi_rules *abi, uint32_t *highest)
{
	*highest = 0;
	for (size_t i = abi->count; i-- > 0;) {
		if (abi->list[i].number - abi->abi->base >= ARM_PRIVATE_BASE)
			continue;
		*highest = abi->list[i].number; /* the list is sorted */
		return true;
	}
	return false;
}

bool fallback_has_enosys(const struct rules *rules, const struct abi_rules *abi, uint32_t *highest)
{
	return fallback_highest(abi, highest) &&
	       rules->resolved->profile->default_action == ACTION_ERRNO;
}

uint32_t fallback_enosys(const struct abi *abi)
{
	return outcome_of(ACTION_ERRNO, abi_enosys(abi));
}

uint32_t fallback_unnamed(const struct rules *rules, const struct abi_rules *abi, uint32_t number)
{
	uint32_t highest;

	if (fallback_has_enosys(rules, abi, &highest) && number > highest)
		return fallback_enosys(abi->abi);
	return default_outcome(rules->resolved->profile);
}

bool fallback_multiplexed_decides(const struct profile *profile, const struct profile_rule *rule)
{
	return rule->condition_count == 0 ||
	       outcome_rank(rule_outcome(rule)) < outcome_rank(default_outcome(profile));
}
