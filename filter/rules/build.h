/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks libseccomp for its programs of a profile, in a child with limits (HACKING.md, "Hostile
 * input").
 */
#ifndef FILTER_RULES_BUILD_H
#define FILTER_RULES_BUILD_H

#include "filter/program/program.h"
#include "filter/rules/rules.h"

/* One context of libseccomp: the ABIs and what goes into it. */
struct build_request {
	const struct abi *abis[ARCH_COUNT + 1]; /* ABIs that libseccomp does not know are skipped */
	size_t abi_count;
	bool first_six; /* of a rule's conditions only six are taken, as crun does up to 1.29.1 */
	bool (*knows)(const char *name,
		      const void *context); /* NULL, or: names for which it is false are skipped */
	const void *context;
};

/* The program that libseccomp made of a context, or why there is none. */
struct built {
	struct program program; /* length 0: no ABI was known, or a rule was refused */
	int error;		/* of seccomp_rule_add_array(3), positive; 0 */
	size_t rule;		/* in resolved->rules, which was refused */
	size_t name;		/* in the rule's names */
};

/* "2.5.4", of the library linked here. */
const char *build_library_version(void);
/*
 * The file that it was loaded from; this program's, if it is linked statically. NULL if not known.
 */
const char *build_library_path(void);
/*
 * Fills the contexts in one child. Returns 0, or -1 and *reason (static) if the child did not
 * answer. built has count elements; the caller frees their programs. The programs are not checked
 * yet.
 */
int build_with_libseccomp(const struct resolved *resolved, const struct build_request *requests,
			  size_t count, struct built *built, const char **reason) MUST_CHECK;

#endif
