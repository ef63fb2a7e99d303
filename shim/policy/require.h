/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy's `require`: what a container will be confined by must be at least as strict as a
 * profile. ALLOW, LOG, TRACE and NOTIFY are one, and errno data never counts (CONTRACT).
 */
#ifndef SHIM_POLICY_REQUIRE_H
#define SHIM_POLICY_REQUIRE_H

#include "filter/rules/runtime_reading.h"
#include "oci/policy.h"
#include "oci/resolve.h"
#include "shim/input/source.h"

struct required {
	const char *name;    /* of the profile that is required */
	struct input *input; /* its source, which is read here */
	const struct target *target;
	struct place place;	      /* for findings: of the section, or of the whole */
	const char *section;	      /* what the runtime will get, as text; or */
	const struct profile *own;    /* what it gets as it is; both NULL: none */
	const struct resolved *entry; /* what the entry program loads on top, NULL if nothing */
};

/*
 * dialect: the runtime's reading; NULL: our own stands in for it. 0, or -1 after an error in
 * findings: with a witness, where it is laxer.
 */
int require_check(const struct required *required, const struct policy *policy,
		  const struct runtime_reading *dialect, struct findings *findings) MUST_CHECK;

/*
 * The table that a runtime makes of a section, given as text: as it will read it. dialect NULL: our
 * own reading. 0, or -1 after an error in findings.
 */
int require_reading(const char *section, struct space *space, const struct target *target,
		    const struct runtime_reading *dialect, struct node *table,
		    struct findings *findings) MUST_CHECK;

#endif
