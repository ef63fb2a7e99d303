/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users and groups: read from --user, and set. Ids that this process has already need no privilege.
 */
#ifndef SHIM_RUN_IDENTITY_H
#define SHIM_RUN_IDENTITY_H

#include <sys/types.h>

#include "oci/finding.h"

struct identity {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* supplementary, owned */
	size_t group_count;
};

/*
 * NAME|UID[:GROUP|GID]. Digits alone are a number, below 4294967295. Without a group: the primary
 * group of the user database and the supplementary groups of its name; with one: no supplementary
 * groups (as Docker). A number that the user database does not have needs a group.
 */
int identity_parse(const char *text, struct identity *identity,
		   struct findings *findings) MUST_CHECK;
/* The identity is all zero afterwards. */
void identity_free(struct identity *identity);

/*
 * Each sets what is asked and reads it back. 0 or a negative errno. gid: the group that counts as
 * present in the list whether it is named there or not.
 */
int identity_set_groups(const gid_t *groups, size_t count, gid_t gid) MUST_CHECK;
int identity_set_gid(gid_t gid) MUST_CHECK;
int identity_set_uid(uid_t uid) MUST_CHECK;
/* 1: real, effective and saved user id are all this one; 0: not; or a negative errno. */
int identity_uid_is(uid_t uid) MUST_CHECK;

#endif
