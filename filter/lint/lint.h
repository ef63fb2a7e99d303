/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `check` reports about a profile's decisions: holes, doors left open, calls that break
 * programs. Each finding has a stable id (seccomp-shim-check(1) lists them); if it claims a hole it
 * shows a call, looked up in the decision table. Nothing here changes what is decided.
 */
#ifndef FILTER_LINT_LINT_H
#define FILTER_LINT_LINT_H

#include "filter/lint/lint_call.h"
#include "filter/rules/runtime_reading.h"

/*
 * Rules that apply to the same call (lint_overlaps.c), also of a profile that is refused because of
 * them; nothing if names are unknown.
 */
void lint_overlaps(const struct resolved *resolved, const struct leniency *leniency,
		   struct findings *findings);

/*
 * Runs everything below. readings: the count runtimes whose reading is compared with the table;
 * none if the table is already that of a runtime (strict is false then).
 */
void lint_table(struct space *space, const struct rules *rules, struct node table, bool strict,
		const struct runtime_reading *readings, size_t count, struct findings *findings);

/* Rules whose conditions are alternatives; a profile that denies nothing (lint_overlaps.c). */
void lint_alternatives(const struct resolved *resolved, struct findings *findings);
/* Rules that decide nothing, conditions that are never or always met (lint_rules.c). */
void lint_rules(const struct lint *lint);
/* Families of which a part is open (lint_siblings.c). */
void lint_siblings(const struct lint *lint);
/* Other ways around the rules: io_uring, multiplexers, old kernels (lint_holes.c). */
void lint_holes(const struct lint *lint);
/* Who decides, and what ABIs are killed (lint_target.c). */
void lint_target(const struct lint *lint);
/* Denials from which C libraries do not fall back (lint_fallbacks.c). */
void lint_fallbacks(const struct lint *lint);
/* Conditions that look at more bits than the kernel, in a runtime's reading (lint_width.c). */
void lint_width(const struct lint *lint, struct node runtime_passes);
/*
 * Names that libseccomp does not know; calls that a runtime decides differently (lint_runtimes.c).
 */
void lint_runtimes(const struct lint *lint, const struct runtime_reading *readings, size_t count);

#endif
