/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a function in a child process with limits, and reads its answer from a pipe. */
#include <config.h>

#include "filter/program/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MEMORY_GUESS ((size_t)64 << 20)

int write_all(int fd, const void *data, size_t length)
{
	const char *at = data;

	while (length > 0) {
		ssize_t written = write(fd, at, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return -1;
		at += written;
		length -= (size_t)written;
	}
	return 0;
}

/* Bytes of address space that the process has now; a guess if /proc cannot be read. */
static size_t child_address_space(void)
{
	CLEANUP(cleanup_close) int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char text[64] = "";
	unsigned long pages;

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0 || sscanf(text, "%lu", &pages) != 1)
		return MEMORY_GUESS;
	return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* The hard limit is one more: what is ignored at the soft one (SIGXCPU) is not at the hard one. */
static void child_lower_limit(int resource, rlim_t wanted)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		return;
	if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > wanted)
		limit.rlim_cur = wanted;
	if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted + 1)
		limit.rlim_max = wanted + 1;
	/* Lowering is always allowed; if it fails all the same, the clock still ends the child. */
	(void)setrlimit(resource, &limit);
}

static void child_out_of_memory(void)
{
	_exit(1); /* the parent reports it */
}

NORETURN static void child_main(int (*work)(void *argument, int out), void *argument, int out,
				size_t memory)
{
	mem_on_failure(child_out_of_memory);
	child_lower_limit(RLIMIT_CORE, 0);
	child_lower_limit(RLIMIT_CPU, CHILD_CPU_SECONDS);
	child_lower_limit(RLIMIT_AS, memory + CHILD_MEMORY_MORE);
	_exit(work(argument, out) == 0 ? 0 : 1);
}

static int64_t child_now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock */
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads until the child closes its end; returns NULL, or what went wrong. */
static const char *child_collect(int in, struct buffer *answer)
{
	int64_t end = child_now_ms() + CHILD_WAIT_MS;
	char bytes[16384];

	for (;;) {
		struct pollfd poller = {.fd = in, .events = POLLIN};
		int64_t left = end - child_now_ms();
		ssize_t got;

		if (left <= 0)
			return "it took longer than ten seconds";
		if (poll(&poller, 1, (int)left) < 0 && errno != EINTR)
			return "waiting for its answer failed";
		if (poller.revents == 0)
			continue;
		got = read(in, bytes, sizeof(bytes));
		if (got < 0 && errno != EINTR)
			return "reading its answer failed";
		if (got == 0)
			return NULL;
		if (got > 0)
			buffer_add(answer, bytes, (size_t)got);
		if (answer->length > CHILD_ANSWER_MAX)
			return "its answer is too long";
	}
}

/* Ends and reaps the child; returns NULL, or how it ended. */
static const char *child_reap(pid_t pid, bool kill_it)
{
	int status;

	if (kill_it)
		(void)kill(pid, SIGKILL); /* it is ours and not reaped: the pid is right */
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return "waiting for its end failed";
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return "it took more than two seconds of CPU time";
	if (WIFSIGNALED(status))
		return "it was killed";
	return WEXITSTATUS(status) == 0 ? NULL : "it failed";
}

static int child_do_work(int (*work)(void *argument, int out), void *argument,
			 struct buffer *answer, const char **reason)
{
	const char *failure, *end;
	size_t memory = child_address_space();
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0) {
		*reason = "pipe(2) failed";
		return -1;
	}
	pid = fork();
	if (pid == 0)
		child_main(work, argument, ends[1], memory);
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		*reason = "fork(2) failed";
		return -1;
	}
	failure = child_collect(ends[0], answer);
	(void)close(ends[0]);
	end = child_reap(pid, failure);
	*reason = failure ? failure : end;
	return !*reason ? 0 : -1;
}

/* Where SIGCHLD is ignored, a child's end cannot be waited for, and its pid may be another's. */
int child_run(int (*work)(void *argument, int out), void *argument, struct buffer *answer,
	      const char **reason)
{
	const struct sigaction normal = {.sa_handler = SIG_DFL};
	struct sigaction inherited;
	int result;

	if (sigaction(SIGCHLD, &normal, &inherited) != 0) {
		*reason = "setting SIGCHLD failed";
		return -1;
	}
	result = child_do_work(work, argument, answer, reason);
	if (sigaction(SIGCHLD, &inherited, NULL) == 0)
		return result;
	*reason = "restoring SIGCHLD failed";
	return -1;
}
