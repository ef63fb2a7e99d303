/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What explain finds out about a filter, and the forms in which it is printed: explain_call.c and
 * explain_list.c make it; explain_text.c, explain_json.c and page.c print it.
 */
#ifndef SHIM_ANALYZE_EXPLANATION_H
#define SHIM_ANALYZE_EXPLANATION_H

#include "filter/query/call.h"
#include "filter/query/table_ranges.h"
#include "filter/rules/suggest.h"
#include "filter/rules/verdict.h"
#include "oci/json_write.h"
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
/* What decides each region: one answer for each. Free with answers_free(). */
struct explain_answer *answers_make(const struct table_ranges *regions,
				    const struct explained *explained);
void answers_free(struct explain_answer *answers, size_t count);

/* ---- all calls */

struct listed_call {
	const char *name;
	uint32_t number;
	size_t family;	  /* of shim/analyze/families */
	struct node node; /* what the table has for it: an outcome, or the arguments decide */
	bool depends;	  /* on arguments */
	uint32_t outcome; /* where it does not */
	struct table_ranges regions;	/* one or more, also where it does not */
	struct explain_answer *answers; /* of these; NULL before listing_find_answers() */
};

struct listed_abi {
	const struct abi *abi;
	struct listed_call *calls; /* by name */
	size_t count;
	struct table_ranges numbers;	       /* without a name; neighbours are one region */
	struct explain_answer *number_answers; /* of these; NULL before listing_find_answers() */
};

struct listing {
	struct listed_abi abis[ARCH_COUNT + 1];
	size_t count;
};

/* All calls of all ABIs that the filter knows: those that a profile lists, or a program tells
 * apart. */
void listing_make(struct listing *listing, const struct explained *explained);
void listing_free(struct listing *listing);
/* Finds what decides each region: for pages, which show it of every call. */
void listing_find_answers(struct listing *listing, const struct explained *explained);

/* ---- the forms, each in a file of its name; the page is in page.h */

/* What one run of explain has found. */
struct explain_result {
	struct explained explained;
	struct explanation *list; /* of the calls that were named; NULL: none was; owned */
	size_t count;
	struct listing listing; /* of all calls, where none was named or a page is wanted */
};

/* Lines for people; the list of all calls in columns for so many characters a line. */
void explain_add_text(struct buffer *out, const struct explain_result *result, size_t width);
/* The members of the result of --json. */
void explain_write_json(struct json_writer *json, const struct explain_result *result);
/* Where an answer comes from, "no-chmod.json:12:5" or "filter 2 of 3, instruction 17". */
void explain_add_origin(struct buffer *out, const struct explain_answer *answer,
			const struct explained *explained);

#endif
