/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the filters of a process as the kernel gives them back (PTRACE_SECCOMP_GET_FILTER), the
 * oldest into FOLDER/0, the next into FOLDER/1, ..., and prints how many there are. Needs
 * CAP_SYS_ADMIN in the first user namespace, and to have no filter itself.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "dump: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void stop(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, 0, 0) || ptrace(PTRACE_INTERRUPT, pid, 0, 0) ||
	    waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		fail("cannot stop the process");
}

static void write_file(const char *folder, unsigned long index, const void *data, size_t size)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%lu", folder, index);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd))
		fail(path);
}

int main(int argc, char **argv)
{
	static struct sock_filter code[BPF_MAXINSNS];
	unsigned long index = 0;
	pid_t pid;
	long length;

	if (argc != 3) {
		fputs("usage: dump PID FOLDER\n", stderr);
		return 2;
	}
	pid = atoi(argv[1]);
	stop(pid);
	while ((length = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, index, code)) > 0)
		write_file(argv[2], index++, code, (size_t)length * sizeof(*code));
	if (errno != ENOENT && (index || errno != EINVAL)) /* EINVAL: no filter at all */
		fail("PTRACE_SECCOMP_GET_FILTER");
	printf("%lu\n", index);
	return 0;
}
