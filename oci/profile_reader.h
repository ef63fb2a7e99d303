/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers of one profile share (oci/profile, oci/profile_rule): the format that is read,
 * and the values that stand both in the section and in its rules.
 */
#ifndef OCI_PROFILE_READER_H
#define OCI_PROFILE_READER_H

#include "oci/member.h"
#include "oci/profile.h"

struct profile_reader {
	enum profile_format format;
	enum severity unknown; /* of findings about unknown keys */
	struct findings *findings;
	struct place wait_place; /* of WAIT_KILLABLE_RECV, where that flag is there */
};

/* The keys of an object: Docker's own first. */
struct profile_keys {
	const char *const *known;
	size_t docker_count, count;
};

/* Adds findings for unknown keys, Docker's in an OCI section, and keys in another case. */
void reader_keys(struct profile_reader *reader, const struct json *object, const char *where,
		 struct profile_keys keys);
/* The value of one of Docker's keys; NULL in an OCI section, which has none. */
const struct json *reader_docker(const struct profile_reader *reader, const struct json *object,
				 const char *key);
/* Reads defaultAction or action, which must be there. False after an error. */
bool reader_action(struct profile_reader *reader, const struct json *object, const char *key,
		   const char *where, enum action *action);
/*
 * Reads errnoRet or defaultErrnoRet (number_key) and the name that overrides it (name_key); EPERM
 * without either. action: NULL if it is not known; then it is not checked that it takes an errno.
 */
unsigned reader_errno(struct profile_reader *reader, const struct json *object,
		      const char *number_key, const char *name_key, const enum action *action);

/* Reads one element of `syscalls`. The rule is all zero before; free it even after an error. */
void rule_read(struct profile_reader *reader, const struct json *object, struct profile_rule *rule);
/* Frees the lists of the rule, not the rule. */
void rule_free(struct profile_rule *rule);

#endif
