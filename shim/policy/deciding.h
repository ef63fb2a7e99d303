/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of one decision share: apply.c makes it, decide_check.c looks whether it holds. */
#ifndef SHIM_POLICY_DECIDING_H
#define SHIM_POLICY_DECIDING_H

#include "shim/policy/container_match.h"
#include "shim/policy/decide.h"

/* Names of system calls, borrowed, with the place that they are written at. */
struct names {
	const char **list; /* owned */
	size_t count;
	char *text; /* what the list points into, owned; NULL where it is borrowed */
	struct place place;
};

struct deciding {
	struct decided *applied;
	struct findings *findings; /* applied's */
	const struct json_document *document;
	const struct config *config;
	const struct policy *policy;
	struct runtime_program *runtime;
	struct container container;
	struct target target;
	const char *argument; /* the profile that the policy puts in; NULL: the container's own */
	struct names annotated_allow, annotated_deny;
	struct buffer key; /* of what is remembered (shim/precedent); empty where nothing can be */
};

/* The policy's own deny stands for every container that is neither exempt nor a sandbox. */
static inline bool policy_denies(const struct deciding *a)
{
	return a->policy->deny.count > 0 && !a->container.exempt && !a->container.sandbox;
}

static inline bool policy_allows(const struct deciding *a)
{
	return a->policy->allow.count > 0 && a->argument && !a->container.exempt &&
	       !a->container.sandbox;
}

/* True where the policy's `require` does not stand for the container. */
bool decide_is_free(const struct deciding *a);
/* Reads the bytes of the profiles that count: for the key, and for all that follows. */
int decide_load(struct deciding *a) MUST_CHECK;
/* True if the same was decided before, and held: then applied has the answer. */
bool decide_recall(struct deciding *a);
/*
 * Whether what was decided (applied->what, resolved, section) means something, is what the runtime
 * will enforce, and is as strict as the policy requires. 0, or -1 after an error in findings.
 * What holds is remembered.
 */
int decide_check(struct deciding *a) MUST_CHECK;

#endif
