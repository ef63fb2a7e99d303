/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile for one machine: Docker's archMap, includes and excludes become plain OCI rules, as
 * moby's profiles/seccomp resolves them (seccomp-shim-profile(5), "Docker's keys").
 */
#ifndef OCI_RESOLVE_H
#define OCI_RESOLVE_H

#include "oci/profile.h"

/* What a profile is resolved for. */
struct target {
	enum arch arch;	       /* the native ABI */
	uint64_t capabilities; /* bits as word_capability */
	unsigned kernel_major, kernel_minor;
};

/* A profile's rules that apply to a target; borrows from the profile. */
struct resolved {
	const struct profile *profile;
	struct target target;
	struct profile_arch arches[ARCH_COUNT + 1]; /* each once; first the native, if not listed */
	size_t arch_count;
	const struct profile_rule **rules; /* those that apply, in file order */
	size_t rule_count;
	struct pool memory; /* of rules that were changed after resolving */
};

/*
 * Returns NULL after an error in findings: more than PROFILE_RULES_MAX names, architectures of
 * another byte order than the native one. Free with resolved_free before the profile.
 */
struct resolved *profile_resolve(const struct profile *profile, const struct target *target,
				 struct findings *findings) MUST_CHECK;
/* Frees the list and the rules that were changed, not the profile. NULL is allowed. */
void resolved_free(struct resolved *resolved);
void cleanup_resolved(struct resolved **resolved);

/* Another list of the same rules, which may be changed. Free it before the first. */
struct resolved *resolved_copy(const struct resolved *resolved) MUST_CHECK;
/* A copy of a rule in the resolved profile's memory, for callers that change names or conditions.
 */
struct profile_rule *resolved_copy_rule(struct resolved *resolved, const struct profile_rule *rule);

#endif
