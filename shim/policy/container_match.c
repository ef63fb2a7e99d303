/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads from a config.json what a policy goes by: annotations, the Kubernetes names of the
 * container, its capabilities; and finds the exemption that matches. The keys of annotations are
 * those of containerd (io.kubernetes.cri.*), of CRI-O and podman (io.kubernetes.cri-o.*), and the
 * labels of the kubelet (io.kubernetes.*).
 */
#include <config.h>

#include "shim/policy/container_match.h"

#include <string.h>

#include "oci/member.h"
#include "shim/host/caps.h"

#define CRUN_PREFIX "run.oci.seccomp"

/* Up to CAP_AUDIT_READ, 37: later ones came with Linux 5.8. */
#define CAPABILITIES_KNOWN ((UINT64_C(1) << 38) - 1)

static const char *const sandbox_keys[] = {"io.kubernetes.cri.container-type",
					   "io.kubernetes.cri-o.ContainerType"};
static const char *const namespace_keys[] = {"io.kubernetes.cri.sandbox-namespace",
					     "io.kubernetes.cri-o.Namespace",
					     "io.kubernetes.pod.namespace"};
static const char *const pod_keys[] = {"io.kubernetes.cri.sandbox-name",
				       "io.kubernetes.cri-o.KubeName", "io.kubernetes.pod.name"};
static const char *const name_keys[] = {"io.kubernetes.cri.container-name",
					"io.kubernetes.container.name"};

const struct json *container_annotation(const struct container *container, const char *key)
{
	return container->annotations ? json_get(container->annotations, key) : NULL;
}

/*
 * The text that an engine gives under one of several keys. Some engines pass on annotations of
 * users; so if two keys differ, one may be forged, and both are refused.
 */
static const char *container_annotation_text(const struct container *container,
					     const char *const *keys, size_t count,
					     struct findings *findings)
{
	const struct json *found = NULL;
	const char *key = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct json *value = container_annotation(container, keys[i]);

		if (value && found && strcmp(value->text, found->text) != 0)
			(void)finding_error(findings, "annotations-differ", value->place,
					    "remove the one that the engine did not set",
					    "the annotations %s and %s differ", key, keys[i]);
		if (value && !found) {
			found = value;
			key = keys[i];
		}
	}
	return found ? found->text : NULL;
}

/* Matches the whole text: `*` is any text, `?` any character, everything else itself. */
static bool container_pattern_fits(const char *pattern, const char *text)
{
	const char *star = NULL, *from = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

/* A pattern that is not given matches everything; any other needs a text to match. */
static bool container_part_fits(const char *pattern, const char *text)
{
	return !pattern || (text && container_pattern_fits(pattern, text));
}

static bool container_annotations_fit(const struct policy_exempt *exempt,
				      const struct container *container)
{
	for (size_t i = 0; i < exempt->annotation_count; i++) {
		const struct policy_pattern *wanted = &exempt->annotations[i];
		const struct json *value = container_annotation(container, wanted->key);

		if (!value || !container_pattern_fits(wanted->pattern, value->text))
			return false;
	}
	return true;
}

/*
 * A container is privileged if it has every capability that this process could give it, of those
 * that all engines know: older engines give no newer ones to privileged containers.
 */
static int container_is_privileged(const struct container *container, bool *privileged,
				   struct findings *findings)
{
	struct capability_sets own;

	if (capabilities_read(&own))
		return finding_error(findings, "capabilities", NOWHERE, "mount /proc",
				     "cannot read the capabilities of this process");
	*privileged = (own.bounding & CAPABILITIES_KNOWN) &&
		      !(own.bounding & CAPABILITIES_KNOWN & ~container->capabilities);
	return 0;
}

static bool container_exempt_fits(const struct policy_exempt *exempt,
				  const struct container *container, bool privileged)
{
	return container_annotations_fit(exempt, container) &&
	       !(exempt->capabilities & ~container->capabilities) &&
	       (!exempt->privileged || privileged) &&
	       container_part_fits(exempt->pod_namespace, container->pod_namespace) &&
	       container_part_fits(exempt->pod, container->pod) &&
	       container_part_fits(exempt->container, container->name);
}

static int container_find_exempt(struct container *container, const struct policy *policy,
				 struct findings *findings)
{
	bool privileged = false;

	if (policy->exempt_count > 0 && container_is_privileged(container, &privileged, findings))
		return -1;
	for (size_t i = 0; i < policy->exempt_count && !container->exempt; i++)
		if (container_exempt_fits(&policy->exempts[i], container, privileged))
			container->exempt = &policy->exempts[i];
	return 0;
}

/* The runtimes accept strings only. */
static int container_check_annotations(const struct json *annotations, struct findings *findings)
{
	const size_t errors = findings->errors;

	for (size_t i = 0; annotations && i < annotations->length; i++)
		(void)value_is(annotations->members[i].value, JSON_STRING,
			       "the value of an annotation", findings);
	return findings->errors > errors ? -1 : 0;
}

int container_read(struct container *container, const struct json_document *document,
		   const struct config *config, const struct policy *policy,
		   struct findings *findings)
{
	const size_t errors = findings->errors;
	const char *type;

	*container = (struct container){.capabilities = config->capabilities.bounding};
	container->annotations = member_object(document->root, "annotations", findings);
	if (findings->errors > errors ||
	    container_check_annotations(container->annotations, findings))
		return -1;
	type = container_annotation_text(container, sandbox_keys, ARRAY_SIZE(sandbox_keys),
					 findings);
	container->sandbox = type && strcmp(type, "sandbox") == 0;
	container->pod_namespace = container_annotation_text(container, namespace_keys,
							     ARRAY_SIZE(namespace_keys), findings);
	container->pod =
		container_annotation_text(container, pod_keys, ARRAY_SIZE(pod_keys), findings);
	container->name =
		container_annotation_text(container, name_keys, ARRAY_SIZE(name_keys), findings);
	if (findings->errors > errors)
		return -1;
	return container_find_exempt(container, policy, findings);
}

/* run.oci.seccomp_fail_unknown_syscall only makes crun refuse more. */
const struct json_member *container_filter_annotation(const struct container *container)
{
	const struct json *annotations = container->annotations;

	for (size_t i = 0; annotations && i < annotations->length; i++) {
		const struct json_member *member = &annotations->members[i];

		if (strncmp(member->key, CRUN_PREFIX, strlen(CRUN_PREFIX)) == 0 &&
		    strcmp(member->key, CRUN_PREFIX "_fail_unknown_syscall") != 0)
			return member;
	}
	return NULL;
}
