/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One CALL as users write it (seccomp-shim(1)): "[ABI:]NAME|NUMBER[(ARG, ...)]", with numbers, an
 * asterisk or the kernel's constants joined by | as arguments; and the table of just these calls.
 */
#ifndef FILTER_QUERY_CALL_H
#define FILTER_QUERY_CALL_H

#include "filter/kernel/abi.h"
#include "filter/table/table.h"
#include "oci/finding.h"

#define CALL_ARGUMENTS 6    /* of struct seccomp_data */
#define CALL_TEXT_MAX  4096 /* bytes of one CALL */

struct call {
	const struct abi *abi;	       /* the native ABI if none was written */
	uint32_t number;	       /* with the ABI's base */
	const char *name;	       /* static; NULL: a number without a name */
	unsigned given;		       /* bit i: argument i was given as a value (not *) */
	uint64_t args[CALL_ARGUMENTS]; /* the whole register: bits beyond the argument's width
					  count; not given: 0 */
};

/*
 * Parses text[0..length). place: of its first byte (columns are counted on), NOWHERE for command
 * lines. 0, or -1 with an error in findings at the word that is wrong.
 */
int call_parse(const char *text, size_t length, struct place place, const struct abi *native,
	       struct call *call, struct findings *findings) MUST_CHECK;
/* "x86_64 socket(domain=AF_VSOCK, *, *)"; trailing * are left out where the call's arguments are
 * not known. */
void call_add_text(struct buffer *out, const struct call *call);
/* "socket(AF_VSOCK, *, *)" as call_parse() reads it, with the ABI in front unless it is `native`.
 */
void call_add_plain(struct buffer *out, const struct call *call, const struct abi *native);
/*
 * A concrete call for messages, "x86_64 socket(domain=AF_VSOCK, type=0, protocol=0)": the arguments
 * that the call has (all where they are not known), and beyond them as far as one is not 0.
 */
void call_add(struct buffer *out, const struct seccomp_data *data);
/* The bits of an argument that the kernel uses. */
unsigned call_argument_bits(const struct call *call, unsigned index);
/* The concrete call: arguments not given are 0. */
struct seccomp_data call_data(const struct call *call);

/*
 * What is left of `table` when architecture, number and the given arguments are known: a table over
 * the other words alone. TABLE_FULL where a bound was reached.
 */
struct node call_rest(struct space *space, struct node table, const struct call *call);
/*
 * The table that is left of `table` for just these calls: over words not given; every other path
 * leads to `otherwise`.
 */
struct node call_restrict(struct space *space, struct node table, const struct call *call,
			  struct node otherwise);

#endif
