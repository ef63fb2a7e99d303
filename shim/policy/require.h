/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks the policy's `require`: what a container will be confined by must be at least as strict as
 * a profile. ALLOW, LOG, TRACE and NOTIFY count as equal, and so do all error numbers.
 */
#ifndef SHIM_POLICY_REQUIRE_H
#define SHIM_POLICY_REQUIRE_H

#include "filter/rules/runtime_reading.h"
#include "filter/table/table.h"
#include "oci/policy.h"
#include "oci/resolve.h"
#include "shim/input/source.h"

struct required {
	const char *name;    /* of the profile that is required */
	struct input *input; /* its source (input_source() before); parsed by require_check() */
	const struct target *target;
	struct place place;	   /* for findings: of the section, or of the whole config.json */
	const char *section;	   /* the section that the runtime will get, as text; or */
	const struct profile *own; /* the container's own profile; both NULL: none */
	const struct resolved *entry; /* what the entry program loads on top, NULL if nothing */
};

/*
 * dialect: how the runtime reads a section; NULL: as we do. 0, or -1 after an error in findings; if
 * the container would be laxer, the error has a witness.
 */
int require_check(const struct required *required, const struct policy *policy,
		  const struct runtime_reading *dialect, struct findings *findings) MUST_CHECK;

/*
 * The table of a section, given as text, as a runtime reads it; dialect NULL: as we do. 0, or -1
 * after an error in findings.
 */
int require_reading(const char *section, struct space *space, const struct target *target,
		    const struct runtime_reading *dialect, struct node *table,
		    struct findings *findings) MUST_CHECK;

#endif
