/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings: how the lower floors report errors, warnings and notes. A function that can fail takes
 * a struct findings, adds at least one error to it and returns a negative value (or NULL). Readers
 * continue after an error where they can, so that one run reports all of them.
 */
#ifndef OCI_FINDING_H
#define OCI_FINDING_H

#include "oci/base.h"

/* A place in an input. line and column count from 1, column in bytes; line 0: the file as a whole.
 */
struct place {
	const char *file; /* not owned, NULL: no file; must live as long as the findings */
	unsigned line;
	unsigned column;
};

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

struct finding {
	enum severity severity;
	const char *id; /* stable lower-case-with-dashes identifier, static string */
	struct place place;
	char *message; /* one sentence without final stop, hostile text already escaped; owned */
	char *remedy;  /* an instruction or what would be right, without parentheses; owned, may be
			  NULL */
};

/* All zero is an empty list. */
struct findings {
	struct finding *list;
	size_t count;
	size_t capacity;
	size_t errors;
	size_t warnings;
	size_t dropped; /* findings beyond FINDINGS_MAX: counted, not kept (an error is always
			   counted) */
};

/* So that a hostile file of 16 MiB cannot make gigabytes of messages. */
#define FINDINGS_MAX 10000

/* Adds one. remedy may be NULL. The message is formatted; use %s with text_escaped() for input. */
void finding_add(struct findings *findings, enum severity severity, const char *id,
		 struct place place, const char *remedy, const char *format, ...) PRINTF(6, 7);
/* finding_add with SEVERITY_ERROR; always returns -1, so `return finding_error(...)` reads well. */
int finding_error(struct findings *findings, const char *id, struct place place, const char *remedy,
		  const char *format, ...) PRINTF(5, 6);
/*
 * Escapes hostile text for a message (buffer_add_escaped) into one of eight static buffers used in
 * turn; valid until eight calls later. Never fails.
 */
const char *text_escaped(const char *text, size_t length);

/* Sorts by file, line, column, keeping the order of equal places. */
void findings_sort(struct findings *findings);
/* "FILE:LINE:COLUMN: " or "FILE: " or "" in front of a message. */
void place_add(struct buffer *buffer, struct place place);
/* The same without ": ", of a place that has a file. */
void place_add_bare(struct buffer *buffer, struct place place);
/* Frees the messages; the list is empty afterwards. */
void findings_free(struct findings *findings);

#define NOWHERE ((struct place){0})

#endif
