/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a seccomp section or a profile in Docker's format into a struct profile. Continues after an
 * error, so that one run reports all of them. oci/profile_rule.c reads the rules.
 */
#include <config.h>

#include "oci/profile.h"

#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "oci/profile_reader.h"

static const char *const section_keys[] = {
	"archMap", "defaultErrno", "defaultAction",    "defaultErrnoRet", "architectures",
	"flags",   "listenerPath", "listenerMetadata", "syscalls",
};
#define SECTION_DOCKER_KEYS 2
static const char *const arch_map_keys[] = {"architecture", "subArchitectures"};

static void profile_read_arch(struct profile_reader *reader, const struct json *value,
			      struct profile_arch *arch)
{
	const char *words[ARCH_COUNT];

	arch->place = value->place;
	if (!value_is(value, JSON_STRING, "an architecture", reader->findings) ||
	    word_arch(value->text, &arch->arch))
		return;
	for (int i = 0; i < ARCH_COUNT; i++)
		words[i] = arch_word((enum arch)i);
	if (word_arch_any(value->text, &arch->arch)) /* "amd64": what was meant is known */
		(void)value_unknown(value, "unknown-architecture", "architecture", NULL, 0,
				    arch_word(arch->arch), reader->findings);
	else
		(void)value_unknown(value, "unknown-architecture", "architecture", words,
				    ARCH_COUNT, "a name such as SCMP_ARCH_X86_64",
				    reader->findings);
}

/*
 * Reads a list after `first` (which may be NULL) and compares every element's byte order with the
 * first.
 */
static struct profile_arch *profile_read_arches(struct profile_reader *reader,
						const struct json *list,
						const struct profile_arch *first)
{
	struct profile_arch *arches = mem_zero(list->length + 1, sizeof(*arches));
	size_t errors = reader->findings->errors;

	for (size_t i = 0; i < list->length; i++)
		profile_read_arch(reader, list->items[i], &arches[i]);
	if (reader->findings->errors > errors)
		return arches;
	if (!first)
		first = &arches[0];
	for (size_t i = 0; i < list->length; i++) {
		if (arch_big_endian(arches[i].arch) == arch_big_endian(first->arch))
			continue;
		(void)finding_error(reader->findings, "mixed-byte-order", arches[i].place,
				    "no machine runs both", "%s has a different byte order than %s",
				    arch_word(arches[i].arch), arch_word(first->arch));
		break;
	}
	return arches;
}

static void profile_read_map_entry(struct profile_reader *reader, const struct json *object,
				   struct profile_arch_map *entry)
{
	const struct json *list;
	size_t errors = reader->findings->errors;

	entry->place = object->place;
	if (!value_is(object, JSON_OBJECT, "an entry of archMap", reader->findings))
		return;
	reader_keys(reader, object, "an entry of archMap",
		    (struct profile_keys){arch_map_keys, 0, ARRAY_SIZE(arch_map_keys)});
	if (member_required(object, "architecture", "an entry of archMap", reader->findings) == 0)
		profile_read_arch(reader, json_get(object, "architecture"), &entry->arch);
	list = member_array(object, "subArchitectures", reader->findings);
	if (!list)
		return;
	entry->sub = profile_read_arches(reader, list,
					 reader->findings->errors == errors ? &entry->arch : NULL);
	entry->sub_count = list->length;
}

static void profile_read_architectures(struct profile_reader *reader, const struct json *object,
				       struct profile *profile)
{
	const struct json *list = member_array(object, "architectures", reader->findings);
	const struct json *map = NULL;

	if (reader_docker(reader, object, "archMap"))
		map = member_array(object, "archMap", reader->findings);
	if (list) {
		profile->arches = profile_read_arches(reader, list, NULL);
		profile->arch_count = list->length;
	}
	if (map) {
		profile->arch_map = mem_zero(map->length + 1, sizeof(*profile->arch_map));
		profile->arch_map_count = map->length;
		for (size_t i = 0; i < map->length; i++)
			profile_read_map_entry(reader, map->items[i], &profile->arch_map[i]);
	}
	if (profile->arch_count > 0 && profile->arch_map_count > 0)
		(void)finding_error(reader->findings, "architectures-and-arch-map", map->place,
				    "use one of them", "both archMap and architectures are given");
}

static void profile_read_flag(struct profile_reader *reader, const struct json *value,
			      struct profile *profile)
{
	const char *words[] = {flag_word(FLAG_TSYNC), flag_word(FLAG_LOG),
			       flag_word(FLAG_SPEC_ALLOW), flag_word(FLAG_WAIT_KILLABLE_RECV)};
	enum flag flag;

	if (!value_is(value, JSON_STRING, "a flag", reader->findings))
		return;
	if (!word_flag(value->text, &flag)) {
		(void)value_unknown(value, "unknown-flag", "flag", words, ARRAY_SIZE(words),
				    "a name such as SECCOMP_FILTER_FLAG_LOG", reader->findings);
		return;
	}
	profile->flags |= flag;
	if (flag == FLAG_WAIT_KILLABLE_RECV)
		reader->wait_place = value->place;
}

static void profile_read_flags(struct profile_reader *reader, const struct json *object,
			       struct profile *profile)
{
	const struct json *list = member_array(object, "flags", reader->findings);

	if (!list)
		return;
	profile->has_flags = true;
	profile->flags_place = list->place;
	for (size_t i = 0; i < list->length; i++)
		profile_read_flag(reader, list->items[i], profile);
}

/* An empty string counts as absent, because Go leaves it out. */
static const struct json *profile_read_text(struct profile_reader *reader,
					    const struct json *object, const char *key)
{
	const struct json *value = member_string(object, key, reader->findings);

	return value && value->length > 0 ? value : NULL;
}

static void profile_read_listener(struct profile_reader *reader, const struct json *object,
				  struct profile *profile)
{
	const struct json *path = profile_read_text(reader, object, "listenerPath");
	const struct json *metadata = profile_read_text(reader, object, "listenerMetadata");

	if (path) {
		profile->listener_path = path->text;
		profile->listener_place = path->place;
	}
	if (!metadata)
		return;
	profile->listener_metadata = metadata->text;
	if (!path)
		(void)finding_error(reader->findings, "listener-metadata", metadata->place,
				    "add listenerPath, or remove it",
				    "listenerMetadata without listenerPath");
}

static void profile_read_rules(struct profile_reader *reader, const struct json *object,
			       struct profile *profile)
{
	const struct json *list = member_array(object, "syscalls", reader->findings);

	if (!list)
		return;
	profile->rules = mem_zero(list->length + 1, sizeof(*profile->rules));
	profile->rule_count = list->length;
	for (size_t i = 0; i < list->length; i++)
		rule_read(reader, list->items[i], &profile->rules[i]);
}

static const struct profile_rule *profile_find_action(const struct profile *profile,
						      enum action action)
{
	for (size_t i = 0; i < profile->rule_count; i++)
		if (profile->rules[i].action == action)
			return &profile->rules[i];
	return NULL;
}

/* What listenerPath must be where some rule needs a listener. */
static void profile_check_listener(struct profile_reader *reader, const struct profile *profile,
				   struct place rule)
{
	struct sockaddr_un address;

	if (!profile->listener_path)
		(void)finding_error(reader->findings, "no-listener", rule,
				    "name the listener's socket in listenerPath",
				    "SCMP_ACT_NOTIFY without listenerPath");
	else if (profile->listener_path[0] != '/')
		(void)finding_error(reader->findings, "listener-path", profile->listener_place,
				    "use an absolute path", "listenerPath is not absolute");
	else if (strlen(profile->listener_path) >= sizeof(address.sun_path))
		(void)finding_error(reader->findings, "listener-path", profile->listener_place,
				    "use at most 107 bytes, the limit of a socket's address",
				    "listenerPath has %zu bytes", strlen(profile->listener_path));
}

/*
 * Checks that need the whole section. complete: there was no error so far; after one it is not
 * known whether a rule notifies.
 */
static void profile_check_section(struct profile_reader *reader, const struct profile *profile,
				  bool complete)
{
	const struct profile_rule *notify = profile_find_action(profile, ACTION_NOTIFY);

	if (profile->default_action == ACTION_NOTIFY)
		(void)finding_error(reader->findings, "notify-default", profile->default_place,
				    "use SCMP_ACT_NOTIFY in rules only",
				    "with SCMP_ACT_NOTIFY as defaultAction the process that "
				    "answers could make no call");
	if (notify)
		profile_check_listener(reader, profile, notify->place);
	if (notify || !complete || profile->default_action == ACTION_NOTIFY)
		return;
	if (profile->listener_path)
		finding_add(reader->findings, SEVERITY_NOTE, "unused-listener",
			    profile->listener_place, NULL,
			    "listenerPath is ignored because no rule is SCMP_ACT_NOTIFY; crun "
			    "connects to it anyway, and starts nothing if nobody listens");
	if ((profile->flags & FLAG_WAIT_KILLABLE_RECV) != 0)
		(void)finding_error(reader->findings, "flag-without-notify", reader->wait_place,
				    "remove it, or add a rule with SCMP_ACT_NOTIFY",
				    "%s needs a rule with SCMP_ACT_NOTIFY",
				    flag_word(FLAG_WAIT_KILLABLE_RECV));
}

static void profile_read_section(struct profile_reader *reader, const struct json *object,
				 struct profile *profile)
{
	const char *where = reader->format == PROFILE_OCI ? "linux.seccomp" : "the profile";
	size_t errors = reader->findings->errors;
	bool known;

	profile->place = object->place;
	if (!value_is(object, JSON_OBJECT, where, reader->findings))
		return;
	reader_keys(reader, object, where,
		    (struct profile_keys){section_keys, SECTION_DOCKER_KEYS,
					  ARRAY_SIZE(section_keys)});
	known = reader_action(reader, object, "defaultAction", where, &profile->default_action);
	if (known)
		profile->default_place = json_get(object, "defaultAction")->place;
	profile->default_errno = reader_errno(reader, object, "defaultErrnoRet", "defaultErrno",
					      known ? &profile->default_action : NULL);
	profile_read_architectures(reader, object, profile);
	profile_read_flags(reader, object, profile);
	profile_read_listener(reader, object, profile);
	profile_read_rules(reader, object, profile);
	profile_check_section(reader, profile, reader->findings->errors == errors);
}

struct profile *profile_read(const struct json *object, enum profile_format format,
			     bool ignore_unknown, struct findings *findings)
{
	CLEANUP(cleanup_profile) struct profile *profile = mem_zero(1, sizeof(*profile));
	struct profile_reader reader = {
		.format = format,
		.unknown = ignore_unknown ? SEVERITY_WARNING : SEVERITY_ERROR,
		.findings = findings,
	};
	size_t errors = findings->errors;

	profile->format = format;
	profile_read_section(&reader, object, profile);
	return findings->errors > errors ? NULL : STEAL(profile);
}

void profile_free(struct profile *profile)
{
	if (!profile)
		return;
	for (size_t i = 0; i < profile->rule_count; i++)
		rule_free(&profile->rules[i]);
	for (size_t i = 0; i < profile->arch_map_count; i++)
		free(profile->arch_map[i].sub);
	free(profile->rules);
	free(profile->arch_map);
	free(profile->arches);
	free(profile);
}

void cleanup_profile(struct profile **profile)
{
	profile_free(*profile);
}
