/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens the PROFILE that a user names: built-ins, localhost/NAME below the seccomp root, files,
 * bundles; and decides which text is a config.json and which a profile. Whatever the result, the
 * input keeps the names that findings point to until input_free().
 */
#include <config.h>
#include "shim/input/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SECCOMP_ROOT	 "/var/lib/kubelet/seccomp" /* the kubelet's */
#define LOCALHOST_PREFIX "localhost/"

enum builtin { BUILTIN_NONE, BUILTIN_DEFAULT, BUILTIN_AUDIT, BUILTIN_UNCONFINED };

static enum builtin input_find_builtin(const char *name)
{
	static const struct {
		const char *name;
		enum builtin builtin;
	} names[] = {
		{"default", BUILTIN_DEFAULT},
		{"runtime/default", BUILTIN_DEFAULT},
		{"docker/default", BUILTIN_DEFAULT},
		{"builtin", BUILTIN_DEFAULT},
		{"audit", BUILTIN_AUDIT},
		{"unconfined", BUILTIN_UNCONFINED},
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(name, names[i].name) == 0)
			return names[i].builtin;
	return BUILTIN_NONE;
}

bool input_is_builtin(const char *name)
{
	return input_find_builtin(name) != BUILTIN_NONE;
}

/* The text of a built-in, copied, because a source owns its text. */
static void input_read_builtin(struct source *source, enum builtin builtin)
{
	const bool audit = builtin == BUILTIN_AUDIT;

	*source = (struct source){
		.name = mem_string(audit ? "audit" : "default"),
		.text = mem_string_n(audit ? builtin_audit : builtin_default,
				     audit ? builtin_audit_length : builtin_default_length),
		.length = audit ? builtin_audit_length : builtin_default_length,
		.is_builtin = true,
	};
}

/* True if every component is a name: neither empty nor `.` nor `..`. */
static bool input_is_relative_name(const char *name)
{
	for (;;) {
		size_t length = strcspn(name, "/");

		if (length == 0 || (length == 1 && name[0] == '.') ||
		    (length == 2 && name[0] == '.' && name[1] == '.'))
			return false;
		if (!name[length])
			return true;
		name += length + 1;
	}
}

static const char *input_directory_remedy(int error, const char *otherwise)
{
	if (error == EACCES || error == EPERM)
		return NULL;
	if (error == EMFILE || error == ENFILE)
		return "close files, or raise ulimit -n";
	return otherwise;
}

/*
 * Opens a directory, to open files below it. remedy: if it does not exist or is not a directory. -1
 * after an error at `place`.
 */
static int input_open_directory(const char *path, struct place place, const char *what,
				const char *remedy, struct findings *findings)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return finding_error(findings, "directory-open", place,
				     input_directory_remedy(errno, remedy),
				     "cannot open the %s %s: %s", what,
				     text_escaped(path, strlen(path)), strerror(errno));
	return fd;
}

static int input_read_localhost(struct source *source, const char *argument, const char *root,
				struct findings *findings)
{
	const char *name = argument + strlen(LOCALHOST_PREFIX);
	CLEANUP(cleanup_close) int directory = -1;

	*source = (struct source){.name = mem_string(argument)};
	if (!input_is_relative_name(name))
		return finding_error(findings, "localhost-name", (struct place){source->name, 0, 0},
				     "use localhost/NAME, a relative path without . and ..",
				     "is not a name below the seccomp root");
	directory = input_open_directory(root ? root : SECCOMP_ROOT,
					 (struct place){source->name, 0, 0}, "seccomp root",
					 "give an existing directory with --seccomp-root DIR",
					 findings);
	if (directory < 0)
		return -1;
	source_free(source);
	return source_read(source, directory, name, argument, findings);
}

static int input_parse_config(struct input *input, const struct input_options *options,
			      struct findings *findings)
{
	input->config = config_read(input->document->root, options->with_process,
				    options->ignore_unknown, findings);
	if (!input->config)
		return -1;
	input->profile = input->config->seccomp;
	return 0;
}

/* Parses the text into a profile: the keys decide which format it is. */
int input_parse(struct input *input, const struct input_options *options, struct findings *findings)
{
	const struct source *source = &input->source;

	if (input->unconfined)
		return 0;
	input->document = json_parse(source->name, source->text, source->length, findings);
	if (!input->document)
		return -1;
	if (config_is(input->document->root))
		return input_parse_config(input, options, findings);
	if (options->config_only)
		return finding_error(findings, "no-config", input->document->root->place,
				     "expected an object with ociVersion, process or linux",
				     "is not a config.json");
	input->profile = profile_read(input->document->root, PROFILE_DOCKER,
				      options->ignore_unknown, findings);
	input->owns_profile = true;
	return input->profile ? 0 : -1;
}

/* True for bpf:FILE and pid:N, which are not profiles, unless a file has that name. */
static bool input_names_program(const char *argument)
{
	return (strncmp(argument, "bpf:", 4) == 0 || strncmp(argument, "pid:", 4) == 0) &&
	       access(argument, F_OK) != 0;
}

/* --config names a file, never a built-in. */
static int input_read(struct input *input, const char *argument,
		      const struct input_options *options, struct findings *findings)
{
	enum builtin builtin = options->config_only ? BUILTIN_NONE : input_find_builtin(argument);

	if (builtin != BUILTIN_NONE) {
		input_read_builtin(&input->source, builtin);
		return 0;
	}
	if (!options->config_only &&
	    strncmp(argument, LOCALHOST_PREFIX, strlen(LOCALHOST_PREFIX)) == 0)
		return input_read_localhost(&input->source, argument, options->seccomp_root,
					    findings);
	if (!options->config_only && input_names_program(argument)) {
		input->source.name = mem_string(argument);
		return finding_error(findings, "file-open",
				     (struct place){.file = input->source.name},
				     "use it with compile, explain, diff or test",
				     "is a filter without rules, and this must be a profile");
	}
	return source_read(&input->source, AT_FDCWD, argument, argument, findings);
}

int input_source(struct input *input, const char *argument, const struct input_options *options,
		 struct findings *findings)
{
	*input = (struct input){0};
	if (!argument)
		argument = "default";
	if (!options->config_only && input_find_builtin(argument) == BUILTIN_UNCONFINED) {
		input->source.name = mem_string(argument);
		input->unconfined = true;
		return 0;
	}
	return input_read(input, argument, options, findings);
}

int input_open(struct input *input, const char *argument, const struct input_options *options,
	       struct findings *findings)
{
	if (input_source(input, argument, options, findings))
		return -1;
	return input_parse(input, options, findings);
}

int input_open_bundle(struct input *input, const char *bundle, const struct input_options *options,
		      int *directory, struct findings *findings)
{
	CLEANUP(cleanup_free) char *name = mem_format("%s/config.json", bundle);
	struct input_options config_options = *options;
	CLEANUP(cleanup_close) int held = -1;

	*input = (struct input){.source.name = mem_string(name)};
	*directory = -1;
	held = input_open_directory(bundle, (struct place){input->source.name, 0, 0}, "bundle",
				    "name a directory with a config.json", findings);
	if (held < 0)
		return -1;
	source_free(&input->source);
	config_options.config_only = true;
	if (source_read(&input->source, held, "config.json", name, findings) ||
	    input_parse(input, &config_options, findings))
		return -1;
	*directory = held;
	held = -1;
	return 0;
}

void input_free(struct input *input)
{
	if (input->owns_profile)
		profile_free(input->profile);
	config_free(input->config);
	json_free(input->document);
	source_free(&input->source);
	*input = (struct input){0};
}
