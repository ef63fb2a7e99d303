/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cBPF program as the kernel loads it (linux/filter.h, linux/seccomp.h): checks it as the kernel
 * does, runs it, writes it as text. Byte order of values is the host's;
 * big_endian says which half of an argument comes first in struct seccomp_data for the target.
 */
#ifndef FILTER_PROGRAM_PROGRAM_H
#define FILTER_PROGRAM_PROGRAM_H

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "oci/finding.h"

#define PROGRAM_LENGTH_MAX 4096 /* BPF_MAXINSNS */

struct program {
	struct sock_filter *code; /* owned */
	size_t length;		  /* instructions */
	bool big_endian;	  /* of the target */
};

void program_free(struct program *program);
/* The kernel's own checks (bpf_check_classic, seccomp_check_filter); an error names the
 * instruction. */
int program_check(const struct program *program, struct findings *findings) MUST_CHECK;
/* Runs a checked program: the raw value, not normalised. *steps (may be NULL): instructions
 * executed. */
uint32_t program_run(const struct program *program, const struct seccomp_data *data,
		     unsigned *steps);
/* The instruction that ends a checked program for a call, counted from 0 as program_text() does. */
size_t program_last(const struct program *program, const struct seccomp_data *data);
/* As the target's bytes: struct sock_filter array in the target's byte order. */
void program_bytes(const struct program *program, struct buffer *out);
/* Our own assembler text, one instruction a line, with names for architectures, numbers and
 * outcomes. */
void program_text(const struct program *program, struct buffer *out);

#endif
