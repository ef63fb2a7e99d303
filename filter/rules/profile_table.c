/* SPDX-License-Identifier: Apache-2.0 */
/* Whose reading is asked for: derive's own, or a runtime's. */
#include <config.h>

#include "filter/rules/profile_table.h"

#include "filter/rules/derive.h"
#include "filter/rules/runtime_table.h"

int profile_table(struct space *space, const struct resolved *resolved,
		  const struct runtime_reading *reading, const struct leniency *leniency,
		  struct rules **rules, struct node *table, struct chains *chains,
		  struct findings *findings)
{
	const bool strict = runtime_reading_is_strict(reading);
	/* A runtime drops names that its libseccomp does not know, so also what nobody knows. */
	const struct leniency names = {.ignore_unknown = leniency->ignore_unknown || !strict};
	CLEANUP(cleanup_rules) struct rules *own = rules_new(resolved, &names, findings);
	int result;

	if (!own)
		return -1;
	if (strict)
		result = derive_table(space, own, WIDTH_KERNEL, leniency, table, chains, findings);
	else
		result = runtime_table(space, own, reading, table, findings);
	if (result == 0 && rules)
		*rules = STEAL(own);
	return result;
}
