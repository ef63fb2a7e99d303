/* SPDX-License-Identifier: Apache-2.0 */
/* Flags, architectures and actions that versions of runc and crun do not accept. */
#include <config.h>

#include "filter/rules/runtime_refusals.h"

#include <string.h>

#include "filter/kernel/abi.h"

static bool refusals_is_older(const struct runtime_reading *reading, unsigned version)
{
	return reading->version != 0 && reading->version < version;
}

/*
 * Flags came with runc 1.2.0 (opencontainers/runc#3390), WAIT_KILLABLE_RECV with 1.5.0
 * (docs/spec-conformance.md of the releases before).
 */
static int refusals_check_flags(const struct resolved *resolved,
				const struct runtime_reading *reading, struct findings *findings)
{
	const struct profile *profile = resolved->profile;
	bool killable = profile->flags & FLAG_WAIT_KILLABLE_RECV;

	if (profile->flags == 0 || !refusals_is_older(reading, killable ? RUNTIME_VERSION(1, 5, 0)
									: RUNTIME_VERSION(1, 2, 0)))
		return 0;
	return finding_error(findings, "runtime-refuses", profile->flags_place,
			     "take the flags out, or use crun or a newer runc",
			     "runc %u.%u.%u refuses %s", reading->version >> 16,
			     reading->version >> 8 & 0xff, reading->version & 0xff,
			     killable ? flag_word(FLAG_WAIT_KILLABLE_RECV) : "flags");
}

/*
 * True if runc has the architecture in its list (libcontainer/seccomp/config.go): riscv64 since
 * 1.1.8 (#3905), loongarch64 since 1.4.1 (#5062), and what the specification added later never.
 */
static bool refusals_runc_knows(enum arch arch, const struct runtime_reading *reading)
{
	switch (arch) {
	case ARCH_RISCV64:
		return !refusals_is_older(reading, RUNTIME_VERSION(1, 1, 8));
	case ARCH_LOONGARCH64:
		return !refusals_is_older(reading, RUNTIME_VERSION(1, 4, 1));
	case ARCH_PARISC:
	case ARCH_PARISC64:
	case ARCH_M68K:
	case ARCH_SH:
	case ARCH_SHEB:
		return false;
	default:
		return true;
	}
}

/* Architectures that the runtime, or the libseccomp here, has no name for. */
static int refusals_check_architectures(const struct resolved *resolved,
					const struct runtime_reading *reading,
					struct findings *findings)
{
	for (size_t i = 0; i < resolved->arch_count; i++) {
		const struct profile_arch *listed = &resolved->arches[i];
		bool runtime = reading->runtime != RUNTIME_RUNC ||
			       refusals_runc_knows(listed->arch, reading);

		if (runtime && (reading->library || abi_of(listed->arch)->scmp_arch != 0))
			continue;
		return finding_error(findings, "runtime-refuses", listed->place,
				     "take the architecture out",
				     "%s does not start a container with this profile: %s does "
				     "not know %s",
				     runtime_reading_name(reading),
				     runtime ? "its libseccomp" : "it", arch_word(listed->arch));
	}
	return 0;
}

/* What runc alone refuses; both refuse NOTIFY as default, and without a listener. */
static int refusals_check_notify(const struct resolved *resolved, struct findings *findings)
{
	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		for (size_t j = 0; rule->action == ACTION_NOTIFY && j < rule->name_count; j++)
			if (strcmp(rule->names[j].text, "write") == 0)
				return finding_error(findings, "runtime-refuses",
						     rule->names[j].place,
						     "use crun or seccomp-shim run",
						     "runc refuses SCMP_ACT_NOTIFY on write");
	}
	return 0;
}

int runtime_refusals_check(const struct resolved *resolved, const struct runtime_reading *reading,
			   struct findings *findings)
{
	if (refusals_check_architectures(resolved, reading, findings) != 0)
		return -1;
	if (reading->runtime != RUNTIME_RUNC)
		return 0;
	return refusals_check_flags(resolved, reading, findings) != 0 ||
			       refusals_check_notify(resolved, findings) != 0
		       ? -1
		       : 0;
}
