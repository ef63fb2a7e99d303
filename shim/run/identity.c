/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses --user, and sets the user and groups that a command runs as. Names are looked up before
 * anything is changed; what is changed is read back. A number has digits only.
 */
#include <config.h>
#include "shim/run/identity.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ID_MAX		UINT32_C(4294967294) /* (uid_t)-1 means "no change" to the kernel */
#define GROUPS_MAX	65536		     /* NGROUPS_MAX of Linux */
#define RECORD_SIZE	((size_t)4 << 10)    /* of a user's or group's entry, doubled as needed */
#define RECORD_SIZE_MAX ((size_t)16 << 20)

/* One lookup, in whichever database: 0 and *found, or an errno. */
struct lookup {
	char *memory; /* of the strings */
	size_t size;
	bool found;
};

static void identity_lookup_free(struct lookup *lookup)
{
	free(lookup->memory);
}

static bool identity_lookup_grow(struct lookup *lookup)
{
	if (lookup->size >= RECORD_SIZE_MAX)
		return false;
	lookup->size = lookup->size ? lookup->size * 2 : RECORD_SIZE;
	lookup->memory = mem_resize(lookup->memory, lookup->size, 1);
	return true;
}

/* By name, or where that is NULL by uid. */
static int identity_lookup_user(struct lookup *lookup, const char *name, uid_t uid,
				struct passwd *entry)
{
	struct passwd *result = NULL;
	int error = ERANGE;

	while (error == ERANGE && identity_lookup_grow(lookup))
		error = name ? getpwnam_r(name, entry, lookup->memory, lookup->size, &result)
			     : getpwuid_r(uid, entry, lookup->memory, lookup->size, &result);
	lookup->found = error == 0 && result;
	return error;
}

static int identity_lookup_group(struct lookup *lookup, const char *name, struct group *entry)
{
	struct group *result = NULL;
	int error = ERANGE;

	while (error == ERANGE && identity_lookup_grow(lookup))
		error = getgrnam_r(name, entry, lookup->memory, lookup->size, &result);
	lookup->found = error == 0 && result;
	return error;
}

static bool identity_is_number(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

static int identity_parse_number(const char *text, const char *what, uint32_t *number,
				 struct findings *findings)
{
	unsigned long long value;

	errno = 0;
	value = strtoull(text, NULL, 10); /* digits alone: the caller has checked */
	if (errno || value > ID_MAX)
		return finding_error(findings, "bad-id", NOWHERE, "at most 4294967294",
				     "--user: %s is not a valid %s id",
				     text_escaped(text, strlen(text)), what);
	*number = (uint32_t)value;
	return 0;
}

static int identity_report_missing(const char *what, const char *name, int error,
				   struct findings *findings)
{
	const char *shown = text_escaped(name, strlen(name));

	/* getpwnam(3): several errors mean no more than that there is no such entry. */
	if (error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM)
		return finding_error(findings, "unknown-id", NOWHERE,
				     "give a name of the user database, or a number",
				     "--user: unknown %s \"%s\"", what, shown);
	return finding_error(findings, "unknown-id", NOWHERE,
			     "give a number, which needs no lookup",
			     "--user: cannot look up the %s \"%s\": %s", what, shown,
			     strerror(error));
}

static int identity_parse_group(const char *text, gid_t *gid, struct findings *findings)
{
	CLEANUP(identity_lookup_free) struct lookup lookup = {0};
	struct group entry;
	int error;

	if (identity_is_number(text))
		return identity_parse_number(text, "group", gid, findings);
	error = identity_lookup_group(&lookup, text, &entry);
	if (!lookup.found)
		return identity_report_missing("group", text, error, findings);
	*gid = entry.gr_gid;
	return 0;
}

static int identity_read_groups(const char *name, struct identity *identity,
				struct findings *findings)
{
	int count = 32;

	for (;;) {
		int room = count;

		identity->groups = mem_resize(identity->groups, (size_t)room, sizeof(gid_t));
		if (getgrouplist(name, identity->gid, identity->groups, &count) >= 0)
			break;
		if (count <= room)
			count = room * 2;
		if (count > GROUPS_MAX)
			return finding_error(findings, "too-many-groups", NOWHERE,
					     "give --user NAME:GROUP, which uses none of them",
					     "--user: the user is in more than %d groups",
					     GROUPS_MAX);
	}
	identity->group_count = (size_t)count;
	return 0;
}

/* user: without the group. explicit_group: what stood behind the colon, NULL without one. */
static int identity_parse_user(const char *user, const char *explicit_group,
			       struct identity *identity, struct findings *findings)
{
	CLEANUP(identity_lookup_free) struct lookup lookup = {0};
	bool number = identity_is_number(user);
	struct passwd entry;
	int error;

	if (number && identity_parse_number(user, "user", &identity->uid, findings))
		return -1;
	if (number && explicit_group)
		return identity_parse_group(explicit_group, &identity->gid, findings);
	error = identity_lookup_user(&lookup, number ? NULL : user, identity->uid, &entry);
	if (!lookup.found && number)
		return finding_error(
			findings, "no-group", NOWHERE, "give --user UID:GID",
			"--user: user %s is not in the user database, so its group is not known",
			user);
	if (!lookup.found)
		return identity_report_missing("user", user, error, findings);
	identity->uid = entry.pw_uid;
	identity->gid = entry.pw_gid;
	if (explicit_group)
		return identity_parse_group(explicit_group, &identity->gid, findings);
	return identity_read_groups(entry.pw_name, identity, findings);
}

int identity_parse(const char *text, struct identity *identity, struct findings *findings)
{
	const char *colon = strchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : strlen(text);
	CLEANUP(cleanup_free) char *user = mem_string_n(text, length);

	*identity = (struct identity){0};
	if (length == 0 || (colon && (!colon[1] || strchr(colon + 1, ':'))))
		return finding_error(findings, "bad-user", NOWHERE, "expected NAME|UID[:GROUP|GID]",
				     "--user: \"%s\" is not a valid user",
				     text_escaped(text, strlen(text)));
	if (identity_parse_user(user, colon ? colon + 1 : NULL, identity, findings))
		return -1;
	/* A database must not give the id that means "no change". */
	if (identity->uid > ID_MAX || identity->gid > ID_MAX)
		return finding_error(findings, "bad-id", NOWHERE, "at most 4294967294",
				     "--user: 4294967295 means \"no change\" to the kernel");
	return 0;
}

void identity_free(struct identity *identity)
{
	free(identity->groups);
	*identity = (struct identity){0};
}

static bool identity_has_group(const gid_t *groups, size_t count, gid_t group)
{
	for (size_t i = 0; i < count; i++)
		if (groups[i] == group)
			return true;
	return false;
}

static bool identity_has_groups(const gid_t *some, size_t some_count, const gid_t *others,
				size_t other_count, gid_t gid)
{
	for (size_t i = 0; i < some_count; i++)
		if (some[i] != gid && !identity_has_group(others, other_count, some[i]))
			return false;
	return true;
}

/* 1: this process is in exactly these groups (and gid); 0: not; or a negative errno. */
static int identity_groups_are(const gid_t *groups, size_t count, gid_t gid)
{
	CLEANUP(cleanup_free) gid_t *present = NULL;
	int present_count = getgroups(0, NULL);

	if (present_count < 0)
		return -errno;
	present = mem_zero((size_t)present_count + 1, sizeof(*present));
	present_count = getgroups(present_count, present);
	if (present_count < 0)
		return -errno;
	return identity_has_groups(groups, count, present, (size_t)present_count, gid) &&
	       identity_has_groups(present, (size_t)present_count, groups, count, gid);
}

int identity_set_groups(const gid_t *groups, size_t count, gid_t gid)
{
	int result = identity_groups_are(groups, count, gid);

	if (result)
		return result < 0 ? result : 0;
	if (setgroups(count, groups))
		return -errno;
	result = identity_groups_are(groups, count, gid);
	return result > 0 ? 0 : result < 0 ? result : -EPERM;
}

/* 1: real, effective and saved are all this one. */
static int identity_gid_is(gid_t gid)
{
	gid_t real, effective, saved;

	if (getresgid(&real, &effective, &saved))
		return -errno;
	return real == gid && effective == gid && saved == gid;
}

int identity_set_gid(gid_t gid)
{
	int result = identity_gid_is(gid);

	if (result)
		return result < 0 ? result : 0;
	if (setresgid(gid, gid, gid))
		return -errno;
	result = identity_gid_is(gid);
	return result > 0 ? 0 : result < 0 ? result : -EPERM;
}

int identity_uid_is(uid_t uid)
{
	uid_t real, effective, saved;

	if (getresuid(&real, &effective, &saved))
		return -errno;
	return real == uid && effective == uid && saved == uid;
}

int identity_set_uid(uid_t uid)
{
	int result = identity_uid_is(uid);

	if (result)
		return result < 0 ? result : 0;
	if (setresuid(uid, uid, uid))
		return -errno;
	result = identity_uid_is(uid);
	return result > 0 ? 0 : result < 0 ? result : -EPERM;
}
