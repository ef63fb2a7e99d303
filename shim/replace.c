/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replaces files that others may read at the same time or own: the new content appears at once, by
 * rename(2), with the owner and mode of the old file; or the old file stays and nothing is left
 * behind. Every file that this project writes is written here, or says why not where it is opened
 * (tests/tree/tree.bats has the list).
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

#include "shim/host/held_path.h"
#include "shim/host/owner.h"
#include "shim/print.h"

#define NAME_TRIES 16
#define FILE_TRIES 16 /* looks at a name that others keep replacing */

#define EXPOSED_REMEDY "use a folder that only root can write"

struct replacement {
	struct held_path held; /* what is replaced */
	bool any;	       /* what has the name is replaced, whatever it is by then */
	mode_t mode;	       /* of the new file; 0: as the old one or the umask says */
	char *temporary;       /* the name of the file that is written first */
	int fd;		       /* of the temporary file; -1: it does not exist (any more) */
};

#define REPLACEMENT_EMPTY                        \
	{                                        \
		.held = HELD_PATH_NONE, .fd = -1 \
	}

static int replace_report(struct findings *findings, const char *path, const char *what, int error)
{
	return finding_error(findings, "file-write", (struct place){.file = path},
			     print_write_remedy(error), "%s: %s", what, strerror(error));
}

static int replace_report_path(struct findings *findings, const char *path,
			       const struct held_path *held, int error)
{
	if (!held->foreign_link)
		return replace_report(findings, path,
				      error == EISDIR ? "cannot open" : "cannot open its folder",
				      error);
	return finding_error(findings, "file-write", (struct place){.file = path}, EXPOSED_REMEDY,
			     "cannot follow %s", held_path_error(held, error));
}

static int replace_report_changing(struct findings *findings, const char *path)
{
	return finding_error(findings, "file-changing", (struct place){.file = path},
			     "let only one program write it at a time",
			     "is being replaced by another program");
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

/* ---- what cannot be replaced: devices, FIFOs, descriptors */

/*
 * Opens the very thing that was looked at: O_PATH descriptors have no other way to be written
 * (open(2)). -1 with errno.
 */
static int replace_reopen(const struct held_path *held, int flags)
{
	CLEANUP(cleanup_free) char *file = mem_format("/proc/self/fd/%d", held->target);
	CLEANUP(cleanup_close) int fd = open(file, flags | O_NOCTTY | O_CLOEXEC);
	struct stat now;
	int result;

	if (fd < 0 || fstat(fd, &now))
		return -1;
	if (now.st_dev != held->status.st_dev || now.st_ino != held->status.st_ino) {
		errno = ESTALE; /* what is mounted on /proc is something else */
		return -1;
	}
	result = fd;
	fd = -1;
	return result;
}

/*
 * True if it may be somebody else's trap: of another user, or a second name of a file, where others
 * can make both.
 */
static bool replace_is_planted(const struct held_path *held)
{
	return held->exposed && (!owner_is_root(held->status.st_uid) ||
				 (S_ISREG(held->status.st_mode) && held->status.st_nlink > 1));
}

#define PLANTED "another user's, or a hard link, in a folder that others can write"

static int replace_write_through(const struct held_path *held, const char *path, const void *data,
				 size_t length, struct findings *findings)
{
	CLEANUP(cleanup_close) int fd = -1;

	if (!S_ISDIR(held->status.st_mode) && replace_is_planted(held))
		return finding_error(findings, "file-write", (struct place){.file = path},
				     EXPOSED_REMEDY, "cannot open: " PLANTED);
	fd = replace_reopen(held, O_WRONLY);
	if (fd < 0)
		return replace_report(findings, path, "cannot open", errno);
	if (replace_write_all(fd, data, length))
		return replace_report(findings, path, "cannot write", errno);
	return 0;
}

/* Those that we have opened ourselves end at execve(2); an inherited one cannot have that flag. */
static bool replace_is_inherited(int fd)
{
	const int flags = fcntl(fd, F_GETFD);

	if (flags >= 0 && (flags & FD_CLOEXEC))
		errno = EBADF;
	return flags >= 0 && !(flags & FD_CLOEXEC);
}

static int replace_write_descriptor(int fd, const char *path, const void *data, size_t length,
				    struct findings *findings)
{
	if (!replace_is_inherited(fd) || replace_write_all(fd, data, length))
		return replace_report(findings, path, "cannot write", errno);
	return 0;
}

/* ---- the temporary file */

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
			openat(replacement->held.folder, replacement->temporary,
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
	return fchmod(fd, old->st_mode & 0777);
}

static mode_t replace_umask(void)
{
	mode_t mask = umask(0);

	(void)umask(mask); /* sets the old mask again; cannot fail */
	return mask;
}

/*
 * What root writes in place of another user's file is root's: he may have put it there to own what
 * root writes. It is not open to more users than his was.
 */
static int replace_set_owner(const struct replacement *replacement)
{
	const struct held_path *held = &replacement->held;
	const struct stat *old = &held->status;

	if (replacement->mode)
		return fchmod(replacement->fd, replacement->mode);
	if (held->target < 0)
		return fchmod(replacement->fd, 0666 & ~replace_umask());
	if (geteuid() != 0 || old->st_uid == 0)
		return replace_keep_owner(replacement->fd, old);
	return fchmod(replacement->fd, old->st_mode & 0644 & ~replace_umask());
}

static void replacement_free(struct replacement *replacement)
{
	if (replacement->fd >= 0)
		(void)unlinkat(replacement->held.folder, replacement->temporary,
			       0); /* best effort */
	cleanup_close(&replacement->fd);
	replacement->fd = -1;
	held_path_close(&replacement->held);
	free(STEAL(replacement->temporary));
}

/* ---- replacing */

static int replacement_finish(struct replacement *replacement)
{
	const int folder = replacement->held.folder;
	CLEANUP(cleanup_close) int opened = -1;

	if (renameat(folder, replacement->temporary, folder, replacement->held.name))
		return -1;
	cleanup_close(&replacement->fd);
	replacement->fd = -1;
	opened = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)fsync(opened); /* the content is whole either way */
	return 0;
}

static enum replaced replacement_write(struct replacement *replacement, const char *path,
				       const void *data, size_t length, struct findings *findings)
{
	if (replace_open_temporary(replacement))
		(void)replace_report(findings, path, "cannot create a file in its folder", errno);
	else if (replace_set_owner(replacement))
		(void)replace_report(findings, path, "cannot keep its owner and mode", errno);
	else if (replace_write_all(replacement->fd, data, length) || fsync(replacement->fd))
		(void)replace_report(findings, path, "cannot write", errno);
	else if (!replacement->any && !held_path_is_still(&replacement->held))
		return REPLACED_NOT;
	else if (replacement_finish(replacement))
		(void)replace_report(findings, path, "cannot write", errno);
	else
		return REPLACED;
	return REPLACED_FAILED;
}

/* The one way in which files are replaced; frees the replacement. */
static enum replaced replacement_put(struct replacement *replacement, const char *path,
				     const void *data, size_t length, struct findings *findings)
{
	enum replaced result;
	sigset_t all, before;

	(void)sigfillset(&all);
	/* an interrupt between making the temporary file and the rename would leave it behind */
	if (sigprocmask(SIG_SETMASK, &all, &before)) {
		(void)replace_report(findings, path, "cannot write", errno);
		return REPLACED_FAILED;
	}
	result = replacement_write(replacement, path, data, length, findings);
	replacement_free(replacement);
	(void)sigprocmask(SIG_SETMASK, &before, NULL); /* a mask that was valid before */
	return result;
}

/* True if the name means this file, or nothing where old is NULL. */
static bool replacement_is_of(const struct replacement *replacement, const struct stat *old)
{
	const struct held_path *held = &replacement->held;

	if (!old || held->target < 0)
		return !old && held->target < 0;
	return S_ISREG(held->status.st_mode) && held->status.st_dev == old->st_dev &&
	       held->status.st_ino == old->st_ino;
}

enum replaced replace_at(int folder, const char *name, const char *path, const struct stat *old,
			 const void *data, size_t length, struct findings *findings)
{
	CLEANUP(replacement_free) struct replacement replacement = REPLACEMENT_EMPTY;

	if (held_path_at(&replacement.held, folder, name)) {
		(void)replace_report(findings, path, "cannot open its folder", errno);
		return REPLACED_FAILED;
	}
	if (!replacement_is_of(&replacement, old))
		return REPLACED_NOT;
	return replacement_put(&replacement, path, data, length, findings);
}

int replace_own(int folder, const char *name, const char *path, mode_t mode, const void *data,
		size_t length, struct findings *findings)
{
	CLEANUP(replacement_free) struct replacement replacement = REPLACEMENT_EMPTY;

	replacement.any = true;
	replacement.mode = mode;
	if (held_path_at(&replacement.held, folder, name))
		return replace_report(findings, path, "cannot open its folder", errno);
	return replacement_put(&replacement, path, data, length, findings) == REPLACED ? 0 : -1;
}

int replace_with_link(int folder, const char *name, const char *path, int fd,
		      struct findings *findings)
{
	CLEANUP(replacement_free) struct replacement replacement = REPLACEMENT_EMPTY;
	CLEANUP(cleanup_free) char *file = mem_format("/proc/self/fd/%d", fd);
	int result = 0;

	if (replace_name_temporary(&replacement) ||
	    linkat(AT_FDCWD, file, folder, replacement.temporary, AT_SYMLINK_FOLLOW))
		return replace_report(findings, path, "cannot keep the original beside it", errno);
	if (renameat(folder, replacement.temporary, folder, name) != 0)
		result =
			replace_report(findings, path, "cannot keep the original beside it", errno);
	/* of two names of one file rename(2) leaves both; else there is nothing to remove */
	(void)unlinkat(folder, replacement.temporary, 0);
	return result;
}

/* Looks at the path once, and writes there. */
static enum replaced replace_try_file(const char *path, const void *data, size_t length,
				      struct findings *findings)
{
	CLEANUP(replacement_free) struct replacement replacement = REPLACEMENT_EMPTY;
	struct held_path *held = &replacement.held;

	if (held_path_open(held, -1, path, 0)) {
		(void)replace_report_path(findings, path, held, errno);
		return REPLACED_FAILED;
	}
	if (held->descriptor >= 0)
		return replace_write_descriptor(held->descriptor, path, data, length, findings)
			       ? REPLACED_FAILED
			       : REPLACED;
	if (held->target >= 0 && !S_ISREG(held->status.st_mode))
		return replace_write_through(held, path, data, length, findings) ? REPLACED_FAILED
										 : REPLACED;
	return replacement_put(&replacement, path, data, length, findings);
}

int replace_file(const char *path, const void *data, size_t length, struct findings *findings)
{
	for (int i = 0; i < FILE_TRIES; i++) {
		const enum replaced result = replace_try_file(path, data, length, findings);

		if (result != REPLACED_NOT)
			return result == REPLACED ? 0 : -1;
	}
	return replace_report_changing(findings, path);
}

/* ---- logs */

/* 0: another program has just made it, look again. */
static int replace_make_log(const struct held_path *held, mode_t mode, int *fd)
{
	*fd = openat(held->folder, held->name,
		     O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	return *fd >= 0 ? 1 : errno == EEXIST ? 0 : -1;
}

static int replace_try_log(const char *path, mode_t mode, bool follow, int *fd, const char **fault)
{
	CLEANUP(held_path_close) struct held_path held;

	if (held_path_open(&held, -1, path, follow ? 0 : HELD_NO_LAST_LINK)) {
		*fault = held_path_error(&held, errno);
		return -1;
	}
	if (held.descriptor >= 0) {
		*fd = replace_is_inherited(held.descriptor)
			      ? fcntl(held.descriptor, F_DUPFD_CLOEXEC, 0)
			      : -1;
		return *fd < 0 ? -1 : 1;
	}
	if (held.target < 0)
		return replace_make_log(&held, mode, fd);
	if (replace_is_planted(&held)) {
		*fault = PLANTED;
		errno = EACCES;
		return -1;
	}
	*fd = replace_reopen(&held, O_WRONLY | O_APPEND | O_NONBLOCK);
	return *fd < 0 ? -1 : 1;
}

int replace_open_log(const char *path, mode_t mode, bool follow, const char **fault)
{
	for (int i = 0; i < FILE_TRIES; i++) {
		int fd = -1;
		int result;

		*fault = NULL;
		result = replace_try_log(path, mode, follow, &fd, fault);
		if (result > 0)
			return fd;
		if (result < 0)
			break;
	}
	if (!*fault)
		*fault = strerror(errno);
	return -1;
}
