/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a container and a policy to a decision, in this order: which profile (choose), what its
 * rules become (shape), whether the runtime will enforce them and whether that is strict enough
 * (shim/decide_check).
 */
#include <config.h>

#include "shim/policy/deciding.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/syscalls.h"
#include "filter/rules/mask_conditions.h"
#include "oci/add_names.h"
#include "oci/print.h"
#include "shim/input/target.h"

#define LOCALHOST_PREFIX "localhost/"

static void decide_free_names(struct names *names)
{
	free(names->list);
	free(names->text);
}

/* ---- choose */

/* One annotation that the policy heeds; NULL if the container has none, or it is not heeded. */
static const struct json *decide_annotation(const struct deciding *a,
					    enum policy_annotation annotation)
{
	if (!(a->policy->annotations & annotation))
		return NULL;
	return container_annotation(&a->container, policy_annotation_name(annotation));
}

static const struct json *decide_kubernetes_annotation(const struct deciding *a)
{
	CLEANUP(cleanup_free) char *key = NULL;
	const struct json *value = NULL;

	if ((a->policy->annotations & ANNOTATION_KUBE_CONTAINER) && a->container.name) {
		key = mem_format("%s/%s", policy_annotation_name(ANNOTATION_KUBE_CONTAINER),
				 a->container.name);
		value = container_annotation(&a->container, key);
	}
	return value ? value : decide_annotation(a, ANNOTATION_KUBE_POD);
}

/* Whoever may set annotations names built-ins and what lies below the seccomp root, no other file.
 */
static int decide_annotated_profile(struct deciding *a, const struct json *value)
{
	static const char *const known[] = {"default",	     "runtime/default", "docker/default",
					    "builtin",	     "audit",		"unconfined",
					    LOCALHOST_PREFIX};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		size_t length = strlen(known[i]);

		if (strncmp(value->text, known[i], length) != 0)
			continue;
		if (value->text[length] && known[i][length - 1] != '/')
			continue;
		a->argument = value->text;
		return 0;
	}
	return finding_error(a->findings, "annotation-profile", value->place,
			     "runtime/default, unconfined or localhost/NAME",
			     "an annotation names the profile %s",
			     text_escaped(value->text, value->length));
}

static int decide_choose_profile(struct deciding *a)
{
	const struct policy *policy = a->policy;
	const struct json *value = decide_annotation(a, ANNOTATION_PROFILE);
	const char *usual = a->container.sandbox  ? policy->sandbox
			    : a->container.exempt ? NULL
						  : policy->profile;

	if (!value)
		value = decide_kubernetes_annotation(a);
	if (value && !a->container.exempt)
		return decide_annotated_profile(a, value);
	if (usual && (!a->config->seccomp || policy->override))
		a->argument = usual;
	return 0;
}

/* ---- allow and deny */

static int decide_check_names(struct deciding *a, const struct names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->list[i], *nearest;
		CLEANUP(cleanup_free) char *remedy = NULL;

		if (syscall_known(name))
			continue;
		nearest = syscall_nearest(name);
		remedy = nearest ? mem_format("did you mean %s?", nearest)
				 : mem_string("the name of a system call");
		return finding_error(a->findings, "unknown-syscall", names->place, remedy,
				     "unknown system call %s", text_escaped(name, strlen(name)));
	}
	return 0;
}

/* "name, name name": what an annotation holds. */
static int decide_annotated_names(struct deciding *a, enum policy_annotation annotation,
				  struct names *names)
{
	const struct json *value = decide_annotation(a, annotation);
	size_t capacity = 0;
	char *rest, *word;

	if (!value || a->container.exempt)
		return 0;
	names->place = value->place;
	names->text = mem_string(value->text);
	for (rest = names->text; (word = strsep(&rest, ", \t\r\n"));) {
		if (!*word)
			continue;
		if (names->count == POLICY_ENTRIES_MAX)
			return finding_error(a->findings, "too-many-entries", value->place,
					     "at most 4096 of them",
					     "an annotation names too many system calls");
		names->list = mem_grow(names->list, names->count, &capacity, sizeof(*names->list));
		names->list[names->count++] = word;
	}
	return decide_check_names(a, names);
}

static bool decide_changes_rules(const struct deciding *a)
{
	return a->annotated_allow.count > 0 || a->annotated_deny.count > 0 || policy_denies(a) ||
	       policy_allows(a);
}

static int decide_check_policy_names(struct deciding *a)
{
	const struct names allow = {(const char **)a->policy->allow.items, a->policy->allow.count,
				    NULL, NOWHERE};
	const struct names deny = {(const char **)a->policy->deny.items, a->policy->deny.count,
				   NULL, NOWHERE};

	return decide_check_names(a, &allow) || decide_check_names(a, &deny) ? -1 : 0;
}

static int decide_change_rules(struct deciding *a, struct resolved *resolved,
			       const struct place place)
{
	const struct policy *policy = a->policy;

	if (decide_check_policy_names(a))
		return -1;
	if (policy_allows(a))
		resolved_allow(resolved, policy->allow.items, policy->allow.count, place);
	resolved_allow(resolved, a->annotated_allow.list, a->annotated_allow.count,
		       a->annotated_allow.place);
	resolved_deny(resolved, a->annotated_deny.list, a->annotated_deny.count,
		      a->annotated_deny.place);
	if (policy_denies(a))
		resolved_deny(resolved, policy->deny.items, policy->deny.count, place);
	return 0;
}

/* ---- the profile */

static int decide_read_profile(struct deciding *a)
{
	struct input *input = &a->applied->input;
	const struct input_options options = {.ignore_unknown = a->policy->ignore_unknown};

	if (input_parse(input, &options, a->findings))
		return -1;
	if (input->config)
		return finding_error(a->findings, "policy-profile", input->config->place,
				     "a profile: compile -f oci makes one of it",
				     "is a config.json");
	return 0;
}

/* The profile that counts, resolved for the container and with its names; NULL: unconfined. */
static int decide_resolve_profile(struct deciding *a)
{
	const struct profile *profile = a->config->seccomp;

	if (a->argument) {
		if (decide_read_profile(a))
			return -1;
		profile = a->applied->input.profile;
	}
	if (!profile && decide_changes_rules(a) && !a->container.sandbox)
		return finding_error(
			a->findings, "nothing-to-deny", a->document->root->place,
			"\"profile\": \"default\" in the policy",
			"allow and deny change a profile, and this container has none");
	if (!profile)
		return 0;
	a->applied->resolved = profile_resolve(profile, &a->target, a->findings);
	if (!a->applied->resolved)
		return -1;
	return decide_change_rules(a, a->applied->resolved, profile->place);
}

/* ---- what becomes of linux.seccomp */

/* Written for the runtime's libseccomp. */
static void decide_print_section(struct decided *applied)
{
	CLEANUP(cleanup_resolved) struct resolved *narrowed = resolved_copy(applied->resolved);
	struct buffer *section = &applied->section;

	mask_conditions(narrowed);
	section_print(narrowed, section);
	while (section->length > 0 && section->data[section->length - 1] == '\n')
		section->data[--section->length] = '\0';
}

/* Where the policy has a say in it. */
static int decide_profile(struct deciding *a)
{
	struct decided *applied = a->applied;

	if (decide_resolve_profile(a))
		return -1;
	if (!applied->resolved) {
		/* entrypoint mode adds to what there is, and takes nothing away */
		applied->what = a->config->seccomp && a->policy->mode != POLICY_ENTRYPOINT
					? DECIDED_REMOVE
					: DECIDED_NOTHING;
	} else if (a->policy->mode == POLICY_ENTRYPOINT) {
		applied->what = DECIDED_ENTRYPOINT;
	} else {
		applied->what = DECIDED_SECTION;
		decide_print_section(applied);
	}
	return 0;
}

/* What is asked for, before anything is worked out. */
static int decide_ask(struct deciding *a)
{
	const struct target_options here = {0};

	if (container_read(&a->container, a->document, a->config, a->policy, a->findings) ||
	    target_make(&here, a->container.capabilities, &a->target, a->findings) ||
	    decide_choose_profile(a) ||
	    decide_annotated_names(a, ANNOTATION_ALLOW, &a->annotated_allow))
		return -1;
	return decide_annotated_names(a, ANNOTATION_DENY, &a->annotated_deny);
}

static int decide_answer(struct deciding *a)
{
	bool changes = a->argument || decide_changes_rules(a);

	if (!changes && decide_is_free(a))
		return 0;
	if (decide_load(a))
		return -1;
	if (decide_recall(a))
		return 0;
	if (changes && decide_profile(a))
		return -1;
	return decide_check(a);
}

int decide_config(struct decided *applied, const struct json_document *document,
		  const struct config *config, const struct policy *policy,
		  struct runtime_program *runtime)
{
	struct deciding a = {.applied = applied,
			     .findings = &applied->findings,
			     .document = document,
			     .config = config,
			     .policy = policy,
			     .runtime = runtime};
	int result;

	*applied = (struct decided){0};
	result = decide_ask(&a) ? -1 : decide_answer(&a);
	decide_free_names(&a.annotated_allow);
	decide_free_names(&a.annotated_deny);
	buffer_free(&a.key);
	return result;
}

/* ---- the edits */

static void decide_set_section(const struct json_document *document, const struct buffer *section,
			       struct text_edits *edits)
{
	const struct json *linux_object = json_get_present(document->root, "linux");
	const struct json *old = linux_object ? json_get(linux_object, "seccomp") : NULL;
	CLEANUP(buffer_free) struct buffer whole = {0};

	if (old && old->end - old->start == section->length &&
	    memcmp(document->text + old->start, section->data, section->length) == 0)
		return;
	if (linux_object) {
		text_edits_set_member(edits, linux_object, "seccomp", section->data,
				      section->length);
		return;
	}
	buffer_addf(&whole, "{\"seccomp\":%s}", section->data);
	text_edits_set_member(edits, document->root, "linux", whole.data, whole.length);
}

void decided_edit(const struct decided *applied, const struct json_document *document,
		  struct text_edits *edits)
{
	const struct json *linux_object = json_get_present(document->root, "linux");

	edits->document = document;
	if (applied->what == DECIDED_SECTION)
		decide_set_section(document, &applied->section, edits);
	else if (applied->what == DECIDED_REMOVE && linux_object)
		text_edits_remove_member(edits, linux_object, "seccomp");
}

void decided_free(struct decided *applied)
{
	findings_free(&applied->findings);
	resolved_free(applied->resolved);
	input_free(&applied->input);
	input_free(&applied->required);
	input_free(&applied->again);
	buffer_free(&applied->section);
	*applied = (struct decided){0};
}
