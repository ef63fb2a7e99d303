/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rewrites a resolved profile for libseccomp, which compares 64 bits also if the kernel uses fewer
 * (seccomp-shim-profile(5), "Width of arguments"): conditions on such arguments become masks of
 * just these bits.
 */
#ifndef FILTER_RULES_MASK_CONDITIONS_H
#define FILTER_RULES_MASK_CONDITIONS_H

#include "oci/resolve.h"

/*
 * A rule that would become more rules than this stays as it is; then the runtime reads it
 * differently.
 */
#define NARROW_RULES_MAX 256

/*
 * SCMP_CMP_EQ becomes SCMP_CMP_MASKED_EQ with the mask 0xffffffff (for 16 bits: 0xffff); other
 * operators become several rules, one for each group of values that a mask can name: 41..63 is 41,
 * 42..43, 44..47 and 48..63. The profile decides as before; a second time changes nothing.
 */
void mask_conditions(struct resolved *resolved);

#endif
