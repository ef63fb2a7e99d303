/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of outcomes as expectations write them (seccomp-shim-expect(5)): "EPERM|KILL".
 */
#ifndef FILTER_QUERY_OUTCOMES_H
#define FILTER_QUERY_OUTCOMES_H

#include "oci/finding.h"

#define OUTCOMES_MAX 64 /* alternatives in one set; nobody means more */

struct outcomes {
	uint32_t list[OUTCOMES_MAX];
	size_t count;
	bool kill; /* KILL: either kill */
	bool deny; /* DENY: whatever keeps the call from running. With TRACE and NOTIFY somebody
		      else decides, so they are no denials. */
};

bool outcomes_have(const struct outcomes *set, uint32_t outcome);
/*
 * Parses text[0..length), alternatives with | between. place: of its first byte. The set is all
 * zero before. 0, or -1 with errors.
 */
int outcomes_parse(const char *text, size_t length, struct place place, struct outcomes *set,
		   struct findings *findings) MUST_CHECK;

#endif
