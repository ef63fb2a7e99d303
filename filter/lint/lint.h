/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `check` says of a profile's decisions: holes, doors left open, calls that break programs.
 * Each finding has a stable id (the man page lists them all); where it claims a hole it names a
 * call that shows it, looked up in the decision table. Nothing here changes what is decided.
 */
#ifndef FILTER_LINT_LINT_H
#define FILTER_LINT_LINT_H

#include "filter/rules/rules.h"
#include "filter/rules/runtime_reading.h"
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

/*
 * Rules that meet on one call (lint_overlaps.c), also of a profile that is refused for what they
 * say; nothing if names are unknown.
 */
void lint_overlaps(const struct resolved *resolved, const struct leniency *leniency,
		   struct findings *findings);

/*
 * Everything below. dialects: the runtimes whose reading is compared with the table's, count of
 * them; none where the table is already that of a runtime (strict is false then).
 */
void lint_table(struct space *space, const struct rules *rules, struct node table, bool strict,
		const struct runtime_reading *dialects, size_t count, struct findings *findings);

/* Rules whose conditions are alternatives; a profile that denies nothing (lint_overlaps.c). */
void lint_alternatives(const struct resolved *resolved, struct findings *findings);
/* Rules that decide nothing, conditions that are never or always met (lint_rules.c). */
void lint_rules(const struct lint *lint);
/* Families of which a part is open (lint_siblings.c). */
void lint_siblings(const struct lint *lint);
/* Other ways around the rules: io_uring, multiplexers, old kernels (lint_holes.c). */
void lint_holes(const struct lint *lint);
/* Who decides, and what ABIs are killed (lint_target.c). */
void lint_target(const struct lint *lint);
/* Denials from which C libraries do not fall back (lint_fallbacks.c). */
void lint_fallbacks(const struct lint *lint);
/* Conditions that look at more bits than the kernel, in a runtime's reading (lint_width.c). */
void lint_width(const struct lint *lint, struct node runtime_passes);
/* Names that libseccomp does not know; where a runtime reads the profile otherwise
 * (lint_runtimes.c). */
void lint_runtimes(const struct lint *lint, const struct runtime_reading *dialects, size_t count);

/* Profiles of more names over all rules are not gone through again rule by rule. */
#define LINT_NAMES_MAX 20000

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
/* "There is no such call": ENOSYS, the ABI's own or the usual 38, which profiles mean by it. */
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
 * True if the profile allows so much on the ABI that what is missing was taken out, and not just
 * never needed: LINT_BROAD calls.
 */
bool lint_is_broad(const struct lint *lint, const struct abi *abi);
#define LINT_BROAD 200
/* "a", "a and b", "a, b and c": adds one of count names. */
void lint_add_name(struct buffer *out, const char *name, size_t index, size_t count);

#endif
