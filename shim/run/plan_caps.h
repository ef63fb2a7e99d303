/* SPDX-License-Identifier: Apache-2.0 */
/* The capability sets of a plan (capabilities(7)). */
#ifndef SHIM_RUN_PLAN_CAPS_H
#define SHIM_RUN_PLAN_CAPS_H

#include "shim/run/plan.h"

/*
 * Fills plan->launch.capabilities and plan->capabilities. uid: the command's. 0, or -1 after an
 * error in findings.
 */
int plan_capabilities(struct plan *plan, const struct plan_options *options,
		      const struct config *config, uid_t uid, struct findings *findings) MUST_CHECK;

#endif
