/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a call has its outcome: the rule that decides, the rules that match and do not, or what
 * decides without a rule (filter/rules/fallback.h).
 */
#ifndef FILTER_RULES_VERDICT_H
#define FILTER_RULES_VERDICT_H

#include "filter/rules/rules.h"
#include "filter/table/table.h"

enum verdict_reason {
	VERDICT_RULE,	 /* a rule decides */
	VERDICT_DEFAULT, /* no rule matches: defaultAction */
	VERDICT_ABI,	 /* the ABI is not listed: killed */
	VERDICT_BEYOND,	 /* above the highest number that the rules name: ENOSYS */
	VERDICT_SKIP,	 /* -1, by which a tracer skips a call: defaultAction */
	VERDICT_RUNTIME, /* a runtime's own reading (--as), which no rule that matches has */
};

/* Why a rule that matches does not decide. */
enum verdict_loss {
	LOSS_ERASED,   /* an unconditional rule erases it */
	LOSS_LATER,    /* of two unconditional rules, or of two of one strictness, the first wins */
	LOSS_SAME,     /* it has the same outcome as the one that decides */
	LOSS_STRICTER, /* the one that decides is stricter */
	LOSS_OWN,      /* the multiplexer has a rule of its own */
	LOSS_UNDECIDABLE, /* its conditions are on arguments that lie in memory */
	LOSS_RUNTIME,	  /* the runtime whose reading it is ignores it */
};

struct verdict_loser {
	const struct call_rule *entry;
	enum verdict_loss loss;
};

struct verdict {
	enum verdict_reason reason;
	uint32_t outcome;
	const struct call_rule *entry; /* that decides; NULL unless VERDICT_RULE */
	struct place place; /* of its name, or of defaultAction; NOWHERE for VERDICT_ABI */
	struct verdict_loser *losers; /* owned, in file order */
	size_t loser_count, capacity;
	bool agrees; /* the choice among the rules has this outcome: always so in the strict reading
		      */
	size_t unmet; /* rules that name the call and whose conditions are not met */
};

/*
 * The verdict on one call. outcome: what the table gives it. In a strict reading the rules always
 * agree; of a runtime's reading the first rule that matches and has this outcome is named. Free
 * with verdict_free.
 */
void verdict_make(struct verdict *verdict, const struct rules *rules,
		  const struct seccomp_data *data, uint32_t outcome);
void verdict_free(struct verdict *verdict);

/* Why a rule does not decide, in a few words: "erased by the rule without args". */
void verdict_add_loss(struct buffer *out, const struct verdict *verdict,
		      const struct verdict_loser *loser);
/* Why there is no rule: "no rule matches: defaultAction"; empty for VERDICT_RULE. */
void verdict_add_reason(struct buffer *out, const struct verdict *verdict,
			const struct rules *rules, const struct seccomp_data *data);

#endif
