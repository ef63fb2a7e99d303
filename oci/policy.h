/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The administrator's policy of the runtime wrapper, runtime.json (seccomp-shim-runtime.json(5)):
 * which containers get which profile, and what must hold for all of them. Read strictly: an unknown
 * key is an error, because a misspelt one would leave a container without its protection.
 * shim/policy/ decides what a policy means for one container.
 */
#ifndef OCI_POLICY_H
#define OCI_POLICY_H

#include "oci/json.h"

#define POLICY_ENTRIES_MAX 4096 /* of any list in a policy */

/* How a profile gets into the container; POLICY_MODE_UNSET is delegate. */
enum policy_mode { POLICY_MODE_UNSET, POLICY_DELEGATE, POLICY_ENTRYPOINT };

/* Whose command line and reading the real runtime has; UNSET: as its name or --version says. */
enum policy_kind { POLICY_KIND_UNSET, POLICY_KIND_RUNC, POLICY_KIND_CRUN };

/*
 * Differences between our reading and the runtime's that a policy accepts;
 * filter/rules/runtime_section.h defines each.
 */
enum policy_accept {
	ACCEPT_ENOSYS = 1,
	ACCEPT_DROPPED = 2,
	ACCEPT_WIDTH = 4,
	ACCEPT_OVERLAP = 8,
	ACCEPT_MULTIPLEXED = 16,
};
#define ACCEPT_COUNT 5

/* Annotations of a container that may choose or change its profile. */
enum policy_annotation {
	ANNOTATION_PROFILE = 1,	       /* seccomp-shim.profile */
	ANNOTATION_ALLOW = 2,	       /* seccomp-shim.allow */
	ANNOTATION_DENY = 4,	       /* seccomp-shim.deny */
	ANNOTATION_KUBE_POD = 8,       /* seccomp.security.alpha.kubernetes.io/pod */
	ANNOTATION_KUBE_CONTAINER = 16 /* container.seccomp.security.alpha.kubernetes.io/NAME */
};
#define ANNOTATION_COUNT 5

struct policy_list {
	const char **items; /* each static, borrowed from the document or an option's */
	size_t count;
};

/* A key of an annotation, or a name, and the pattern (`*` and `?`) that its value must match. */
struct policy_pattern {
	const char *key; /* NULL for a name */
	const char *pattern;
};

/* Containers to which `profile` does not apply: all that is given here must hold. */
struct policy_exempt {
	struct policy_pattern *annotations;
	size_t annotation_count;
	uint64_t capabilities;			     /* all of these are in its bounding set */
	bool has_capabilities, privileged;	     /* privileged: as many as the wrapper's own */
	const char *pod_namespace, *pod, *container; /* patterns, NULL where not given */
	bool from_require;			     /* `require` does not apply either */
	struct place place;
};

/* All zero is the policy that asks for nothing. */
struct policy {
	const char *runtime; /* NULL where not given, like the other strings */
	enum policy_kind kind;
	const char *libseccomp; /* of a runtime that does not report it */
	enum policy_mode mode;
	const char *profile, *sandbox, *require, *seccomp_root;
	struct policy_exempt *exempts;
	size_t exempt_count;
	struct policy_list allow, deny;
	unsigned annotations; /* of enum policy_annotation */
	unsigned accept;      /* of enum policy_accept */
	bool override, move, allow_restore, allow_mounting_containers;
	bool require_no_new_privileges; /* a container without it is refused, not given it */
	bool ignore_unknown, allow_shadowed;
	struct pool memory;
};

/*
 * Reads runtime.json. The document must outlive the policy, which borrows its strings. 0, or -1
 * after an error in findings; free it either way.
 */
int policy_read(struct policy *policy, const struct json *root,
		struct findings *findings) MUST_CHECK;
/* The policy is all zero afterwards. */
void policy_free(struct policy *policy);

/*
 * True if some container might be changed or refused: only then are create, run and restore
 * examined.
 */
bool policy_in_force(const struct policy *policy);

/* The words of the keys, for options too. False if the word is none of them. */
bool policy_mode_word(const char *word, enum policy_mode *mode);
bool policy_kind_word(const char *word, enum policy_kind *kind);
bool policy_accept_word(const char *word, unsigned *accept);
bool policy_annotation_word(const char *word, unsigned *annotation);
/* "enosys" of a bit of enum policy_accept. */
const char *policy_accept_name(enum policy_accept accept);
/* The annotation's name; of ANNOTATION_KUBE_CONTAINER without /NAME. */
const char *policy_annotation_name(enum policy_annotation annotation);

#endif
