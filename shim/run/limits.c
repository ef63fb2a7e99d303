/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets resource limits and the score of the out-of-memory killer, as asked or not at all: a limit
 * is never lowered to what is allowed.
 */
#include <config.h>
#include "shim/run/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const struct {
	const char *name;
	int resource;
} types[] = {
	{"RLIMIT_AS", RLIMIT_AS},
	{"RLIMIT_CORE", RLIMIT_CORE},
	{"RLIMIT_CPU", RLIMIT_CPU},
	{"RLIMIT_DATA", RLIMIT_DATA},
	{"RLIMIT_FSIZE", RLIMIT_FSIZE},
	{"RLIMIT_LOCKS", RLIMIT_LOCKS},
	{"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
	{"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE},
	{"RLIMIT_NICE", RLIMIT_NICE},
	{"RLIMIT_NOFILE", RLIMIT_NOFILE},
	{"RLIMIT_NPROC", RLIMIT_NPROC},
	{"RLIMIT_RSS", RLIMIT_RSS},
	{"RLIMIT_RTPRIO", RLIMIT_RTPRIO},
	{"RLIMIT_RTTIME", RLIMIT_RTTIME},
	{"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
	{"RLIMIT_STACK", RLIMIT_STACK},
};

/* A setting of the kernel, not a file that could be replaced. */
int limits_set_oom_score_adj(int value)
{
	char wanted[16], present[16] = "";
	CLEANUP(cleanup_close) int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	int length = snprintf(wanted, sizeof(wanted), "%d\n", value);

	if (fd < 0 || read(fd, present, sizeof(present) - 1) < 0)
		return -errno;
	if (strcmp(present, wanted) == 0)
		return 0;
	return pwrite(fd, wanted, (size_t)length, 0) == length ? 0 : -errno;
}

/* A config.json's number in the C library's type, which has 32 bits on some machines. */
static int limits_value(uint64_t number, rlim_t *value)
{
	*value = number == UINT64_MAX ? RLIM_INFINITY : (rlim_t)number;
	return number != UINT64_MAX && (*value != number || *value == RLIM_INFINITY) ? -EINVAL : 0;
}

int limits_set(const struct config_rlimit *limit)
{
	struct rlimit value;

	if (limits_value(limit->soft, &value.rlim_cur) ||
	    limits_value(limit->hard, &value.rlim_max))
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(types[i].name, limit->type) == 0)
			return setrlimit((unsigned)types[i].resource, &value) ? -errno : 0;
	return -EINVAL;
}
