/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Remembers decisions that held, in /run/seccomp-shim: a file holds, byte for byte, everything that
 * the answer depended on, then the answer. Only root remembers, in files that nobody else can
 * write; after any failure the decision is made anew.
 */
#ifndef SHIM_POLICY_PRECEDENT_H
#define SHIM_POLICY_PRECEDENT_H

#include "oci/base.h"

struct runtime_program;

/* Adds one field of a key, with its length. */
void precedent_add(struct buffer *key, const void *data, size_t length);
/*
 * Adds what the reading of a runtime depends on: its file and that of libseccomp (name, device,
 * inode, size, times), what the policy says about them, our own version and the kernel's. A program
 * that may execute another one is asked for its version. 0, or -1 if one of these is not known.
 */
int precedent_add_runtime(struct buffer *key, struct runtime_program *runtime,
			  const char *library) MUST_CHECK;

/* True if the key is remembered; adds its answer to `answer`, which must be empty. */
bool precedent_recall(const struct buffer *key, struct buffer *answer);
void precedent_remember(const struct buffer *key, const struct buffer *answer);

#endif
