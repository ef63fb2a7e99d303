/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings that an engine needs to use seccomp-shim: files of ours, and pieces of files that
 * belong to others.
 */
#ifndef SHIM_HOOK_HOOK_SNIPPETS_H
#define SHIM_HOOK_HOOK_SNIPPETS_H

#include "oci/finding.h"
#include "oci/json_write.h"

#define HOOK_NAME    "seccomp-shim" /* of the runtime handler, in every engine */
#define WRAPPER_NAME "seccomp-shim-runtime"

enum snippet_kind {
	SNIPPET_OWN,	/* a file of ours: does not exist, or is exactly this */
	SNIPPET_JSON,	/* daemon.json: the runtime becomes a member of `runtimes` */
	SNIPPET_TOML,	/* config.toml: tables are added to its end */
	SNIPPET_CLUSTER /* an object for the cluster: printed, never written */
};

/* The text for one file. */
struct snippet {
	enum snippet_kind kind;
	const char *path; /* on the engine's host; SNIPPET_CLUSTER: what to do with the text */
	struct buffer text;
};

/* A setting that counts in one file only: ours would replace that of another file. */
struct exclusive {
	const char *key;     /* TOML's */
	const char *file;    /* a file that may set it too, */
	const char *folder;  /* and a folder whose *.conf may */
	const char *element; /* no conflict if its line contains this */
};

#define SNIPPETS_MAX   3
#define EXCLUSIVES_MAX 3

struct snippets {
	struct snippet list[SNIPPETS_MAX];
	size_t count;
	struct exclusive exclusives[EXCLUSIVES_MAX];
	size_t exclusive_count;
	bool has_hook; /* one of them is a hooks.d file */
};

/* Paths on the engine's host; nothing in them needs quoting. */
struct snippet_paths {
	const char *program, *wrapper;
	const char *log;    /* the hook's log; NULL: none */
	const char *policy; /* the hook's policy; NULL: the default */
};

struct engine {
	const char *name;
	void (*make)(struct snippets *snippets, const struct snippet_paths *paths);
	const char *reload; /* the command that makes it take effect; NULL: none is needed */
};

/* podman, crio, docker or containerd; NULL after an error if the word is another. */
const struct engine *engine_find(const char *name, struct findings *findings);
void snippets_free(struct snippets *snippets);
/* Adds our runtime as it stands in `runtimes` of daemon.json. */
void snippet_write_docker_runtime(struct json_writer *json, const char *key,
				  const struct snippet_paths *paths);
/* Adds the tables for a config.toml of this version: 2, or 3 (containerd 2). */
void snippet_add_containerd(struct buffer *out, const struct snippet_paths *paths, int version);

#endif
