/* SPDX-License-Identifier: Apache-2.0 */
/* Finds groups by name. The table is made by filter/kernel/groups.awk from groups.tab. */
#include <config.h>

#include "filter/kernel/groups.h"

#include <string.h>

#include "filter/kernel/groups_tab.h"
#include "oci/words.h"

const struct call_group *group_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (strcmp(groups[i].name, name) == 0)
			return &groups[i];
	return NULL;
}

const char *group_nearest(const char *name)
{
	const char *names[ARRAY_SIZE(groups)];

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		names[i] = groups[i].name;
	return word_nearest(name, names, ARRAY_SIZE(names));
}
