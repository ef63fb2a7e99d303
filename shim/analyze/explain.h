/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What explain, and the pages of explain and diff, know of a filter: the answer to one call with
 * its reasons, and the answers to all calls.
 */
#ifndef SHIM_ANALYZE_EXPLAIN_H
#define SHIM_ANALYZE_EXPLAIN_H

#include "filter/query/call.h"
#include "filter/query/table_ranges.h"
#include "filter/rules/suggest.h"
#include "filter/rules/verdict.h"
#include "shim/input/filter_operand.h"

/* A filter that is explained. */
struct explained {
	struct space *space;
	struct filter_operand *subject;
	const struct abi *native; /* of the target */
};

/* ---- one call */

/* One outcome of a call and where it comes from. */
struct explain_answer {
	const struct table_range *region; /* the condition, and a witness */
	struct verdict verdict;		  /* of a profile */
	size_t filter, instruction; /* of programs: which one decides, counted from 1, and where */
};

struct explanation {
	struct call call;
	struct table_ranges regions;
	struct explain_answer *answers; /* one for each region; owned */
	bool has_edit;
	struct suggestion edit;
};

/* Explains a call. with_edit: look for the smallest edit too. 0, or -1 with an error (a bound). */
int explanation_make(struct explanation *explanation, const struct explained *explained,
		     const struct call *call, bool with_edit, struct findings *findings) MUST_CHECK;
void explanation_free(struct explanation *explanation);
void explanation_add_text(struct buffer *out, const struct explanation *explanation,
			  const struct explained *explained);
void explanation_add_json(struct buffer *out, const struct explanation *explanation,
			  const struct explained *explained);
/* Where an answer comes from, "no-chmod.json:12:5" or "filter 2 of 3, instruction 17". */
void answer_add_origin(struct buffer *out, const struct explain_answer *answer,
		       const struct explained *explained);
/* The answer to one concrete call. Free its verdict with verdict_free(). */
void answer_make(struct explain_answer *answer, const struct table_range *region,
		 const struct explained *explained);

/* ---- all calls */

struct listed_call {
	const char *name;
	uint32_t number;
	size_t family;	  /* of shim/families */
	struct node node; /* what the table has for it: an outcome, or the arguments decide */
	bool depends;	  /* on arguments */
	uint32_t outcome; /* where it does not */
	struct table_ranges regions; /* one or more, also where it does not */
};

struct listed_abi {
	const struct abi *abi;
	struct listed_call *calls; /* by name */
	size_t count;
	struct table_ranges numbers; /* without a name; neighbours are one region */
};

struct listing {
	struct listed_abi abis[ARCH_COUNT + 1];
	size_t count;
};

/* All calls of all ABIs that the filter knows: those that a profile lists, or a program tells
 * apart. */
void listing_make(struct listing *listing, const struct explained *explained);
void listing_free(struct listing *listing);
/* Calls by outcome, in columns for so many characters a line. */
void listing_add_text(struct buffer *out, const struct listing *listing, size_t width);
void listing_add_json(struct buffer *out, const struct listing *listing);

#endif
