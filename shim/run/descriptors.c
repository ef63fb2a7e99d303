/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chooses which descriptors survive execve(2) (HACKING.md, "What the command inherits"). Nothing is
 * closed here: the shim may still need its own until then, and what is marked close-on-exec the
 * kernel closes for it.
 */
#include <config.h>
#include "shim/run/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2) /* linux/close_range.h, Linux 5.11 */
#endif
#ifndef SYS_close_range
#define SYS_close_range 436 /* the same on every architecture but alpha */
#endif

static bool descriptors_is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0 || errno != EBADF;
}

bool descriptors_are_open(unsigned count, int *missing)
{
	for (unsigned i = 0; i < count; i++) {
		*missing = (int)(STDERR_FILENO + 1 + i);
		if (!descriptors_is_open(*missing))
			return false;
	}
	return true;
}

int descriptors_null_stdin(void)
{
	CLEANUP(cleanup_close) int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		return -errno;
	return 0;
}

static void cleanup_directory(DIR **directory)
{
	if (*directory)
		(void)closedir(*directory); /* only read from */
}

/* /proc/self/fd, if it really is a proc file system's; NULL and errno otherwise. */
static DIR *descriptors_open_list(void)
{
	CLEANUP(cleanup_close) int fd = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs system;
	DIR *directory;

	if (fd < 0 || fstatfs(fd, &system))
		return NULL;
	if (system.f_type != PROC_SUPER_MAGIC) {
		errno = ENOSYS;
		return NULL;
	}
	directory = fdopendir(fd);
	if (directory)
		fd = -1;
	return directory;
}

static int descriptors_mark(const char *name, unsigned first)
{
	char *end;
	unsigned long fd = strtoul(name, &end, 10);
	int flags;

	if (end == name || *end || fd < first || fd > INT_MAX)
		return 0; /* ".", "..", or to be kept */
	flags = fcntl((int)fd, F_GETFD);
	if (flags < 0 || fcntl((int)fd, F_SETFD, flags | FD_CLOEXEC) < 0)
		return -errno;
	return 0;
}

static int descriptors_mark_listed(unsigned first)
{
	CLEANUP(cleanup_directory) DIR *directory = descriptors_open_list();
	const struct dirent *entry;
	int result = 0;

	if (!directory)
		return -errno;
	while (result == 0 && (errno = 0, entry = readdir(directory)))
		result = descriptors_mark(entry->d_name, first);
	return result ? result : -errno;
}

int descriptors_close_on_exec(unsigned first)
{
	if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		return 0;
	/*
	 * ENOSYS, EINVAL: an older kernel. EPERM: an outer filter. In every case the list is
	 * complete.
	 */
	return descriptors_mark_listed(first);
}
