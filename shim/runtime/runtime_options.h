/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of the command runtime: the keys of a policy as options, which override the policy
 * file.
 */
#ifndef SHIM_RUNTIME_RUNTIME_OPTIONS_H
#define SHIM_RUNTIME_RUNTIME_OPTIONS_H

#include "oci/policy.h"
#include "shim/options.h"

struct runtime_values {
	const char *policy, *runtime, *runtime_kind, *libseccomp, *mode, *profile, *sandbox,
		*require, *seccomp_root;
	struct option_list allow, deny, annotations, accept;
	bool override, move, allow_restore, allow_mounting_containers, require_no_new_privileges;
	bool ignore_unknown, allow_shadowed;
};

#define RUNTIME_ROW_COUNT 20
extern const struct option_row runtime_rows[RUNTIME_ROW_COUNT];

/* True if an option makes a policy of its own: then the default policy file may be missing. */
bool runtime_values_given(const struct runtime_values *values);
/*
 * Sets the options' values in the policy, which borrows them. 0, or -1 after an error in findings.
 */
int runtime_values_apply(const struct runtime_values *values, struct policy *policy,
			 struct findings *findings) MUST_CHECK;
void runtime_values_free(struct runtime_values *values);

#endif
