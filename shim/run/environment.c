/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the command's environment as an array: this process's own is never changed. */
#include <config.h>
#include "shim/run/environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool environment_is_named(const char *entry, const char *name, size_t length)
{
	return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static char *environment_of_caller(const char *name, size_t length)
{
	for (char **entry = environ; *entry; entry++)
		if (environment_is_named(*entry, name, length))
			return *entry;
	return NULL;
}

/* Puts entry (NULL: nothing) in the place of the first of that name, and removes the others. */
static void environment_set(char **list, size_t *count, const char *name, size_t length,
			    char *entry)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		if (!environment_is_named(list[i], name, length)) {
			list[kept++] = list[i];
		} else if (entry) {
			list[kept++] = entry;
			entry = NULL;
		}
	}
	if (entry)
		list[kept++] = entry;
	*count = kept;
	list[kept] = NULL;
}

char **environment_make(char *const *base, const struct option_list *changes,
			struct findings *findings)
{
	CLEANUP(cleanup_free) char **list = NULL;
	size_t count = 0;

	while (base[count])
		count++;
	list = mem_zero(count + changes->count + 1, sizeof(*list));
	for (size_t i = 0; i < count; i++)
		list[i] = base[i];
	for (size_t i = 0; i < changes->count; i++) {
		char *change =
			(char *)changes->values[i]; /* execve(2) takes char *, and writes nothing */
		size_t length = strcspn(change, "=");

		if (length == 0) {
			(void)finding_error(findings, "bad-env", NOWHERE, "give NAME or NAME=VALUE",
					    "--env \"%s\" has no variable name",
					    text_escaped(change, strlen(change)));
			return NULL;
		}
		environment_set(list, &count, change, length,
				change[length] ? change : environment_of_caller(change, length));
	}
	return STEAL(list);
}
