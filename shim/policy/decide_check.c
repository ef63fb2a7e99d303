/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A decision held against what it will come to: the strict table of its rules, the runtime's table
 * of the section that it gets, the table of the profile that the policy requires. What was found to
 * hold once is remembered (shim/precedent), for making these tables takes longer than a runtime
 * does.
 */
#include <config.h>

#include "shim/policy/deciding.h"

#include <stdlib.h>
#include <string.h>

#include "filter/rules/build.h"
#include "filter/rules/runtime_section.h"
#include "shim/policy/deny_check.h"
#include "shim/policy/precedent.h"
#include "shim/policy/require.h"

/* ---- handing over */

static int decide_need_runtime(struct deciding *a)
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

static void decide_add_accept_words(unsigned accept, struct buffer *out)
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
static int decide_report_difference(struct deciding *a, const struct section_comparison *delegated)
{
	CLEANUP(buffer_free) struct buffer remedy = {0};

	if (!delegated->unacceptable) {
		buffer_add_text(&remedy, "\"accept\": [");
		decide_add_accept_words(a->policy->accept | delegated->refused, &remedy);
		buffer_add_text(&remedy, "], or ");
	}
	buffer_add_text(&remedy, "\"mode\": \"entrypoint\"");
	return finding_error(a->findings, "runtime-differs", a->applied->resolved->profile->place,
			     remedy.data, "%s does not enforce the profile as it is written: %s",
			     a->runtime->kind == RUNTIME_RUNC ? "runc" : "crun",
			     delegated->difference);
}

/* The runtime's table of the section, as it will read it, must be the strict one. */
static int decide_compare_readings(struct deciding *a, struct space *space,
				   const struct rules *rules, uint32_t strict)
{
	struct section_comparison delegated = {0};
	uint32_t theirs;
	int result = -1;

	if (decide_need_runtime(a) || require_reading(a->applied->section.data, space, &a->target,
						      &a->runtime->dialect, &theirs, a->findings))
		return -1;
	if (runtime_section_compare(space, rules, &a->runtime->dialect, strict, theirs,
				    a->policy->accept, &delegated, a->findings) == 0)
		result = delegated.difference ? decide_report_difference(a, &delegated) : 0;
	free(delegated.difference);
	return result;
}

/* The strict table: what is written must mean something, and what is denied must be denied. */
static int decide_check_rules(struct deciding *a)
{
	struct resolved *resolved = a->applied->resolved;
	CLEANUP(cleanup_space) struct space *space = space_new();
	CLEANUP(cleanup_rules) struct rules *rules = NULL;
	const struct filter_options reading = {.ignore_unknown = a->policy->ignore_unknown,
					       .allow_shadowed = a->policy->allow_shadowed};
	uint32_t strict;

	if (filter_decide(space, resolved, &reading, &rules, &strict, a->findings))
		return -1;
	if (policy_denies(a) && deny_check(space, rules, strict, a->policy->deny.items,
					   a->policy->deny.count, a->findings))
		return -1;
	if (deny_check(space, rules, strict, a->annotated_deny.list, a->annotated_deny.count,
		       a->findings))
		return -1;
	if (a->applied->what == DECIDED_ENTRYPOINT || !a->runtime)
		return 0;
	return decide_compare_readings(a, space, rules, strict);
}

/* ---- require */

bool decide_is_free(const struct deciding *a)
{
	const struct policy *policy = a->policy;

	if (!policy->require || (a->container.exempt && a->container.exempt->from_require))
		return true;
	return a->container.sandbox && policy->sandbox &&
	       strcmp(policy->sandbox, "unconfined") == 0;
}

static int decide_check_require(struct deciding *a)
{
	const struct required required = {
		.name = a->policy->require,
		.input = &a->applied->required,
		.target = &a->target,
		.place = a->config->seccomp ? a->config->seccomp->place : a->document->root->place,
		.section = a->applied->what == DECIDED_SECTION ? a->applied->section.data : NULL,
		.own = a->applied->what == DECIDED_REMOVE ? NULL : a->config->seccomp,
		.entry = a->applied->what == DECIDED_ENTRYPOINT ? a->applied->resolved : NULL,
	};

	if ((required.section || required.own) && decide_need_runtime(a))
		return -1;
	return require_check(&required, a->policy, a->runtime ? &a->runtime->dialect : NULL,
			     a->findings);
}

/* ---- both, once */

/* With these annotations crun takes another filter than the one that was looked at. */
static int decide_check_annotations(struct deciding *a)
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

int decide_load(struct deciding *a)
{
	const struct input_options options = {.seccomp_root = a->policy->seccomp_root,
					      .ignore_unknown = a->policy->ignore_unknown};

	if (decide_check_annotations(a) ||
	    (a->argument && input_source(&a->applied->input, a->argument, &options, a->findings)))
		return -1;
	if (decide_is_free(a))
		return 0;
	return input_source(&a->applied->required, a->policy->require, &options, a->findings);
}

static void decide_key_add_text(struct buffer *key, const char *text)
{
	precedent_add(key, text, text ? strlen(text) : 0);
}

static void decide_key_add_names(struct buffer *key, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		decide_key_add_text(key, names[i]);
	precedent_add(key, NULL, 0);
}

/* The bytes of a profile, by name: its places are told with it. A built-in one is told by our
 * program. */
static void decide_key_add_input(struct buffer *key, const char *name, const struct input *input)
{
	const struct source *source = &input->source;

	decide_key_add_text(key, name);
	precedent_add(key, source->text, source->is_builtin ? 0 : source->length);
}

static void decide_key_add_settings(struct buffer *key, const struct deciding *a)
{
	const struct policy *policy = a->policy;
	CLEANUP(buffer_free) struct buffer text = {0};

	buffer_addf(&text, "%d %u.%u %llx %u %d %d %d", (int)a->target.arch, a->target.kernel_major,
		    a->target.kernel_minor, (unsigned long long)a->target.capabilities,
		    policy->accept, policy->ignore_unknown, policy->allow_shadowed,
		    a->container.sandbox);
	precedent_add(key, text.data, text.length);
	decide_key_add_names(key, policy->allow.items, policy_allows(a) ? policy->allow.count : 0);
	decide_key_add_names(key, policy->deny.items, policy_denies(a) ? policy->deny.count : 0);
	decide_key_add_names(key, a->annotated_allow.list, a->annotated_allow.count);
	decide_key_add_names(key, a->annotated_deny.list, a->annotated_deny.count);
}

/*
 * All that the answer depends on. Not the container's name, nor its annotations: what they say has
 * become its profile and names by now.
 */
static bool decide_key_make(struct deciding *a)
{
	const struct json *in = json_get_present(a->document->root, "linux");
	const struct json *own = in ? json_get_present(in, "seccomp") : NULL;

	if (!a->runtime || !a->runtime->remember || a->policy->mode == POLICY_ENTRYPOINT)
		return false;
	decide_key_add_settings(&a->key, a);
	precedent_add(&a->key, own ? a->document->text + own->start : NULL,
		      own ? own->end - own->start : 0);
	decide_key_add_input(&a->key, a->argument, &a->applied->input);
	decide_key_add_input(&a->key, decide_is_free(a) ? NULL : a->policy->require,
			     &a->applied->required);
	return precedent_add_runtime(&a->key, a->runtime, build_library_path()) == 0;
}

/* Of what is remembered: the first byte says what, the section follows. */
static const char answers[] = {
	[DECIDED_NOTHING] = 'n', [DECIDED_SECTION] = 's', [DECIDED_REMOVE] = 'r'};

bool decide_recall(struct deciding *a)
{
	CLEANUP(buffer_free) struct buffer answer = {0};

	if (!decide_key_make(a)) {
		buffer_free(&a->key);
		return false;
	}
	if (!precedent_recall(&a->key, &answer) || answer.length == 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		if (answers[i] != answer.data[0])
			continue;
		a->applied->what = (enum decided_what)i;
		buffer_add(&a->applied->section, answer.data + 1, answer.length - 1);
		return true;
	}
	return false;
}

static void decide_remember(const struct deciding *a)
{
	CLEANUP(buffer_free) struct buffer answer = {0};

	if (a->key.length == 0 || a->applied->what == DECIDED_ENTRYPOINT)
		return;
	buffer_add(&answer, &answers[a->applied->what], 1);
	buffer_add(&answer, a->applied->section.data, a->applied->section.length);
	precedent_remember(&a->key, &answer);
}

int decide_check(struct deciding *a)
{
	if (a->applied->resolved && decide_check_rules(a))
		return -1;
	if (!decide_is_free(a) && decide_check_require(a))
		return -1;
	decide_remember(a);
	return 0;
}
