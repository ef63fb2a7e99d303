/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replaces files that others may read at the same time or own: the new content appears at once, by
 * rename(2), with the owner and mode of the old file; or the old file stays and nothing is left
 * behind.
 */
#include <config.h>
#include "shim/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim/print.h"

#define NAME_TRIES 16

/* A folder, and two names in it. */
struct replacement {
	int folder;
	char *name;	 /* of the file that is replaced */
	char *temporary; /* of the file that is written first */
	int fd;		 /* of the temporary file; -1: it does not exist (any more) */
};

static int replace_report(struct findings *findings, const char *path, const char *what, int error)
{
	return finding_error(findings, "file-write", (struct place){.file = path},
			     print_write_remedy(error), "%s: %s", what, strerror(error));
}

static int replace_write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, data, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		data += written;
		length -= (size_t)written;
	}
	return 0;
}

/* For devices and FIFOs, which cannot be replaced. */
static int replace_write_through(const char *path, const void *data, size_t length,
				 struct findings *findings)
{
	CLEANUP(cleanup_close) int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return replace_report(findings, path, "cannot open", errno);
	if (replace_write_all(fd, data, length))
		return replace_report(findings, path, "cannot write", errno);
	return 0;
}

static int replace_name_temporary(struct replacement *replacement)
{
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -1;
	free(replacement->temporary);
	replacement->temporary = mem_format(".seccomp-shim.%016llx", (unsigned long long)random);
	return 0;
}

static int replace_open_temporary(struct replacement *replacement)
{
	for (int i = 0; i < NAME_TRIES; i++) {
		if (replace_name_temporary(replacement))
			return -1;
		replacement->fd =
			openat(replacement->folder, replacement->temporary,
			       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (replacement->fd >= 0 || errno != EEXIST)
			return replacement->fd < 0 ? -1 : 0;
	}
	return -1;
}

/* The owner first: chown(2) clears bits of the mode. */
static int replace_keep_owner(int fd, const struct stat *old)
{
	struct stat now;

	if (fstat(fd, &now))
		return -1;
	if ((now.st_uid != old->st_uid || now.st_gid != old->st_gid) &&
	    fchown(fd, old->st_uid, old->st_gid))
		return -1;
	return fchmod(fd, old->st_mode & 07777);
}

static int replace_set_new_mode(int fd)
{
	mode_t mask = umask(0);

	(void)umask(mask); /* sets the old mask again; cannot fail */
	return fchmod(fd, 0666 & ~mask);
}

static void replacement_free(struct replacement *replacement)
{
	if (replacement->fd >= 0)
		(void)unlinkat(replacement->folder, replacement->temporary, 0); /* best effort */
	cleanup_close(&replacement->fd);
	cleanup_close(&replacement->folder);
	free(replacement->name);
	free(replacement->temporary);
}

/* Splits a path into its folder, which is opened, and the name in it. */
static int replacement_start(struct replacement *replacement, const char *path)
{
	const char *slash = strrchr(path, '/');
	CLEANUP(cleanup_free)
	char *folder = slash ? mem_string_n(path, (size_t)(slash - path) + 1) : mem_string(".");

	replacement->name = mem_string(slash ? slash + 1 : path);
	replacement->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return replacement->folder < 0 ? -1 : 0;
}

static int replacement_finish(struct replacement *replacement)
{
	if (fsync(replacement->fd) || renameat(replacement->folder, replacement->temporary,
					       replacement->folder, replacement->name))
		return -1;
	cleanup_close(&replacement->fd);
	replacement->fd = -1;
	return 0;
}

/* old: the file that is replaced, NULL if there is none. target: its path, links followed. */
static int replace_path(const char *path, const char *target, const struct stat *old,
			const void *data, size_t length, struct findings *findings)
{
	CLEANUP(replacement_free) struct replacement replacement = {.folder = -1, .fd = -1};

	if (replacement_start(&replacement, target))
		return replace_report(findings, path, "cannot open its folder", errno);
	if (replace_open_temporary(&replacement))
		return replace_report(findings, path, "cannot create a file in its folder", errno);
	if (old ? replace_keep_owner(replacement.fd, old) : replace_set_new_mode(replacement.fd))
		return replace_report(findings, path, "cannot keep its owner and mode", errno);
	if (replace_write_all(replacement.fd, data, length) || replacement_finish(&replacement))
		return replace_report(findings, path, "cannot write", errno);
	(void)fsync(replacement.folder); /* the content is whole either way */
	return 0;
}

/* True if the name still is this file, and no link to it. */
static bool replacement_is_still(const struct replacement *replacement, const struct stat *old)
{
	struct stat now;

	return fstatat(replacement->folder, replacement->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == old->st_dev && now.st_ino == old->st_ino;
}

static enum replaced replacement_write(struct replacement *replacement, const char *path,
				       const struct stat *old, const void *data, size_t length,
				       struct findings *findings)
{
	if (replace_open_temporary(replacement))
		(void)replace_report(findings, path, "cannot create a file in its folder", errno);
	else if (replace_keep_owner(replacement->fd, old))
		(void)replace_report(findings, path, "cannot keep its owner and mode", errno);
	else if (replace_write_all(replacement->fd, data, length))
		(void)replace_report(findings, path, "cannot write", errno);
	else if (!replacement_is_still(replacement, old))
		return REPLACED_NOT;
	else if (replacement_finish(replacement))
		(void)replace_report(findings, path, "cannot write", errno);
	else
		return REPLACED;
	return REPLACED_FAILED;
}

/* For a name in a folder; opens a descriptor of the folder of its own. */
static int replacement_hold(struct replacement *replacement, int folder, const char *name)
{
	replacement->name = mem_string(name);
	replacement->folder = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return replacement->folder < 0 ? -1 : 0;
}

enum replaced replace_at(int folder, const char *name, const char *path, const struct stat *old,
			 const void *data, size_t length, struct findings *findings)
{
	CLEANUP(replacement_free) struct replacement replacement = {.folder = -1, .fd = -1};
	enum replaced result;
	sigset_t all, before;

	if (replacement_hold(&replacement, folder, name)) {
		(void)replace_report(findings, path, "cannot open its folder", errno);
		return REPLACED_FAILED;
	}
	(void)sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, &before)) {
		(void)replace_report(findings, path, "cannot write", errno);
		return REPLACED_FAILED;
	}
	result = replacement_write(&replacement, path, old, data, length, findings);
	replacement_free(&replacement);
	replacement = (struct replacement){.folder = -1, .fd = -1};
	(void)sigprocmask(SIG_SETMASK, &before, NULL); /* a mask that was valid before */
	return result;
}

static int replacement_write_own(struct replacement *replacement, const char *path, mode_t mode,
				 const void *data, size_t length, struct findings *findings)
{
	if (replace_open_temporary(replacement))
		return replace_report(findings, path, "cannot create a file in its folder", errno);
	if (fchmod(replacement->fd, mode) || replace_write_all(replacement->fd, data, length) ||
	    replacement_finish(replacement))
		return replace_report(findings, path, "cannot write", errno);
	return 0;
}

int replace_own(int folder, const char *name, const char *path, mode_t mode, const void *data,
		size_t length, struct findings *findings)
{
	CLEANUP(replacement_free) struct replacement replacement = {.folder = -1, .fd = -1};
	sigset_t all, before;
	int result;

	if (replacement_hold(&replacement, folder, name))
		return replace_report(findings, path, "cannot open its folder", errno);
	(void)sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, &before))
		return replace_report(findings, path, "cannot write", errno);
	result = replacement_write_own(&replacement, path, mode, data, length, findings);
	replacement_free(&replacement);
	replacement = (struct replacement){.folder = -1, .fd = -1};
	(void)sigprocmask(SIG_SETMASK, &before, NULL); /* a mask that was valid before */
	return result;
}

int replace_with_link(int folder, const char *name, const char *path, int fd,
		      struct findings *findings)
{
	CLEANUP(replacement_free) struct replacement replacement = {.folder = -1, .fd = -1};
	CLEANUP(cleanup_free) char *file = mem_format("/proc/self/fd/%d", fd);
	int result = 0;

	if (replacement_hold(&replacement, folder, name) || replace_name_temporary(&replacement) ||
	    linkat(AT_FDCWD, file, folder, replacement.temporary, AT_SYMLINK_FOLLOW))
		return replace_report(findings, path, "cannot keep the original beside it", errno);
	if (renameat(folder, replacement.temporary, folder, name) != 0)
		result =
			replace_report(findings, path, "cannot keep the original beside it", errno);
	/* of two names of one file rename(2) leaves both; else there is nothing to remove */
	(void)unlinkat(folder, replacement.temporary, 0);
	return result;
}

int replace_file(const char *path, const void *data, size_t length, struct findings *findings)
{
	CLEANUP(cleanup_free) char *target = NULL;
	sigset_t all, before;
	struct stat old;
	int result;

	if (stat(path, &old)) {
		if (errno != ENOENT)
			return replace_report(findings, path, "cannot write", errno);
	} else if (!S_ISREG(old.st_mode)) {
		return replace_write_through(path, data, length, findings);
	} else {
		target = realpath(path, NULL);
		if (!target)
			return replace_report(findings, path, "cannot write", errno);
	}
	(void)sigfillset(&all);
	/* an interrupt between making the temporary file and the rename would leave it behind */
	if (sigprocmask(SIG_SETMASK, &all, &before))
		return replace_report(findings, path, "cannot write", errno);
	result = replace_path(path, target ? target : path, target ? &old : NULL, data, length,
			      findings);
	(void)sigprocmask(SIG_SETMASK, &before, NULL); /* a mask that was valid before */
	return result;
}
