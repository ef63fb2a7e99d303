/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest change of a profile's rules that would turn a call's outcome round: candidates in
 * order of size, each made in memory, derived and compared; the first one that does it and touches
 * nothing else is taken.
 */
#ifndef FILTER_RULES_SUGGEST_H
#define FILTER_RULES_SUGGEST_H

#include "filter/query/call.h"
#include "filter/query/compare.h"
#include "filter/rules/rules.h"
#include "filter/rules/runtime_reading.h"
#include "oci/rule_change.h"

/* Rules on one call with more than this many mentions are not searched. */
#define SUGGEST_MENTIONS_MAX 64

struct suggest_request {
	struct space *space;
	const struct rules *rules;
	const struct runtime_reading *reading; /* whose table it is, and how leniently made */
	const struct leniency *leniency;
	struct node table;
	const struct call *call;
};

struct suggestion {
	bool found;
	uint32_t wished; /* the outcome that the call would have */
	struct rule_changes changes;
	/* What changes beside it: numbers whose ENOSYS comes and goes with the highest one that the
	 * rules name. Usually empty. */
	struct differences also;
	struct pool memory; /* of the changes */
};

/*
 * Looks for it. A call that is denied for some of its arguments is to be allowed, one that may
 * execute is to be denied: by the default action if that denies, else with EPERM. Where arguments
 * were given, only for these. Free with suggestion_free in any case.
 */
void suggest_edit(struct suggestion *edit, const struct suggest_request *request);
void suggestion_free(struct suggestion *edit);
/* "remove "chmod" from the rule at no-chmod.json:12:5; add {...}". */
void suggestion_add_text(struct buffer *out, const struct suggestion *edit,
			 const struct profile *profile);

#endif
