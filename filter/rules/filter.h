/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a resolved profile to the program that is loaded, proven on the way: what commands ask for.
 * Nothing below includes it (HACKING.md, "Rooms").
 */
#ifndef FILTER_RULES_FILTER_H
#define FILTER_RULES_FILTER_H

#include "filter/program/program.h"
#include "filter/rules/rules.h"
#include "filter/rules/runtime_reading.h"
#include "filter/table/table.h"

struct filter {
	struct program program; /* checked; decides exactly as the table */
	struct space *space;
	struct node table;   /* in space */
	struct rules *rules; /* borrows from the resolved profile, which must outlive the filter */
	unsigned flags;	     /* SECCOMP_FILTER_FLAG_* to load it with */
	bool implied_spec_allow; /* SPEC_ALLOW is in flags only because the profile has no `flags`
				    key */
};

/*
 * What a profile decides, as a table in the caller's space. reading: whose (--as); NULL: as
 * written. *rules (may be NULL) gets the rules by number, which the caller frees before resolved.
 * Returns 0, or -1 after an error in findings.
 */
int filter_decide(struct space *space, const struct resolved *resolved,
		  const struct runtime_reading *reading, const struct leniency *leniency,
		  struct rules **rules, struct node *table, struct findings *findings) MUST_CHECK;

/*
 * The program, and what it was made from. disagreement: how it is reported if libseccomp reads the
 * rules differently; SEVERITY_ERROR refuses them. Returns NULL after an error in findings.
 */
struct filter *filter_build(const struct resolved *resolved, const struct runtime_reading *reading,
			    const struct leniency *leniency, enum severity disagreement,
			    struct findings *findings) MUST_CHECK;
/*
 * Both filters as one, as written: what it decides is what the kernel would with the two of them
 * loaded one after the other. rules and flags are those of `newer`, with the flags of `older`
 * added.
 */
struct filter *filter_build_stacked(const struct resolved *newer, const struct resolved *older,
				    const struct leniency *leniency,
				    struct findings *findings) MUST_CHECK;
void filter_free(struct filter *filter);
void cleanup_filter(struct filter **filter);

/* What a filter answers for one call of the native ABI, whatever its arguments. */
enum filter_pass {
	FILTER_PASSES,	/* ALLOW or LOG for every argument: the call is executed */
	FILTER_DENIES,	/* never ALLOW or LOG; TRACE and NOTIFY do not count as passing */
	FILTER_DEPENDS, /* its arguments decide */
};

/*
 * Whether the native call `name` passes (HACKING.md, "execve must pass"). If not, *place is that of
 * the deciding rule, or of defaultAction; it may be left untouched.
 */
enum filter_pass filter_call_passes(const struct filter *filter, const char *name,
				    struct place *place) MUST_CHECK;

/* The place of the rule that gives a call its outcome, or of defaultAction. */
struct place filter_deciding_place(const struct rules *rules, const struct seccomp_data *data,
				   uint32_t outcome);

#endif
