/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container as a policy sees it: annotations, the names that Kubernetes gave it, and whether the
 * policy exempts it.
 */
#ifndef SHIM_POLICY_CONTAINER_MATCH_H
#define SHIM_POLICY_CONTAINER_MATCH_H

#include "oci/config.h"
#include "oci/policy.h"

struct container {
	const struct json *annotations; /* an object, NULL if there is none */
	uint64_t capabilities;		/* the bounding set */
	bool sandbox;			/* a pod's own container, which only holds namespaces */
	const char *pod_namespace, *pod, *name; /* NULL if not known */
	const struct policy_exempt *exempt; /* the first entry that matches, NULL if none does */
};

/*
 * Fills container, which borrows from document, config and policy. 0, or -1 after an error in
 * findings.
 */
int container_read(struct container *container, const struct json_document *document,
		   const struct config *config, const struct policy *policy,
		   struct findings *findings) MUST_CHECK;
/* The annotation's text; NULL if the container has none of this key. */
const struct json *container_annotation(const struct container *container, const char *key);
/* An annotation with which crun replaces or diverts the filter; NULL if there is none. */
const struct json_member *container_filter_annotation(const struct container *container);

#endif
