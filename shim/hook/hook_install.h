/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of `hook install` share: the options, the paths on the engine's host, and each
 * file as it is and as it will be.
 */
#ifndef SHIM_HOOK_HOOK_INSTALL_H
#define SHIM_HOOK_HOOK_INSTALL_H

#include "oci/finding.h"
#include "oci/text_edit.h"
#include "shim/hook/hook_snippets.h"
#include "shim/host/held_path.h"
#include "shim/input/source.h"

struct install_values {
	const char *engine, *root, *program, *log, *policy;
	bool write, quiet;
};

/* One file as it is, held by descriptors, and as it will be. */
struct install_file {
	char *path;			/* with the root in front, for findings */
	struct held_path held;		/* no folder: it does not exist yet */
	struct source source;		/* as it is now; text is NULL if there is none */
	struct json_document *document; /* of daemon.json */
	struct buffer text;
	bool changed;
};

struct install {
	const struct install_values *values;
	int root; /* of --root: no link leads out of it; -1: none is given */
	const struct engine *engine;
	struct snippet_paths paths;
	struct snippets snippets;
	struct install_file files[SNIPPETS_MAX];
	char *wrapper;
	struct findings findings;
};

/* Fills install->paths. 0, or -1 after an error in install->findings, as all of these. */
int install_find_paths(struct install *install) MUST_CHECK;
/* Opens the folder of --root. */
int install_open_root(struct install *install) MUST_CHECK;
/* A path on the engine's host with --root in front, for findings; owned by the caller. */
char *install_path_below(const struct install *install, const char *path);
/* True if the path names something on the engine's host. */
bool install_path_exists(const struct install *install, const char *path);

/*
 * Fills the file's path and reads what has this path on the engine's host; it is no error if there
 * is nothing.
 */
int install_read_file(struct install *install, struct install_file *file,
		      const char *path) MUST_CHECK;
void install_file_free(struct install_file *file);
/* Makes files[index] of snippets.list[index]: its path, what is there now, and what it will be. */
int install_make_file(struct install *install, size_t index) MUST_CHECK;
/* Writes the files that change, with the folders that are missing. */
int install_write_files(struct install *install) MUST_CHECK;

/*
 * Looks for the exclusive settings in the engine's other files: a line of ours that one of them has
 * already is dropped from the snippet, one that ours would replace is an error.
 */
int install_check_exclusives(struct install *install) MUST_CHECK;

#endif
