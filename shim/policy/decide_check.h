/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two parts of decide share: decide.c makes a decision, decide_check.c checks whether it
 * holds.
 */
#ifndef SHIM_POLICY_DECIDE_CHECK_H
#define SHIM_POLICY_DECIDE_CHECK_H

#include "shim/policy/container_match.h"
#include "shim/policy/decide.h"

/* Names of system calls, borrowed, with the place that they are written at. */
struct names {
	const char **list; /* owned */
	size_t count;
	char *text; /* what the list points into, owned; NULL if that is borrowed */
	struct place place;
};

struct deciding {
	struct decision *decision;
	struct findings *findings; /* of decision */
	const struct json_document *document;
	const struct config *config;
	const struct policy *policy;
	struct runtime_program *runtime;
	struct container container;
	struct target target;
	const char *argument; /* the profile that the policy puts in; NULL: the container's own */
	struct names annotated_allow, annotated_deny;
	struct buffer key; /* for precedent.c; empty if the decision cannot be remembered */
};

/* The policy's own deny applies to every container that is neither exempt nor a sandbox. */
static inline bool policy_denies(const struct deciding *d)
{
	return d->policy->deny.count > 0 && !d->container.exempt && !d->container.sandbox;
}

static inline bool policy_allows(const struct deciding *d)
{
	return d->policy->allow.count > 0 && d->argument && !d->container.exempt &&
	       !d->container.sandbox;
}

/* True if the policy's `require` does not apply to the container. */
bool decide_is_free(const struct deciding *d);
/* Reads the bytes of the profiles that the decision needs. 0, or -1 after an error in findings. */
int decide_load(struct deciding *d) MUST_CHECK;
/* True if the same decision was made before and held: then it is copied to decision. */
bool decide_recall(struct deciding *d);
/*
 * Checks that the decision (what, resolved, section) is valid, is what the runtime will enforce,
 * and is as strict as the policy requires; remembers it if so. 0, or -1 after an error in findings.
 */
int decide_check(struct deciding *d) MUST_CHECK;

#endif
