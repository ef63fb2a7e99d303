/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions that were found to hold, remembered in /run/seccomp-shim: a file holds, byte for byte,
 * all that the answer depended on, and behind it the answer. Only what held is remembered, and only
 * where nobody else than this user can write; everything that goes wrong means that it is worked
 * out anew.
 */
#ifndef SHIM_POLICY_PRECEDENT_H
#define SHIM_POLICY_PRECEDENT_H

#include "oci/base.h"

struct runtime_program;

/* Adds one field of a key, with its length. */
void precedent_add(struct buffer *key, const void *data, size_t length);
/*
 * Adds what a runtime's reading depends on: its file and libseccomp's (name, device, inode, size,
 * times), what the policy says of them, our own version, the kernel's. A program that may hand on
 * to another is asked for its version. -1 where that cannot be told.
 */
int precedent_add_runtime(struct buffer *key, struct runtime_program *runtime,
			  const char *library) MUST_CHECK;

/* True if the key was remembered; answer, which is empty before, gets what went with it. */
bool precedent_recall(const struct buffer *key, struct buffer *answer);
void precedent_remember(const struct buffer *key, const struct buffer *answer);

#endif
