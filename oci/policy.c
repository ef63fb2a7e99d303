/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads runtime.json into a struct policy: the table of its keys, and the words that some of them
 * take. Entries that cannot be meant are refused here, before any container is examined.
 */
#include <config.h>

#include "oci/policy.h"

#include <string.h>

#include "oci/member.h"
#include "oci/words.h"

static const char other_key[] = "remove it; seccomp-shim-runtime.json(5) lists the keys";

struct word {
	const char *word;
	unsigned value;
};

static const struct word mode_words[] = {{"delegate", POLICY_DELEGATE},
					 {"entrypoint", POLICY_ENTRYPOINT}};
static const struct word kind_words[] = {{"runc", POLICY_KIND_RUNC}, {"crun", POLICY_KIND_CRUN}};
static const struct word accept_words[ACCEPT_COUNT] = {
	{"enosys", ACCEPT_ENOSYS},   {"dropped", ACCEPT_DROPPED},	  {"width", ACCEPT_WIDTH},
	{"overlap", ACCEPT_OVERLAP}, {"multiplexed", ACCEPT_MULTIPLEXED},
};
static const struct word annotation_words[ANNOTATION_COUNT] = {
	{"seccomp-shim.profile", ANNOTATION_PROFILE},
	{"seccomp-shim.allow", ANNOTATION_ALLOW},
	{"seccomp-shim.deny", ANNOTATION_DENY},
	{"seccomp.security.alpha.kubernetes.io/pod", ANNOTATION_KUBE_POD},
	{"container.seccomp.security.alpha.kubernetes.io", ANNOTATION_KUBE_CONTAINER},
};

static bool policy_find_word(const struct word *words, size_t count, const char *word,
			     unsigned *value)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		*value = words[i].value;
		return true;
	}
	return false;
}

static const char *policy_word_name(const struct word *words, size_t count, unsigned value)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].value == value)
			return words[i].word;
	return NULL;
}

bool policy_mode_word(const char *word, enum policy_mode *mode)
{
	unsigned value;

	if (!policy_find_word(mode_words, ARRAY_SIZE(mode_words), word, &value))
		return false;
	*mode = (enum policy_mode)value;
	return true;
}

bool policy_kind_word(const char *word, enum policy_kind *kind)
{
	unsigned value;

	if (!policy_find_word(kind_words, ARRAY_SIZE(kind_words), word, &value))
		return false;
	*kind = (enum policy_kind)value;
	return true;
}

bool policy_accept_word(const char *word, unsigned *accept)
{
	return policy_find_word(accept_words, ACCEPT_COUNT, word, accept);
}

bool policy_annotation_word(const char *word, unsigned *annotation)
{
	return policy_find_word(annotation_words, ANNOTATION_COUNT, word, annotation);
}

const char *policy_accept_name(enum policy_accept accept)
{
	return policy_word_name(accept_words, ACCEPT_COUNT, accept);
}

const char *policy_annotation_name(enum policy_annotation annotation)
{
	return policy_word_name(annotation_words, ANNOTATION_COUNT, annotation);
}

/* ---- values */

/* A string that is not empty; NULL if the member is absent, or after an error. */
static const char *policy_read_text(const struct json *object, const char *key,
				    struct findings *findings)
{
	const struct json *value = member_string(object, key, findings);

	if (value && value->length == 0)
		(void)finding_error(findings, "empty-value", value->place, "leave the key out",
				    "%s is empty", key);
	return value && value->length > 0 ? value->text : NULL;
}

/* The value of one of some words; 0 after an error: another type, or an unknown word. */
static unsigned policy_read_value(const struct json *value, const char *what,
				  const struct word *words, size_t count, struct findings *findings)
{
	const char *known[ACCEPT_COUNT + ANNOTATION_COUNT];
	CLEANUP(buffer_free) struct buffer list = {0};
	unsigned result = 0;

	if (!value_is(value, JSON_STRING, what, findings) ||
	    policy_find_word(words, count, value->text, &result))
		return result;
	for (size_t i = 0; i < count; i++) {
		known[i] = words[i].word;
		buffer_addf(&list, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", known[i]);
	}
	(void)value_unknown(value, "policy-word", what, known, count, list.data, findings);
	return 0;
}

/* A list, of POLICY_ENTRIES_MAX at most; NULL if absent, or after an error. */
static const struct json *policy_read_list(const struct json *object, const char *key,
					   struct findings *findings)
{
	const struct json *list = member_array(object, key, findings);

	if (list && list->length > POLICY_ENTRIES_MAX) {
		(void)finding_error(findings, "too-many-entries", list->place,
				    "at most 4096 entries", "%s has %zu entries", key,
				    list->length);
		return NULL;
	}
	return list;
}

static unsigned policy_read_words(const struct json *object, const char *key,
				  const struct word *words, size_t count, struct findings *findings)
{
	const struct json *list = policy_read_list(object, key, findings);
	unsigned bits = 0;

	for (size_t i = 0; list && i < list->length; i++)
		bits |= policy_read_value(list->items[i], key, words, count, findings);
	return bits;
}

static struct policy_list policy_read_names(struct policy *policy, const struct json *object,
					    const char *key, struct findings *findings)
{
	const struct json *list = policy_read_list(object, key, findings);
	struct policy_list names = {0};

	if (!list || list->length == 0)
		return names;
	names.items = pool_alloc(&policy->memory, list->length * sizeof(*names.items));
	for (size_t i = 0; i < list->length; i++) {
		const struct json *name = list->items[i];

		if (!value_is(name, JSON_STRING, "a name of a system call", findings))
			continue;
		if (name->length == 0)
			(void)finding_error(findings, "empty-value", name->place,
					    "give the name of a system call",
					    "a name in %s is empty", key);
		else
			names.items[names.count++] = name->text;
	}
	return names;
}

/* ---- exempt */

static const char *const exempt_keys[] = {"annotations", "capabilities", "privileged", "namespace",
					  "pod",	 "container",	 "fromRequire"};

static void policy_read_exempt_annotations(struct policy *policy, struct policy_exempt *exempt,
					   const struct json *object, struct findings *findings)
{
	const struct json *list = member_object(object, "annotations", findings);

	if (!list || list->length == 0)
		return;
	exempt->annotations =
		pool_alloc(&policy->memory, list->length * sizeof(*exempt->annotations));
	for (size_t i = 0; i < list->length; i++) {
		const struct json_member *member = &list->members[i];

		if (value_is(member->value, JSON_STRING, "a pattern for an annotation", findings))
			exempt->annotations[exempt->annotation_count++] =
				(struct policy_pattern){member->key, member->value->text};
	}
}

/* An entry without a condition would exempt every container. */
static void policy_check_exempt(const struct policy_exempt *exempt, struct findings *findings)
{
	if (exempt->annotation_count > 0 || exempt->has_capabilities || exempt->privileged ||
	    exempt->pod_namespace || exempt->pod || exempt->container)
		return;
	(void)finding_error(
		findings, "empty-exempt", exempt->place,
		"give annotations, capabilities, privileged, namespace, pod or container",
		"an entry of exempt has no condition");
}

static void policy_read_exempt(struct policy *policy, struct policy_exempt *exempt,
			       const struct json *object, struct findings *findings)
{
	const struct json *capabilities;

	exempt->place = object->place;
	if (!value_is(object, JSON_OBJECT, "an entry of exempt", findings))
		return;
	(void)json_known_keys(object, "exempt", exempt_keys, ARRAY_SIZE(exempt_keys), 0,
			      SEVERITY_ERROR, other_key, findings);
	policy_read_exempt_annotations(policy, exempt, object, findings);
	capabilities = member_array(object, "capabilities", findings);
	exempt->has_capabilities = capabilities && capabilities->length > 0;
	exempt->capabilities = member_capabilities(object, "capabilities", findings);
	exempt->privileged = member_boolean(object, "privileged", findings);
	exempt->pod_namespace = policy_read_text(object, "namespace", findings);
	exempt->pod = policy_read_text(object, "pod", findings);
	exempt->container = policy_read_text(object, "container", findings);
	exempt->from_require = member_boolean(object, "fromRequire", findings);
	policy_check_exempt(exempt, findings);
}

static void policy_read_exempts(struct policy *policy, const struct json *root,
				struct findings *findings)
{
	const struct json *list = policy_read_list(root, "exempt", findings);

	if (!list || list->length == 0)
		return;
	policy->exempts = pool_alloc(&policy->memory, list->length * sizeof(*policy->exempts));
	for (size_t i = 0; i < list->length; i++) {
		policy->exempts[i] = (struct policy_exempt){0};
		policy_read_exempt(policy, &policy->exempts[i], list->items[i], findings);
	}
	policy->exempt_count = list->length;
}

/* ---- the whole */

static const char *const policy_keys[] = {
	"runtime",	 "runtimeKind",	  "libseccomp",
	"mode",		 "profile",	  "override",
	"exempt",	 "sandbox",	  "require",
	"allow",	 "deny",	  "annotations",
	"accept",	 "allowRestore",  "allowMountingContainers",
	"move",		 "seccompRoot",	  "requireNoNewPrivileges",
	"ignoreUnknown", "allowShadowed",
};

static void policy_read_texts(struct policy *policy, const struct json *root,
			      struct findings *findings)
{
	policy->runtime = policy_read_text(root, "runtime", findings);
	policy->libseccomp = policy_read_text(root, "libseccomp", findings);
	policy->profile = policy_read_text(root, "profile", findings);
	policy->sandbox = policy_read_text(root, "sandbox", findings);
	policy->require = policy_read_text(root, "require", findings);
	policy->seccomp_root = policy_read_text(root, "seccompRoot", findings);
}

static void policy_read_booleans(struct policy *policy, const struct json *root,
				 struct findings *findings)
{
	policy->override = member_boolean(root, "override", findings);
	policy->move = member_boolean(root, "move", findings);
	policy->allow_restore = member_boolean(root, "allowRestore", findings);
	policy->allow_mounting_containers =
		member_boolean(root, "allowMountingContainers", findings);
	policy->require_no_new_privileges =
		member_boolean(root, "requireNoNewPrivileges", findings);
	policy->ignore_unknown = member_boolean(root, "ignoreUnknown", findings);
	policy->allow_shadowed = member_boolean(root, "allowShadowed", findings);
}

static unsigned policy_read_word(const struct json *root, const char *key, const struct word *words,
				 size_t count, struct findings *findings)
{
	const struct json *value = json_get(root, key);

	return value ? policy_read_value(value, key, words, count, findings) : 0;
}

int policy_read(struct policy *policy, const struct json *root, struct findings *findings)
{
	const size_t errors = findings->errors;

	*policy = (struct policy){0};
	if (!value_is(root, JSON_OBJECT, "a policy", findings))
		return -1;
	(void)json_known_keys(root, "the policy", policy_keys, ARRAY_SIZE(policy_keys), 0,
			      SEVERITY_ERROR, other_key, findings);
	policy_read_texts(policy, root, findings);
	policy_read_booleans(policy, root, findings);
	policy->mode = (enum policy_mode)policy_read_word(root, "mode", mode_words,
							  ARRAY_SIZE(mode_words), findings);
	policy->kind = (enum policy_kind)policy_read_word(root, "runtimeKind", kind_words,
							  ARRAY_SIZE(kind_words), findings);
	policy->accept = policy_read_words(root, "accept", accept_words, ACCEPT_COUNT, findings);
	policy->annotations = policy_read_words(root, "annotations", annotation_words,
						ANNOTATION_COUNT, findings);
	policy->allow = policy_read_names(policy, root, "allow", findings);
	policy->deny = policy_read_names(policy, root, "deny", findings);
	policy_read_exempts(policy, root, findings);
	return findings->errors > errors ? -1 : 0;
}

void policy_free(struct policy *policy)
{
	pool_free(&policy->memory);
	*policy = (struct policy){0};
}

bool policy_in_force(const struct policy *policy)
{
	return policy->profile || policy->sandbox || policy->require || policy->allow.count > 0 ||
	       policy->deny.count > 0 || policy->annotations || policy->override || policy->move;
}
