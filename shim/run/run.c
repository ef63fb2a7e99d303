/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp-shim run: reads and verifies everything, builds the filter, prints the findings, and
 * hands over to launch(). Nothing of this process is changed before that.
 */
#include <config.h>

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "filter/kernel/abi.h"
#include "filter/program/load.h"
#include "filter/rules/runtime_reading.h"
#include "shim/input/reading_options.h"
#include "shim/input/source.h"
#include "shim/input/target.h"
#include "shim/options.h"
#include "shim/print.h"
#include "shim/run/descriptors.h"
#include "shim/run/launch.h"
#include "shim/run/plan.h"

struct run_options {
	const char *profile, *config, *bundle, *preserve_fds;
	struct option_list security;
	struct plan_options plan;
	bool keep_fds, require_seccomp, require_agreement;
	bool quiet, verbose;
	struct reading_options reading;
	struct target_options target;
};

/* --security-opt, read. */
struct security {
	const char *seccomp; /* NULL where not given */
	bool has_no_new_privileges, no_new_privileges;
};

struct run {
	struct run_options options;
	struct security security;
	char *const *args; /* COMMAND [ARG...] */
	unsigned preserve_fds;
	struct input input;
	const struct config *config; /* of --config and --bundle, else NULL */
	struct plan plan;
	struct resolved *resolved;
	struct filter *filter; /* NULL: unconfined */
	bool failure_can_be_told;
	char *bundle; /* its absolute path, where a listener gets it */
	struct findings findings;
};

static void run_free(struct run *run)
{
	free(run->bundle);
	filter_free(run->filter);
	resolved_free(run->resolved);
	plan_free(&run->plan);
	findings_free(&run->findings);
	input_free(&run->input);
	options_free_list(&run->options.security);
	options_free_list(&run->options.plan.cap_add);
	options_free_list(&run->options.plan.cap_drop);
	options_free_list(&run->options.plan.ambient);
	options_free_list(&run->options.plan.env);
}

/* An error of the command line. */
static int run_report_usage(struct run *run, const char *remedy, const char *message)
{
	return finding_error(&run->findings, "usage", NOWHERE, remedy, "%s", message);
}

static int run_parse_seccomp(struct run *run, const char *value)
{
	if (run->security.seccomp)
		return run_report_usage(run, "give it once",
					"--security-opt seccomp= is given twice");
	if (!*value)
		return run_report_usage(run, "give seccomp=PROFILE",
					"--security-opt seccomp= has no profile");
	run->security.seccomp = value;
	return 0;
}

/* text: what follows the words, with its : or =. */
static int run_parse_privileges(struct run *run, const char *text)
{
	struct security *security = &run->security;

	if (security->has_no_new_privileges)
		return run_report_usage(run, "give it once",
					"--security-opt no-new-privileges is given twice");
	security->has_no_new_privileges = true;
	security->no_new_privileges = !*text || strcmp(text + 1, "true") == 0;
	if (security->no_new_privileges || strcmp(text + 1, "false") == 0)
		return 0;
	return run_report_usage(
		run,
		"expected no-new-privileges, no-new-privileges:true or no-new-privileges:false",
		"--security-opt no-new-privileges has an unknown value");
}

static int run_parse_security(struct run *run)
{
	static const char seccomp[] = "seccomp=", privileges[] = "no-new-privileges";
	const struct option_list *list = &run->options.security;

	for (size_t i = 0; i < list->count; i++) {
		const char *value = list->values[i];
		const char *rest = value + strlen(privileges);
		int result;

		if (strncmp(value, seccomp, strlen(seccomp)) == 0)
			result = run_parse_seccomp(run, value + strlen(seccomp));
		else if (strncmp(value, privileges, strlen(privileges)) == 0 &&
			 strchr(":=", *rest)) /* finds the end of the text too */
			result = run_parse_privileges(run, rest);
		else
			result = finding_error(
				&run->findings, "usage", NOWHERE,
				"expected seccomp=PROFILE or no-new-privileges[:true|false]",
				"unknown --security-opt %s", text_escaped(value, strlen(value)));
		if (result)
			return -1;
	}
	return 0;
}

static bool run_says_unconfined(const struct run *run)
{
	return run->security.seccomp && strcmp(run->security.seccomp, "unconfined") == 0;
}

/*
 * One source; only the word unconfined may stand beside a config.json, for one without a section.
 */
static int run_check_sources(struct run *run)
{
	const struct run_options *options = &run->options;
	bool config = options->config || options->bundle;
	int count = !!options->profile + !!options->config + !!options->bundle +
		    (run->security.seccomp && !(config && run_says_unconfined(run)));

	if (count > 1)
		return run_report_usage(run, "give only one of them",
					"--profile, --config, --bundle and --security-opt seccomp= "
					"exclude one another");
	return 0;
}

static int run_parse_preserve_fds(struct run *run)
{
	const char *text = run->options.preserve_fds;
	unsigned long count;
	int missing;

	if (!text)
		return 0;
	errno = 0;
	count = strtoul(text, NULL, 10);
	if (!*text || text[strspn(text, "0123456789")] || errno || count > INT_MAX / 2)
		return run_report_usage(run, "expected a number",
					"--preserve-fds is not a valid number");
	run->preserve_fds = (unsigned)count;
	if (descriptors_are_open(run->preserve_fds, &missing))
		return 0;
	return finding_error(&run->findings, "usage", NOWHERE, "N counts the descriptors from 3 on",
			     "--preserve-fds %u: descriptor %d is not open", run->preserve_fds,
			     missing);
}

/* no_new_privs is on by default; nobody can turn it off where it is on already. */
static void run_decide_no_new_privileges(struct run *run)
{
	struct plan_options *plan = &run->options.plan;

	plan->no_new_privileges =
		!run->security.has_no_new_privileges || run->security.no_new_privileges;
	if (plan->no_new_privileges || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return;
	finding_add(&run->findings, SEVERITY_WARNING, "no-new-privileges", NOWHERE, NULL,
		    "no_new_privs is on in this process already and stays on");
	plan->no_new_privileges = true;
}

static int run_open_bundle(struct run *run, const struct input_options *options)
{
	CLEANUP(cleanup_close) int directory = -1;

	return input_open_bundle(&run->input, run->options.bundle, options, &directory,
				 &run->findings);
}

static int run_open_input(struct run *run)
{
	const char *config = run->options.config;
	const char *named = run->options.profile ? run->options.profile : run->security.seccomp;
	const bool with_process = config || run->options.bundle;
	const struct input_options options = {
		.seccomp_root = run->options.reading.seccomp_root,
		.ignore_unknown = run->options.reading.ignore_unknown,
		.config_only = with_process,
		.with_process = with_process,
	};

	if (run->options.bundle
		    ? run_open_bundle(run, &options)
		    : input_open(&run->input, config ? config : named, &options, &run->findings))
		return -1;
	if (with_process)
		run->config = run->input.config;
	return 0;
}

/* One that run_check_sources() lets pass. */
static const char *run_unconfined_remedy(const struct run *run)
{
	if (run->options.profile)
		return "give --security-opt seccomp=unconfined in place of -p to run it without "
		       "one";
	if (run->security.seccomp)
		return "give --security-opt seccomp=unconfined in place of it to run it without "
		       "one";
	return "give --security-opt seccomp=unconfined to run it without one";
}

/*
 * Whether there is a filter at all: without one only if the user says so (seccomp-shim-profile(5),
 * "No profile").
 */
static int run_decide_confined(struct run *run)
{
	const bool unconfined = run->input.unconfined || run_says_unconfined(run);
	const struct place file = {.file = run->input.source.name};

	run->options.plan.confined = !unconfined;
	if (unconfined && run->options.require_seccomp)
		return run_report_usage(run, "name a profile",
					"--require-seccomp refuses unconfined");
	if (unconfined && run->input.profile)
		return finding_error(&run->findings, "unconfined", run->input.profile->place,
				     "remove one of them",
				     "there is a seccomp section, and --security-opt "
				     "seccomp=unconfined would drop it");
	if (!unconfined && !run->input.profile)
		return finding_error(&run->findings, "no-seccomp",
				     run->input.config ? run->input.config->place : file,
				     run_unconfined_remedy(run),
				     "config.json has no linux.seccomp");
	return 0;
}

/*
 * run enforces the strict reading: a runtime's may drop rules, and is for inspection only. Parsed
 * without target_reading(), which asks the runtime that is installed.
 */
static int run_refuse_as(struct run *run)
{
	const char *as = run->options.target.as;
	struct runtime_reading reading;

	if (!as)
		return 0;
	if (!runtime_reading_parse(as, &reading, &run->findings))
		return -1;
	if (reading.runtime == RUNTIME_NONE)
		return 0;
	return run_report_usage(run, "use it with check, compile, explain, diff or test",
				"--as: run enforces only the strict reading");
}

static int run_resolve(struct run *run)
{
	struct target target;

	if (run_refuse_as(run))
		return -1;
	if (target_make(&run->options.target, run->plan.capabilities, &target, &run->findings))
		return -1;
	if (target.arch != abi_native()->arch)
		return finding_error(&run->findings, "usage", NOWHERE, "leave out --arch",
				     "--arch %s: this machine runs %s", arch_name(target.arch),
				     abi_native()->name);
	run->resolved = profile_resolve(run->input.profile, &target, &run->findings);
	return run->resolved ? 0 : -1;
}

static int run_build(struct run *run)
{
	const struct leniency leniency = reading_leniency(&run->options.reading);

	run->filter = filter_build(run->resolved, NULL, &leniency,
				   run->options.require_agreement ? SEVERITY_ERROR : SEVERITY_NOTE,
				   &run->findings);
	if (!run->filter)
		return -1;
	return load_check(&run->filter->flags, run->filter->implied_spec_allow, run->resolved,
			  &run->findings);
}

static bool run_passes(struct run *run, const char *call, struct place *place)
{
	*place = run->input.profile->default_place;
	return filter_call_passes(run->filter, call, place) == FILTER_PASSES;
}

/* Decided by the program itself, before it is loaded (HACKING.md, "execve must pass"). */
static int run_check_calls(struct run *run)
{
	bool can_write, can_exit;
	struct place place;

	if (!run_passes(run, "execve", &place))
		return finding_error(&run->findings, "execve-denied", place,
				     "add a rule that allows execve whatever its arguments",
				     "the profile does not allow execve, so no command can be "
				     "executed under it");
	can_write = run_passes(run, "write", &place);
	can_exit = run_passes(run, "exit_group", &place);
	if (!can_exit)
		finding_add(&run->findings, SEVERITY_WARNING, "exit-denied", place,
			    "add a rule that allows exit_group",
			    "the profile does not allow exit_group, so the command cannot end by "
			    "itself");
	run->failure_can_be_told = can_write && can_exit;
	return 0;
}

static int run_report_annotation(struct run *run, const struct json *value)
{
	return finding_error(&run->findings, "annotations", value->place,
			     "annotations must be an object of strings",
			     "the listener gets the annotations, and this is %s",
			     json_type_name(value->type));
}

/* As they are written: the parser has checked every byte of them. */
static int run_plan_annotations(struct run *run, struct listener_plan *plan)
{
	const struct json *annotations =
		run->config ? json_get_present(run->input.document->root, "annotations") : NULL;

	if (!annotations)
		return 0;
	if (annotations->type != JSON_OBJECT)
		return run_report_annotation(run, annotations);
	for (size_t i = 0; i < annotations->length; i++)
		if (annotations->members[i].value->type != JSON_STRING)
			return run_report_annotation(run, annotations->members[i].value);
	plan->annotations = run->input.document->text + annotations->start;
	plan->annotations_length = annotations->end - annotations->start;
	return 0;
}

/* Without --bundle the working directory stands for the bundle. */
static int run_plan_bundle(struct run *run, struct listener_plan *plan)
{
	const char *bundle = run->options.bundle ? run->options.bundle : ".";

	run->bundle = realpath(bundle, NULL);
	if (!run->bundle)
		return finding_error(&run->findings, "bundle", NOWHERE, NULL,
				     "cannot determine the path of %s for the listener: %s",
				     run->options.bundle ? text_escaped(bundle, strlen(bundle))
							 : "the working directory",
				     strerror(errno));
	plan->bundle = run->bundle;
	return 0;
}

/* What the agent behind listenerPath receives. */
static int run_plan_listener(struct run *run)
{
	const struct profile *profile = run->input.profile;
	struct listener_plan *plan = &run->plan.launch.listener;

	if (!load_gives_listener(run->filter->flags))
		return 0;
	plan->path = profile->listener_path;
	plan->place = profile->listener_place;
	plan->metadata = profile->listener_metadata;
	plan->synchronised = load_synchronises(run->filter->flags);
	return run_plan_annotations(run, plan) || run_plan_bundle(run, plan) ? -1 : 0;
}

static int run_prepare(struct run *run)
{
	if (run_parse_security(run) || run_check_sources(run) || run_parse_preserve_fds(run))
		return -1;
	run_decide_no_new_privileges(run);
	if (run_open_input(run) || run_decide_confined(run) ||
	    plan_make(&run->plan, &run->options.plan, run->config, run->args, &run->findings))
		return -1;
	if (run->options.plan.confined &&
	    (run_resolve(run) || run_build(run) || run_check_calls(run) || run_plan_listener(run)))
		return -1;
	return run->findings.errors ? -1 : 0;
}

/*
 * libseccomp is asked in a child; where SIGCHLD was inherited as ignored the kernel would reap it.
 * The command gets the signal as it was inherited.
 */
static int run_prepare_with_children(struct run *run)
{
	const struct sigaction normal = {.sa_handler = SIG_DFL};
	struct sigaction before;
	int result;

	if (sigaction(SIGCHLD, &normal, &before))
		return run_report_usage(run, NULL, "cannot set SIGCHLD to its default action");
	result = run_prepare(run);
	if (sigaction(SIGCHLD, &before, NULL))
		return run_report_usage(run, NULL, "cannot restore SIGCHLD");
	return result;
}

static int run_launch(struct run *run)
{
	struct launch *launching = &run->plan.launch;

	launching->filter = run->filter;
	launching->failure_can_be_told = !run->filter || run->failure_can_be_told;
	launching->preserve_fds = run->preserve_fds;
	launching->keep_fds = run->options.keep_fds;
	launching->stdin_null = run->input.source.from_stdin;
	return launch(launching);
}

static int run_main(const struct command *command, int argc, char **argv)
{
	CLEANUP(run_free) struct run run = {0};
	int first = options_parse(command, argc, argv, &run.options);
	int result;

	if (first < 0)
		return first == -2 ? STATUS_OK : STATUS_RUN_REFUSED;
	run.args = argv + first;
	result = run_prepare_with_children(&run);
	print_findings(&run.findings, run.options.quiet, run.options.verbose);
	if (result)
		return STATUS_RUN_REFUSED;
	/* What would load no filter, and was not asked for by name, must not get this far. */
	if (!run.filter && run.options.plan.confined) {
		print_one_error("give --security-opt seccomp=unconfined to run without one",
				"there is no filter");
		return STATUS_RUN_REFUSED;
	}
	return run_launch(&run);
}

#define AT(member) offsetof(struct run_options, member)

static const struct option_row run_rows[] = {
	{'p', "profile", "PROFILE",
	 "the profile: a file, -, default, audit, unconfined or localhost/NAME; the same as "
	 "--security-opt seccomp=PROFILE",
	 OPTION_TEXT, AT(profile)},
	{0, "config", "FILE", "take the process and the seccomp section from a config.json",
	 OPTION_TEXT, AT(config)},
	{0, "bundle", "DIR", "the same from DIR/config.json", OPTION_TEXT, AT(bundle)},
	{0, "security-opt", "VALUE",
	 "seccomp=PROFILE, or no-new-privileges[:true|false] (no-new-privileges alone: true)",
	 OPTION_LIST, AT(security)},
	{0, "cap-add", "CAP", "keep this capability (names with commas, docker, ALL)", OPTION_LIST,
	 AT(plan.cap_add)},
	{0, "cap-drop", "CAP", "remove this capability from all five sets (the same words)",
	 OPTION_LIST, AT(plan.cap_drop)},
	{0, "ambient", "CAP",
	 "keep this capability in the inheritable and ambient sets too, so that a user other than "
	 "root has it",
	 OPTION_LIST, AT(plan.ambient)},
	{0, "user", "USER", "run as NAME|UID[:GROUP|GID]", OPTION_TEXT, AT(plan.user)},
	{0, "env", "K[=V]", "set K in the command's environment; K alone: copy it from here",
	 OPTION_LIST, AT(plan.env)},
	{0, "workdir", "DIR", "run in this directory", OPTION_TEXT, AT(plan.workdir)},
	{0, "preserve-fds", "N", "leave descriptors 3 to 2+N open", OPTION_TEXT, AT(preserve_fds)},
	{0, "keep-fds", NULL, "leave all descriptors open", OPTION_FLAG, AT(keep_fds)},
	{0, "host-root", NULL, "run a config.json as uid 0 although its root.path is not entered",
	 OPTION_FLAG, AT(plan.host_root)},
	{0, "require-seccomp", NULL, "refuse unconfined", OPTION_FLAG, AT(require_seccomp)},
	{0, "require-agreement", NULL,
	 "refuse a profile that libseccomp would interpret differently", OPTION_FLAG,
	 AT(require_agreement)},
	QUIET_ROW(offsetof(struct run_options, quiet)),
	{0, "verbose", NULL, "print notes too", OPTION_FLAG, AT(verbose)},
	READING_OPTION_ROWS(struct run_options),
	TARGET_OPTION_ROWS(struct run_options),
};

static const char run_notes[] =
	"Without a profile, run uses `default`. As root with all capabilities `default`\n"
	"allows what they allow (mount, reboot): --cap-drop ALL --cap-add docker leaves\n"
	"only those that Docker leaves.\n"
	"\n"
	"run does not set up namespaces, mounts or cgroups, and does not enter root.path\n"
	"of a config.json: programs of the host are run. HOME is not set.\n"
	"--as accepts strict only: run enforces the rules as written.\n"
	"\n"
	"Exit status: the command's own; 125 if nothing was run, 126 if the command was\n"
	"found but cannot be executed, 127 if it was not found.";

const struct command command_run = {
	.name = "run",
	.synopsis = "[-p PROFILE | --config FILE | --bundle DIR]\n"
		    "                        [options] [--] [COMMAND [ARG...]]",
	.summary = "Runs a command under a seccomp profile.",
	.notes = run_notes,
	.options = run_rows,
	.option_count = ARRAY_SIZE(run_rows),
	.trouble = STATUS_RUN_REFUSED,
	.becomes_another = true,
	.main = run_main,
};
