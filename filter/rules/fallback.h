/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a call gets where no rule of the profile decides it: an architecture that is not listed, a
 * number that no rule names, number -1, a multiplexed call under a rule with conditions. These
 * decisions are made here and nowhere else; everybody who derives, explains, compares or reports
 * asks these functions.
 */
#ifndef FILTER_RULES_FALLBACK_H
#define FILTER_RULES_FALLBACK_H

#include "filter/rules/rules.h"

/*
 * The outcome of every call of an ABI that is not listed, as libseccomp's bad-architecture action
 * (seccomp-shim-profile(5), "Unlisted architectures").
 */
uint32_t fallback_unlisted(void);
/*
 * The outcome of NUMBER_SKIPPED (-1) on an architecture that is listed
 * (seccomp-shim-profile(5), "Unlisted architectures").
 */
uint32_t fallback_skipped(const struct profile *profile);

/*
 * The highest number that the rules name for the ABI, private numbers of arm left out, multiplexers
 * of named calls included. False, and 0, if they name none. (seccomp-shim-profile(5), "Newer system
 * calls").
 */
bool fallback_highest(const struct abi_rules *abi, uint32_t *highest);
/*
 * Where ENOSYS begins: true if numbers above *highest that no rule names get fallback_enosys() and
 * not the default action (the same section).
 */
bool fallback_has_enosys(const struct rules *rules, const struct abi_rules *abi, uint32_t *highest);
/* "There is no such call", with the ABI's own error number. */
uint32_t fallback_enosys(const struct abi *abi);
/* The outcome of a number of a listed ABI that no rule names. */
uint32_t fallback_unnamed(const struct rules *rules, const struct abi_rules *abi, uint32_t number);

/*
 * True if a rule decides when the call that it names is made through socketcall(2) or ipc(2), where
 * its conditions cannot be looked at: a rule without conditions, or stricter than the default
 * action. Others leave it to the default action (seccomp-shim-profile(5), "Multiplexed calls").
 */
bool fallback_multiplexed_decides(const struct profile *profile, const struct profile_rule *rule);

#endif
