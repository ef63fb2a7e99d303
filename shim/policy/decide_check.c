/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks a decision by tables: the rules as written, the section as the runtime reads it, the
 * profile that the policy requires. A decision that held is remembered (precedent.c), because
 * making these tables takes longer than the runtime itself.
 */
#include <config.h>

#include "shim/policy/decide_check.h"

#include <stdlib.h>
#include <string.h>

#include "filter/rules/build.h"
#include "filter/rules/runtime_section.h"
#include "shim/policy/deny_check.h"
#include "shim/policy/precedent.h"
#include "shim/policy/require.h"

/* ---- the section that the runtime gets */

static int decide_need_runtime(struct deciding *d)
{
	struct runtime_program *runtime = d->runtime;

	if (!runtime || runtime_program_ask(runtime))
		return 0;
	return finding_error(d->findings, "runtime-unknown", NOWHERE,
			     "set \"libseccomp\": \"2.5.4\" or \"runtimeKind\" in the policy, or "
			     "\"mode\": \"entrypoint\"",
			     "it is not known how the runtime %s reads the profile: %s",
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

/* Reports a difference that is not accepted, and what would make the container start. */
static int decide_report_difference(struct deciding *d, const struct section_comparison *delegated)
{
	CLEANUP(buffer_free) struct buffer remedy = {0};

	if (!delegated->unacceptable) {
		buffer_add_text(&remedy, "set \"accept\": [");
		decide_add_accept_words(d->policy->accept | delegated->refused, &remedy);
		buffer_add_text(&remedy, "] or ");
	}
	buffer_add_text(&remedy, delegated->unacceptable ? "set \"mode\": \"entrypoint\""
							 : "\"mode\": \"entrypoint\"");
	return finding_error(d->findings, "runtime-differs", d->decision->resolved->profile->place,
			     remedy.data, "%s does not enforce the profile as written: %s",
			     d->runtime->kind == RUNTIME_RUNC ? "runc" : "crun",
			     delegated->difference);
}

/* The section as the runtime will read it must give the same table as the rules as written. */
static int decide_compare_readings(struct deciding *d, struct space *space,
				   const struct rules *rules, struct node strict)
{
	struct section_comparison delegated = {0};
	struct node theirs;
	int result = -1;

	if (decide_need_runtime(d) || require_reading(d->decision->section.data, space, &d->target,
						      &d->runtime->dialect, &theirs, d->findings))
		return -1;
	if (runtime_section_compare(space, rules, &d->runtime->dialect, strict, theirs,
				    d->policy->accept, &delegated, d->findings) == 0)
		result = delegated.difference ? decide_report_difference(d, &delegated) : 0;
	free(delegated.difference);
	return result;
}

/* The rules must be valid, and what is denied must be denied in their table. */
static int decide_check_rules(struct deciding *d)
{
	struct resolved *resolved = d->decision->resolved;
	CLEANUP(cleanup_space) struct space *space = space_new();
	CLEANUP(cleanup_rules) struct rules *rules = NULL;
	const struct leniency leniency = {d->policy->ignore_unknown, d->policy->allow_shadowed};
	struct node strict;

	if (filter_decide(space, resolved, NULL, &leniency, &rules, &strict, d->findings))
		return -1;
	if (policy_denies(d) && deny_check(space, rules, strict, d->policy->deny.items,
					   d->policy->deny.count, d->findings))
		return -1;
	if (deny_check(space, rules, strict, d->annotated_deny.list, d->annotated_deny.count,
		       d->findings))
		return -1;
	if (d->decision->what == DECISION_ENTRYPOINT || !d->runtime)
		return 0;
	return decide_compare_readings(d, space, rules, strict);
}

/* ---- require */

bool decide_is_free(const struct deciding *d)
{
	const struct policy *policy = d->policy;

	if (!policy->require || (d->container.exempt && d->container.exempt->from_require))
		return true;
	return d->container.sandbox && policy->sandbox &&
	       strcmp(policy->sandbox, "unconfined") == 0;
}

static int decide_check_require(struct deciding *d)
{
	const struct required required = {
		.name = d->policy->require,
		.input = &d->decision->required,
		.target = &d->target,
		.place = d->config->seccomp ? d->config->seccomp->place : d->document->root->place,
		.section = d->decision->what == DECISION_SECTION ? d->decision->section.data : NULL,
		.own = d->decision->what == DECISION_REMOVE ? NULL : d->config->seccomp,
		.entry = d->decision->what == DECISION_ENTRYPOINT ? d->decision->resolved : NULL,
	};

	if ((required.section || required.own) && decide_need_runtime(d))
		return -1;
	return require_check(&required, d->policy, d->runtime ? &d->runtime->dialect : NULL,
			     d->findings);
}

/* ---- what is remembered */

/* With these annotations crun loads another filter than the one that is checked here. */
static int decide_check_annotations(struct deciding *d)
{
	const struct json_member *diverts = container_filter_annotation(&d->container);

	if (!diverts)
		return 0;
	return finding_error(d->findings, "filter-annotation", diverts->place,
			     "remove the annotation",
			     "the annotation %s would replace the filter that the policy gives or "
			     "requires",
			     text_escaped(diverts->key, diverts->key_length));
}

int decide_load(struct deciding *d)
{
	const struct input_options options = {.seccomp_root = d->policy->seccomp_root,
					      .ignore_unknown = d->policy->ignore_unknown};

	if (decide_check_annotations(d) ||
	    (d->argument && input_source(&d->decision->input, d->argument, &options, d->findings)))
		return -1;
	if (decide_is_free(d))
		return 0;
	return input_source(&d->decision->required, d->policy->require, &options, d->findings);
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

/*
 * The name and the bytes of a profile; the name is part of messages. A built-in one changes only
 * with this program, which is part of the key.
 */
static void decide_key_add_input(struct buffer *key, const char *name, const struct input *input)
{
	const struct source *source = &input->source;

	decide_key_add_text(key, name);
	precedent_add(key, source->text, source->is_builtin ? 0 : source->length);
}

static void decide_key_add_settings(struct buffer *key, const struct deciding *d)
{
	const struct policy *policy = d->policy;
	CLEANUP(buffer_free) struct buffer text = {0};

	buffer_addf(&text, "%d %u.%u %llx %u %d %d %d", (int)d->target.arch, d->target.kernel_major,
		    d->target.kernel_minor, (unsigned long long)d->target.capabilities,
		    policy->accept, policy->ignore_unknown, policy->allow_shadowed,
		    d->container.sandbox);
	precedent_add(key, text.data, text.length);
	decide_key_add_names(key, policy->allow.items, policy_allows(d) ? policy->allow.count : 0);
	decide_key_add_names(key, policy->deny.items, policy_denies(d) ? policy->deny.count : 0);
	decide_key_add_names(key, d->annotated_allow.list, d->annotated_allow.count);
	decide_key_add_names(key, d->annotated_deny.list, d->annotated_deny.count);
}

/*
 * Everything that the answer depends on. The container's name and annotations are not part of it:
 * what they say has already become a profile and names.
 */
static bool decide_key_make(struct deciding *d)
{
	const struct json *in = json_get_present(d->document->root, "linux");
	const struct json *own = in ? json_get_present(in, "seccomp") : NULL;

	if (!d->runtime || !d->runtime->remember || d->policy->mode == POLICY_ENTRYPOINT)
		return false;
	decide_key_add_settings(&d->key, d);
	precedent_add(&d->key, own ? d->document->text + own->start : NULL,
		      own ? own->end - own->start : 0);
	decide_key_add_input(&d->key, d->argument, &d->decision->input);
	decide_key_add_input(&d->key, decide_is_free(d) ? NULL : d->policy->require,
			     &d->decision->required);
	return precedent_add_runtime(&d->key, d->runtime, build_library_path()) == 0;
}

/* The answer as it is remembered: one byte for the kind of decision, then the section. */
static const char answers[] = {
	[DECISION_NOTHING] = 'n', [DECISION_SECTION] = 's', [DECISION_REMOVE] = 'r'};

bool decide_recall(struct deciding *d)
{
	CLEANUP(buffer_free) struct buffer answer = {0};

	if (!decide_key_make(d)) {
		buffer_free(&d->key);
		return false;
	}
	if (!precedent_recall(&d->key, &answer) || answer.length == 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		if (answers[i] != answer.data[0])
			continue;
		d->decision->what = (enum decision_what)i;
		buffer_add(&d->decision->section, answer.data + 1, answer.length - 1);
		return true;
	}
	return false;
}

static void decide_remember(const struct deciding *d)
{
	CLEANUP(buffer_free) struct buffer answer = {0};

	if (d->key.length == 0 || d->decision->what == DECISION_ENTRYPOINT)
		return;
	buffer_add(&answer, &answers[d->decision->what], 1);
	buffer_add(&answer, d->decision->section.data, d->decision->section.length);
	precedent_remember(&d->key, &answer);
}

int decide_check(struct deciding *d)
{
	if (d->decision->resolved && decide_check_rules(d))
		return -1;
	if (!decide_is_free(d) && decide_check_require(d))
		return -1;
	decide_remember(d);
	return 0;
}
