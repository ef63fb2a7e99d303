/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a resolved profile answers to one call, read from its list of rules each time: no table, no
 * program, none of the program's own reading of conditions. Slow and short.
 */
#ifndef TESTS_FUZZ_EVALUATE_H
#define TESTS_FUZZ_EVALUATE_H

#include <linux/seccomp.h>

#include "oci/resolve.h"

uint32_t evaluate_call(const struct resolved *resolved, const struct seccomp_data *data);
/* True if an unconditional rule erases a stricter conditional one. */
bool evaluate_shadowed(const struct resolved *resolved);
/* True if a value fits no argument of a listed ABI that its rule is for. */
bool evaluate_too_wide(const struct resolved *resolved);

#endif
