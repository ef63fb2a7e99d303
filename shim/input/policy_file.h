/* SPDX-License-Identifier: Apache-2.0 */
/* The administrator's policy file, opened and read. */
#ifndef SHIM_INPUT_POLICY_FILE_H
#define SHIM_INPUT_POLICY_FILE_H

#include "oci/policy.h"
#include "shim/input/source.h"

#define POLICY_PATH "/etc/seccomp-shim/runtime.json"

/* A policy with what it borrows from. */
struct policy_file {
	struct source source;
	struct json_document *document; /* NULL: no file */
	struct policy policy;
};

/*
 * path NULL: POLICY_PATH, which may be missing if `optional`. Root reads a policy only from a file
 * that belongs to root and that nobody else can write. Profiles are named as built-ins,
 * localhost/NAME or from the root: a relative path would be the caller's to choose. 0, or -1 after
 * an error in findings; close it either way, after the last use of findings.
 */
int policy_file_open(struct policy_file *file, const char *path, bool optional,
		     struct findings *findings) MUST_CHECK;
void policy_file_close(struct policy_file *file);

#endif
