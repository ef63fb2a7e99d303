/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds COMMAND in PATH like execvp(3), except that a file that the kernel does not know how to
 * execute is never given to a shell. Nothing here executes anything.
 */
#include <config.h>
#include "shim/run/command_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim/print.h"

/* Where execvp(3) of the GNU C library searches without PATH. */
#define DEFAULT_PATH "/bin:/usr/bin"

static const char *command_path_directories(char *const *env)
{
	for (; *env; env++)
		if (strncmp(*env, "PATH=", 5) == 0)
			return *env + 5;
	return DEFAULT_PATH;
}

/* 0 if execve(2) may be tried on the path, else the errno that it would give; *exists: the file was
 * seen. */
static int command_path_error(const char *path, bool *exists)
{
	struct stat status;

	*exists = stat(path, &status) == 0;
	if (!*exists)
		return errno;
	if (S_ISDIR(status.st_mode))
		return EISDIR;
	if (!S_ISREG(status.st_mode))
		return EACCES;
	/* AT_EACCESS: execve(2) goes by the effective capabilities too, access(2) does not. */
	if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0)
		return 0;
	if (errno != EPERM)
		return errno;
	/* An outer filter that does not know faccessat2(2); real and effective ids are the same. */
	return access(path, X_OK) ? errno : 0;
}

/* Errors of one directory after which execvp(3) tries the next. */
static bool command_path_goes_on(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ESTALE:
	case ENODEV:
	case ETIMEDOUT:
	case EACCES:
	case EISDIR:
		return true;
	default:
		return false;
	}
}

static char *command_path_join(const char *directory, size_t length, const char *name)
{
	if (length == 0)
		return mem_string(name); /* an empty element is the working directory */
	return mem_format("%.*s/%s", (int)length, directory, name);
}

static char *command_path_search(const char *name, const char *directories, int *error)
{
	*error = ENOENT;
	for (const char *at = directories;; at++) {
		size_t length = strcspn(at, ":");
		CLEANUP(cleanup_free) char *path = NULL;
		bool exists = false;
		int why = ENOENT;

		if (length < PATH_MAX) {
			path = command_path_join(at, length, name);
			why = command_path_error(path, &exists);
		}
		if (why == 0)
			return STEAL(path);
		if (!command_path_goes_on(why)) {
			*error = why;
			return NULL;
		}
		if (exists)
			*error = why; /* found, but not executable: reported if no directory has a
					 better one */
		at += length;
		if (!*at)
			return NULL;
	}
}

char *command_path_find(const char *name, char *const *env, int *error)
{
	bool exists;

	if (!*name) {
		*error = ENOENT;
		return NULL;
	}
	if (strchr(name, '/')) {
		*error = command_path_error(name, &exists);
		return *error ? NULL : mem_string(name);
	}
	if (strlen(name) > NAME_MAX) {
		*error = ENAMETOOLONG;
		return NULL;
	}
	return command_path_search(name, command_path_directories(env), error);
}

int command_path_status(int error)
{
	return error == ENOENT || error == ENOTDIR ? STATUS_RUN_NOT_FOUND
						   : STATUS_RUN_NOT_EXECUTABLE;
}

const char *command_path_reason(int error)
{
	switch (error) {
	case ENOENT:
		return "No such file or directory (the command, or the interpreter that it needs)";
	case ENOTDIR:
		return "Not a directory (the path leads through a file)";
	case EACCES:
		return "Permission denied (it must be an executable file on a file system without "
		       "noexec)";
	case EISDIR:
		return "Is a directory (it must be an executable file)";
	case ENOEXEC:
		return "Exec format error (neither a program of this machine nor a script that "
		       "begins with #!)";
	case ENAMETOOLONG:
		return "File name too long (at most 255 bytes a name, 4095 a path)";
	case ELOOP:
		return "Too many levels of symbolic links, or of interpreters (remove the circle)";
	case E2BIG:
		return "Argument list too long (use fewer arguments, or a smaller environment)";
	case ETXTBSY:
		return "Text file busy (somebody has it open for writing)";
	case EPERM:
		return "Operation not permitted (it has file capabilities, or a security module "
		       "forbids it)";
	case EAGAIN:
		return "Resource temporarily unavailable (the user has more processes than "
		       "RLIMIT_NPROC)";
	case ENOMEM:
		return "Cannot allocate memory (free memory, or raise the limit on it)";
	case EIO:
		return "Input/output error (its file system cannot be read)";
	case EINVAL:
		return "Invalid argument (it may name more than one interpreter)";
	case ELIBBAD:
		return "Accessing a corrupted shared library (its interpreter)";
	case EMFILE:
	case ENFILE:
		return "Too many open files (raise ulimit -n, or close files in the system)";
	default:
		return "execve(2) failed";
	}
}
