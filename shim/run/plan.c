/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plans a launch: command, environment, ids, limits. What cannot be done as asked is an error here,
 * before anything is done. plan_caps.c plans the capability sets.
 */
#include <config.h>
#include "shim/run/plan.h"

#include <stdlib.h>
#include <unistd.h>

#include "shim/run/environment.h"
#include "shim/run/plan_caps.h"

static int plan_args(struct plan *plan, const struct config *config, char *const *args,
		     struct findings *findings)
{
	if (args[0])
		plan->launch.args = args;
	else if (config && config->arg_count > 0)
		plan->launch.args = (char *const *)config->args; /* execve(2) writes nothing */
	else
		return finding_error(findings, "no-command", config ? config->args_place : NOWHERE,
				     "seccomp-shim run [options] -- COMMAND [ARG...]",
				     config ? "there is no command, neither on the command line "
					      "nor in process.args"
					    : "there is no command to run");
	return 0;
}

static int plan_env(struct plan *plan, const struct plan_options *options,
		    const struct config *config, struct findings *findings)
{
	char *const *base = config ? (char *const *)config->env : environ;

	plan->env = environment_make(base, &options->env, findings);
	plan->launch.env = plan->env;
	return plan->env ? 0 : -1;
}

static void plan_take_identity(struct launch *launch, const struct identity *identity)
{
	launch->has_uid = launch->has_gid = launch->has_groups = true;
	launch->uid = identity->uid;
	launch->gid = identity->gid;
	launch->groups = identity->groups;
	launch->group_count = identity->group_count;
}

/* --user wins over config.json; without both the ids stay. */
static int plan_ids(struct plan *plan, const struct plan_options *options,
		    const struct config *config, struct findings *findings)
{
	if (options->user) {
		if (identity_parse(options->user, &plan->identity, findings))
			return -1;
		plan_take_identity(&plan->launch, &plan->identity);
	} else if (config) {
		plan_take_identity(&plan->launch,
				   &(struct identity){.uid = config->uid,
						      .gid = config->gid,
						      .groups = config->groups,
						      .group_count = config->group_count});
		plan->launch.places.uid = config->uid_place;
		plan->launch.places.gid = config->gid_place;
		plan->launch.places.groups = config->groups_place;
	}
	return 0;
}

static uid_t plan_uid(const struct plan *plan)
{
	return plan->launch.has_uid ? plan->launch.uid : getuid();
}

/* What config.json asks for besides command, environment, ids and capabilities. */
static void plan_limits(struct launch *launch, const struct config *config)
{
	launch->cwd = config->cwd;
	launch->has_umask = config->has_umask;
	launch->umask = config->umask;
	launch->rlimits = config->rlimits;
	launch->rlimit_count = config->rlimit_count;
	launch->has_oom_score_adj = config->has_oom_score_adj;
	launch->oom_score_adj = config->oom_score_adj;
	launch->places.cwd = config->cwd_place;
	launch->places.oom_score_adj = config->oom_score_adj_place;
}

static void plan_warn_unapplied(const struct config *config, struct findings *findings)
{
	for (size_t i = 0; i < config->unapplied_count; i++)
		finding_add(findings, SEVERITY_WARNING, "not-applied", config->unapplied[i].place,
			    NULL, "process.%s is not applied", config->unapplied[i].key);
}

/* root.path is not entered: as root, a config.json from elsewhere would run the host's programs. */
static int plan_check_root(const struct config *config, uid_t uid, bool host_root,
			   struct findings *findings)
{
	if (!config->has_root)
		return 0;
	if (uid == 0 && !host_root)
		return finding_error(
			findings, "host-root", config->root_place,
			"give --host-root to run it anyway, or --user to run it as another user",
			"root.path is not entered: a program of the host would run as "
			"uid 0");
	finding_add(findings, SEVERITY_WARNING, "host-root", config->root_place, NULL,
		    "root.path is not entered: a program of the host is run");
	return 0;
}

static int plan_config(struct plan *plan, const struct plan_options *options,
		       const struct config *config, struct findings *findings)
{
	if (!config->has_process)
		return finding_error(findings, "no-process", config->place,
				     "use -p FILE to take only its seccomp section",
				     "config.json has no process");
	plan_limits(&plan->launch, config);
	plan_warn_unapplied(config, findings);
	return plan_check_root(config, plan_uid(plan), options->host_root, findings);
}

int plan_make(struct plan *plan, const struct plan_options *options, const struct config *config,
	      char *const *args, struct findings *findings)
{
	*plan = (struct plan){.launch = {.no_new_privileges = options->no_new_privileges}};
	if (plan_ids(plan, options, config, findings) ||
	    (config && plan_config(plan, options, config, findings)) ||
	    plan_args(plan, config, args, findings) || plan_env(plan, options, config, findings))
		return -1;
	if (options->workdir) {
		plan->launch.cwd = options->workdir;
		plan->launch.places.cwd = NOWHERE;
	}
	return plan_capabilities(plan, options, config, plan_uid(plan), findings);
}

void plan_free(struct plan *plan)
{
	free(plan->env);
	identity_free(&plan->identity);
	*plan = (struct plan){0};
}
