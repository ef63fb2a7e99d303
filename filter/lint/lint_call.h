/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the lint share: whether a system call passes, which rule names it, and a
 * witness for what a finding claims.
 */
#ifndef FILTER_LINT_LINT_CALL_H
#define FILTER_LINT_LINT_CALL_H

#include "filter/rules/rules.h"
#include "filter/table/table.h"

/* What all parts of the lint look at. */
struct lint {
	struct space *space;
	const struct rules *rules;
	struct node table;  /* what is judged */
	struct node passes; /* boolean: the call is executed (ALLOW, LOG) */
	bool strict;	    /* the table is our own reading, no runtime's */
	struct findings *findings;
};

/* How many of the calls of one number are executed. */
enum passing { PASSING_NEVER, PASSING_SOMETIMES, PASSING_ALWAYS };

/* One system call as the table decides it. */
struct lint_call {
	const struct abi *abi;
	const char *name;
	uint32_t number;
	enum passing passing;
	struct node passes; /* boolean, over the arguments */
};

/* False if the ABI is not listed or has no such call. */
bool lint_call_find(const struct lint *lint, const struct abi *abi, const char *name,
		    struct lint_call *call);
/* A call of this number that is executed (or not), the smallest; there must be one. */
void lint_call_witness(const struct lint *lint, const struct lint_call *call, bool executed,
		       struct seccomp_data *data);
/* "x86_64 chmod(0x0, ...) is answered ALLOW". */
void lint_add_witness(const struct lint *lint, const struct seccomp_data *data, struct buffer *out);
/* The outcome of a call of this number that is not executed; there must be one. */
uint32_t lint_call_denial(const struct lint *lint, const struct lint_call *call);
/* ENOSYS: the ABI's own, or the usual 38, by which profiles mean it. */
bool lint_is_enosys(const struct abi *abi, uint32_t outcome);
/* What does not pass is denied, and not handed to a tracer or listener. */
bool lint_call_is_denied(const struct lint *lint, const struct lint_call *call);
/* The first rule that names the call itself; NULL if none does. */
const struct call_rule *lint_call_rule(const struct lint *lint, const struct lint_call *call);
/* True if a rule restricts the call: denies it, or allows it under conditions. */
bool lint_call_is_ruled(const struct lint *lint, const struct lint_call *call);
/* The place of the rule that names the call, else of defaultAction. */
struct place lint_call_place(const struct lint *lint, const struct lint_call *call);
/*
 * True if the profile allows so much on the ABI (LINT_BROAD calls) that a missing call was taken
 * out on purpose.
 */
bool lint_is_broad(const struct lint *lint, const struct abi *abi);
#define LINT_BROAD 200
/* "a", "a and b", "a, b and c": adds one of count names. */
void lint_add_name(struct buffer *out, const char *name, size_t index, size_t count);

#endif
