/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Remembers decisions in a fixed number of files, each named by a hash of its key: a new one
 * replaces another with the same hash, so that the folder cannot grow.
 */
#include <config.h>

#include "shim/policy/precedent.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "shim/host/elf.h"
#include "shim/policy/runtime_program.h"

#define FOLDER	    "/run/seccomp-shim"
#define FILE_MAX    ((size_t)1 << 20) /* bytes of one file; larger ones are not remembered */
#define SLOTS	    64
#define FOLDER_MODE 0700
#define FILE_MODE   0600

void precedent_add(struct buffer *key, const void *data, size_t length)
{
	buffer_addf(key, "%zu:", length);
	buffer_add(key, data, length);
}

static void precedent_add_file(struct buffer *key, const char *path, const struct stat *status)
{
	CLEANUP(buffer_free) struct buffer text = {0};

	buffer_addf(&text, "%s %llu %llu %lld %lld.%09ld %lld.%09ld", path,
		    (unsigned long long)status->st_dev, (unsigned long long)status->st_ino,
		    (long long)status->st_size, (long long)status->st_mtim.tv_sec,
		    status->st_mtim.tv_nsec, (long long)status->st_ctim.tv_sec,
		    status->st_ctim.tv_nsec);
	precedent_add(key, text.data, text.length);
}

/* The version of the runtime, also of one that another program executes. */
static int precedent_add_version(struct buffer *key, struct runtime_program *runtime)
{
	CLEANUP(buffer_free) struct buffer text = {0};
	const struct runtime_reading *dialect = &runtime->dialect;

	if (!runtime_program_ask(runtime))
		return -1;
	buffer_addf(&text, "%x %s", dialect->version, dialect->library ? dialect->library : "");
	precedent_add(key, text.data, text.length);
	return 0;
}

int precedent_add_runtime(struct buffer *key, struct runtime_program *runtime, const char *library)
{
	struct utsname machine;
	struct stat status;

	if (uname(&machine) != 0 || stat("/proc/self/exe", &status) != 0)
		return -1;
	precedent_add_file(key, PACKAGE_VERSION, &status);
	precedent_add(key, machine.release, strlen(machine.release));
	precedent_add(key, machine.version, strlen(machine.version));
	precedent_add_file(key, runtime->path, &runtime->status);
	precedent_add(key, runtime->kind == RUNTIME_CRUN ? "crun" : "runc", 4);
	precedent_add(key, runtime->library, runtime->library ? strlen(runtime->library) : 0);
	if (library && stat(library, &status) == 0)
		precedent_add_file(key, library, &status);
	else if (!runtime->library && elf_names_library(runtime->path, RUNTIME_LIBRARY))
		return -1; /* we do not use its library, so changes would not be seen */
	return runtime_program_is_itself(runtime) ? 0 : precedent_add_version(key, runtime);
}

/* True if only this user can write it. */
static bool precedent_is_ours(int fd, mode_t type)
{
	struct stat status;

	return fstat(fd, &status) == 0 && (status.st_mode & S_IFMT) == type &&
	       status.st_uid == geteuid() && !(status.st_mode & (S_IWGRP | S_IWOTH));
}

/* -1 if nothing can be remembered; always for users other than root, who cannot write /run. */
static int precedent_open_folder(bool make)
{
	CLEANUP(cleanup_close) int fd = -1;
	int result;

	if (geteuid() != 0)
		return -1;
	if (make)
		(void)mkdir(FOLDER, FOLDER_MODE); /* open(2) reports it */
	fd = open(FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || !precedent_is_ours(fd, S_IFDIR))
		return -1;
	result = fd;
	fd = -1;
	return result;
}

/* A hash of the key, eight bytes at a time, only for the file's name. */
static char *precedent_file_name(const struct buffer *key)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325), part;

	for (size_t i = 0; i < key->length; i += sizeof(part)) {
		size_t left = key->length - i;

		part = 0;
		memcpy(&part, key->data + i, left < sizeof(part) ? left : sizeof(part));
		sum = (sum ^ part) * UINT64_C(0x9e3779b97f4a7c15);
		sum ^= sum >> 32;
	}
	return mem_format("holds.%02u", (unsigned)(sum % SLOTS));
}

/* Reads a whole file; false if it is too large or changes while it is read. */
static bool precedent_read_file(int fd, struct buffer *text)
{
	CLEANUP(cleanup_free) char *content = NULL;
	struct stat status;
	ssize_t got;

	if (fstat(fd, &status) != 0 || status.st_size < 0 || (size_t)status.st_size > FILE_MAX)
		return false;
	content = mem_alloc((size_t)status.st_size + 1);
	got = read(fd, content, (size_t)status.st_size + 1);
	if (got != status.st_size)
		return false;
	buffer_add(text, content, (size_t)got);
	return true;
}

/* The length stands before the key, so that no key is the beginning of another. */
static void precedent_add_key_length(struct buffer *content, const struct buffer *key)
{
	buffer_addf(content, "%zu:", key->length);
}

/* True if the text is about this key; *at: where the answer begins. */
static bool precedent_is_about(const struct buffer *text, const struct buffer *key, size_t *at)
{
	CLEANUP(buffer_free) struct buffer length = {0};

	precedent_add_key_length(&length, key);
	*at = length.length + key->length;
	return text->length >= *at && memcmp(text->data, length.data, length.length) == 0 &&
	       memcmp(text->data + length.length, key->data, key->length) == 0;
}

bool precedent_recall(const struct buffer *key, struct buffer *answer)
{
	CLEANUP(cleanup_close) int folder = precedent_open_folder(false);
	CLEANUP(cleanup_free) char *name = precedent_file_name(key);
	CLEANUP(buffer_free) struct buffer text = {0};
	CLEANUP(cleanup_close) int fd = -1;
	size_t at;

	if (folder < 0)
		return false;
	fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || !precedent_is_ours(fd, S_IFREG) || !precedent_read_file(fd, &text))
		return false;
	if (!precedent_is_about(&text, key, &at))
		return false;
	buffer_add(answer, text.data + at, text.length - at);
	return true;
}

/*
 * The file gets its name when it is complete. It is not written by shim/replace.c, because a file
 * without a name leaves nothing in the folder if the program is killed; the folder is root's own,
 * and no link is followed in it.
 */
void precedent_remember(const struct buffer *key, const struct buffer *answer)
{
	CLEANUP(cleanup_close) int folder = precedent_open_folder(true);
	CLEANUP(cleanup_free) char *name = precedent_file_name(key);
	CLEANUP(cleanup_free) char *path = NULL;
	CLEANUP(buffer_free) struct buffer content = {0};
	CLEANUP(cleanup_close) int fd = -1;

	if (folder < 0 || key->length + answer->length > FILE_MAX / 2)
		return;
	precedent_add_key_length(&content, key);
	buffer_add(&content, key->data, key->length);
	buffer_add(&content, answer->data, answer->length);
	fd = openat(folder, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, FILE_MODE);
	if (fd < 0 || write(fd, content.data, content.length) != (ssize_t)content.length)
		return;
	path = mem_format("/proc/self/fd/%d", fd);
	(void)unlinkat(folder, name, 0);				/* it may not be there */
	(void)!linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW); /* or another was first */
}
