/* SPDX-License-Identifier: Apache-2.0 */
/* The capability sets of a plan (CONTRACT run, "Capabilities"; F4). */
#ifndef SHIM_RUN_PLAN_CAPS_H
#define SHIM_RUN_PLAN_CAPS_H

#include "shim/run/plan.h"

/* Fills plan->launch.capabilities and plan->capabilities. uid: the command's. */
int plan_capabilities(struct plan *plan, const struct plan_options *options,
		      const struct config *config, uid_t uid, struct findings *findings) MUST_CHECK;

#endif
