/* SPDX-License-Identifier: Apache-2.0 */
/* What paths mean in a small tree with links, in the process's root and in one that nothing leaves.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>

#include "shim/host/held_path.h"
#include "shim/host/owner.h"

/* Links that are removed again at the end, with the folder. */
static const struct {
	const char *name, *target;
} links[] = {
	{"absolute", "/dir"}, {"dir/up", "../dir/file"},  {"dangling", "dir/none"},
	{"circle", "circle"}, {"out", "../../../../dir"}, {"chain", "dir/up"},
	{"slash", "dir/"},
};

/* error: 0, or errno. target: -1: nothing has the name. Of a folder's path: name NULL. */
static const struct {
	const char *path;
	unsigned flags;
	int error;
	const char *name;
	bool is_there;
} rows[] = {
	{"file", 0, 0, "file", true},
	{"/file", 0, 0, "file", true},
	{"//./file", 0, 0, "file", true},
	{"dir/../file", 0, 0, "file", true},
	{"../../file", 0, 0, "file", true},
	{"new", 0, 0, "new", false},
	{"dir", 0, 0, "dir", true},
	{"absolute/file", 0, 0, "file", true},
	{"absolute", 0, 0, "dir", true},
	{"out/file", 0, 0, "file", true},
	{"out/../../dir/file", 0, 0, "file", true},
	{"dir/up", 0, 0, "file", true},
	{"chain", 0, 0, "file", true},
	{"dangling", 0, 0, "none", false},
	{"slash/file", 0, 0, "file", true},
	{"slash", 0, EISDIR, NULL, false},
	{"dir/", 0, EISDIR, NULL, false},
	{"/", 0, EISDIR, NULL, false},
	{"dir/.", 0, EISDIR, NULL, false},
	{"", 0, ENOENT, NULL, false},
	{"circle", 0, ELOOP, NULL, false},
	{"circle/x", 0, ELOOP, NULL, false},
	{"chain", HELD_NO_LAST_LINK, ELOOP, NULL, false},
	{"absolute/file", HELD_NO_LAST_LINK, 0, "file", true},
	{"file/x", 0, ENOTDIR, NULL, false},
	{"file/", 0, ENOTDIR, NULL, false},
	{"none/x", 0, ENOENT, NULL, false},
	{"/dev/stdout", 0, ENOENT, NULL, false},
};

static void check_row(int root, size_t i)
{
	struct held_path held;
	const int result = held_path_open(&held, root, rows[i].path, rows[i].flags);
	const int error = result ? errno : 0;

	if (error != rows[i].error)
		fail_msg("%s: error %d, not %d", rows[i].path, error, rows[i].error);
	if (!error) {
		assert_string_equal(held.name, rows[i].name);
		assert_int_equal(held.target >= 0, rows[i].is_there);
		assert_true(held.folder >= 0);
		assert_int_equal(held.descriptor, -1);
		assert_true(held_path_is_still(&held));
	}
	held_path_close(&held);
}

static void check_folders(int root)
{
	struct held_path held;
	int folder;

	assert_int_equal(held_path_open(&held, root, "absolute/a/b/c", HELD_MAKE_FOLDERS), 0);
	assert_int_equal(held.target, -1);
	held_path_close(&held);
	folder = held_path_open_folder(root, "dir/a/b");
	assert_true(folder >= 0);
	assert_int_equal(close(folder), 0);
	assert_int_equal(held_path_open_folder(root, "file"), -1);
	assert_int_equal(unlinkat(root, "dir/a/b", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(root, "dir/a", AT_REMOVEDIR), 0);
}

/* A name that means another file, or that comes and goes, is noticed. */
static void check_changes(int root)
{
	struct held_path file, none;

	assert_int_equal(held_path_open(&file, root, "file", 0), 0);
	assert_int_equal(held_path_at(&none, root, "other"), 0);
	assert_int_equal(none.target, -1);
	assert_int_equal(renameat(root, "file", root, "other"), 0);
	assert_false(held_path_is_still(&file));
	assert_false(held_path_is_still(&none));
	assert_int_equal(symlinkat("other", root, "file"), 0);
	assert_false(held_path_is_still(&file));
	assert_int_equal(renameat(root, "other", root, "file"), 0);
	assert_true(held_path_is_still(&file));
	assert_true(held_path_is_still(&none));
	held_path_close(&file);
	held_path_close(&none);
}

static void test_confined(void **state)
{
	char folder[] = "/tmp/seccomp-shim.XXXXXX";
	int root;

	(void)state;
	assert_non_null(mkdtemp(folder));
	root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	assert_int_equal(mkdirat(root, "dir", 0755), 0);
	assert_int_equal(close(openat(root, "file", O_CREAT | O_WRONLY | O_CLOEXEC, 0644)), 0);
	assert_int_equal(close(openat(root, "dir/file", O_CREAT | O_WRONLY | O_CLOEXEC, 0644)), 0);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		assert_int_equal(symlinkat(links[i].target, root, links[i].name), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(root, i);
	check_folders(root);
	check_changes(root);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		assert_int_equal(unlinkat(root, links[i].name, 0), 0);
	assert_int_equal(unlinkat(root, "dir/file", 0), 0);
	assert_int_equal(unlinkat(root, "file", 0), 0);
	assert_int_equal(unlinkat(root, "dir", AT_REMOVEDIR), 0);
	assert_int_equal(close(root), 0);
	assert_int_equal(rmdir(folder), 0);
}

/* Paths of this process: what names a descriptor, and links of /proc that lead elsewhere. */
static void test_process(void **state)
{
	static const struct {
		const char *path;
		int error, descriptor;
	} paths[] = {
		{"/dev/stdout", 0, 1},
		{"/dev/stderr", 0, 2},
		{"/dev/fd/7", 0, 7},
		{"/proc/self/fd/7", 0, 7},
		{"/dev/null", 0, -1},
		{"/dev/fd/7x", ENOENT, -1},
		{"/dev/fd/99999999999", ENOENT, -1},
		{"/proc/self/root/dev", ELOOP, -1},
		{"/proc/self/cwd", ELOOP, -1},
		{"/proc/self/ns/mnt", ELOOP, -1},
		{"/proc/mounts", 0, -1},
		{"/dev/fd/", EISDIR, -1},
	};
	struct held_path held;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		const int result = held_path_open(&held, -1, paths[i].path, 0);
		const int error = result ? errno : 0;

		/* a name that is not there, in a folder that is, is no error */
		if (error != paths[i].error && !(paths[i].error == ENOENT && held.target < 0))
			fail_msg("%s: error %d, not %d", paths[i].path, error, paths[i].error);
		assert_int_equal(held.descriptor, paths[i].descriptor);
		held_path_close(&held);
	}
	assert_true(owner_is_root(0));
}

/* A path cannot cost more than the kernel would let it. */
static void test_long(void **state)
{
	struct held_path held;
	char *text = mem_zero(2 * 100000 + 1, 1);

	(void)state;
	for (size_t i = 0; i < 100000; i++)
		memcpy(text + 2 * i, "./", 2);
	assert_int_equal(held_path_open(&held, -1, text, 0), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	held_path_close(&held);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_confined),
		cmocka_unit_test(test_process),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
