/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the parts of the lint over one table. */
#include <config.h>

#include "filter/lint/lint.h"

#include "filter/table/table_apply.h"

/* Profiles of more names over all rules are not gone through again rule by rule. */
#define LINT_NAMES_MAX 20000

void lint_table(struct space *space, const struct rules *rules, struct node table, bool strict,
		const struct runtime_reading *readings, size_t count, struct findings *findings)
{
	struct lint lint = {.space = space,
			    .rules = rules,
			    .table = table,
			    .strict = strict,
			    .findings = findings};

	lint_alternatives(rules->resolved, findings);
	space_renew(space);
	lint.passes = table_runs(space, table);
	if (node_same(lint.passes, TABLE_FULL) || rules->name_count > LINT_NAMES_MAX)
		finding_add(findings, SEVERITY_NOTE, "not-linted", rules->resolved->profile->place,
			    "use fewer rules, or simpler conditions",
			    "the profile is too large for the checks of single rules and of what "
			    "runc and crun make of them");
	if (node_same(lint.passes, TABLE_FULL))
		return;
	if (strict && rules->name_count <= LINT_NAMES_MAX)
		lint_rules(&lint);
	lint_siblings(&lint);
	lint_holes(&lint);
	lint_target(&lint);
	lint_fallbacks(&lint);
	lint_runtimes(&lint, readings, rules->name_count <= LINT_NAMES_MAX ? count : 0);
}
