/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a policy means for one container: from its config.json to what becomes of linux.seccomp, or
 * a refusal. Only decides, writes nothing; used by the runtime wrapper and both hooks.
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
	DECISION_REMOVE,     /* linux.seccomp is removed: the container is to be unconfined */
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
 * document and config: the container's config.json (config_read() without process is enough).
 * runtime: the runtime that will load the section; it is asked only if the decision depends on it.
 * NULL if it is not known (hooks): checks that need it are left out. Returns 0, or -1 after an
 * error in decision->findings: then the container must not start. Free the decision in either case,
 * before the document.
 */
int decide_config(struct decision *decision, const struct json_document *document,
		  const struct config *config, const struct policy *policy,
		  struct runtime_program *runtime) MUST_CHECK;
/*
 * Adds the edits of config.json for DECISION_SECTION and DECISION_REMOVE; none if nothing would
 * change.
 */
void decision_edit(const struct decision *decision, const struct json_document *document,
		   struct text_edits *edits);
void decision_free(struct decision *decision);

#endif
