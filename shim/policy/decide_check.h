/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of one decision share: apply.c makes it, decide_check.c looks whether it holds. */
#ifndef SHIM_POLICY_DECIDE_CHECK_H
#define SHIM_POLICY_DECIDE_CHECK_H

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
	struct decision *decision;
	struct findings *findings; /* decision's */
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
static inline bool policy_denies(const struct deciding *d)
{
	return d->policy->deny.count > 0 && !d->container.exempt && !d->container.sandbox;
}

static inline bool policy_allows(const struct deciding *d)
{
	return d->policy->allow.count > 0 && d->argument && !d->container.exempt &&
	       !d->container.sandbox;
}

/* True where the policy's `require` does not stand for the container. */
bool decide_is_free(const struct deciding *d);
/* Reads the bytes of the profiles that count: for the key, and for all that follows. */
int decide_load(struct deciding *d) MUST_CHECK;
/* True if the same was decided before, and held: then decision has the answer. */
bool decide_recall(struct deciding *d);
/*
 * Whether what was decided (decision->what, resolved, section) means something, is what the runtime
 * will enforce, and is as strict as the policy requires. 0, or -1 after an error in findings.
 * What holds is remembered.
 */
int decide_check(struct deciding *d) MUST_CHECK;

#endif
