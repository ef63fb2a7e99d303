/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves paths in a root file system as the runtimes do: a link never leads out of it. */
#include <config.h>

#include "shim/entry/root_path.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINKS_MAX 40	/* the kernel's limit */
#define STEPS_MAX 16384 /* a hundred mounts need about a thousand */

struct path_walk {
	int root;
	struct root_unseen *unseen;
	bool beyond;
	struct buffer done; /* "/a/b", without links; empty at the root */
	char *text;
	const char *at; /* in text: what is still to be resolved */
	unsigned links;
};

bool root_is_below(const char *path, const char *folder)
{
	const size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);

	return strncmp(path, folder, length) == 0 && (path[length] == '/' || !path[length]);
}

void root_unseen_add(struct root_unseen *unseen, char *folder)
{
	unseen->folders = mem_grow(unseen->folders, unseen->count, &unseen->capacity,
				   sizeof(*unseen->folders));
	unseen->folders[unseen->count++] = folder;
}

void root_unseen_free(struct root_unseen *unseen)
{
	for (size_t i = 0; i < unseen->count; i++)
		free(unseen->folders[i]);
	free(unseen->folders);
	*unseen = (struct root_unseen){0};
}

/*
 * True if the path so far is one of the unseen folders; what is below can only be reached through
 * it.
 */
static bool root_path_is_unseen(const struct path_walk *walk)
{
	const size_t length = walk->done.length;

	for (size_t i = 0; walk->unseen && i < walk->unseen->count; i++) {
		const char *folder = walk->unseen->folders[i];

		if (length == 0 ? !folder[1]
				: strnlen(folder, length + 1) == length &&
					  memcmp(folder, walk->done.data, length) == 0)
			return true;
	}
	return false;
}

/* Counts a step; true if there were more than any real container needs. */
static bool root_path_is_too_long(struct path_walk *walk)
{
	return walk->unseen && ++walk->unseen->steps > STEPS_MAX;
}

static void root_path_cut(struct buffer *path, size_t length)
{
	path->length = length;
	if (path->data)
		path->data[length] = '\0';
}

static void root_path_step_up(struct path_walk *walk)
{
	if (walk->done.length > 0)
		root_path_cut(&walk->done,
			      (size_t)((char *)memrchr(walk->done.data, '/', walk->done.length) -
				       walk->done.data));
}

/* If the name that was added behind `before` is a link, its target is resolved instead. */
static void root_path_follow(struct path_walk *walk, size_t before)
{
	char target[PATH_MAX], *text;
	ssize_t length = -1;

	if (walk->root >= 0 && walk->links < LINKS_MAX)
		length = readlinkat(walk->root, walk->done.data + 1, target, sizeof(target));
	if (length <= 0 || (size_t)length == sizeof(target))
		return;
	walk->links++;
	root_path_cut(&walk->done, target[0] == '/' ? 0 : before);
	text = mem_format("%.*s/%s", (int)length, target, walk->at);
	free(walk->text);
	walk->at = walk->text = text;
}

static void root_path_step(struct path_walk *walk)
{
	const char *name = walk->at;
	const size_t length = strcspn(name, "/"), before = walk->done.length;

	if (root_path_is_too_long(walk)) {
		walk->beyond = true;
		walk->at = "";
		return;
	}
	walk->at += length + (name[length] == '/');
	if (length == 0 || (length == 1 && *name == '.'))
		return;
	if (length == 2 && strncmp(name, "..", 2) == 0) {
		root_path_step_up(walk);
		return;
	}
	walk->beyond = walk->beyond || root_path_is_unseen(walk);
	buffer_addf(&walk->done, "/%.*s", (int)length, name);
	root_path_follow(walk, before);
}

char *root_path(int root, const char *path, struct root_unseen *unseen, bool *beyond)
{
	struct path_walk walk = {.root = root, .unseen = unseen, .text = mem_string(path)};
	char *result;

	for (walk.at = walk.text; *walk.at;)
		root_path_step(&walk);
	*beyond = walk.beyond;
	result = mem_string(walk.done.length > 0 ? walk.done.data : "/");
	free(walk.text);
	buffer_free(&walk.done);
	return result;
}
