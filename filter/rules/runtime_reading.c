/* SPDX-License-Identifier: Apache-2.0 */
/* Readings in words, and what the libseccomp of each runtime knows. */
#include <config.h>

#include "filter/rules/runtime_reading.h"

#include <string.h>

#include "filter/kernel/syscalls.h"
#include "filter/rules/build.h"

#define RELEASE(major, minor) ((major)*256u + (minor))

/* libseccomp's releases and the kernel whose calls they know (CHANGELOG of libseccomp), the newest
 * first. */
static const struct {
	const char *version;
	unsigned kernel;
} libraries[] = {
	{"2.6.1", RELEASE(7, 1)},  {"2.6.0", RELEASE(6, 12)}, {"2.5.6", RELEASE(6, 7)},
	{"2.5.5", RELEASE(6, 7)},  {"2.5.4", RELEASE(5, 17)}, {"2.5.3", RELEASE(5, 15)},
	{"2.5.2", RELEASE(5, 14)}, {"2.5.1", RELEASE(5, 8)},  {"2.5.0", RELEASE(5, 8)},
};

/*
 * A version means the release as its authors made it: the library here may have calls that a
 * distribution added (2.5.4 of Debian 12 has those up to Linux 6.7), which a static runtime lacks.
 */
bool runtime_reading_set_library(struct runtime_reading *reading, const char *version)
{
	for (size_t i = 0; i < ARRAY_SIZE(libraries); i++) {
		if (strcmp(version, libraries[i].version) != 0)
			continue;
		reading->library = libraries[i].version;
		reading->library_kernel = libraries[i].kernel;
		return true;
	}
	return strcmp(version, build_library_version()) == 0;
}

static bool reading_parse_library(const char *text, struct runtime_reading *reading,
				  struct findings *findings)
{
	if (runtime_reading_set_library(reading, text))
		return true;
	(void)finding_error(findings, "dialect", NOWHERE, "give a version from 2.5.0 to 2.6.1",
			    "the system calls of libseccomp %s are unknown",
			    text_escaped(text, strlen(text)));
	return false;
}

bool runtime_reading_parse(const char *text, struct runtime_reading *reading,
			   struct findings *findings)
{
	static const struct {
		const char *word;
		enum runtime runtime;
	} words[] = {{"strict", RUNTIME_NONE}, {"runc", RUNTIME_RUNC}, {"crun", RUNTIME_CRUN}};
	const char *at = strchr(text, '@');
	size_t length = !at ? strlen(text) : (size_t)(at - text);

	*reading = (struct runtime_reading){0};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strlen(words[i].word) != length || strncmp(text, words[i].word, length) != 0)
			continue;
		reading->runtime = words[i].runtime;
		if (!at)
			return true;
		if (words[i].runtime == RUNTIME_NONE || at[1] == '\0')
			break;
		return reading_parse_library(at + 1, reading, findings);
	}
	(void)finding_error(findings, "dialect", NOWHERE,
			    "expected strict, runc or crun, or for example runc@2.5.5",
			    "unknown reading \"%s\"", text_escaped(text, strlen(text)));
	return false;
}

bool runtime_reading_is_strict(const struct runtime_reading *reading)
{
	return !reading || reading->runtime == RUNTIME_NONE;
}

bool runtime_reading_knows(const struct runtime_reading *reading, const char *name)
{
	if (!reading->library)
		return syscall_known_to_libseccomp(name);
	return syscall_release(name) <= reading->library_kernel;
}

const char *runtime_reading_name(const struct runtime_reading *reading)
{
	return reading->runtime == RUNTIME_RUNC ? "runc" : "crun";
}

const char *runtime_reading_library(const struct runtime_reading *reading)
{
	return reading->library ? reading->library : build_library_version();
}
