/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides what a policy makes of one container, in this order: the profile, what allow and deny
 * make of its rules, what becomes of linux.seccomp. Whether the decision holds is checked in
 * decide_check.c.
 */
#include <config.h>

#include "shim/policy/decide.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/syscalls.h"
#include "filter/rules/mask_conditions.h"
#include "oci/add_names.h"
#include "oci/print.h"
#include "shim/input/target.h"
#include "shim/policy/decide_check.h"

#define LOCALHOST_PREFIX "localhost/"

static void decide_free_names(struct names *names)
{
	free(names->list);
	free(names->text);
}

/* ---- choose */

/* An annotation, if the container has it and the policy heeds it; else NULL. */
static const struct json *decide_annotation(const struct deciding *d,
					    enum policy_annotation annotation)
{
	if (!(d->policy->annotations & annotation))
		return NULL;
	return container_annotation(&d->container, policy_annotation_name(annotation));
}

static const struct json *decide_kubernetes_annotation(const struct deciding *d)
{
	CLEANUP(cleanup_free) char *key = NULL;
	const struct json *value = NULL;

	if ((d->policy->annotations & ANNOTATION_KUBE_CONTAINER) && d->container.name) {
		key = mem_format("%s/%s", policy_annotation_name(ANNOTATION_KUBE_CONTAINER),
				 d->container.name);
		value = container_annotation(&d->container, key);
	}
	return value ? value : decide_annotation(d, ANNOTATION_KUBE_POD);
}

/*
 * Annotations may name built-in profiles and files below the seccomp root, no other file: users may
 * be able to set them.
 */
static int decide_annotated_profile(struct deciding *d, const struct json *value)
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
		d->argument = value->text;
		return 0;
	}
	return finding_error(d->findings, "annotation-profile", value->place,
			     "use runtime/default, unconfined or localhost/NAME",
			     "the profile %s cannot be chosen by an annotation",
			     text_escaped(value->text, value->length));
}

static int decide_choose_profile(struct deciding *d)
{
	const struct policy *policy = d->policy;
	const struct json *value = decide_annotation(d, ANNOTATION_PROFILE);
	const char *usual = d->container.sandbox  ? policy->sandbox
			    : d->container.exempt ? NULL
						  : policy->profile;

	if (!value)
		value = decide_kubernetes_annotation(d);
	if (value && !d->container.exempt)
		return decide_annotated_profile(d, value);
	if (usual && (!d->config->seccomp || policy->override))
		d->argument = usual;
	return 0;
}

/* ---- allow and deny */

static int decide_check_names(struct deciding *d, const struct names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->list[i], *nearest;
		CLEANUP(cleanup_free) char *remedy = NULL;

		if (syscall_known(name))
			continue;
		nearest = syscall_nearest(name);
		remedy = nearest ? mem_format("did you mean %s?", nearest)
				 : mem_string("give the name of a system call");
		return finding_error(d->findings, "unknown-syscall", names->place, remedy,
				     "unknown system call %s", text_escaped(name, strlen(name)));
	}
	return 0;
}

/* Names in an annotation are separated by commas or white space. */
static int decide_annotated_names(struct deciding *d, enum policy_annotation annotation,
				  struct names *names)
{
	const struct json *value = decide_annotation(d, annotation);
	size_t capacity = 0;
	char *rest, *word;

	if (!value || d->container.exempt)
		return 0;
	names->place = value->place;
	names->text = mem_string(value->text);
	for (rest = names->text; (word = strsep(&rest, ", \t\r\n"));) {
		if (!*word)
			continue;
		if (names->count == POLICY_ENTRIES_MAX)
			return finding_error(d->findings, "too-many-entries", value->place,
					     "name at most 4096",
					     "an annotation names too many system calls");
		names->list = mem_grow(names->list, names->count, &capacity, sizeof(*names->list));
		names->list[names->count++] = word;
	}
	return decide_check_names(d, names);
}

static bool decide_changes_rules(const struct deciding *d)
{
	return d->annotated_allow.count > 0 || d->annotated_deny.count > 0 || policy_denies(d) ||
	       policy_allows(d);
}

static int decide_check_policy_names(struct deciding *d)
{
	const struct names allow = {(const char **)d->policy->allow.items, d->policy->allow.count,
				    NULL, NOWHERE};
	const struct names deny = {(const char **)d->policy->deny.items, d->policy->deny.count,
				   NULL, NOWHERE};

	return decide_check_names(d, &allow) || decide_check_names(d, &deny) ? -1 : 0;
}

static int decide_change_rules(struct deciding *d, struct resolved *resolved,
			       const struct place place)
{
	const struct policy *policy = d->policy;

	if (decide_check_policy_names(d))
		return -1;
	if (policy_allows(d))
		resolved_allow(resolved, policy->allow.items, policy->allow.count, place);
	resolved_allow(resolved, d->annotated_allow.list, d->annotated_allow.count,
		       d->annotated_allow.place);
	resolved_deny(resolved, d->annotated_deny.list, d->annotated_deny.count,
		      d->annotated_deny.place);
	if (policy_denies(d))
		resolved_deny(resolved, policy->deny.items, policy->deny.count, place);
	return 0;
}

/* ---- the profile */

static int decide_read_profile(struct deciding *d)
{
	struct input *input = &d->decision->input;
	const struct input_options options = {.ignore_unknown = d->policy->ignore_unknown};

	if (input_parse(input, &options, d->findings))
		return -1;
	if (input->config)
		return finding_error(d->findings, "policy-profile", input->config->place,
				     "make a profile of it with compile -f oci",
				     "is a config.json, not a profile");
	return 0;
}

/*
 * Sets decision->resolved: the profile resolved for the container, with allow and deny; NULL if the
 * container is to be unconfined.
 */
static int decide_resolve_profile(struct deciding *d)
{
	const struct profile *profile = d->config->seccomp;

	if (d->argument) {
		if (decide_read_profile(d))
			return -1;
		profile = d->decision->input.profile;
	}
	if (!profile && decide_changes_rules(d) && !d->container.sandbox)
		return finding_error(
			d->findings, "nothing-to-deny", d->document->root->place,
			"set \"profile\": \"default\" in the policy",
			"allow and deny change a profile, but this container has none");
	if (!profile)
		return 0;
	d->decision->resolved = profile_resolve(profile, &d->target, d->findings);
	if (!d->decision->resolved)
		return -1;
	return decide_change_rules(d, d->decision->resolved, profile->place);
}

/* ---- what becomes of linux.seccomp */

/*
 * Conditions are written as masks, so that libseccomp of the runtime compares them in the kernel's
 * widths.
 */
static void decide_print_section(struct decision *decision)
{
	CLEANUP(cleanup_resolved) struct resolved *narrowed = resolved_copy(decision->resolved);
	struct buffer *section = &decision->section;

	mask_conditions(narrowed);
	section_print(narrowed, section);
	while (section->length > 0 && section->data[section->length - 1] == '\n')
		section->data[--section->length] = '\0';
}

/* What becomes of linux.seccomp under a policy that changes it. */
static int decide_profile(struct deciding *d)
{
	struct decision *decision = d->decision;

	if (decide_resolve_profile(d))
		return -1;
	if (!decision->resolved) {
		/* entrypoint mode only adds a filter */
		decision->what = d->config->seccomp && d->policy->mode != POLICY_ENTRYPOINT
					 ? DECISION_REMOVE
					 : DECISION_NOTHING;
	} else if (d->policy->mode == POLICY_ENTRYPOINT) {
		decision->what = DECISION_ENTRYPOINT;
	} else {
		decision->what = DECISION_SECTION;
		decide_print_section(decision);
	}
	return 0;
}

/* What the container and the policy ask for; no profile is read yet. */
static int decide_ask(struct deciding *d)
{
	const struct target_options here = {0};

	if (container_read(&d->container, d->document, d->config, d->policy, d->findings) ||
	    target_make(&here, d->container.capabilities, &d->target, d->findings) ||
	    decide_choose_profile(d) ||
	    decide_annotated_names(d, ANNOTATION_ALLOW, &d->annotated_allow))
		return -1;
	return decide_annotated_names(d, ANNOTATION_DENY, &d->annotated_deny);
}

static int decide_answer(struct deciding *d)
{
	bool changes = d->argument || decide_changes_rules(d);

	if (!changes && decide_is_free(d))
		return 0;
	if (decide_load(d))
		return -1;
	if (decide_recall(d))
		return 0;
	if (changes && decide_profile(d))
		return -1;
	return decide_check(d);
}

int decide_config(struct decision *decision, const struct json_document *document,
		  const struct config *config, const struct policy *policy,
		  struct runtime_program *runtime)
{
	struct deciding d = {.decision = decision,
			     .findings = &decision->findings,
			     .document = document,
			     .config = config,
			     .policy = policy,
			     .runtime = runtime};
	int result;

	*decision = (struct decision){0};
	result = decide_ask(&d) ? -1 : decide_answer(&d);
	decide_free_names(&d.annotated_allow);
	decide_free_names(&d.annotated_deny);
	buffer_free(&d.key);
	return result;
}

/* ---- the edits */

static void decide_set_section(const struct json_document *document, const struct buffer *section,
			       struct text_edits *edits)
{
	const struct json *linux_object = json_get_present(document->root, "linux");
	const struct json *old = linux_object ? json_get(linux_object, "seccomp") : NULL;
	CLEANUP(buffer_free) struct buffer whole = {0};
	CLEANUP(cleanup_json_writer) struct json_writer *json = NULL;

	if (old && old->end - old->start == section->length &&
	    memcmp(document->text + old->start, section->data, section->length) == 0)
		return;
	if (linux_object) {
		text_edits_set_member(edits, linux_object, "seccomp", section->data,
				      section->length);
		return;
	}
	json = json_writer_new(&whole, JSON_COMPACT);
	json_write_object(json, NULL);
	json_write_raw(json, "seccomp", section->data, section->length);
	json_write_end(json);
	text_edits_set_member(edits, document->root, "linux", whole.data, whole.length);
}

void decision_edit(const struct decision *decision, const struct json_document *document,
		   struct text_edits *edits)
{
	const struct json *linux_object = json_get_present(document->root, "linux");

	edits->document = document;
	if (decision->what == DECISION_SECTION)
		decide_set_section(document, &decision->section, edits);
	else if (decision->what == DECISION_REMOVE && linux_object)
		text_edits_remove_member(edits, linux_object, "seccomp");
}

void decision_free(struct decision *decision)
{
	findings_free(&decision->findings);
	resolved_free(decision->resolved);
	input_free(&decision->input);
	input_free(&decision->required);
	input_free(&decision->again);
	buffer_free(&decision->section);
	*decision = (struct decision){0};
}
