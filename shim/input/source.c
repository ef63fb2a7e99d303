/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the bytes of what a user names. Named files must be regular and are read through the
 * descriptor that was checked; pipes only as - or /dev/fd/N; at most 16 MiB, and 10 s without a
 * byte. input.c knows what the bytes mean.
 */
#include <config.h>
#include "shim/input/source.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SILENCE_MAX_MS 10000 /* a pipe without a byte for this long is given up */
#define CHUNK	       ((size_t)64 << 10)
#define RACE_TRIES     16 /* openat2 returns EAGAIN where a rename meets a ".." in a link */

#define FILE_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static struct place source_place(const struct source *source)
{
	return (struct place){.file = source->name};
}

/* The descriptor that a path names itself: -, /dev/stdin, /dev/fd/N; -1 if it is a file's path. */
static int source_named_descriptor(const char *path)
{
	static const char prefix[] = "/dev/fd/";
	const char *digits = path + sizeof(prefix) - 1;
	long number;
	char *end;

	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdin") == 0)
		return STDIN_FILENO;
	if (strncmp(path, prefix, sizeof(prefix) - 1) != 0 || *digits < '0' || *digits > '9')
		return -1;
	errno = 0;
	number = strtol(digits, &end, 10);
	return errno || *end || number > 0x7fffffff ? -1 : (int)number;
}

/* For kernels without openat2 (before 5.6): every component by itself, symbolic links refused. */
static int source_open_walking(int directory, const char *path)
{
	CLEANUP(cleanup_close) int held = -1;
	const char *rest = path;

	for (;;) {
		const size_t length = strcspn(rest, "/");
		CLEANUP(cleanup_free) char *component = mem_string_n(rest, length);
		int next;

		if (!rest[length])
			return openat(held >= 0 ? held : directory, component,
				      FILE_FLAGS | O_NOFOLLOW);
		next = openat(held >= 0 ? held : directory, component,
			      O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		cleanup_close(&held);
		held = next;
		if (held < 0)
			return -1;
		rest += length + 1;
	}
}

/* Opens what lies below a directory; links that lead out of it, and magic links, are errors. */
static int source_open_beneath(int directory, const char *path)
{
	const struct open_how how = {.flags = FILE_FLAGS,
				     .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};

	for (int i = 0; i < RACE_TRIES; i++) {
		long fd = syscall(SYS_openat2, directory, path, &how, sizeof(how));

		if (fd >= 0)
			return (int)fd;
		/* EPERM: an outer seccomp filter that does not know openat2 */
		if (errno == ENOSYS || errno == EPERM)
			return source_open_walking(directory, path);
		if (errno != EAGAIN)
			return -1;
	}
	return -1;
}

/* NULL where strerror(3) says it all. */
static const char *source_open_remedy(int error)
{
	switch (error) {
	case ELOOP:
		return "remove the circle of symbolic links";
	case ENAMETOOLONG:
		return "at most 255 bytes a name, 4095 a path";
	case EMFILE:
	case ENFILE:
		return "close files, or raise ulimit -n";
	default:
		return NULL;
	}
}

static int source_report_open(const struct source *source, int error, bool beneath,
			      struct findings *findings)
{
	if (beneath && (error == EXDEV || error == ELOOP))
		return finding_error(findings, "file-link", source_place(source),
				     "use a file in that directory",
				     error == EXDEV ? "a symbolic link leads out of the directory"
						    : "the path has a symbolic link");
	if (error == ENXIO) /* a socket */
		return finding_error(findings, "file-type", source_place(source),
				     "use a regular file, or - for standard input", "%s",
				     strerror(error));
	return finding_error(findings, "file-open", source_place(source), source_open_remedy(error),
			     "%s", strerror(error));
}

static const char *source_type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a directory";
	case S_IFIFO:
		return "a FIFO";
	case S_IFCHR:
	case S_IFBLK:
		return "a device";
	case S_IFSOCK:
		return "a socket";
	default:
		return "not a regular file";
	}
}

/* Whoever can write the file decides what root's commands may do. */
static int source_check_mode(const struct source *source, struct findings *findings)
{
	if (geteuid() != 0 || !(source->mode & S_IWOTH))
		return 0;
	return finding_error(findings, "file-writable", source_place(source), "chmod o-w",
			     "is writable by everybody, and seccomp-shim runs as root");
}

static int source_check_regular(struct source *source, int fd, struct findings *findings)
{
	struct stat status;

	if (fstat(fd, &status))
		return finding_error(findings, "file-open", source_place(source), NULL,
				     "cannot be inspected: %s", strerror(errno));
	if (!S_ISREG(status.st_mode))
		return finding_error(findings, "file-type", source_place(source),
				     "use a regular file, or - for standard input", "is %s",
				     source_type_name(status.st_mode));
	source->owner = status.st_uid;
	source->mode = status.st_mode & 07777;
	source->is_file = true;
	if (status.st_size > (off_t)JSON_SIZE_MAX)
		return finding_error(findings, "file-size", source_place(source), "at most 16 MiB",
				     "is %lld bytes long", (long long)status.st_size);
	/* Nobody else can open a file without a name: a memfd has mode 0777. */
	return status.st_nlink == 0 ? 0 : source_check_mode(source, findings);
}

/* An inherited descriptor may be anything; a regular file is checked as if it was named. */
static int source_check_descriptor(struct source *source, int fd, struct findings *findings)
{
	struct stat status;

	if (fstat(fd, &status))
		return finding_error(findings, "file-open", source_place(source), NULL,
				     "cannot be read: %s", strerror(errno));
	if (S_ISREG(status.st_mode))
		return source_check_regular(source, fd, findings);
	return 0;
}

/*
 * 1: there is something to read (or the end, or an error that read(2) will report); 0: nothing in
 * time; -1: an error.
 */
static int source_wait(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	int count;

	do
		count = poll(&ready, 1, SILENCE_MAX_MS);
	while (count < 0 && errno == EINTR);
	return count;
}

/* One read, at most room bytes: how many, 0 at the end, or -1 after an error. */
static ssize_t source_read_some(const struct source *source, int fd, char *data, size_t room,
				struct findings *findings)
{
	for (;;) {
		int ready = source_wait(fd);
		ssize_t count;

		if (ready == 0)
			return finding_error(findings, "file-timeout", source_place(source),
					     "write to the pipe, or use a file",
					     "no data for %d seconds", SILENCE_MAX_MS / 1000);
		count = ready < 0 ? -1 : read(fd, data, room);
		if (count >= 0)
			return count;
		if (errno != EINTR && errno != EAGAIN)
			return finding_error(findings, "file-read", source_place(source), NULL,
					     "cannot be read: %s", strerror(errno));
	}
}

/* Reads to the end; a file that grows meanwhile ends at the bound, whatever fstat said. */
static int source_read_all(struct source *source, int fd, struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer text = {0};
	CLEANUP(cleanup_free) char *chunk = mem_alloc(CHUNK);

	for (;;) {
		size_t room = JSON_SIZE_MAX + 1 - text.length;
		ssize_t count =
			source_read_some(source, fd, chunk, room < CHUNK ? room : CHUNK, findings);

		if (count < 0)
			return -1;
		if (count == 0)
			break;
		buffer_add(&text, chunk, (size_t)count);
		if (text.length > JSON_SIZE_MAX)
			return finding_error(findings, "file-size", source_place(source),
					     "at most 16 MiB", "is longer than 16 MiB");
	}
	source->length = text.length;
	source->text = buffer_take(&text);
	return 0;
}

static int source_read_descriptor(struct source *source, int fd, struct findings *findings)
{
	source->from_stdin = fd == STDIN_FILENO;
	if (source_check_descriptor(source, fd, findings))
		return -1;
	return source_read_all(source, fd, findings);
}

int source_read(struct source *source, int directory, const char *path, const char *name,
		struct findings *findings)
{
	const bool beneath = directory != AT_FDCWD;
	CLEANUP(cleanup_close) int fd = -1;

	*source = (struct source){.name = mem_string(*name ? name : "\"\"")};
	if (!*path)
		return finding_error(findings, "file-name", source_place(source),
				     "give the path of a file", "the name is empty");
	if (!beneath && source_named_descriptor(path) >= 0)
		return source_read_descriptor(source, source_named_descriptor(path), findings);
	fd = beneath ? source_open_beneath(directory, path) : open(path, FILE_FLAGS);
	if (fd < 0)
		return source_report_open(source, errno, beneath, findings);
	if (source_check_regular(source, fd, findings))
		return -1;
	return source_read_all(source, fd, findings);
}

int source_read_entry(struct source *source, int directory, const char *entry, const char *name,
		      int *handle, struct findings *findings)
{
	CLEANUP(cleanup_close) int fd = openat(directory, entry, FILE_FLAGS | O_NOFOLLOW);

	*source = (struct source){.name = mem_string(name)};
	*handle = -1;
	if (fd < 0)
		return source_report_open(source, errno, true, findings);
	if (source_check_regular(source, fd, findings) || source_read_all(source, fd, findings))
		return -1;
	*handle = fd;
	fd = -1;
	return 0;
}

/* The numbers that a file of /proc begins with: how many, up to count. */
static int source_read_numbers(const char *path, unsigned long numbers[], int count)
{
	FILE *file = fopen(path, "re");
	int got = 0;

	while (file && got < count && fscanf(file, "%lu", &numbers[got]) == 1)
		got++;
	if (file)
		(void)fclose(file);
	return got;
}

/*
 * In a user namespace (rootless podman's) all that is the host's, its root's first of all, seems to
 * belong to one uid (user_namespaces(7)). Root here may not write there.
 */
static bool source_owner_is_foreign(uid_t owner)
{
	unsigned long map[3], overflow;

	if (source_read_numbers("/proc/self/uid_map", map, 3) != 3 ||
	    (map[0] == 0 && map[1] == 0 && map[2] == UINT32_MAX))
		return false;
	return source_read_numbers("/proc/sys/kernel/overflowuid", &overflow, 1) == 1 &&
	       owner == overflow;
}

int source_check_owner(const struct source *source, bool root_owned, struct findings *findings)
{
	if (geteuid() != 0 || !source->is_file)
		return 0;
	if (source->mode & (S_IWGRP | S_IWOTH))
		return finding_error(
			findings, "file-writable", source_place(source), "chmod go-w",
			"is writable by others than its owner, and seccomp-shim runs as root");
	if (root_owned && source->owner != 0 && !source_owner_is_foreign(source->owner))
		return finding_error(findings, "file-owner", source_place(source), "chown root",
				     "belongs to uid %u, and seccomp-shim runs as root",
				     (unsigned)source->owner);
	return 0;
}

void source_free(struct source *source)
{
	free(source->name);
	free(source->text);
	*source = (struct source){0};
}
