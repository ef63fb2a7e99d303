/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads with PTRACE_SEIZE, PTRACE_INTERRUPT and PTRACE_DETACH, so that the process never gets a
 * signal.
 */
#include <config.h>

#include "filter/program/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef PTRACE_SECCOMP_GET_FILTER
#define PTRACE_SECCOMP_GET_FILTER 0x420c /* linux/ptrace.h */
#endif

static int dump_report(struct findings *findings, pid_t pid, const char *what, int error)
{
	const char *remedy = NULL;

	if (error == ESRCH)
		remedy = "a live process";
	else if (error == EPERM)
		remedy = "add CAP_SYS_PTRACE, and detach any other tracer";
	return finding_error(findings, "dump", NOWHERE, remedy, "cannot %s process %d: %s", what,
			     (int)pid, strerror(error));
}

/* The mode in /proc/PID/status (proc(5), Seccomp): 0, 1, 2, or -1 if it cannot be read. */
static int dump_seccomp_mode(const char *process)
{
	CLEANUP(cleanup_free) char *path = mem_format("/proc/%s/status", process);
	CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[8192];
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	const char *line;

	if (length < 0)
		return -1;
	text[length] = '\0';
	line = strstr(text, "\nSeccomp:\t");
	return !line ? -1 : line[strlen("\nSeccomp:\t")] - '0';
}

/* Reports why the kernel does not return a filter; 0 if it just has none. */
static int dump_report_refusal(struct findings *findings, pid_t pid, int error)
{
	CLEANUP(cleanup_free) char *process = mem_format("%d", (int)pid);

	if (error == EACCES)
		return finding_error(findings, "dump", NOWHERE,
				     dump_seccomp_mode("self") == 2
					     ? "run seccomp-shim without a filter of its own"
					     : "add CAP_SYS_ADMIN in the initial user namespace",
				     "not permitted to read the filters of process %d", (int)pid);
	if (error == EINVAL && dump_seccomp_mode(process) == 0)
		return 0;
	if (error == EINVAL && dump_seccomp_mode(process) == 1)
		return finding_error(findings, "dump", NOWHERE,
				     "name a process with filters, or none",
				     "process %d is in seccomp's strict mode, which has no filters",
				     (int)pid);
	if (error == EIO || error == EINVAL)
		return finding_error(
			findings, "dump", NOWHERE,
			"use a kernel with CONFIG_CHECKPOINT_RESTORE and CONFIG_SECCOMP_FILTER",
			"this kernel cannot return the filters of process %d", (int)pid);
	return dump_report(findings, pid, "read the filters of", error);
}

/* Waits for the stop that PTRACE_INTERRUPT asks for. */
static int dump_wait_stopped(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFSTOPPED(status) ? 0 : -ESRCH;
}

static int dump_read_filter(struct dump *dump, pid_t pid, struct findings *findings)
{
	struct program program = {.big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__};
	long length = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, (void *)dump->count, NULL);

	if (length < 0 && errno == ENOENT)
		return 0;
	if (length < 0)
		return dump_report_refusal(findings, pid, errno);
	if (dump->count == DUMP_FILTERS_MAX || length > PROGRAM_LENGTH_MAX)
		return finding_error(findings, "dump", NOWHERE, NULL,
				     "process %d has more filters than can be read", (int)pid);
	program.length = (size_t)length;
	program.code = mem_alloc(program.length * sizeof(*program.code));
	if (ptrace(PTRACE_SECCOMP_GET_FILTER, pid, (void *)dump->count, program.code) != length) {
		program_free(&program);
		return dump_report(findings, pid, "read the filters of", errno);
	}
	dump->filters[dump->count++] = program;
	return program_check(&program, findings) == 0 ? 1 : -1;
}

int dump_process(struct dump *dump, pid_t pid, struct findings *findings)
{
	int result;

	memset(dump, 0, sizeof(*dump));
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0)
		return dump_report(findings, pid, "inspect", errno);
	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0)
		return dump_report(findings, pid, "stop", errno);
	result = dump_wait_stopped(pid);
	if (result != 0)
		return dump_report(findings, pid, "ended", -result);
	do
		result = dump_read_filter(dump, pid, findings);
	while (result > 0);
	/* If this fails the process has ended meanwhile, and what was read is still right. */
	(void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return result;
}

void dump_free(struct dump *dump)
{
	for (size_t i = 0; i < dump->count; i++)
		program_free(&dump->filters[i]);
	dump->count = 0;
}
