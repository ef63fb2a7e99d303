/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command lines of runc and crun, with the options of all their releases: a table of options
 * for each command, and two ways to read a word. runc moves options in front of operands before it
 * reads them; a line that it would read in another way than we do has operands left over, and both
 * refuse it.
 */
#include <config.h>

#include "shim/runtime/runtime_args.h"

#include <string.h>

enum takes { TAKES_NOTHING, TAKES_VALUE, TAKES_OPTIONAL };

enum where {
	WHERE_NOWHERE,
	WHERE_BUNDLE,
	WHERE_CONFIG,
	WHERE_PROCESS,
	WHERE_CAPABILITY,
	WHERE_LOG,
	WHERE_FORMAT
};

struct option_word {
	const char *name;
	char letter;
	enum takes takes;
	enum where where;
};

struct grammar {
	const struct option_word *options;
	size_t count;
};

/* runc 1.0 to 1.5 */
static const struct option_word runc_globals[] = {
	{"debug", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"log", 0, TAKES_VALUE, WHERE_LOG},
	{"log-format", 0, TAKES_VALUE, WHERE_FORMAT},
	{"root", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"criu", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"systemd-cgroup", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"rootless", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"help", 'h', TAKES_NOTHING, WHERE_NOWHERE},
	{"version", 'v', TAKES_NOTHING, WHERE_NOWHERE},
};
static const struct option_word runc_run[] = {
	{"bundle", 'b', TAKES_VALUE, WHERE_BUNDLE},
	{"config", 0, TAKES_VALUE, WHERE_CONFIG},
	{"console-socket", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"pidfd-socket", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"pid-file", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"detach", 'd', TAKES_NOTHING, WHERE_NOWHERE},
	{"keep", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"no-subreaper", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"no-pivot", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"no-new-keyring", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"preserve-fds", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"help", 'h', TAKES_NOTHING, WHERE_NOWHERE},
};
static const struct option_word runc_exec[] = {
	{"console-socket", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"pidfd-socket", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"cwd", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"env", 'e', TAKES_VALUE, WHERE_NOWHERE},
	{"tty", 't', TAKES_NOTHING, WHERE_NOWHERE},
	{"user", 'u', TAKES_VALUE, WHERE_NOWHERE},
	{"additional-gids", 'g', TAKES_VALUE, WHERE_NOWHERE},
	{"process", 'p', TAKES_VALUE, WHERE_PROCESS},
	{"detach", 'd', TAKES_NOTHING, WHERE_NOWHERE},
	{"pid-file", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"process-label", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"apparmor", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"no-new-privs", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"cap", 'c', TAKES_VALUE, WHERE_CAPABILITY},
	{"preserve-fds", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"cgroup", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"ignore-paused", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"no-subreaper", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"help", 'h', TAKES_NOTHING, WHERE_NOWHERE},
};

/* crun 0.15 to 1.29; --help, --usage, --version, --program-name and --HANG are argp's. */
static const struct option_word crun_globals[] = {
	{"debug", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"cgroup-manager", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"systemd-cgroup", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"log", 0, TAKES_VALUE, WHERE_LOG},
	{"log-format", 0, TAKES_VALUE, WHERE_FORMAT},
	{"log-level", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"root", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"rootless", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"version", 'v', TAKES_NOTHING, WHERE_NOWHERE},
	{"version", 'V', TAKES_NOTHING, WHERE_NOWHERE},
	{"help", '?', TAKES_NOTHING, WHERE_NOWHERE},
	{"usage", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"program-name", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"HANG", 0, TAKES_OPTIONAL, WHERE_NOWHERE},
};
static const struct option_word crun_run[] = {
	{"bundle", 'b', TAKES_VALUE, WHERE_BUNDLE},
	{"config", 'f', TAKES_VALUE, WHERE_CONFIG},
	{"detach", 'd', TAKES_NOTHING, WHERE_NOWHERE},
	{"console-socket", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"preserve-fds", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"pid-file", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"keep", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"no-subreaper", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"no-new-keyring", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"no-pivot", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"help", '?', TAKES_NOTHING, WHERE_NOWHERE},
	{"usage", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"program-name", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"HANG", 0, TAKES_OPTIONAL, WHERE_NOWHERE},
};
static const struct option_word crun_exec[] = {
	{"apparmor", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"cgroup", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"console-socket", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"cwd", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"cap", 'c', TAKES_VALUE, WHERE_CAPABILITY},
	{"detach", 'd', TAKES_NOTHING, WHERE_NOWHERE},
	{"env", 'e', TAKES_VALUE, WHERE_NOWHERE},
	{"no-new-privs", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"pid-file", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"preserve-fds", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"process", 'p', TAKES_VALUE, WHERE_PROCESS},
	{"process-label", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"tty", 't', TAKES_OPTIONAL, WHERE_NOWHERE},
	{"user", 'u', TAKES_VALUE, WHERE_NOWHERE},
	{"help", '?', TAKES_NOTHING, WHERE_NOWHERE},
	{"usage", 0, TAKES_NOTHING, WHERE_NOWHERE},
	{"program-name", 0, TAKES_VALUE, WHERE_NOWHERE},
	{"HANG", 0, TAKES_OPTIONAL, WHERE_NOWHERE},
};

/* Commands that start no process. Commands that are not listed are unknown. */
static const char *const harmless_runc[] = {
	"checkpoint", "delete", "events", "features", "help",  "h",	"kill",	  "list",
	"pause",      "ps",	"resume", "spec",     "start", "state", "update",
};
static const char *const harmless_crun[] = {
	"checkpoint", "delete", "features", "kill",  "list",  "mounts", "pause",
	"ps",	      "resume", "spec",	    "start", "state", "update",
};

static const struct {
	const char *word;
	enum runtime_command command;
} started[] = {
	{"create", COMMAND_CREATE},
	{"run", COMMAND_RUN},
	{"exec", COMMAND_EXEC},
	{"restore", COMMAND_RESTORE},
};

struct args_reading {
	struct runtime_args *args;
	enum runtime kind;
	struct grammar own, global; /* runc takes global options behind a command too */
	char *const *next;	    /* the next word */
	struct findings *findings;
};

static const char *args_kind_name(const struct args_reading *r)
{
	return r->kind == RUNTIME_CRUN ? "crun" : "runc";
}

static int args_refuse(const struct args_reading *r, const char *what, const char *word)
{
	return finding_error(
		r->findings, "runtime-arguments", NOWHERE,
		"use a command line that this version knows, see seccomp-shim-runtime(1)",
		"%s %s: not passed on to %s, because it might start a process", what,
		text_escaped(word, strlen(word)), args_kind_name(r));
}

static void args_store(struct args_reading *r, const struct option_word *option, const char *value)
{
	struct runtime_args *args = r->args;

	switch (option->where) {
	case WHERE_BUNDLE:
		args->bundle = value;
		break;
	case WHERE_CONFIG:
		args->config = value;
		break;
	case WHERE_PROCESS:
		args->process = value;
		break;
	case WHERE_CAPABILITY:
		args->adds_capabilities = true;
		break;
	case WHERE_LOG:
		args->log = value;
		break;
	case WHERE_FORMAT:
		args->log_format = value;
		break;
	case WHERE_NOWHERE:
		break;
	}
}

/*
 * The option's value is the next word, whatever it looks like. Only "-" is an operand for some
 * releases of runc, which then take another word as the value.
 */
static int args_store_next(struct args_reading *r, const struct option_word *option)
{
	if (!*r->next)
		return finding_error(r->findings, "runtime-arguments", NOWHERE, "give a value",
				     "option --%s needs a value", option->name);
	if (r->kind == RUNTIME_RUNC && r->args->word && strcmp(*r->next, "-") == 0)
		return args_refuse(r, "value of an option", *r->next);
	args_store(r, option, *r->next++);
	return 0;
}

static bool args_is_named(const char *name, const char *text, size_t length)
{
	return strlen(name) == length && strncmp(name, text, length) == 0;
}

/* ---- runc: "-name", "--name", "--name=value"; a letter is a name */

static const struct option_word *args_runc_find(const struct grammar *grammar, const char *text,
						size_t length)
{
	for (size_t i = 0; i < grammar->count; i++) {
		const struct option_word *option = &grammar->options[i];

		if (args_is_named(option->name, text, length) ||
		    (option->letter && length == 1 && text[0] == option->letter))
			return option;
	}
	return NULL;
}

static int args_runc_option(struct args_reading *r)
{
	const char *word = *r->next++, *text = word + 1 + (word[1] == '-');
	size_t length = strcspn(text, "=");
	const struct option_word *option = args_runc_find(&r->own, text, length);

	if (!option)
		option = args_runc_find(&r->global, text, length);
	if (!option)
		return args_refuse(r, "unknown option", word);
	if (text[length]) {
		args_store(r, option, text + length + 1);
		return 0;
	}
	return option->takes == TAKES_VALUE ? args_store_next(r, option) : 0;
}

/* ---- crun: getopt_long(3) */

/* Finds an option by its name or an unambiguous abbreviation; *count: how many it could be. */
static const struct option_word *args_crun_long(const struct grammar *grammar, const char *text,
						size_t length, size_t *count)
{
	const struct option_word *found = NULL;

	*count = 0;
	for (size_t i = 0; i < grammar->count; i++) {
		const struct option_word *option = &grammar->options[i];

		if (args_is_named(option->name, text, length)) {
			*count = 1;
			return option;
		}
		if (strncmp(option->name, text, length) != 0 ||
		    (found && strcmp(found->name, option->name) == 0))
			continue;
		found = option;
		(*count)++;
	}
	return found;
}

static int args_crun_long_option(struct args_reading *r)
{
	const char *word = *r->next++, *text = word + 2;
	size_t length = strcspn(text, "="), count;
	const struct option_word *option = args_crun_long(&r->own, text, length, &count);

	if (count > 1)
		return args_refuse(r, "ambiguous option", word);
	if (!option || (text[length] && option->takes == TAKES_NOTHING))
		return args_refuse(r, option ? "option that takes no value" : "unknown option",
				   word);
	if (text[length]) {
		args_store(r, option, text + length + 1);
		return 0;
	}
	return option->takes == TAKES_VALUE ? args_store_next(r, option) : 0;
}

static const struct option_word *args_crun_letter(const struct grammar *grammar, char letter)
{
	for (size_t i = 0; i < grammar->count; i++)
		if (grammar->options[i].letter == letter)
			return &grammar->options[i];
	return NULL;
}

/* "-db/bundle": letters up to one that takes the rest, or the next word. */
static int args_crun_letters(struct args_reading *r)
{
	const char *word = *r->next++;

	for (const char *letter = word + 1; *letter; letter++) {
		const struct option_word *option = args_crun_letter(&r->own, *letter);

		if (!option)
			return args_refuse(r, "unknown option", word);
		if (option->takes == TAKES_NOTHING)
			continue;
		if (letter[1])
			args_store(r, option, letter + 1);
		else if (option->takes == TAKES_VALUE)
			return args_store_next(r, option);
		return 0;
	}
	return 0;
}

static int args_read_option(struct args_reading *r)
{
	if (r->kind == RUNTIME_RUNC)
		return args_runc_option(r);
	return (*r->next)[1] == '-' ? args_crun_long_option(r) : args_crun_letters(r);
}

/* ---- the command line */

static bool args_is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0';
}

static bool args_is_end(const char *word)
{
	return strcmp(word, "--") == 0;
}

/* Reads up to the first operand; a "--" in front of it is skipped. */
static int args_read_options(struct args_reading *r)
{
	while (*r->next && args_is_option(*r->next)) {
		if (args_is_end(*r->next)) {
			r->next++;
			return 0;
		}
		if (args_read_option(r))
			return -1;
	}
	return 0;
}

static int args_report_operands(const struct args_reading *r, size_t count)
{
	return finding_error(r->findings, "runtime-arguments", NOWHERE,
			     "give the container's id, once", "%s has %zu operands", r->args->word,
			     count);
}

/* No runtime takes "" and "-" as ids, and versions differ in where reading ends at them. */
static bool args_is_id(const char *word)
{
	return *word && strcmp(word, "-") != 0;
}

/* Reads options and exactly one operand; runc takes options on both sides of it. */
static int args_read_container(struct args_reading *r)
{
	bool ended = false;
	size_t count = 0;

	while (*r->next) {
		const char *word = *r->next;

		if (!ended && args_is_end(word)) {
			ended = true;
			r->next++;
		} else if (!ended && args_is_option(word)) {
			if (r->kind == RUNTIME_CRUN && count > 0)
				return args_refuse(r, "option behind the container's id", word);
			if (args_read_option(r))
				return -1;
		} else if (!args_is_id(word)) {
			return args_refuse(r, "not a container's id:", word);
		} else {
			r->args->id = word;
			count++;
			r->next++;
		}
	}
	return count == 1 ? 0 : args_report_operands(r, count);
}

/* What is not understood of exec matters only in entrypoint mode. */
static int args_read_exec(struct args_reading *r)
{
	CLEANUP(findings_free) struct findings ignored = {0};
	struct findings *findings = r->findings;

	r->findings = &ignored;
	r->args->exec_unclear = args_read_options(r) != 0 || !*r->next;
	r->findings = findings;
	r->args->id = *r->next;
	return 0;
}

static bool args_is_harmless(const struct args_reading *r, const char *word)
{
	const char *const *list = r->kind == RUNTIME_CRUN ? harmless_crun : harmless_runc;
	size_t count =
		r->kind == RUNTIME_CRUN ? ARRAY_SIZE(harmless_crun) : ARRAY_SIZE(harmless_runc);

	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

/* True if a word of the line might be a command that starts a process. */
static bool args_may_start(char *const *words)
{
	for (; *words; words++)
		for (size_t i = 0; i < ARRAY_SIZE(started); i++)
			if (strcmp(*words, started[i].word) == 0)
				return true;
	return false;
}

#define GRAMMAR(options) ((struct grammar){options, ARRAY_SIZE(options)})

/* True for "run --help" and no more words: in any other place it could be a value. */
static bool args_ask_for_help(const struct args_reading *r)
{
	static const char *const words[] = {"--help", "-help", "-h", "--help", "--usage", "-?"};
	const size_t first = r->kind == RUNTIME_CRUN ? 3 : 0;

	for (size_t i = first; *r->next && !r->next[1] && i < first + 3; i++)
		if (strcmp(words[i], *r->next) == 0)
			return true;
	return false;
}

static int args_read_started(struct args_reading *r, enum runtime_command command)
{
	const bool crun = r->kind == RUNTIME_CRUN;

	if (args_ask_for_help(r))
		return 0;
	r->args->command = command;
	if (command == COMMAND_RESTORE)
		return 0; /* allowed or refused as a whole */
	if (!crun)
		r->global = GRAMMAR(runc_globals);
	if (command == COMMAND_EXEC) {
		r->own = crun ? GRAMMAR(crun_exec) : GRAMMAR(runc_exec);
		return args_read_exec(r);
	}
	r->own = crun ? GRAMMAR(crun_run) : GRAMMAR(runc_run);
	return args_read_container(r);
}

static int args_read_command(struct args_reading *r, char *const *words)
{
	r->args->word = *r->next++;
	for (size_t i = 0; i < ARRAY_SIZE(started); i++)
		if (strcmp(started[i].word, r->args->word) == 0)
			return args_read_started(r, started[i].command);
	if (args_is_harmless(r, r->args->word) || !args_may_start(words))
		return 0;
	return args_refuse(r, "unknown command", r->args->word);
}

int runtime_args_parse(struct runtime_args *args, enum runtime kind, char *const *words,
		       struct findings *findings)
{
	struct args_reading r = {.args = args, .kind = kind, .next = words, .findings = findings};

	*args = (struct runtime_args){.command = COMMAND_HARMLESS};
	r.own = kind == RUNTIME_CRUN ? GRAMMAR(crun_globals) : GRAMMAR(runc_globals);
	if (args_read_options(&r))
		return -1;
	if (!*r.next)
		return 0;
	return args_read_command(&r, words);
}
