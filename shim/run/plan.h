/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command is to be, from the options and, where there is one, from process in config.json:
 * everything of a struct launch but the filter. Nothing of this process is changed.
 */
#ifndef SHIM_RUN_PLAN_H
#define SHIM_RUN_PLAN_H

#include "shim/options.h"
#include "shim/run/identity.h"
#include "shim/run/launch.h"

struct plan_options {
	struct option_list cap_add, cap_drop, ambient, env;
	const char *user, *workdir;
	bool host_root;
	bool no_new_privileges; /* false only if the user says so */
	bool confined;		/* a filter will be loaded */
};

struct plan {
	struct launch launch;
	uint64_t capabilities; /* that the profile is to be resolved for */
	char **env;
	struct identity identity; /* of --user */
};

/*
 * config: NULL without one. args: the COMMAND of the command line, args[0] NULL where there is
 * none. All of them must outlive the plan. Free it also after an error.
 */
int plan_make(struct plan *plan, const struct plan_options *options, const struct config *config,
	      char *const *args, struct findings *findings) MUST_CHECK;
/* The plan is all zero afterwards. */
void plan_free(struct plan *plan);

#endif
