/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A decision held against what it will come to: the strict table of its rules, the runtime's table
 * of the section that it gets, the table of the profile that the policy requires. What was found to
 * hold once is remembered (shim/verdict), for making these tables takes longer than a runtime does.
 */
#include <config.h>

#include "shim/applying.h"

#include <stdlib.h>
#include <string.h>

#include "filter/build.h"
#include "filter/delegate.h"
#include "oci/print.h"
#include "shim/denied.h"
#include "shim/require.h"
#include "shim/verdict.h"

/* ---- handing over */

static int runtime_known(struct applying *a)
{
	struct runtime_program *runtime = a->runtime;

	if (!runtime || runtime_program_ask(runtime))
		return 0;
	return finding_error(a->findings, "runtime-unknown", NOWHERE,
			     "\"libseccomp\": \"2.5.4\" or \"runtimeKind\" in the policy, or "
			     "\"mode\": \"entrypoint\"",
			     "what the runtime %s would make of the profile cannot be told: %s",
			     text_escaped(runtime->path, strlen(runtime->path)), runtime->why);
}

static void accept_words(unsigned accept, struct buffer *out)
{
	const char *separator = "";

	for (unsigned bit = 1; bit < 1u << ACCEPT_COUNT; bit <<= 1) {
		if (!(accept & bit))
			continue;
		buffer_addf(out, "%s\"%s\"", separator,
			    policy_accept_name((enum policy_accept)bit));
		separator = ", ";
	}
}

/* Tells a difference that is not accepted, and what would make the container start. */
static int tell_delegated(struct applying *a, const struct delegated *delegated)
{
	struct buffer remedy CLEANUP(buffer_free) = {0};

	if (!delegated->unacceptable) {
		buffer_add_text(&remedy, "\"accept\": [");
		accept_words(a->policy->accept | delegated->refused, &remedy);
		buffer_add_text(&remedy, "], or ");
	}
	buffer_add_text(&remedy, "\"mode\": \"entrypoint\"");
	return finding_error(a->findings, "runtime-differs", a->applied->resolved->profile->place,
			     remedy.data, "%s does not enforce the profile as it is written: %s",
			     a->runtime->kind == RUNTIME_RUNC ? "runc" : "crun",
			     delegated->difference);
}

/* The runtime's table of the section, as it will read it, must be the strict one. */
static int compare_readings(struct applying *a, struct space *space, const struct rules *rules,
			    uint32_t strict)
{
	struct delegated delegated = {0};
	uint32_t theirs;
	int result = -1;

	if (runtime_known(a) || require_reading(a->applied->section.data, space, &a->target,
						&a->runtime->dialect, &theirs, a->findings))
		return -1;
	if (delegate_compare(space, rules, &a->runtime->dialect, strict, theirs, a->policy->accept,
			     &delegated, a->findings) == 0)
		result = delegated.difference ? tell_delegated(a, &delegated) : 0;
	free(delegated.difference);
	return result;
}

/* The strict table: what is written must mean something, and what is denied must be denied. */
static int hand_over(struct applying *a)
{
	struct resolved *resolved = a->applied->resolved;
	struct space *space CLEANUP(cleanup_space) = space_new();
	struct rules *rules CLEANUP(cleanup_rules) = NULL;
	const struct filter_options reading = {.ignore_unknown = a->policy->ignore_unknown,
					       .allow_shadowed = a->policy->allow_shadowed};
	uint32_t strict;

	if (filter_decide(space, resolved, &reading, &rules, &strict, a->findings))
		return -1;
	if (policy_denies(a) && denied_check(space, rules, strict, a->policy->deny.items,
					     a->policy->deny.count, a->findings))
		return -1;
	if (denied_check(space, rules, strict, a->annotated_deny.list, a->annotated_deny.count,
			 a->findings))
		return -1;
	if (a->applied->what == APPLY_ENTRYPOINT || !a->runtime)
		return 0;
	return compare_readings(a, space, rules, strict);
}

/* ---- require */

/* True where the policy's `require` does not stand for the container. */
static bool is_free(const struct applying *a)
{
	const struct policy *policy = a->policy;

	if (!policy->require || (a->container.exempt && a->container.exempt->from_require))
		return true;
	return a->container.sandbox && policy->sandbox &&
	       strcmp(policy->sandbox, "unconfined") == 0;
}

static int check_require(struct applying *a)
{
	const struct required required = {
		.name = a->policy->require,
		.seccomp_root = a->policy->seccomp_root,
		.target = &a->target,
		.place = a->config->seccomp ? a->config->seccomp->place : a->document->root->place,
		.section = a->applied->what == APPLY_SECTION ? a->applied->section.data : NULL,
		.own = a->applied->what == APPLY_REMOVE ? NULL : a->config->seccomp,
		.entry = a->applied->what == APPLY_ENTRYPOINT ? a->applied->resolved : NULL,
	};

	if ((required.section || required.own) && runtime_known(a))
		return -1;
	return require_check(&required, a->policy, a->runtime ? &a->runtime->dialect : NULL,
			     a->findings);
}

/* ---- both, once */

/* With these annotations crun takes another filter than the one that was looked at. */
static int check_annotations(struct applying *a)
{
	const struct json_member *diverts = container_filter_annotation(&a->container);

	if (!diverts)
		return 0;
	return finding_error(a->findings, "filter-annotation", diverts->place,
			     "leave the annotation out",
			     "the annotation %s would replace the filter that the policy gives or "
			     "requires",
			     text_escaped(diverts->key, diverts->key_length));
}

/* A profile as it counts for the container, as text. */
static int key_add_profile(struct buffer *key, const struct applying *a,
			   const struct profile *profile)
{
	struct findings ignored CLEANUP(findings_free) = {0};
	struct resolved *resolved CLEANUP(cleanup_resolved) = NULL;
	struct buffer text CLEANUP(buffer_free) = {0};

	if (profile)
		resolved = profile_resolve(profile, &a->target, &ignored);
	if (profile && !resolved)
		return -1;
	if (resolved)
		section_print(resolved, &text);
	verdict_add(key, text.data, text.length);
	return 0;
}

static int key_add_required(struct buffer *key, const struct applying *a)
{
	const struct input_options options = {.seccomp_root = a->policy->seccomp_root,
					      .ignore_unknown = a->policy->ignore_unknown};
	struct findings ignored CLEANUP(findings_free) = {0};
	struct input input = {0};
	int result;

	if (is_free(a)) {
		verdict_add(key, NULL, 0);
		return 0;
	}
	result = input_open(&input, a->policy->require, &options, &ignored);
	if (result == 0)
		result = key_add_profile(key, a, input.profile);
	input_free(&input);
	return result;
}

static void key_add_names(struct buffer *key, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		verdict_add(key, names[i], strlen(names[i]));
	verdict_add(key, NULL, 0);
}

/*
 * All that the answer depends on. Not the container's name, nor its annotations: what they say has
 * become of its profile by now.
 */
static int key_make(struct buffer *key, const struct applying *a)
{
	const struct policy *policy = a->policy;
	struct buffer text CLEANUP(buffer_free) = {0};

	buffer_addf(&text, "%d %u %d %d %d", (int)a->applied->what, policy->accept,
		    policy->ignore_unknown, policy->allow_shadowed, (int)a->target.arch);
	verdict_add(key, text.data, text.length);
	text.length = 0;
	if (a->applied->resolved)
		section_print(a->applied->resolved, &text);
	verdict_add(key, text.data, text.length);
	verdict_add(key, a->applied->section.data, a->applied->section.length);
	key_add_names(key, policy->deny.items, policy_denies(a) ? policy->deny.count : 0);
	key_add_names(key, a->annotated_deny.list, a->annotated_deny.count);
	if (verdict_add_runtime(key, a->runtime, build_library_path()) ||
	    key_add_profile(key, a, a->applied->what == APPLY_REMOVE ? NULL : a->config->seccomp))
		return -1;
	return key_add_required(key, a);
}

static int check_all(struct applying *a)
{
	if (a->applied->resolved && hand_over(a))
		return -1;
	return is_free(a) ? 0 : check_require(a);
}

int apply_check(struct applying *a)
{
	struct buffer key CLEANUP(buffer_free) = {0};
	bool can_remember;

	if (!a->applied->resolved && is_free(a))
		return 0;
	if (check_annotations(a))
		return -1;
	can_remember = a->runtime && key_make(&key, a) == 0;
	if (can_remember && verdict_holds(&key))
		return 0;
	if (check_all(a))
		return -1;
	if (can_remember)
		verdict_remember(&key);
	return 0;
}
