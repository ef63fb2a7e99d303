/* SPDX-License-Identifier: Apache-2.0 */
/* PTRACE_SEIZE, PTRACE_INTERRUPT, read, PTRACE_DETACH: the process is never sent a signal. */
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
		remedy = "CAP_SYS_PTRACE, and a process that no other tracer holds";
	return finding_error(findings, "dump", NOWHERE, remedy, "process %d %s: %s", (int)pid, what,
			     strerror(error));
}

/* The mode that /proc tells of a process (proc(5), Seccomp): 0, 1, 2, or -1 if it does not tell. */
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

/* What the kernel's refusal to hand a filter out means; 0: there is none. */
static int dump_report_refusal(struct findings *findings, pid_t pid, int error)
{
	CLEANUP(cleanup_free) char *process = mem_format("%d", (int)pid);

	if (error == EACCES)
		return finding_error(findings, "dump", NOWHERE,
				     dump_seccomp_mode("self") == 2
					     ? "no filter on seccomp-shim itself"
					     : "CAP_SYS_ADMIN in the first user namespace",
				     "the filters of process %d may not be read", (int)pid);
	if (error == EINVAL && dump_seccomp_mode(process) == 0)
		return 0;
	if (error == EINVAL && dump_seccomp_mode(process) == 1)
		return finding_error(findings, "dump", NOWHERE, "a process with filters, or none",
				     "process %d is in seccomp's strict mode", (int)pid);
	if (error == EIO || error == EINVAL)
		return finding_error(
			findings, "dump", NOWHERE,
			"a kernel with CONFIG_CHECKPOINT_RESTORE and CONFIG_SECCOMP_FILTER",
			"the kernel does not hand out the filters of process %d", (int)pid);
	return dump_report(findings, pid, "does not give its filters", error);
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
		return dump_report(findings, pid, "does not give its filters", errno);
	}
	dump->filters[dump->count++] = program;
	return program_check(&program, findings) == 0 ? 1 : -1;
}

int dump_process(struct dump *dump, pid_t pid, struct findings *findings)
{
	int result;

	memset(dump, 0, sizeof(*dump));
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0)
		return dump_report(findings, pid, "cannot be looked at", errno);
	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0)
		return dump_report(findings, pid, "cannot be stopped", errno);
	result = dump_wait_stopped(pid);
	if (result != 0)
		return dump_report(findings, pid, "ended", -result);
	do
		result = dump_read_filter(dump, pid, findings);
	while (result > 0);
	/* If this fails the process has ended meanwhile, which is no fault of what was read. */
	(void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return result;
}

void dump_free(struct dump *dump)
{
	for (size_t i = 0; i < dump->count; i++)
		program_free(&dump->filters[i]);
	dump->count = 0;
}
