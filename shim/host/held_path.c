/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves paths by descriptors, as open(2) would, but decides itself which links are followed. */
#include <config.h>

#include "shim/host/held_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "shim/host/owner.h"

#define LINKS_MAX   40 /* the kernel's limit */
#define FOLDER_MODE 0755

#define FOLDER_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct held_walk {
	bool confined;
	unsigned flags;
	uid_t owner;  /* beside root: whose links may be followed */
	int *folders; /* from where we began to where we are: ".." needs no look at the disk */
	size_t count, capacity;
	char *text;
	const char *at; /* in text: what is still to be resolved */
	unsigned links;
	struct held_path *held;
};

/* ---- where we are */

static int held_walk_here(const struct held_walk *walk)
{
	return walk->folders[walk->count - 1];
}

static void held_walk_enter(struct held_walk *walk, int folder)
{
	walk->folders =
		mem_grow(walk->folders, walk->count, &walk->capacity, sizeof(*walk->folders));
	walk->folders[walk->count++] = folder;
}

static void held_walk_leave(struct held_walk *walk, size_t count)
{
	while (walk->count > count)
		cleanup_close(&walk->folders[--walk->count]);
}

static void held_walk_free(struct held_walk *walk)
{
	held_walk_leave(walk, 0);
	free(walk->folders);
	free(walk->text);
}

static int held_walk_begin_at(struct held_walk *walk, int directory, const char *path)
{
	const int folder = openat(directory, path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		return -1;
	held_walk_enter(walk, folder);
	return 0;
}

/* Back to the root, for a path that begins with a slash. */
static int held_walk_to_root(struct held_walk *walk)
{
	held_walk_leave(walk, walk->confined ? 1 : 0);
	return walk->confined ? 0 : held_walk_begin_at(walk, AT_FDCWD, "/");
}

static int held_walk_up(struct held_walk *walk)
{
	int parent;

	if (walk->count > 1) {
		held_walk_leave(walk, walk->count - 1);
		return 0;
	}
	if (walk->confined)
		return 0;
	parent = openat(held_walk_here(walk), "..", FOLDER_FLAGS);
	if (parent < 0)
		return -1;
	held_walk_leave(walk, 0);
	held_walk_enter(walk, parent);
	return 0;
}

/* ---- whom root trusts */

static bool held_walk_trusts(const struct held_walk *walk, uid_t owner)
{
	return owner == walk->owner || owner_is_root(owner);
}

/* True if we are root and others can change what the folder holds; true after an error too. */
static bool held_walk_is_exposed(const struct held_walk *walk, int folder)
{
	struct stat status;

	if (geteuid() != 0)
		return false;
	return fstat(folder, &status) != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) ||
	       !held_walk_trusts(walk, status.st_uid);
}

/* What the kernel itself does for open(2) (proc_sys_fs(5), protected_symlinks): links are read
 * here. */
static bool held_link_is_planted(const struct held_walk *walk, const struct stat *link)
{
	const mode_t shared = S_ISVTX | S_IWOTH;
	struct stat folder;

	return link->st_uid != geteuid() &&
	       (fstat(held_walk_here(walk), &folder) != 0 ||
		((folder.st_mode & shared) == shared && folder.st_uid != link->st_uid));
}

static bool held_walk_distrusts(const struct held_walk *walk, const struct stat *link)
{
	if (geteuid() != 0)
		return held_link_is_planted(walk, link);
	return !held_walk_trusts(walk, link->st_uid) &&
	       held_walk_is_exposed(walk, held_walk_here(walk));
}

/* ---- links */

/*
 * /proc's links to open files lead where their text does not: a path with a root of its own, or
 * "pipe:[1]". Its plain links are relative.
 */
static bool held_link_is_magic(int link, const char *text)
{
	struct statfs system;

	return fstatfs(link, &system) != 0 ||
	       (system.f_type == PROC_SUPER_MAGIC && (text[0] == '/' || strchr(text, ':')));
}

/* The descriptor that a path names itself; -1 if it does not. */
static int held_path_descriptor(const char *path)
{
	static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
	const char *digits = NULL;
	unsigned long number;
	char *end;

	if (strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (strncmp(path, folders[i], strlen(folders[i])) == 0)
			digits = path + strlen(folders[i]);
	if (!digits || *digits < '0' || *digits > '9')
		return -1;
	errno = 0;
	number = strtoul(digits, &end, 10);
	return errno || *end || number > INT_MAX ? -1 : (int)number;
}

/* Goes on with this text; *found: it names a descriptor, and there is nothing more to resolve. */
static int held_walk_go_on(struct held_walk *walk, char *text, bool *found)
{
	free(walk->text);
	walk->text = text;
	walk->at = text;
	if (strlen(text) >= PATH_MAX) { /* as for the kernel; with LINKS_MAX it bounds the steps */
		errno = ENAMETOOLONG;
		return -1;
	}
	if (text[0] != '/')
		return 0;
	walk->held->descriptor = walk->confined ? -1 : held_path_descriptor(text);
	*found = walk->held->descriptor >= 0;
	return *found ? 0 : held_walk_to_root(walk);
}

/* The text of a link; NULL with errno. */
static char *held_link_read(int link)
{
	char target[PATH_MAX];
	const ssize_t length = readlinkat(link, "", target, sizeof(target));

	if (length < 0)
		return NULL;
	if (length == 0 || (size_t)length == sizeof(target)) {
		errno = length == 0 ? ENOENT : ENAMETOOLONG;
		return NULL;
	}
	return mem_string_n(target, (size_t)length);
}

/* What is behind the link stays to be resolved, its slash too. */
static int held_walk_follow(struct held_walk *walk, int link, const struct stat *status,
			    bool *found)
{
	CLEANUP(cleanup_free) char *target = NULL;

	if (held_walk_distrusts(walk, status)) {
		walk->held->foreign_link = true;
		errno = EACCES;
		return -1;
	}
	target = held_link_read(link);
	if (!target)
		return -1;
	if (++walk->links > LINKS_MAX || held_link_is_magic(link, target)) {
		errno = ELOOP;
		return -1;
	}
	return held_walk_go_on(walk, mem_format("%s%s", target, walk->at), found);
}

/* ---- steps */

/* Opens what has the name, whatever it is. */
static int held_walk_look(const struct held_walk *walk, const char *name, bool last)
{
	int fd = openat(held_walk_here(walk), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT || last || !(walk->flags & HELD_MAKE_FOLDERS))
		return fd;
	if (mkdirat(held_walk_here(walk), name, FOLDER_MODE) && errno != EEXIST)
		return -1;
	return openat(held_walk_here(walk), name, FOLDER_FLAGS);
}

/* The path ends here: its folder and what has the name are handed over. */
static int held_walk_end(struct held_walk *walk, char *name, int target)
{
	struct held_path *held = walk->held;

	held->exposed = held_walk_is_exposed(walk, held_walk_here(walk));
	held->folder = walk->folders[--walk->count];
	held->name = name;
	held->target = target;
	return 0;
}

static bool held_walk_refuses(const struct held_walk *walk, bool last)
{
	return last && (walk->flags & HELD_NO_LAST_LINK);
}

/* Sets errno if not: a link that is not followed, or a file on the way. */
static bool held_walk_passes(mode_t mode, bool last)
{
	errno = S_ISLNK(mode) ? ELOOP : ENOTDIR;
	return S_ISDIR(mode) || (last && !S_ISLNK(mode));
}

/* A name, with walk->at behind it. *found: it was the last. */
static int held_walk_step_name(struct held_walk *walk, char **name, bool *found)
{
	const bool last = !*walk->at;
	CLEANUP(cleanup_close) int fd = held_walk_look(walk, *name, last);
	struct stat *status = &walk->held->status;
	int target;

	if (fd < 0 && !(errno == ENOENT && last))
		return -1;
	if (fd >= 0 && fstat(fd, status))
		return -1;
	if (fd >= 0 && S_ISLNK(status->st_mode) && !held_walk_refuses(walk, last))
		return held_walk_follow(walk, fd, status, found);
	if (fd >= 0 && !held_walk_passes(status->st_mode, last))
		return -1;
	target = fd;
	fd = -1;
	if (last) {
		*found = true;
		return held_walk_end(walk, STEAL(*name), target);
	}
	held_walk_enter(walk, target);
	return 0;
}

static int held_walk_step(struct held_walk *walk, bool *found)
{
	const size_t length = strcspn(walk->at, "/");
	CLEANUP(cleanup_free) char *name = mem_string_n(walk->at, length);

	walk->at += length;
	if (length == 0) {
		walk->at++;
		return 0;
	}
	if (strcmp(name, ".") == 0)
		return 0;
	return strcmp(name, "..") == 0 ? held_walk_up(walk)
				       : held_walk_step_name(walk, &name, found);
}

/* root: as held_path_open(). */
static int held_walk_begin(struct held_walk *walk, int root, const char *path, bool *found)
{
	struct stat status;

	if (!*path) {
		errno = ENOENT;
		return -1;
	}
	if (held_walk_begin_at(walk, walk->confined ? root : AT_FDCWD, "."))
		return -1;
	if (walk->confined) {
		if (fstat(held_walk_here(walk), &status))
			return -1;
		walk->owner = status.st_uid;
	}
	return held_walk_go_on(walk, mem_string(path), found);
}

/* 1: ends in a file's name (or a descriptor), which held has now; 0: in a folder; -1. */
static int held_walk_run(struct held_walk *walk, int root, const char *path)
{
	bool found = false;

	if (held_walk_begin(walk, root, path, &found))
		return -1;
	while (!found && *walk->at)
		if (held_walk_step(walk, &found))
			return -1;
	return found;
}

/* ---- what others call */

int held_path_open(struct held_path *held, int root, const char *path, unsigned flags)
{
	CLEANUP(held_walk_free)
	struct held_walk walk = {.confined = root >= 0, .flags = flags, .held = held};
	int result;

	*held = HELD_PATH_NONE;
	result = held_walk_run(&walk, root, path);
	if (result == 0)
		errno = EISDIR;
	return result > 0 ? 0 : -1;
}

int held_path_open_folder(int root, const char *path)
{
	CLEANUP(held_path_close) struct held_path held = HELD_PATH_NONE;
	CLEANUP(held_walk_free)
	struct held_walk walk = {.confined = root >= 0, .held = &held};
	CLEANUP(cleanup_free) char *folder = mem_format("%s%s", path, *path ? "/" : "");

	if (held_walk_run(&walk, root, folder) < 0)
		return -1;
	return walk.folders[--walk.count];
}

int held_path_at(struct held_path *held, int folder, const char *name)
{
	const struct held_walk walk = {0};

	*held = HELD_PATH_NONE;
	held->folder = openat(folder, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (held->folder < 0)
		return -1;
	held->exposed = held_walk_is_exposed(&walk, held->folder);
	held->name = mem_string(name);
	held->target = openat(held->folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (held->target < 0)
		return errno == ENOENT ? 0 : -1;
	return fstat(held->target, &held->status);
}

bool held_path_is_still(const struct held_path *held)
{
	struct stat now;

	if (fstatat(held->folder, held->name, &now, AT_SYMLINK_NOFOLLOW))
		return held->target < 0 && errno == ENOENT;
	return held->target >= 0 && now.st_dev == held->status.st_dev &&
	       now.st_ino == held->status.st_ino;
}

const char *held_path_error(const struct held_path *held, int error)
{
	return held->foreign_link
		       ? "another user's symbolic link, in a folder that others can write"
		       : strerror(error);
}

void held_path_close(struct held_path *held)
{
	cleanup_close(&held->folder);
	cleanup_close(&held->target);
	free(held->name);
	*held = HELD_PATH_NONE;
}
