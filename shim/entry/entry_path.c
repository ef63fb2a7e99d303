/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the entry program: beside this program in a build folder, else where it was installed. */
#include <config.h>

#include "shim/entry/entry_path.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* True for the folder that `make install` puts our program into. */
static bool entry_path_is_installed(const char *folder)
{
	struct stat ours, installed;

	return stat(folder, &ours) == 0 && stat(BINDIR, &installed) == 0 &&
	       ours.st_dev == installed.st_dev && ours.st_ino == installed.st_ino;
}

/* The path beside this program; NULL if this program was installed. */
static char *entry_path_beside(void)
{
	char here[PATH_MAX], *slash;
	ssize_t length = readlink("/proc/self/exe", here, sizeof(here) - 1);

	if (length <= 0)
		return NULL;
	here[length] = '\0';
	slash = strrchr(here, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return entry_path_is_installed(here) ? NULL : mem_format("%s/entry", here);
}

char *entry_program_path(struct findings *findings)
{
	CLEANUP(cleanup_free) char *path = entry_path_beside();

	if (path && access(path, X_OK) == 0)
		return STEAL(path);
	if (access(ENTRY_PROGRAM, X_OK) == 0)
		return mem_string(ENTRY_PROGRAM);
	(void)finding_error(findings, "entry-program", NOWHERE, "install all of seccomp-shim",
			    "the entry program of entrypoint mode is missing: %s", ENTRY_PROGRAM);
	return NULL;
}
