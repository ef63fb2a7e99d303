/* SPDX-License-Identifier: Apache-2.0 */
/* The table that filter/kernel/siblings.awk makes of siblings.tab. */
#include <config.h>

#include "filter/kernel/siblings.h"

#include "oci/base.h"

#include "filter/kernel/siblings_tab.h"

size_t siblings_count(void)
{
	return ARRAY_SIZE(families);
}

const struct siblings *siblings_at(size_t index)
{
	return &families[index];
}
