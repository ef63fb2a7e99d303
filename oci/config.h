/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An OCI config.json, as far as it concerns a process: `process` and `linux.seccomp` (runtime-spec
 * config.md, "Process"). Other keys are skipped.
 */
#ifndef OCI_CONFIG_H
#define OCI_CONFIG_H

#include "oci/profile.h"

struct config_rlimit {
	const char *type;    /* "RLIMIT_NOFILE" */
	uint64_t soft, hard; /* 2^64-1: no limit */
	struct place place;
};

/* A key of process that is present and not applied (apparmorProfile, ...). */
struct config_unapplied {
	const char *key;
	struct place place;
};

/* The five sets, bits as word_capability. */
struct config_capabilities {
	bool present;
	uint64_t bounding, effective, inheritable, permitted, ambient;
	struct place place;
};

struct config {
	const char **args; /* NULL-terminated; NULL where absent */
	size_t arg_count;
	struct place args_place;
	const char **env; /* NULL-terminated, never NULL */
	size_t env_count;
	const char *cwd; /* absolute */
	struct place cwd_place;
	uint32_t uid, gid;
	struct place user_place, uid_place, gid_place, groups_place; /* the user's, where absent */
	uint32_t *groups;					     /* additionalGids */
	size_t group_count;
	bool has_umask;
	unsigned umask;
	struct config_capabilities capabilities;
	struct config_rlimit *rlimits;
	size_t rlimit_count;
	bool has_oom_score_adj;
	int oom_score_adj;
	struct place oom_score_adj_place;
	bool no_new_privileges;
	struct config_unapplied unapplied[4];
	size_t unapplied_count;
	bool has_process;
	bool has_root;		 /* root.path is given */
	struct place root_place; /* of that key */
	struct profile *seccomp; /* NULL where linux.seccomp is absent or null */
	struct place place;
};

/* True if the object is a config.json and not a profile: has ociVersion, process or linux. */
bool config_is(const struct json *root);
/*
 * Reads it. Returns NULL after an error in findings, also one inside linux.seccomp. A `seccomp` key
 * at top level or in `process` is an error (it would confine nothing there). with_process false:
 * `process` is read no further than its capabilities' bounding set and noNewPrivileges (for check,
 * compile: a config.json is a FILTER like any other). Free it with config_free(), before the
 * document, whose strings it borrows.
 */
struct config *config_read(const struct json *root, bool with_process, bool ignore_unknown,
			   struct findings *findings) MUST_CHECK;
/* Frees the section too; the strings are the document's. NULL is allowed. */
void config_free(struct config *config);
/*
 * For a process.json: keys that runc would read as one of process are errors, as in config_read().
 */
void config_check_process_keys(const struct json *process, struct findings *findings);

#endif
