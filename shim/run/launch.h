/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last part of run: everything has been read, verified and built; here the process becomes the
 * command, one act a line.
 */
#ifndef SHIM_RUN_LAUNCH_H
#define SHIM_RUN_LAUNCH_H

#include <sys/types.h>

#include "filter/rules/filter.h"
#include "oci/config.h"
#include "shim/run/listener.h"

/* All capability sets wanted at exec; bits as word_capability. */
struct launch_capabilities {
	bool change; /* false: the sets stay as they are */
	uint64_t bounding, permitted, effective, inheritable, ambient;
};

/* Where a config.json asks for what may fail; no file where it was not a config.json. */
struct launch_places {
	struct place cwd, oom_score_adj, uid, gid, groups, capabilities;
};

/* What launch() does. All pointers are borrowed and stay valid until it returns. */
struct launch {
	char *const *args; /* at least args[0], NULL-terminated */
	char *const *env;
	const char *cwd; /* NULL: stays */
	bool has_uid, has_gid, has_groups;
	uid_t uid;
	gid_t gid;
	const gid_t *groups;
	size_t group_count;
	bool has_umask;
	mode_t umask;
	struct launch_capabilities capabilities;
	const struct config_rlimit *rlimits;
	size_t rlimit_count;
	bool has_oom_score_adj;
	int oom_score_adj;
	struct launch_places places;
	bool no_new_privileges;	       /* false only if the user says so */
	const struct filter *filter;   /* NULL only for `unconfined` */
	struct listener_plan listener; /* where the filter gives one */
	bool failure_can_be_told;      /* the filter lets write and exit_group pass */
	unsigned preserve_fds;	       /* keeps 3..2+N */
	bool keep_fds;
	bool stdin_null; /* the profile came from descriptor 0: the command gets /dev/null */
};

/* Becomes the command. Returns only on failure, with the exit status (125, 126, 127), after
 * printing one line. */
int launch(const struct launch *launch) MUST_CHECK;

#endif
