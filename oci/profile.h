/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A seccomp profile as it is written: the OCI section (config-linux.md, "Seccomp") or Docker's
 * format with containers/common's keys, as seccomp-shim-profile(5) describes them. Every rule has
 * its place in the file. oci/resolve.h selects the rules for one machine, filter/ decides what they
 * mean.
 */
#ifndef OCI_PROFILE_H
#define OCI_PROFILE_H

#include "oci/json.h"
#include "oci/words.h"

#define PROFILE_NAME_MAX  256	 /* bytes of one system call's name */
#define PROFILE_RULES_MAX 100000 /* names over all rules, after resolution */
#define PROFILE_ERRNO_MAX \
	4094 /* the kernel itself takes 4095; see seccomp-shim-profile(5), "Error numbers" */
#define PROFILE_ERRNO_UNSET 1 /* EPERM, of a rule or default that names none */

enum profile_format {
	PROFILE_OCI,	/* a section of a config.json: Docker's keys are errors */
	PROFILE_DOCKER, /* a profile file: an OCI section is a subset of it */
};

struct profile_name {
	const char *text; /* not empty, at most PROFILE_NAME_MAX bytes, no NUL */
	struct place place;
};

struct profile_condition {
	unsigned index; /* 0..5 */
	enum comparison comparison;
	uint64_t value;	    /* the datum; for CMP_MASKED_EQ the mask */
	uint64_t value_two; /* the datum of CMP_MASKED_EQ, within the mask; else 0 */
	struct place place;
};

/* includes or excludes of a Docker rule; all empty: no condition. */
struct profile_match {
	bool present;
	struct profile_name *arches; /* as written: moby's Go names, compared as moby does */
	size_t arch_count;
	uint64_t caps; /* bits as word_capability */
	bool has_kernel;
	unsigned kernel_major, kernel_minor; /* both 0 where minKernel is "" */
};

struct profile_rule {
	struct profile_name *names; /* at least one */
	size_t name_count;
	enum action action;
	unsigned errno_ret; /* 1..4094, EPERM if not written; meaningful for ERRNO and TRACE only */
	struct profile_condition *conditions;
	size_t condition_count;
	struct profile_match includes, excludes;
	const char *comment; /* Docker's, NULL if none */
	struct place place;  /* of the rule's opening brace */
};

struct profile_arch {
	enum arch arch;
	struct place place;
};

struct profile_arch_map {
	struct profile_arch arch;
	struct profile_arch *sub;
	size_t sub_count;
	struct place place;
};

struct profile {
	enum profile_format format;
	enum action default_action;
	unsigned default_errno;	    /* as errno_ret */
	struct place default_place; /* of defaultAction's value */
	struct profile_arch *arches;
	size_t arch_count;
	struct profile_arch_map *arch_map;
	size_t arch_map_count;
	bool has_flags; /* the key is there and not null, even if empty */
	unsigned flags; /* of enum flag */
	struct place flags_place;
	const char *listener_path; /* NULL if none */
	struct place listener_place;
	const char *listener_metadata; /* NULL if none */
	struct profile_rule *rules;
	size_t rule_count;
	struct place place; /* of the section's opening brace */
};

/*
 * Reads a profile from a JSON value (an object). ignore_unknown turns unknown keys into warnings
 * (and unknown names of system calls, which filter/ checks). Adds findings and continues where it
 * can; returns NULL if at least one was an error. The document must outlive the profile, which
 * borrows its strings.
 */
struct profile *profile_read(const struct json *object, enum profile_format format,
			     bool ignore_unknown, struct findings *findings) MUST_CHECK;
/* Frees the rules too; the strings are the document's. NULL is allowed. */
void profile_free(struct profile *profile);
void cleanup_profile(struct profile **profile);

#endif
