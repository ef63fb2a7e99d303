/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the policy file of the runtime wrapper, and checks who owns it and which paths it names. */
#include <config.h>

#include "shim/input/policy_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "shim/input/source.h"

/*
 * True for a path that depends on the working directory, which for a runtime is a container's
 * bundle.
 */
static bool policy_file_is_relative(const char *profile)
{
	return profile && profile[0] != '/' && strncmp(profile, "localhost/", 10) != 0 &&
	       !input_is_builtin(profile);
}

static int policy_file_check_paths(const struct policy_file *file, struct findings *findings)
{
	const struct {
		const char *key, *value;
	} keys[] = {{"profile", file->policy.profile},
		    {"sandbox", file->policy.sandbox},
		    {"require", file->policy.require}};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (policy_file_is_relative(keys[i].value))
			return finding_error(findings, "policy-path",
					     json_get(file->document->root, keys[i].key)->place,
					     "use an absolute path, localhost/NAME, default, audit "
					     "or unconfined",
					     "%s is a relative path", keys[i].key);
	if (!file->policy.seccomp_root || file->policy.seccomp_root[0] == '/')
		return 0;
	return finding_error(findings, "policy-path",
			     json_get(file->document->root, "seccompRoot")->place,
			     "use an absolute path", "seccompRoot is a relative path");
}

int policy_file_open(struct policy_file *file, const char *path, bool optional,
		     struct findings *findings)
{
	struct source *source = &file->source;

	*file = (struct policy_file){.document = NULL};
	if (!path && optional && access(POLICY_PATH, F_OK) != 0 && errno == ENOENT)
		return 0;
	if (!path)
		path = POLICY_PATH;
	if (source_read(source, AT_FDCWD, path, path, findings) ||
	    source_check_owner(source, true, findings))
		return -1;
	file->document = json_parse(source->name, source->text, source->length, findings);
	if (!file->document || policy_read(&file->policy, file->document->root, findings))
		return -1;
	return policy_file_check_paths(file, findings);
}

void policy_file_close(struct policy_file *file)
{
	policy_free(&file->policy);
	json_free(file->document);
	source_free(&file->source);
	*file = (struct policy_file){.document = NULL};
}
