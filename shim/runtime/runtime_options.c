/* SPDX-License-Identifier: Apache-2.0 */
/* The options of runtime and of the hooks, and what each sets in a policy. */
#include <config.h>

#include "shim/runtime/runtime_options.h"

#include <string.h>

#include "shim/input/reading_options.h"

#define AT(member) offsetof(struct runtime_values, member)

const struct option_row runtime_rows[RUNTIME_ROW_COUNT] = {
	{0, "policy", "FILE", "the policy (default: /etc/seccomp-shim/runtime.json)", OPTION_TEXT,
	 AT(policy)},
	{0, "runtime", "NAME",
	 "the real runtime: an absolute path, or a name (the wrapper's default: runc)", OPTION_TEXT,
	 AT(runtime)},
	{0, "runtime-kind", "KIND",
	 "runc or crun: how it reads its command line and profiles (default: by "
	 "its name or --version)",
	 OPTION_TEXT, AT(runtime_kind)},
	{0, "libseccomp", "VERSION",
	 "the version of libseccomp that it uses, if it does not report it", OPTION_TEXT,
	 AT(libseccomp)},
	{0, "mode", "MODE", "delegate (default) or entrypoint", OPTION_TEXT, AT(mode)},
	{0, "profile", "PROFILE", "the profile of containers that have none", OPTION_TEXT,
	 AT(profile)},
	{0, "override", NULL, "also replace a profile that the container already has", OPTION_FLAG,
	 AT(override)},
	{0, "sandbox", "PROFILE", "the profile of the pods' own containers (default: none)",
	 OPTION_TEXT, AT(sandbox)},
	{0, "require", "PROFILE", "refuse a container whose profile is not at least as strict",
	 OPTION_TEXT, AT(require)},
	{0, "allow", "NAME", "allow this system call in a profile that the policy gives",
	 OPTION_LIST, AT(allow)},
	{0, "deny", "NAME", "deny this system call in every profile, also a container's own",
	 OPTION_LIST, AT(deny)},
	{0, "annotation", "NAME", "follow this annotation of containers", OPTION_LIST,
	 AT(annotations)},
	{0, "accept", "KIND", "accept this difference in how the runtime reads a profile",
	 OPTION_LIST, AT(accept)},
	{0, "allow-restore", NULL, "pass restore on to the runtime", OPTION_FLAG,
	 AT(allow_restore)},
	{0, "allow-mounting-containers", NULL,
	 "in entrypoint mode: accept containers that can mount", OPTION_FLAG,
	 AT(allow_mounting_containers)},
	{0, "move", NULL, "in entrypoint mode: move the container's own profile too", OPTION_FLAG,
	 AT(move)},
	{0, "require-no-new-privileges", NULL,
	 "in entrypoint mode: refuse a container without noNewPrivileges", OPTION_FLAG,
	 AT(require_no_new_privileges)},
	SECCOMP_ROOT_ROW(offsetof(struct runtime_values, seccomp_root)),
	/* not the rows of other commands: warnings would reach nobody */
	{0, "ignore-unknown", NULL, "accept unknown keys and unknown names of system calls",
	 OPTION_FLAG, AT(ignore_unknown)},
	{0, "allow-shadowed", NULL,
	 "accept a stricter rule with conditions that a rule without conditions makes useless",
	 OPTION_FLAG, AT(allow_shadowed)},
};

bool runtime_values_given(const struct runtime_values *values)
{
	return values->runtime || values->profile || values->sandbox || values->require ||
	       values->mode || values->allow.count > 0 || values->deny.count > 0;
}

static int runtime_values_report_word(const char *option, const char *word, const char *remedy,
				      struct findings *findings)
{
	return finding_error(findings, "usage", NOWHERE, remedy, "--%s: unknown word \"%s\"",
			     option, text_escaped(word, strlen(word)));
}

static int runtime_values_apply_words(const struct runtime_values *values, struct policy *policy,
				      struct findings *findings)
{
	if (values->mode && !policy_mode_word(values->mode, &policy->mode))
		return runtime_values_report_word("mode", values->mode,
						  "expected delegate or entrypoint", findings);
	if (values->runtime_kind && !policy_kind_word(values->runtime_kind, &policy->kind))
		return runtime_values_report_word("runtime-kind", values->runtime_kind,
						  "expected runc or crun", findings);
	return 0;
}

/* The bits of a list of words; they replace those of the file. */
static int runtime_values_apply_bits(const struct option_list *list, const char *option,
				     bool (*word)(const char *word, unsigned *bit), unsigned *bits,
				     struct findings *findings)
{
	if (list->count > 0)
		*bits = 0;
	for (size_t i = 0; i < list->count; i++) {
		unsigned bit;

		if (!word(list->values[i], &bit))
			return runtime_values_report_word(
				option, list->values[i],
				"use a word of seccomp-shim-runtime.json(5)", findings);
		*bits |= bit;
	}
	return 0;
}

static void runtime_values_apply_list(const struct option_list *list, struct policy_list *names)
{
	if (list->count > 0)
		*names = (struct policy_list){list->values, list->count};
}

static void runtime_values_apply_text(const char *value, const char **text)
{
	if (value)
		*text = value;
}

static void runtime_values_apply_flags(const struct runtime_values *values, struct policy *policy)
{
	policy->override |= values->override;
	policy->move |= values->move;
	policy->allow_restore |= values->allow_restore;
	policy->allow_mounting_containers |= values->allow_mounting_containers;
	policy->require_no_new_privileges |= values->require_no_new_privileges;
	policy->ignore_unknown |= values->ignore_unknown;
	policy->allow_shadowed |= values->allow_shadowed;
}

int runtime_values_apply(const struct runtime_values *values, struct policy *policy,
			 struct findings *findings)
{
	runtime_values_apply_text(values->runtime, &policy->runtime);
	runtime_values_apply_text(values->libseccomp, &policy->libseccomp);
	runtime_values_apply_text(values->profile, &policy->profile);
	runtime_values_apply_text(values->sandbox, &policy->sandbox);
	runtime_values_apply_text(values->require, &policy->require);
	runtime_values_apply_text(values->seccomp_root, &policy->seccomp_root);
	runtime_values_apply_list(&values->allow, &policy->allow);
	runtime_values_apply_list(&values->deny, &policy->deny);
	runtime_values_apply_flags(values, policy);
	if (runtime_values_apply_words(values, policy, findings) ||
	    runtime_values_apply_bits(&values->annotations, "annotation", policy_annotation_word,
				      &policy->annotations, findings))
		return -1;
	return runtime_values_apply_bits(&values->accept, "accept", policy_accept_word,
					 &policy->accept, findings);
}

void runtime_values_free(struct runtime_values *values)
{
	options_free_list(&values->allow);
	options_free_list(&values->deny);
	options_free_list(&values->annotations);
	options_free_list(&values->accept);
}
