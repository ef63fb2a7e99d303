/* SPDX-License-Identifier: Apache-2.0 */
/*
 * At which moment is this hook called? The runtime's word is not enough: createRuntime is
 * "creating" for runc and "created" for crun, which are the words of createContainer and
 * startContainer as well. So it is looked at where this process is: inside the container's
 * namespaces, or under its filter, what it reads could be the container's doing.
 */
#include <config.h>

#include "shim/hook/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATUS_SIZE_MAX 16384 /* bytes of /proc/PID/status; about 1500 are usual */

static int refuse(const struct container_state *state, struct place place, const char *stage,
		  const char *why, struct findings *findings)
{
	return finding_error(findings, "hook-moment", place, "make it a createRuntime hook",
			     "gate is called as a %s hook of container %s: %s", stage,
			     text_escaped(state->id, strlen(state->id)), why);
}

static int proc_unreadable(const char *path, int error, struct findings *findings)
{
	return finding_error(findings, "file-proc", NOWHERE, "a hook that sees /proc",
			     "%s cannot be read: %s", path, strerror(error));
}

/* The text of a status file; false and errno if it cannot be read. */
static bool read_status(const char *path, char text[STATUS_SIZE_MAX])
{
	CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t count = 1;

	while (fd >= 0 && count > 0 && length < STATUS_SIZE_MAX - 1) {
		count = read(fd, text + length, STATUS_SIZE_MAX - 1 - length);
		length += count > 0 ? (size_t)count : 0;
	}
	text[length] = '\0';
	return fd >= 0 && count >= 0;
}

/* What follows "\nKEY:\t" in a status file, NULL if it is not there. */
static const char *status_field(const char *text, const char *key)
{
	CLEANUP(cleanup_free) char *head = mem_format("\n%s:\t", key);
	const char *found = strstr(text, head);

	return found ? found + strlen(head) : NULL;
}

/* True if this process has a number in a namespace below the one that /proc shows. */
static bool is_nested(const char *text)
{
	const char *numbers = status_field(text, "NSpid");

	return numbers && memchr(numbers, '\t', strcspn(numbers, "\n"));
}

/* How many filters a process has; kernels before 5.9 tell only whether it has one. */
static unsigned long filter_count(const char *text)
{
	const char *count = status_field(text, "Seccomp_filters");
	const char *mode = status_field(text, "Seccomp");

	if (!mode || *mode != '2')
		return 0;
	return count ? strtoul(count, NULL, 10) : 1;
}

/* An engine may be confined itself, as all of its machine or container is; only a filter more than
 * process 1 has is one that somebody gave to just us. */
static bool is_filtered(const char *text)
{
	char first[STATUS_SIZE_MAX];

	return filter_count(text) > 0 &&
	       !(read_status("/proc/1/status", first) && filter_count(first) >= filter_count(text));
}

/* A mount namespace's identity; 0 or a positive errno. */
static int mount_namespace(const char *process, struct stat *status)
{
	CLEANUP(cleanup_free) char *path = mem_format("/proc/%s/ns/mnt", process);

	return stat(path, status) ? errno : 0;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The runtime's words that leave no doubt (SEMANTICS of crun: pid 0, "starting", bundle "/"). */
static int check_words(const struct container_state *state, struct findings *findings)
{
	switch (state->status) {
	case STATE_CREATING:
	case STATE_CREATED:
		break;
	case STATE_STARTING:
		return refuse(state, state->status_place, "startContainer",
			      "it would run inside, under the container's own filter", findings);
	case STATE_RUNNING:
		return refuse(state, state->status_place, "poststart",
			      "the container's program runs already", findings);
	case STATE_STOPPED:
		return refuse(state, state->status_place, "poststop",
			      "the container has ended already", findings);
	default:
		return finding_error(findings, "hook-moment", state->status_place,
				     "creating or created: make it a createRuntime hook",
				     "status \"%s\" is none of a container that is being made",
				     text_escaped(state->status_text, strlen(state->status_text)));
	}
	if (strcmp(state->bundle, "/") == 0)
		return refuse(state, state->bundle_place, "startContainer",
			      "its bundle is / because it runs inside", findings);
	if (state->has_pid && state->pid == 0)
		return refuse(state, state->pid_place, "createContainer",
			      "it has no pid because it runs in the container's namespaces",
			      findings);
	return 0;
}

/* runc's words for its two inner hooks. */
static const char *inner_stage(const struct container_state *state)
{
	return state->status == STATE_CREATED ? "startContainer" : "createContainer";
}

/* Is this process where the container's first process is? Where the two have one mount namespace
 * and that is also the one of process 1, the container has none of its own. */
static int check_namespaces(const struct container_state *state, struct findings *findings)
{
	CLEANUP(cleanup_free) char *pid = mem_format("%llu", (unsigned long long)state->pid);
	struct stat own, container, first;
	int error = mount_namespace("self", &own);

	if (error)
		return proc_unreadable("/proc/self/ns/mnt", error, findings);
	error = mount_namespace(pid, &container);
	if (error == ENOENT) /* not to be seen from here: then it is not our own namespace */
		return 0;
	if (error)
		return proc_unreadable("the container's /proc/PID/ns/mnt", error, findings);
	if (!is_same(&own, &container))
		return 0;
	if (mount_namespace("1", &first) || is_same(&own, &first))
		return 0;
	return refuse(state, state->pid_place, inner_stage(state),
		      "it runs in the container's mount namespace", findings);
}

int hook_moment_check(const struct container_state *state, struct findings *findings)
{
	char text[STATUS_SIZE_MAX];
	bool filtered;

	if (check_words(state, findings))
		return -1;
	if (!read_status("/proc/self/status", text))
		return proc_unreadable("/proc/self/status", errno, findings);
	filtered = is_filtered(text);
	/* no runtime is outside of a namespace whose first process is the container's */
	if ((state->has_pid && state->pid == 1) || is_nested(text))
		return refuse(state, state->pid_place, inner_stage(state),
			      "it runs in the container's process namespace", findings);
	if (state->has_pid && check_namespaces(state, findings))
		return -1;
	if (filtered && state->status == STATE_CREATED)
		return refuse(state, state->status_place, "startContainer",
			      "it runs under a filter", findings);
	return 0;
}
