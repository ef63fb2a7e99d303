/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a config.json as far as a launch needs it, and refuses a seccomp section in the wrong
 * place. oci/config_process.c reads `process`, oci/profile.c the section.
 */
#include <config.h>

#include "oci/config.h"

#include <stdlib.h>

#include "oci/config_process.h"
#include "oci/member.h"

static const char *const root_keys[] = {
	"ociVersion",  "process", "root",    "hostname", "domainname", "mounts", "hooks",
	"annotations", "linux",	  "solaris", "windows",	 "vm",	       "zos",	 "freebsd",
};
static const char *const linux_keys[] = {
	"devices",    "uidMappings",	   "gidMappings", "sysctl",	   "cgroupsPath",
	"resources",  "seccomp",	   "maskedPaths", "readonlyPaths", "mountLabel",
	"namespaces", "intelRdt",	   "personality", "timeOffsets",   "memoryPolicy",
	"netDevices", "rootfsPropagation",
};

bool config_is(const struct json *root)
{
	return root->type == JSON_OBJECT && (json_get(root, "ociVersion") ||
					     json_get(root, "process") || json_get(root, "linux"));
}

/* A section in the wrong place confines nothing, which must not pass unnoticed. */
static void config_check_misplaced(const struct json *object, const char *where,
				   struct findings *findings)
{
	if (json_get(object, "seccomp"))
		(void)finding_error(findings, "misplaced-seccomp", member_place(object, "seccomp"),
				    "move it into linux", "seccomp %s confines nothing", where);
}

static void config_read_linux(struct config *config, const struct json *root, bool ignore_unknown,
			      struct findings *findings)
{
	const struct json *object = member_object(root, "linux", findings);
	const struct json *section;

	if (!object)
		return;
	(void)json_known_keys(object, "linux", linux_keys, ARRAY_SIZE(linux_keys), 0, SEVERITY_NOTE,
			      NULL, findings);
	section = json_get_present(object, "seccomp");
	if (section)
		config->seccomp = profile_read(section, PROFILE_OCI, ignore_unknown, findings);
}

static void config_read_root(struct config *config, const struct json *root,
			     struct findings *findings)
{
	const struct json *object = member_object(root, "root", findings);

	if (!object)
		return;
	(void)json_known_keys(object, "root", (const char *const[]){"path", "readonly"}, 2, 0,
			      SEVERITY_NOTE, NULL, findings);
	config->has_root = member_string(object, "path", findings);
	config->root_place = member_place(object, "path");
}

static void config_fill(struct config *config, const struct json *root, bool with_process,
			bool ignore_unknown, struct findings *findings)
{
	const struct json *process;

	config->place = root->place;
	config->env = mem_zero(1, sizeof(*config->env));
	config->cwd = "/";
	if (!value_is(root, JSON_OBJECT, "config.json", findings))
		return;
	(void)json_known_keys(root, "config.json", root_keys, ARRAY_SIZE(root_keys), 0,
			      SEVERITY_NOTE, NULL, findings);
	(void)member_string(root, "ociVersion", findings); /* only its type is checked */
	config_check_misplaced(root, "at the top level", findings);
	process = member_object(root, "process", findings);
	if (process) {
		config_check_misplaced(process, "in process", findings);
		process_read(config, process, with_process, findings);
	}
	config_read_root(config, root, findings);
	config_read_linux(config, root, ignore_unknown, findings);
}

static void config_cleanup(struct config **config)
{
	config_free(*config);
}

struct config *config_read(const struct json *root, bool with_process, bool ignore_unknown,
			   struct findings *findings)
{
	CLEANUP(config_cleanup) struct config *config = mem_zero(1, sizeof(*config));
	size_t errors = findings->errors;

	config_fill(config, root, with_process, ignore_unknown, findings);
	return findings->errors > errors ? NULL : STEAL(config);
}

void config_free(struct config *config)
{
	if (!config)
		return;
	profile_free(config->seccomp);
	free(config->args);
	free(config->env);
	free(config->groups);
	free(config->rlimits);
	free(config);
}
