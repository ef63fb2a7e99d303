/* SPDX-License-Identifier: Apache-2.0 */
/* "runc version 1.1.5+ds1": the first three numbers after "version". */
#include <config.h>

#include "shim/runtime_version.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter/dialect.h"

#define ANSWER_WAIT_MS 5000

static const char *const folders[] = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
				      "/usr/bin",	 "/sbin",	   "/bin"};

static pid_t start(const char *path, int out)
{
	CLEANUP(cleanup_free) char *program = mem_string(path);
	CLEANUP(cleanup_free) char *option = mem_string("--version");
	char *const arguments[] = {program, option, NULL};
	char *const environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return -1;
	if (posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) != 0 ||
	    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) !=
		    0 ||
	    posix_spawn(&pid, path, &actions, NULL, arguments, environment) != 0)
		pid = -1;
	(void)posix_spawn_file_actions_destroy(&actions); /* only frees memory */
	return pid;
}

/* The first bytes of the answer; an answer comes at once or is not waited for. */
static void read_answer(int in, char *text, size_t size)
{
	struct pollfd poller = {.fd = in, .events = POLLIN};
	ssize_t got = -1;

	if (poll(&poller, 1, ANSWER_WAIT_MS) == 1)
		got = read(in, text, size - 1);
	text[got > 0 ? got : 0] = '\0';
}

static unsigned version_parse(const char *text)
{
	const char *version = strstr(text, "version ");
	unsigned major, minor, micro = 0;

	if (version == NULL ||
	    sscanf(version + strlen("version "), "%3u.%3u.%3u", &major, &minor, &micro) < 2)
		return 0;
	return major > 255 || minor > 255 || micro > 255 ? 0 : RUNTIME_VERSION(major, minor, micro);
}

static unsigned ask(const char *path)
{
	char text[256];
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return 0;
	pid = start(path, ends[1]);
	(void)close(ends[1]);
	read_answer(ends[0], text, sizeof(text));
	(void)close(ends[0]);
	if (pid < 0)
		return 0;
	/* it has answered, or will not; while SIGCHLD is not ignored only waitpid(2) reaps it */
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return version_parse(text);
}

unsigned runtime_version(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		CLEANUP(cleanup_free) char *path = mem_format("%s/%s", folders[i], name);

		if (access(path, X_OK) == 0)
			return ask(path);
	}
	return 0;
}
