/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a resolved profile to the program that is loaded, proven on the way (DESIGN "The way data
 * takes").
 */
#ifndef FILTER_RULES_FILTER_H
#define FILTER_RULES_FILTER_H

#include "filter/kernel/signatures.h"
#include "filter/program/program.h"
#include "filter/table/table.h"
#include "oci/resolve.h"

struct runtime_reading;
struct rules;
struct space;

struct filter_options {
	bool ignore_unknown; /* S8: an unknown name is a warning, its rule is dropped */
	bool allow_shadowed; /* S7: a stricter conditional rule that an unconditional one erases is
				a warning */
	bool advise;	     /* tell of rules that meet and of both readings: check's questions */
	const struct runtime_reading *dialect; /* whose reading (--as); NULL: our own, strict one */
	bool require_agreement; /* libseccomp's reading must be equal, else an error */
	enum width width;	/* of a derivation */
};

struct filter {
	struct program program; /* checked; decides exactly as the table */
	struct space *space;
	struct node table;   /* in space */
	struct rules *rules; /* borrows from the resolved profile, which must outlive the filter */
	unsigned flags;	     /* SECCOMP_FILTER_FLAG_* to load it with (S13) */
	bool implied_spec_allow; /* SPEC_ALLOW is in flags only because the profile has no `flags`
				    key */
};

/*
 * What a profile decides, as a table in the caller's space. *rules (may be NULL) gets the rules by
 * number, which the caller frees before resolved. Returns 0, or -1 after an error in findings (S7,
 * S8, S16, bounds).
 */
int filter_decide(struct space *space, const struct resolved *resolved,
		  const struct filter_options *options, struct rules **rules, struct node *table,
		  struct findings *findings) MUST_CHECK;

/*
 * Findings get errors (S7, S8, S16, bounds), warnings and notes. Returns NULL after an error.
 */
struct filter *filter_build(const struct resolved *resolved, const struct filter_options *options,
			    struct findings *findings) MUST_CHECK;
/*
 * Both filters as one: what it decides is what the kernel would with the two of them loaded one
 * after the other. rules and flags are those of `newer`, with the flags of `older` added.
 */
struct filter *filter_build_stacked(const struct resolved *newer, const struct resolved *older,
				    const struct filter_options *options,
				    struct findings *findings) MUST_CHECK;
void filter_free(struct filter *filter);
void cleanup_filter(struct filter **filter);

/* What a filter answers for one call of the native ABI, whatever its arguments. */
enum filter_pass {
	FILTER_PASSES,	/* ALLOW or LOG for every argument: the call is executed */
	FILTER_DENIES,	/* never ALLOW or LOG; TRACE and NOTIFY do not count as passing (F3) */
	FILTER_DEPENDS, /* its arguments decide */
};

/*
 * Whether the native call `name` passes (F1, F3). Where it does not, *place is that of the deciding
 * rule, or of defaultAction; it may be left untouched.
 */
enum filter_pass filter_call_passes(const struct filter *filter, const char *name,
				    struct place *place) MUST_CHECK;

/* The place of the rule that gives a call its outcome, or of defaultAction. */
struct place filter_deciding_place(const struct rules *rules, const struct seccomp_data *data,
				   uint32_t outcome);

#endif
