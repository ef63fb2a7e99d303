/* SPDX-License-Identifier: Apache-2.0 */
/* Finds out whether a uid is that of root, in user namespaces too. */
#include <config.h>

#include "shim/host/owner.h"

#include <stdint.h>
#include <stdio.h>

/* The numbers that a file of /proc begins with: how many, up to count. */
static int owner_read_numbers(const char *path, unsigned long numbers[], int count)
{
	FILE *file = fopen(path, "re");
	int got = 0;

	while (file && got < count && fscanf(file, "%lu", &numbers[got]) == 1)
		got++;
	if (file)
		(void)fclose(file); /* it was only read */
	return got;
}

bool owner_is_root(uid_t owner)
{
	unsigned long map[3], overflow;

	if (owner == 0)
		return true;
	if (owner_read_numbers("/proc/self/uid_map", map, 3) != 3 ||
	    (map[0] == 0 && map[1] == 0 && map[2] == UINT32_MAX))
		return false;
	return owner_read_numbers("/proc/sys/kernel/overflowuid", &overflow, 1) == 1 &&
	       owner == overflow;
}
