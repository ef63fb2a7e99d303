/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command and prints the audit records of seccomp about its first process, as the multicast
 * group AUDIT_NLGRP_READLOG has them: `sig=N arch=N syscall=N compat=N code=N`, one a line. Waits
 * up to 5 s for COUNT of them, and a moment longer for one too many. Needs CAP_AUDIT_READ in the
 * first user and network namespace.
 */
#include <config.h>

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS	     5000
#define SURPLUS_MS   200
#define BUFFER_BYTES (4 << 20) /* of the socket: nothing is read until the command has ended */

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "records: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int open_group(void)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK,
				      .nl_groups = 1u << (AUDIT_NLGRP_READLOG - 1)};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT), size = BUFFER_BYTES;

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		fail("audit's multicast group");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		fail("SO_RCVBUFFORCE");
	return fd;
}

/* Its own output goes to standard error. */
static pid_t run(char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[0], argv);
		fail(argv[0]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		fail("command");
	return pid;
}

/* Returns whether the record is about the process. */
static int print_record(const char *record, pid_t pid)
{
	static const char *const keys[] = {" sig=", " arch=", " syscall=", " compat=", " code="};
	char about[32];

	snprintf(about, sizeof(about), " pid=%d ", pid);
	if (!strstr(record, about))
		return 0;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *word = strstr(record, keys[i]);

		if (word)
			printf("%s%.*s", i ? " " : "", (int)strcspn(word + 1, " \n"), word + 1);
	}
	putchar('\n');
	return 1;
}

static int read_record(int fd, pid_t pid)
{
	static union {
		struct nlmsghdr header;
		char bytes[16384];
	} message;
	ssize_t size = recv(fd, &message, sizeof(message) - 1, 0);

	if (size < 0)
		fail("recv");
	message.bytes[size] = '\0';
	if (size < (ssize_t)NLMSG_HDRLEN || message.header.nlmsg_type != AUDIT_SECCOMP)
		return 0;
	return print_record(message.bytes + NLMSG_HDRLEN, pid);
}

int main(int argc, char **argv)
{
	struct pollfd group;
	int count, seen = 0;
	pid_t pid;

	if (argc < 3) {
		fputs("usage: records COUNT COMMAND [ARGUMENT...]\n", stderr);
		return 2;
	}
	count = atoi(argv[1]);
	group = (struct pollfd){.fd = open_group(), .events = POLLIN};
	pid = run(argv + 2);
	while (poll(&group, 1, seen < count ? WAIT_MS : SURPLUS_MS) > 0)
		seen += read_record(group.fd, pid);
	return 0;
}
