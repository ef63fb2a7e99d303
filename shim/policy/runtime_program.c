/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the real runtime, and which libseccomp it uses. runc or crun is known by the file's name,
 * or else by its --version; libseccomp by its ELF header (the shared one, which is ours too) or by
 * what it prints (a static one). Nothing is taken from the caller's environment.
 */
#include <config.h>

#include "shim/policy/runtime_program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "filter/rules/build.h"
#include "shim/host/elf.h"
#include "shim/host/runtime_version.h"

#define SELF		 "/proc/self/exe"
#define NAME_DEFAULT	 "runc"
#define VERSION_TEXT_MAX 32

static int runtime_program_refuse(struct findings *findings, const char *path, const char *remedy,
				  const char *what)
{
	return finding_error(findings, "runtime-program", NOWHERE, remedy, "the runtime %s %s",
			     text_escaped(path, strlen(path)), what);
}

/* Only root may be able to change what root executes. */
static bool runtime_program_is_exposed(const struct stat *status)
{
	return geteuid() == 0 && (status->st_mode & (S_IWGRP | S_IWOTH));
}

/* True if the file is this program, by whatever name: the wrapper would start itself without end.
 */
static bool runtime_program_is_self(const struct stat *status)
{
	struct stat self;

	return stat(SELF, &self) != 0 ||
	       (self.st_dev == status->st_dev && self.st_ino == status->st_ino);
}

static int runtime_program_check(const struct runtime_program *program, struct findings *findings)
{
	if (!S_ISREG(program->status.st_mode))
		return runtime_program_refuse(findings, program->path,
					      "give the path of runc or crun",
					      "is not a regular file");
	if (access(program->path, X_OK) != 0)
		return runtime_program_refuse(findings, program->path,
					      "chmod +x, or give another one",
					      "cannot be executed");
	if (runtime_program_is_self(&program->status))
		return runtime_program_refuse(findings, program->path,
					      "give the path of runc or crun",
					      "is seccomp-shim itself");
	if (runtime_program_is_exposed(&program->status))
		return runtime_program_refuse(findings, program->path, "chmod go-w",
					      "is writable by others than its owner");
	return 0;
}

/* The path of a name in the system's folders; NULL if none has it. */
static char *runtime_program_search(const char *name, struct stat *status)
{
	for (size_t i = 0; system_folders[i]; i++) {
		char *path = mem_format("%s/%s", system_folders[i], name);

		if (stat(path, status) == 0 && S_ISREG(status->st_mode) &&
		    access(path, X_OK) == 0 && !runtime_program_is_self(status))
			return path;
		free(path);
	}
	return NULL;
}

static int runtime_program_find_name(struct runtime_program *program, const char *name,
				     struct findings *findings)
{
	program->path = runtime_program_search(name, &program->status);
	if (program->path)
		return 0;
	return runtime_program_refuse(
		findings, name, "give an absolute path, or a name in the system's folders",
		"is not in /usr/local/sbin, /usr/local/bin, /usr/sbin, /usr/bin, /sbin or "
		"/bin");
}

static int runtime_program_find_path(struct runtime_program *program, const char *path,
				     struct findings *findings)
{
	program->path = mem_string(path);
	if (stat(path, &program->status) == 0)
		return 0;
	return runtime_program_refuse(findings, path, "give an existing program",
				      errno == ENOENT || errno == ENOTDIR ? "does not exist"
									  : "cannot be inspected");
}

/* runc or crun, by the name of the file that a path leads to. */
static enum runtime runtime_program_kind_of_name(const char *path)
{
	CLEANUP(cleanup_free) char *real = realpath(path, NULL);
	const char *slash = strrchr(real ? real : path, '/');
	const char *name = slash ? slash + 1 : path;

	if (strcmp(name, "runc") == 0)
		return RUNTIME_RUNC;
	return strcmp(name, "crun") == 0 ? RUNTIME_CRUN : RUNTIME_NONE;
}

static enum runtime runtime_program_kind(const struct runtime_program *program,
					 enum policy_kind kind)
{
	enum runtime named = runtime_program_kind_of_name(program->path);
	struct runtime_answer answer;

	if (kind != POLICY_KIND_UNSET)
		return kind == POLICY_KIND_RUNC ? RUNTIME_RUNC : RUNTIME_CRUN;
	if (named != RUNTIME_NONE)
		return named;
	return runtime_ask(program->path, "--version", &answer) ? answer.kind : RUNTIME_NONE;
}

int runtime_program_find(struct runtime_program *program, const struct policy *policy,
			 struct findings *findings)
{
	const char *name = policy->runtime ? policy->runtime : NAME_DEFAULT;
	int result;

	*program = (struct runtime_program){.library = policy->libseccomp};
	if (name[0] != '/' && strchr(name, '/'))
		return runtime_program_refuse(findings, name, "give an absolute path, or a name",
					      "is a relative path");
	result = name[0] == '/' ? runtime_program_find_path(program, name, findings)
				: runtime_program_find_name(program, name, findings);
	if (result || runtime_program_check(program, findings))
		return -1;
	program->kind = runtime_program_kind(program, policy->kind);
	return 0;
}

/*
 * A static runtime prints which libseccomp it has: in an annotation of `features`, runc also with
 * --version.
 */
static bool runtime_program_ask_library(struct runtime_program *program,
					const struct runtime_answer *version)
{
	struct runtime_answer features;
	const char *library = version->library;

	if (program->library)
		library = program->library;
	else if (!*library && runtime_ask(program->path, "features", &features))
		library = features.library;
	return runtime_reading_set_library(&program->dialect, library);
}

bool runtime_program_ask(struct runtime_program *program)
{
	struct runtime_answer version;

	if (program->asked)
		return program->known;
	program->asked = true;
	program->why = "it is neither runc nor crun";
	if (program->kind == RUNTIME_NONE)
		return false;
	program->dialect.runtime = program->kind;
	program->why = "it does not print its version";
	if (!runtime_ask(program->path, "--version", &version) || version.version == 0)
		return false;
	program->dialect.version = version.version;
	program->why = "it does not print which libseccomp it uses, or prints an unknown one";
	program->known =
		elf_needs_library(program->path, RUNTIME_LIBRARY)
			? !program->library ||
				  runtime_reading_set_library(&program->dialect, program->library)
			: runtime_program_ask_library(program, &version);
	return program->known;
}

bool runtime_program_is_itself(const struct runtime_program *program)
{
	return runtime_program_kind_of_name(program->path) != RUNTIME_NONE && elf_is(program->path);
}

void runtime_program_free(struct runtime_program *program)
{
	free(program->path);
	*program = (struct runtime_program){0};
}
