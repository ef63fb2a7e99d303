/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a call has the outcome that the table gives it: the rule that decides, those that match and
 * lose, or the item of the design that stands in for a rule (S7, S9, S10, S16).
 */
#ifndef FILTER_RULES_VERDICT_H
#define FILTER_RULES_VERDICT_H

#include "filter/rules/rules.h"
#include "filter/table/table.h"

enum verdict_reason {
	VERDICT_RULE,	 /* a rule decides */
	VERDICT_DEFAULT, /* no rule matches: defaultAction */
	VERDICT_ABI,	 /* the ABI is not listed: killed (S9) */
	VERDICT_BEYOND,	 /* above the highest number that the rules name: ENOSYS (S10) */
	VERDICT_SKIP,	 /* -1, by which a tracer skips a call: defaultAction (S9) */
	VERDICT_RUNTIME, /* a runtime's own reading (--as), which no rule that matches has */
};

/* Why a rule that matches does not decide. */
enum verdict_loss {
	LOSS_ERASED,   /* an unconditional rule erases it */
	LOSS_LATER,    /* of two unconditional rules, or of two of one strictness, the first wins */
	LOSS_SAME,     /* it says the same as the one that decides */
	LOSS_STRICTER, /* the one that decides is stricter */
	LOSS_OWN,      /* the multiplexer has a rule of its own (S16) */
	LOSS_UNDECIDABLE, /* its conditions are on arguments that lie in memory (S16) */
	LOSS_RUNTIME,	  /* the runtime whose reading is meant does not heed it */
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
 * The verdict on one call. outcome: the table's, with which a strict reading always agrees; a
 * runtime's reading takes the first rule that matches and has it. Free with verdict_free.
 */
void verdict_make(struct verdict *verdict, const struct rules *rules,
		  const struct seccomp_data *data, uint32_t outcome);
void verdict_free(struct verdict *verdict);

/* "rule 12:5, which has no args, erases it"-like: why a rule loses, in a few words. */
void verdict_add_loss(struct buffer *out, const struct verdict *verdict,
		      const struct verdict_loser *loser);
/* Why there is no rule: "no rule matches: defaultAction"; empty for VERDICT_RULE. */
void verdict_add_reason(struct buffer *out, const struct verdict *verdict,
			const struct rules *rules, const struct seccomp_data *data);

#endif
