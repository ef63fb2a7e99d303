/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs an installed runc or crun and parses the versions that it prints. Its own, "runc version
 * 1.1.5+ds1": the first three numbers after "version". libseccomp's: "libseccomp: 2.5.4" of runc
 * --version, "io.github.seccomp.libseccomp.version": "2.5.4" of features.
 */
#include <config.h>

#include "shim/host/runtime_version.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter/rules/runtime_reading.h"

#define ANSWER_WAIT_MS 5000

#define ANSWER_MAX ((size_t)64 << 10) /* bytes; features prints some 10 KiB */

const char *const system_folders[] = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin",
				      "/sbin",		 "/bin",	   NULL};

static pid_t runtime_ask_start(const char *path, const char *word, int out)
{
	CLEANUP(cleanup_free) char *program = mem_string(path);
	CLEANUP(cleanup_free) char *option = mem_string(word);
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

/* Reads all of the answer, up to ANSWER_MAX; stops after ANSWER_WAIT_MS without a byte. */
static void runtime_ask_read(int in, struct buffer *text)
{
	struct pollfd poller = {.fd = in, .events = POLLIN};
	char chunk[4096];
	ssize_t got;

	while (text->length < ANSWER_MAX && poll(&poller, 1, ANSWER_WAIT_MS) == 1) {
		got = read(in, chunk, sizeof(chunk));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return;
		buffer_add(text, chunk, (size_t)got);
	}
}

/* A wrapper around runc may print its own version first. */
static const char *runtime_version_find(const char *text)
{
	const char *runc = strstr(text, "\nrunc version "), *crun = strstr(text, "\ncrun version ");

	return strstr(runc ? runc : crun ? crun : text, "version ");
}

static unsigned runtime_version_parse(const char *text)
{
	const char *version = runtime_version_find(text);
	unsigned major, minor, micro = 0;

	if (!version ||
	    sscanf(version + strlen("version "), "%3u.%3u.%3u", &major, &minor, &micro) < 2)
		return 0;
	return major > 255 || minor > 255 || micro > 255 ? 0 : RUNTIME_VERSION(major, minor, micro);
}

static enum runtime runtime_version_kind(const char *text)
{
	if (strncmp(text, "runc version ", strlen("runc version ")) == 0)
		return RUNTIME_RUNC;
	return strncmp(text, "crun version ", strlen("crun version ")) == 0 ? RUNTIME_CRUN
									    : RUNTIME_NONE;
}

/* Digits and points behind one of the words. */
static void runtime_version_library(const char *text, struct runtime_answer *answer)
{
	static const char *const words[] = {"\nlibseccomp: ",
					    "\"io.github.seccomp.libseccomp.version\":"};

	answer->library[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *found = strstr(text, words[i]);
		size_t length;

		if (!found)
			continue;
		found += strlen(words[i]);
		found += strspn(found, " \t\r\n\"");
		length = strspn(found, "0123456789.");
		if (length == 0 || length >= sizeof(answer->library))
			continue;
		memcpy(answer->library, found, length);
		answer->library[length] = '\0';
		return;
	}
}

/* While SIGCHLD is not ignored only waitpid(2) reaps the child. */
static bool runtime_ask_text(const char *path, const char *word, struct buffer *text)
{
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	pid = runtime_ask_start(path, word, ends[1]);
	(void)close(ends[1]);
	if (pid >= 0)
		runtime_ask_read(ends[0], text);
	(void)close(ends[0]);
	if (pid < 0)
		return false;
	(void)kill(pid, SIGKILL); /* it has answered, or never will */
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return text->length > 0;
}

bool runtime_ask(const char *path, const char *word, struct runtime_answer *answer)
{
	const struct sigaction normal = {.sa_handler = SIG_DFL};
	CLEANUP(buffer_free) struct buffer text = {0};
	struct sigaction inherited;
	bool answered;

	*answer = (struct runtime_answer){.kind = RUNTIME_NONE};
	if (sigaction(SIGCHLD, &normal, &inherited) != 0)
		return false;
	answered = runtime_ask_text(path, word, &text);
	if (sigaction(SIGCHLD, &inherited, NULL) != 0 || !answered)
		return false;
	answer->kind = runtime_version_kind(text.data);
	answer->version = runtime_version_parse(text.data);
	runtime_version_library(text.data, answer);
	return true;
}

static unsigned runtime_version_ask(const char *name)
{
	struct runtime_answer answer;

	for (size_t i = 0; system_folders[i]; i++) {
		CLEANUP(cleanup_free) char *path = mem_format("%s/%s", system_folders[i], name);

		if (access(path, X_OK) == 0)
			return runtime_ask(path, "--version", &answer) ? answer.version : 0;
	}
	return 0;
}

unsigned runtime_version(enum runtime runtime)
{
	static unsigned versions[RUNTIME_CRUN + 1];
	static bool asked[RUNTIME_CRUN + 1];

	if (!asked[runtime])
		versions[runtime] = runtime_version_ask(runtime == RUNTIME_RUNC ? "runc" : "crun");
	asked[runtime] = true;
	return versions[runtime];
}
