/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A resolved profile written for libseccomp, which compares 64 bits where the kernel takes fewer
 * (S11): conditions on such arguments become masks of just these bits.
 */
#ifndef FILTER_RULES_MASK_CONDITIONS_H
#define FILTER_RULES_MASK_CONDITIONS_H

#include "oci/resolve.h"

/* A rule that would become more rules than this stays as it is: then the readings differ. */
#define NARROW_RULES_MAX 256

/*
 * SCMP_CMP_EQ becomes SCMP_CMP_MASKED_EQ with the mask 0xffffffff (for 16 bits: 0xffff); other
 * operators become several rules, one for each group of values that a mask can name, as 41..63 is
 * 41, 42..43, 44..47 and 48..63. Decides as before; doing it twice changes nothing more.
 */
void mask_conditions(struct resolved *resolved);

#endif
