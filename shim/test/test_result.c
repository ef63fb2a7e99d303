/* SPDX-License-Identifier: Apache-2.0 */
/* The results of expectations in memory, and the rule that decides a call. */
#include <config.h>

#include "shim/test/test_result.h"

#include <stdlib.h>

#include "filter/rules/filter.h"

void tests_free(struct tests *tests)
{
	for (size_t i = 0; i < tests->count; i++) {
		free(tests->list[i].failures);
		free(tests->list[i].answers);
	}
	free(tests->list);
	*tests = (struct tests){0};
}

void tests_count_verdicts(struct tests *tests)
{
	for (size_t i = 0; i < tests->count; i++)
		tests->verdicts[tests->list[i].verdict]++;
}

struct place test_deciding_place(const struct rules *rules, const struct seccomp_data *call,
				 uint32_t outcome)
{
	const struct profile *profile;
	struct place place;

	if (!rules)
		return NOWHERE;
	profile = rules->resolved->profile;
	place = filter_deciding_place(rules, call, outcome);
	if (place.line == profile->default_place.line &&
	    place.column == profile->default_place.column && default_outcome(profile) != outcome)
		return NOWHERE;
	return place;
}
