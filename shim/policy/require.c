/* SPDX-License-Identifier: Apache-2.0 */
/* Compares two tables: what a container will be confined by, and what the policy requires of it. */
#include <config.h>

#include "shim/policy/require.h"

#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/query/compare.h"
#include "filter/query/effective.h"
#include "filter/rules/filter.h"
#include "filter/rules/runtime_section.h"
#include "filter/table/table_apply.h"

#define SECTION_NAME "linux.seccomp" /* the name of the section in places of findings */

/* For what a runtime reads: it makes no errors of these. */
static const struct leniency require_lenient = {.ignore_unknown = true, .allow_shadowed = true};

/* narrow (may be NULL) gets the table of runtime_section_high_zero(). */
static int require_profile_table(const struct profile *profile, struct space *space,
				 const struct target *target, const struct runtime_reading *reading,
				 const struct leniency *leniency, struct node *table,
				 struct node *narrow, struct findings *findings)
{
	CLEANUP(cleanup_resolved)
	struct resolved *resolved = profile_resolve(profile, target, findings);
	CLEANUP(cleanup_rules) struct rules *rules = NULL;

	if (!resolved)
		return -1;
	space_renew(space);
	if (filter_decide(space, resolved, reading, leniency, &rules, table, findings))
		return -1;
	if (narrow)
		*narrow = runtime_section_high_zero(space, rules);
	return 0;
}

/* Places that point into the document of the section must not outlive it. */
static void require_move_findings(struct findings *from, struct findings *findings)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct finding *finding = &from->list[i];

		finding_add(findings, finding->severity, finding->id,
			    (struct place){SECTION_NAME, finding->place.line,
					   finding->place.column},
			    finding->remedy, "%s", finding->message);
	}
	findings_free(from);
}

static int require_section_table(const struct json_document *document, struct space *space,
				 const struct target *target, const struct runtime_reading *dialect,
				 struct node *table, struct findings *findings)
{
	CLEANUP(cleanup_profile)
	struct profile *profile = profile_read(document->root, PROFILE_OCI, false, findings);

	return profile ? require_profile_table(profile, space, target, dialect, &require_lenient,
					       table, NULL, findings)
		       : -1;
}

int require_reading(const char *section, struct space *space, const struct target *target,
		    const struct runtime_reading *dialect, struct node *table,
		    struct findings *findings)
{
	struct findings own = {0};
	struct json_document *document = json_parse(SECTION_NAME, section, strlen(section), &own);
	int result = -1;

	if (document)
		result = require_section_table(document, space, target, dialect, table, &own);
	require_move_findings(&own, findings);
	json_free(document);
	return result;
}

static int require_wanted_table(const struct required *required, const struct policy *policy,
				struct space *space, struct node *table, struct node *narrow,
				struct findings *findings)
{
	const struct input_options reading = {.ignore_unknown = policy->ignore_unknown};
	const struct leniency leniency = {policy->ignore_unknown, policy->allow_shadowed};

	if (input_parse(required->input, &reading, findings))
		return -1;
	*table = table_outcome(space, outcome_of(ACTION_ALLOW, 0));
	*narrow = TABLE_TRUE;
	if (required->input->unconfined)
		return 0;
	if (!required->input->profile)
		return finding_error(findings, "policy-profile", required->input->config->place,
				     "require a profile, or unconfined",
				     "is a config.json without linux.seccomp: nothing would be "
				     "required");
	return require_profile_table(required->input->profile, space, required->target, NULL,
				     &leniency, table, narrow, findings);
}

/* The filter that the runtime loads, stacked with the one that the entry program loads. */
static int require_container_table(const struct required *required, const struct policy *policy,
				   const struct runtime_reading *dialect, struct space *space,
				   struct node *table, struct findings *findings)
{
	const struct leniency leniency = {policy->ignore_unknown, policy->allow_shadowed};
	struct node entry;
	int result = 0;

	*table = table_outcome(space, outcome_of(ACTION_ALLOW, 0));
	if (required->section)
		result = require_reading(required->section, space, required->target, dialect, table,
					 findings);
	else if (required->own)
		result = require_profile_table(required->own, space, required->target, dialect,
					       &require_lenient, table, NULL, findings);
	if (result || !required->entry)
		return result;
	space_renew(space);
	if (filter_decide(space, required->entry, NULL, &leniency, NULL, &entry, findings))
		return -1;
	*table = table_stack(space, entry, *table);
	return 0;
}

/* How clear a difference is to a reader: best is a call with a name on the native ABI. */
static int require_clarity(const struct difference *difference, enum arch native)
{
	const struct table_range *region = &difference->region;

	if (!region->abi)
		return 0;
	if (!syscall_name(region->abi, (uint32_t)region->witness.nr))
		return 1;
	return region->abi->arch == native ? 3 : 2;
}

static const struct difference *require_find_clearest(const struct differences *differences,
						      enum arch native)
{
	const struct difference *best = &differences->list[0];

	for (size_t i = 1; i < differences->count; i++)
		if (require_clarity(&differences->list[i], native) > require_clarity(best, native))
			best = &differences->list[i];
	return best;
}

static int require_report_laxer(const struct required *required,
				const struct difference *difference, const char *remedy,
				struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer text = {0};

	table_range_add_calls(&text, &difference->region);
	buffer_add_text(&text, ": ");
	outcome_add(&text, difference->b);
	buffer_add_text(&text, ", required ");
	outcome_add(&text, difference->a);
	buffer_add_text(&text, "; witness ");
	table_range_add_call(&text, &difference->region.witness);
	return finding_error(findings, "laxer-than-required", required->place, remedy,
			     "%s is laxer than the policy requires with %s: %s",
			     required->section || required->own || required->entry
				     ? "the container's profile"
				     : "a container without a seccomp profile",
			     text_escaped(required->name, strlen(required->name)), text.data);
}

/* Reports the clearest of the differences, and what to do. */
static int require_report_differences(const struct required *required,
				      const struct differences *differences, bool only_width,
				      struct findings *findings)
{
	const char *remedy = "use a profile that is at least as strict";

	if (only_width)
		remedy = "use \"profile\" with \"override\", which is written in the kernel's "
			 "widths, or set \"accept\": [\"width\"]";
	return require_report_laxer(required,
				    require_find_clearest(differences, required->target->arch),
				    remedy, findings);
}

static int require_report_bound(const struct required *required, struct findings *findings)
{
	return finding_error(findings, "table-bound", required->place,
			     "use fewer or simpler conditions",
			     "the profile is too complex to be compared with the required one");
}

int require_check(const struct required *required, const struct policy *policy,
		  const struct runtime_reading *dialect, struct findings *findings)
{
	CLEANUP(cleanup_space) struct space *space = space_new();
	CLEANUP(differences_free) struct differences exact = {0}, narrow = {0};
	struct node wanted, has, high_zero;

	if (require_wanted_table(required, policy, space, &wanted, &high_zero, findings) ||
	    require_container_table(required, policy, dialect, space, &has, findings))
		return -1;
	space_renew(space);
	if (compare_tables(space, wanted, has, COMPARE_LAXER, &exact))
		return require_report_bound(required, findings);
	if (exact.count == 0)
		return 0;
	has = table_choose(space, high_zero, effective_table(space, has), wanted);
	if (compare_tables(space, wanted, has, COMPARE_LAXER, &narrow))
		return require_report_bound(required, findings);
	if (narrow.count > 0)
		return require_report_differences(required, &narrow, false, findings);
	if (policy->accept & ACCEPT_WIDTH)
		return 0;
	return require_report_differences(required, &exact, true, findings);
}
