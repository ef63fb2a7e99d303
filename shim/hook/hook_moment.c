/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks when a hook is called. The status that the runtime gives is not enough: for createRuntime
 * runc says "creating" and crun "created", which are also the words for createContainer and
 * startContainer. So this process looks where it runs: inside the container's namespaces or under
 * its filter, the container could have made what it reads.
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

static int moment_refuse(const struct container_state *state, struct place place, const char *stage,
			 const char *why, struct findings *findings)
{
	return finding_error(findings, "hook-moment", place, "make it a createRuntime hook",
			     "gate is called as a %s hook of container %s: %s", stage,
			     text_escaped(state->id, strlen(state->id)), why);
}

static int moment_report_proc(const char *path, int error, struct findings *findings)
{
	return finding_error(findings, "file-proc", NOWHERE, "mount /proc where the hook runs",
			     "cannot read %s: %s", path, strerror(error));
}

/* Reads a status file; false and errno if it cannot be read. */
static bool moment_read_status(const char *path, char text[STATUS_SIZE_MAX])
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
static const char *moment_status_field(const char *text, const char *key)
{
	CLEANUP(cleanup_free) char *head = mem_format("\n%s:\t", key);
	const char *found = strstr(text, head);

	return found ? found + strlen(head) : NULL;
}

/* True if this process is in a PID namespace below the one that /proc shows. */
static bool moment_is_nested(const char *text)
{
	const char *numbers = moment_status_field(text, "NSpid");

	return numbers && memchr(numbers, '\t', strcspn(numbers, "\n"));
}

/* How many filters a process has; before Linux 5.9 only whether it has any. */
static unsigned long moment_count_filters(const char *text)
{
	const char *count = moment_status_field(text, "Seccomp_filters");
	const char *mode = moment_status_field(text, "Seccomp");

	if (!mode || *mode != '2')
		return 0;
	return count ? strtoul(count, NULL, 10) : 1;
}

/*
 * True if this process has more filters than process 1. An engine may be confined itself, together
 * with its whole machine or container.
 */
static bool moment_is_filtered(const char *text)
{
	char first[STATUS_SIZE_MAX];

	return moment_count_filters(text) > 0 &&
	       !(moment_read_status("/proc/1/status", first) &&
		 moment_count_filters(first) >= moment_count_filters(text));
}

/* A mount namespace's identity; 0 or a positive errno. */
static int moment_mount_namespace(const char *process, struct stat *status)
{
	CLEANUP(cleanup_free) char *path = mem_format("/proc/%s/ns/mnt", process);

	return stat(path, status) ? errno : 0;
}

static bool moment_is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/*
 * Checks the words of the state that leave no doubt (crun: pid 0, status "starting", bundle "/").
 */
static int moment_check_state(const struct container_state *state, struct findings *findings)
{
	switch (state->status) {
	case STATE_CREATING:
	case STATE_CREATED:
		break;
	case STATE_STARTING:
		return moment_refuse(state, state->status_place, "startContainer",
				     "it would run inside, under the container's own filter",
				     findings);
	case STATE_RUNNING:
		return moment_refuse(state, state->status_place, "poststart",
				     "the container's program is already running", findings);
	case STATE_STOPPED:
		return moment_refuse(state, state->status_place, "poststop",
				     "the container has ended already", findings);
	default:
		return finding_error(findings, "hook-moment", state->status_place,
				     "make it a createRuntime hook: expected creating or created",
				     "unexpected status \"%s\"",
				     text_escaped(state->status_text, strlen(state->status_text)));
	}
	if (strcmp(state->bundle, "/") == 0)
		return moment_refuse(state, state->bundle_place, "startContainer",
				     "its bundle is / because it runs inside", findings);
	if (state->has_pid && state->pid == 0)
		return moment_refuse(state, state->pid_place, "createContainer",
				     "it has no pid because it runs in the container's namespaces",
				     findings);
	return 0;
}

/* Which of the two inner hooks it is, by the status that runc gives. */
static const char *moment_inner_stage(const struct container_state *state)
{
	return state->status == STATE_CREATED ? "startContainer" : "createContainer";
}

/*
 * Checks that this process is not in the container's mount namespace. If process 1 is in it too,
 * the container has none of its own.
 */
static int moment_check_namespaces(const struct container_state *state, struct findings *findings)
{
	CLEANUP(cleanup_free) char *pid = mem_format("%llu", (unsigned long long)state->pid);
	struct stat own, container, first;
	int error = moment_mount_namespace("self", &own);

	if (error)
		return moment_report_proc("/proc/self/ns/mnt", error, findings);
	error = moment_mount_namespace(pid, &container);
	if (error == ENOENT) /* it is not visible from here, so it is in another namespace */
		return 0;
	if (error)
		return moment_report_proc("the container's /proc/PID/ns/mnt", error, findings);
	if (!moment_is_same(&own, &container))
		return 0;
	if (moment_mount_namespace("1", &first) || moment_is_same(&own, &first))
		return 0;
	return moment_refuse(state, state->pid_place, moment_inner_stage(state),
			     "it runs in the container's mount namespace", findings);
}

int hook_moment_check(const struct container_state *state, struct findings *findings)
{
	char text[STATUS_SIZE_MAX];
	bool filtered;

	if (moment_check_state(state, findings))
		return -1;
	if (!moment_read_status("/proc/self/status", text))
		return moment_report_proc("/proc/self/status", errno, findings);
	filtered = moment_is_filtered(text);
	/* if the container's process is number 1, this process is in its PID namespace */
	if ((state->has_pid && state->pid == 1) || moment_is_nested(text))
		return moment_refuse(state, state->pid_place, moment_inner_stage(state),
				     "it runs in the container's process namespace", findings);
	if (state->has_pid && moment_check_namespaces(state, findings))
		return -1;
	if (filtered && state->status == STATE_CREATED)
		return moment_refuse(state, state->status_place, "startContainer",
				     "it runs under a filter", findings);
	return 0;
}
