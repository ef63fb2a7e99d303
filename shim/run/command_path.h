/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the command as execvp(3) would, in the command's own environment, so that everything but
 * execve(2) itself is done before the filter is loaded.
 */
#ifndef SHIM_RUN_COMMAND_PATH_H
#define SHIM_RUN_COMMAND_PATH_H

#include "oci/base.h"

/* Bytes that command_path_reason() never exceeds, with the terminating NUL. */
#define COMMAND_PATH_REASON_MAX 128

/*
 * The path to execute, owned by the caller: name itself if it has a slash, else the first
 * executable file of that name in PATH of env. NULL if there is none, *error then says why
 * (errno(3)).
 */
char *command_path_find(const char *name, char *const *env, int *error) MUST_CHECK;
/* The exit status for it: 127 not found, 126 found but not executable. */
int command_path_status(int error);
/*
 * Words for an error of execve(2). Static; makes no system call, so that it may be used under any
 * filter.
 */
const char *command_path_reason(int error);

#endif
