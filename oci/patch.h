/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes to a profile's rules: applied to the profile in memory, and written as a JSON Patch
 * (RFC 6902) for the document that it was read from.
 */
#ifndef OCI_PATCH_H
#define OCI_PATCH_H

#include "oci/profile.h"

enum change_kind {
	CHANGE_ACTION,	    /* of a rule */
	CHANGE_REMOVE_NAME, /* one of several names of a rule */
	CHANGE_REMOVE_RULE,
	CHANGE_ADD_RULE, /* at the end of `syscalls` */
};

/* One change. Positions are those before any change. */
struct change {
	enum change_kind kind;
	size_t rule, name;
	struct profile_rule added; /* CHANGE_ADD_RULE: one name, action, errno_ret, conditions;
				      CHANGE_ACTION: action and errno_ret; borrowed */
};

/* All zero is an empty list. */
struct changes {
	struct change *list;
	size_t count, capacity;
};

void changes_add(struct changes *changes, struct change change);
void changes_free(struct changes *changes);

/*
 * The profile with the changes made. It borrows from both, lives in the pool, and is not to be
 * freed with profile_free().
 */
const struct profile *changes_apply(const struct changes *changes, const struct profile *profile,
				    struct pool *pool);
/*
 * The same as a JSON Patch: an array of operations, in an order in which they can be applied. root
 * is the document's, a profile's or (in_config) a config.json's.
 */
void changes_add_patch(struct buffer *out, const struct changes *changes, const struct json *root,
		       bool in_config);
/* A rule of CHANGE_ADD_RULE on one line, {"names":["chmod"],"action":"SCMP_ACT_ALLOW"}. */
void changes_add_rule(struct buffer *out, const struct profile_rule *rule);

#endif
