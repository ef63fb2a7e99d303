/* SPDX-License-Identifier: Apache-2.0 */
/* The paths that hook install gives an engine: program, wrapper, policy and log. */
#include <config.h>

#include "shim/hook/hook_install.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "oci/utf8.h"

/* Paths are written into JSON and TOML between quotes, without escapes. */
static int install_check_path(struct install *install, const char *option, const char *path)
{
	bool plain = path[0] == '/' && utf8_check(path, strlen(path)) == strlen(path);

	for (const char *c = path; *c; c++)
		plain = plain && (unsigned char)*c >= ' ' && *c != '\x7f' && !strchr("\"\\", *c);
	if (plain)
		return 0;
	return finding_error(&install->findings, "bad-path", NOWHERE,
			     "give an absolute path without quotes, backslashes and control bytes",
			     "--%s: not a valid path: \"%s\"", option,
			     text_escaped(path, strlen(path)));
}

char *install_path_below(const struct install *install, const char *path)
{
	const char *root = install->values->root;
	size_t length = root ? strlen(root) : 0;

	while (length > 0 && root[length - 1] == '/')
		length--;
	return mem_format("%.*s%s", (int)length, root ? root : "", path);
}

int install_open_root(struct install *install)
{
	const char *root = install->values->root;

	if (!root || !*root)
		return 0;
	install->root = held_path_open_folder(-1, root);
	if (install->root >= 0)
		return 0;
	return finding_error(&install->findings, "bad-path", NOWHERE, "give an existing directory",
			     "--root: cannot open %s: %s", text_escaped(root, strlen(root)),
			     strerror(errno));
}

/* What a path on the engine's host names; -1 with errno. */
static int install_stat(const struct install *install, const char *path, struct stat *status)
{
	CLEANUP(held_path_close) struct held_path held;

	if (held_path_open(&held, install->root, path, 0))
		return -1;
	*status = held.status;
	errno = ENOENT;
	return held.target < 0 ? -1 : 0;
}

bool install_path_exists(const struct install *install, const char *path)
{
	struct stat status;

	return install_stat(install, path, &status) == 0;
}

/*
 * What is wrong with a program that root will execute, or NULL: it must be executable, and not
 * writable by everybody.
 */
static const char *install_program_fault(const struct install *install, const char *path)
{
	struct stat status;

	/* a program that the image lacks may be mounted there later */
	if (install_stat(install, path, &status) &&
	    ((errno != ENOENT && errno != ENOTDIR) || !install->values->program ||
	     stat(path, &status)))
		return strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "not a file";
	if (!(status.st_mode & 0111))
		return "not executable";
	return status.st_mode & S_IWOTH ? "writable by everybody" : NULL;
}

/* A missing wrapper is only a warning beside a program that --program names. */
static int install_find_wrapper(struct install *install)
{
	const char *program = install->paths.program;
	const char *fault;

	install->wrapper =
		mem_format("%.*s/" WRAPPER_NAME, (int)(strrchr(program, '/') - program), program);
	install->paths.wrapper = install->wrapper;
	fault = install_program_fault(install, install->wrapper);
	if (!fault)
		return 0;
	finding_add(&install->findings,
		    install->values->program ? SEVERITY_WARNING : SEVERITY_ERROR, "no-program",
		    NOWHERE, "run make install, or make a link of that name to seccomp-shim",
		    "the wrapper %s: %s", text_escaped(install->wrapper, strlen(install->wrapper)),
		    fault);
	return install->values->program ? 0 : -1;
}

static int install_find_program(struct install *install)
{
	const char *program = install->paths.program;
	const char *fault = install_program_fault(install, program);

	if (!fault)
		return install_find_wrapper(install);
	return finding_error(&install->findings, "no-program", NOWHERE,
			     "run make install, or give its path with --program",
			     "the program %s: %s", text_escaped(program, strlen(program)), fault);
}

int install_find_paths(struct install *install)
{
	const struct install_values *values = install->values;

	install->paths = (struct snippet_paths){.program = values->program ? values->program
									   : BINDIR "/seccomp-shim",
						.log = values->log,
						.policy = values->policy};
	if (install_check_path(install, "program", install->paths.program) ||
	    (values->log && install_check_path(install, "log", values->log)) ||
	    (values->policy && install_check_path(install, "policy", values->policy)))
		return -1;
	return install_find_program(install);
}
