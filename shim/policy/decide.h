/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a policy means for one container: from its config.json to what becomes of linux.seccomp, or
 * a refusal. Decides and writes nothing; used by the wrapper (runtime) and both hooks.
 */
#ifndef SHIM_POLICY_DECIDE_H
#define SHIM_POLICY_DECIDE_H

#include "filter/rules/filter.h"
#include "filter/rules/runtime_reading.h"
#include "oci/config.h"
#include "oci/policy.h"
#include "oci/text_edit.h"
#include "shim/input/source.h"
#include "shim/policy/runtime_program.h"

enum decision_what {
	DECISION_NOTHING,    /* config.json stays byte for byte */
	DECISION_SECTION,    /* linux.seccomp becomes `section` */
	DECISION_REMOVE,     /* linux.seccomp goes: the container is to be unconfined */
	DECISION_ENTRYPOINT, /* linux.seccomp stays; `resolved` is for the entry program */
};

struct decision {
	enum decision_what what;
	struct buffer section;	   /* DECISION_SECTION: JSON, without a newline at its end */
	struct input input;	   /* DECISION_ENTRYPOINT: the profile and what it borrows from, */
	struct resolved *resolved; /* resolved for the container, with allow and deny; owned.
				      NULL if the decision was remembered (runtime_program) */
	struct input required;	   /* the policy's `require` */
	struct input again;	   /* the same, for a section that entrypoint mode widens */
	struct findings findings;  /* places point into input and the caller's document */
};

/*
 * Decides. document and config: the container's config.json (config_read without process is
 * enough). runtime: the one that will get it, asked only where the answer depends on it; NULL for
 * hooks, which do not know: then nothing is checked that needs it. Returns 0, or -1 after an error
 * in decision->findings: the container must not start. Free it either way, before the document.
 */
int decide_config(struct decision *decision, const struct json_document *document,
		  const struct config *config, const struct policy *policy,
		  struct runtime_program *runtime) MUST_CHECK;
/* The edits that make it so, for DECISION_SECTION and DECISION_REMOVE; none if nothing would
 * change.
 */
void decision_edit(const struct decision *decision, const struct json_document *document,
		   struct text_edits *edits);
void decision_free(struct decision *decision);

#endif
