/* SPDX-License-Identifier: Apache-2.0 */
/* Whether runc or crun refuses a profile by itself, before libseccomp is asked. */
#ifndef FILTER_RULES_RUNTIME_REFUSALS_H
#define FILTER_RULES_RUNTIME_REFUSALS_H

#include "filter/rules/runtime_reading.h"
#include "oci/resolve.h"

/* 0, or -1 after an error in findings: the runtime does not start a container, and why. */
int runtime_refusals_check(const struct resolved *resolved, const struct runtime_reading *reading,
			   struct findings *findings) MUST_CHECK;

#endif
