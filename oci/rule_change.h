/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes to a profile's rules: applied to the profile in memory, and written as a JSON Patch
 * (RFC 6902) for the document that it was read from.
 */
#ifndef OCI_RULE_CHANGE_H
#define OCI_RULE_CHANGE_H

#include "oci/json_write.h"
#include "oci/profile.h"

enum rule_change_kind {
	RULE_CHANGE_ACTION,	 /* of a rule */
	RULE_CHANGE_REMOVE_NAME, /* one of several names of a rule */
	RULE_CHANGE_REMOVE_RULE,
	RULE_CHANGE_ADD_RULE, /* at the end of `syscalls` */
};

/* One change. Positions are those before any change. */
struct rule_change {
	enum rule_change_kind kind;
	size_t rule, name;
	struct profile_rule added; /* RULE_CHANGE_ADD_RULE: one name, action, errno_ret, conditions;
				      RULE_CHANGE_ACTION: action and errno_ret; borrowed */
};

/* All zero is an empty list. */
struct rule_changes {
	struct rule_change *list;
	size_t count, capacity;
};

/* Adds a change at the end; what it points to must outlive the list. */
void rule_changes_add(struct rule_changes *changes, struct rule_change change);
/* The list is empty afterwards. */
void rule_changes_free(struct rule_changes *changes);

/*
 * The profile with the changes made. It borrows from both, lives in the pool, and is not to be
 * freed with profile_free().
 */
const struct profile *rule_changes_apply(const struct rule_changes *changes,
					 const struct profile *profile, struct pool *pool);
/*
 * The same as a JSON Patch: an array of operations, in an order in which they can be applied. root
 * is the document's, a profile's or (in_config) a config.json's.
 */
void rule_changes_write_patch(struct json_writer *json, const char *key,
			      const struct rule_changes *changes, const struct json *root,
			      bool in_config);
/* A rule of RULE_CHANGE_ADD_RULE on one line, {"names":["chmod"],"action":"SCMP_ACT_ALLOW"}. */
void rule_changes_add_rule(struct buffer *out, const struct profile_rule *rule);

#endif
