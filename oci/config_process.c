/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads config.json's `process`: what a launch applies. Checks what a document can get wrong by
 * itself; shim/run/ checks whether this process may have the values.
 */
#include <config.h>

#include "oci/config_process.h"

#include <stdlib.h>
#include <string.h>

#include "oci/member.h"

#define ID_NONE UINT32_MAX /* (uid_t)-1 means "leave it as it is" to the kernel */

static const char *const process_keys[] = {
	"terminal",	"consoleSize",
	"user",		"args",
	"commandLine",	"env",
	"cwd",		"capabilities",
	"rlimits",	"noNewPrivileges",
	"oomScoreAdj",	"scheduler",
	"selinuxLabel", "apparmorProfile",
	"ioPriority",	"execCPUAffinity",
};
static const char *const user_keys[] = {"uid", "gid", "umask", "additionalGids", "username"};
static const char *const capability_keys[] = {"bounding", "effective", "inheritable", "permitted",
					      "ambient"};
static const char *const rlimit_keys[] = {"type", "soft", "hard"};
static const char *const rlimit_types[] = {
	"RLIMIT_AS",	 "RLIMIT_CORE",	  "RLIMIT_CPU",	       "RLIMIT_DATA",
	"RLIMIT_FSIZE",	 "RLIMIT_LOCKS",  "RLIMIT_MEMLOCK",    "RLIMIT_MSGQUEUE",
	"RLIMIT_NICE",	 "RLIMIT_NOFILE", "RLIMIT_NPROC",      "RLIMIT_RSS",
	"RLIMIT_RTPRIO", "RLIMIT_RTTIME", "RLIMIT_SIGPENDING", "RLIMIT_STACK",
};

/* Keys in another case are errors; unknown ones are skipped. */
static void process_check_object(const struct json *object, const char *where,
				 const char *const *known, size_t count, struct findings *findings)
{
	(void)json_known_keys(object, where, known, count, 0, SEVERITY_NOTE, NULL, findings);
}

/* The strings of an array, NULL-terminated; an element of another type is an error. */
static const char **process_read_strings(const struct json *list, const char *what,
					 struct findings *findings)
{
	const char **strings = mem_zero(list->length + 1, sizeof(*strings));

	for (size_t i = 0; i < list->length; i++) {
		strings[i] = "";
		if (value_is(list->items[i], JSON_STRING, what, findings))
			strings[i] = list->items[i]->text;
	}
	return strings;
}

static void process_read_args(struct config *config, const struct json *process,
			      struct findings *findings)
{
	const struct json *list = member_array(process, "args", findings);

	if (!list)
		return;
	config->args = process_read_strings(list, "an argument in args", findings);
	config->arg_count = list->length;
	config->args_place = list->place;
	if (list->length == 0)
		(void)finding_error(findings, "no-args", list->place, "give at least the command",
				    "args is empty");
}

static void process_check_env(const struct json *value, struct findings *findings)
{
	const char *remedy = "NAME=VALUE";

	if (value->type != JSON_STRING)
		return;
	if (value->length == 0)
		(void)finding_error(findings, "bad-env", value->place, remedy,
				    "an empty string in env");
	else if (value->text[0] == '=')
		(void)finding_error(findings, "bad-env", value->place, remedy,
				    "a string in env has no name: %s",
				    text_escaped(value->text, value->length));
	else if (!strchr(value->text, '='))
		(void)finding_error(findings, "bad-env", value->place, remedy,
				    "a string in env has no =: %s",
				    text_escaped(value->text, value->length));
}

static void process_read_env(struct config *config, const struct json *process,
			     struct findings *findings)
{
	const struct json *list = member_array(process, "env", findings);

	if (!list)
		return;
	free(config->env);
	config->env = process_read_strings(list, "a string in env", findings);
	config->env_count = list->length;
	for (size_t i = 0; i < list->length; i++)
		process_check_env(list->items[i], findings);
}

static void process_read_cwd(struct config *config, const struct json *process,
			     struct findings *findings)
{
	const struct json *value;

	if (member_required(process, "cwd", "process", findings))
		return;
	value = member_string(process, "cwd", findings);
	if (!value)
		return;
	config->cwd = value->text;
	config->cwd_place = value->place;
	if (value->text[0] != '/')
		(void)finding_error(findings, "bad-cwd", value->place, "an absolute path",
				    "cwd is not absolute");
}

static struct place process_place_or(const struct json *value, struct place otherwise)
{
	return value ? value->place : otherwise;
}

static uint32_t process_read_id(const struct json *value, const char *what,
				struct findings *findings)
{
	uint64_t id = 0;

	if (json_unsigned(value, what, UINT32_MAX, &id, findings))
		return 0;
	if (id == ID_NONE)
		(void)finding_error(findings, "bad-id", value->place, "at most 4294967294",
				    "%s 4294967295 means \"no change\" to the kernel", what);
	return (uint32_t)id;
}

static void process_read_groups(struct config *config, const struct json *user,
				struct findings *findings)
{
	const struct json *list = member_array(user, "additionalGids", findings);

	if (!list)
		return;
	config->groups = mem_zero(list->length + 1, sizeof(*config->groups));
	config->group_count = list->length;
	for (size_t i = 0; i < list->length; i++)
		config->groups[i] =
			process_read_id(list->items[i], "a group in additionalGids", findings);
}

/* An absent uid or gid is 0, as runc and crun read it. */
static void process_read_user(struct config *config, const struct json *process,
			      struct findings *findings)
{
	const struct json *user = member_object(process, "user", findings);
	uint64_t mask = 0;

	config->user_place = process_place_or(user, process->place);
	config->uid_place = config->gid_place = config->groups_place = config->user_place;
	if (!user)
		return;
	config->uid_place = process_place_or(json_get(user, "uid"), user->place);
	config->gid_place = process_place_or(json_get(user, "gid"), user->place);
	config->groups_place = process_place_or(json_get(user, "additionalGids"), user->place);
	process_check_object(user, "user", user_keys, ARRAY_SIZE(user_keys), findings);
	if (json_get(user, "uid"))
		config->uid = process_read_id(json_get(user, "uid"), "uid", findings);
	if (json_get(user, "gid"))
		config->gid = process_read_id(json_get(user, "gid"), "gid", findings);
	process_read_groups(config, user, findings);
	config->has_umask = member_unsigned(user, "umask", 0777, &mask, findings);
	config->umask = (unsigned)mask;
}

static void process_read_capabilities(struct config_capabilities *sets, const struct json *process,
				      bool all, struct findings *findings)
{
	const struct json *object = member_object(process, "capabilities", findings);

	if (!object)
		return;
	sets->present = true;
	sets->place = object->place;
	process_check_object(object, "capabilities", capability_keys, ARRAY_SIZE(capability_keys),
			     findings);
	sets->bounding = member_capabilities(object, "bounding", findings);
	if (!all)
		return;
	sets->effective = member_capabilities(object, "effective", findings);
	sets->inheritable = member_capabilities(object, "inheritable", findings);
	sets->permitted = member_capabilities(object, "permitted", findings);
	sets->ambient = member_capabilities(object, "ambient", findings);
}

static void process_read_rlimit_type(struct config_rlimit *limit, const struct json *object,
				     struct findings *findings)
{
	const struct json *value = member_string(object, "type", findings);

	if (!value)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(rlimit_types); i++)
		if (strcmp(value->text, rlimit_types[i]) == 0)
			limit->type = rlimit_types[i];
	if (!limit->type)
		(void)value_unknown(value, "unknown-rlimit", "rlimit type", rlimit_types,
				    ARRAY_SIZE(rlimit_types), "a name such as RLIMIT_NOFILE",
				    findings);
}

static void process_read_rlimit(struct config_rlimit *limit, const struct json *object,
				struct findings *findings)
{
	bool whole;

	limit->place = object->place;
	if (!value_is(object, JSON_OBJECT, "an element of rlimits", findings))
		return;
	process_check_object(object, "rlimits", rlimit_keys, ARRAY_SIZE(rlimit_keys), findings);
	for (size_t i = 0; i < ARRAY_SIZE(rlimit_keys); i++)
		(void)member_required(object, rlimit_keys[i], "an element of rlimits", findings);
	process_read_rlimit_type(limit, object, findings);
	whole = member_unsigned(object, "soft", UINT64_MAX, &limit->soft, findings);
	whole = member_unsigned(object, "hard", UINT64_MAX, &limit->hard, findings) && whole;
	if (whole && limit->soft > limit->hard)
		(void)finding_error(findings, "bad-rlimit", json_get(object, "soft")->place,
				    "at most the hard limit", "soft is above hard");
}

/* "Each type MUST be unique"; checked with one flag a type, because the list may be long. */
static void process_check_rlimits(const struct config *config, struct findings *findings)
{
	bool seen[ARRAY_SIZE(rlimit_types)] = {false};

	for (size_t i = 0; i < config->rlimit_count; i++) {
		for (size_t type = 0; type < ARRAY_SIZE(rlimit_types); type++) {
			if (config->rlimits[i].type != rlimit_types[type])
				continue;
			if (seen[type])
				(void)finding_error(findings, "duplicate-rlimit",
						    config->rlimits[i].place, "give each type once",
						    "a second limit for %s", rlimit_types[type]);
			seen[type] = true;
		}
	}
}

static void process_read_rlimits(struct config *config, const struct json *process,
				 struct findings *findings)
{
	const struct json *list = member_array(process, "rlimits", findings);

	if (!list)
		return;
	config->rlimits = mem_zero(list->length + 1, sizeof(*config->rlimits));
	config->rlimit_count = list->length;
	for (size_t i = 0; i < list->length; i++)
		process_read_rlimit(&config->rlimits[i], list->items[i], findings);
	process_check_rlimits(config, findings);
}

/* -1000..1000, from the number's text: a sign, then digits without a leading zero. */
static bool process_parse_oom_score(const char *text, int *score)
{
	bool negative = *text == '-';
	size_t digits = strspn(text + negative, "0123456789");

	if (digits == 0 || digits > 4 || text[negative + digits] != '\0' ||
	    (text[negative] == '0' && (digits > 1 || negative)))
		return false;
	*score = (int)strtol(text, NULL, 10);
	return *score >= -1000 && *score <= 1000;
}

static void process_read_oom_score(struct config *config, const struct json *process,
				   struct findings *findings)
{
	const struct json *value = json_get(process, "oomScoreAdj");

	if (!value || !value_is(value, JSON_NUMBER, "oomScoreAdj", findings))
		return;
	config->oom_score_adj_place = value->place;
	config->has_oom_score_adj = process_parse_oom_score(value->text, &config->oom_score_adj);
	if (!config->has_oom_score_adj)
		(void)finding_error(findings, "bad-oom-score", value->place,
				    "expected a whole number from -1000 to 1000",
				    "oomScoreAdj is %s", text_escaped(value->text, value->length));
}

/* "" means none: some writers write every key. */
static void process_read_unapplied(struct config *config, const struct json *process)
{
	static const char *const keys[] = {"apparmorProfile", "selinuxLabel", "scheduler",
					   "ioPriority"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct json *value = json_get_present(process, keys[i]);

		if (value && !(value->type == JSON_STRING && value->length == 0))
			config->unapplied[config->unapplied_count++] =
				(struct config_unapplied){keys[i], member_place(process, keys[i])};
	}
}

void config_check_process_keys(const struct json *process, struct findings *findings)
{
	const struct json *sets = json_get_present(process, "capabilities");

	process_check_object(process, "process", process_keys, ARRAY_SIZE(process_keys), findings);
	if (sets && sets->type == JSON_OBJECT)
		process_check_object(sets, "capabilities", capability_keys,
				     ARRAY_SIZE(capability_keys), findings);
}

void process_read(struct config *config, const struct json *process, bool all,
		  struct findings *findings)
{
	config->has_process = true;
	process_check_object(process, "process", process_keys, ARRAY_SIZE(process_keys), findings);
	process_read_capabilities(&config->capabilities, process, all, findings);
	config->no_new_privileges = member_boolean(process, "noNewPrivileges", findings);
	if (!all)
		return;
	process_read_args(config, process, findings);
	process_read_env(config, process, findings);
	process_read_cwd(config, process, findings);
	process_read_user(config, process, findings);
	process_read_rlimits(config, process, findings);
	process_read_oom_score(config, process, findings);
	process_read_unapplied(config, process);
}
