/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `hook install` has to say to an engine: files of ours, and pieces of files that belong to
 * somebody else. Making the texts (hook_snippets) and writing them (hook_install) are apart.
 */
#ifndef SHIM_HOOK_HOOK_SNIPPETS_H
#define SHIM_HOOK_HOOK_SNIPPETS_H

#include "oci/finding.h"

#define HOOK_NAME    "seccomp-shim" /* of the runtime handler, in every engine */
#define WRAPPER_NAME "seccomp-shim-runtime"

enum snippet_kind {
	SNIPPET_OWN,	/* a file of ours: there is none, or just this one */
	SNIPPET_JSON,	/* daemon.json: the runtime becomes a member of `runtimes` */
	SNIPPET_TOML,	/* config.toml: tables at its end */
	SNIPPET_CLUSTER /* an object of the cluster's: printed, never written */
};

/* One file's worth. */
struct snippet {
	enum snippet_kind kind;
	const char
		*path; /* of the file on the engine's host; SNIPPET_CLUSTER: what to do with it */
	struct buffer text;
};

/* A setting that ours would replace if it were set in another file too. */
struct exclusive {
	const char *key;     /* TOML's */
	const char *file;    /* where else it may be set, */
	const char *folder;  /* and *.conf here */
	const char *element; /* harmless there if its line contains this */
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

/* The paths on the engine's host; plain ones: nothing in them needs quoting. */
struct snippet_paths {
	const char *program, *wrapper;
	const char *log;    /* of the hook; NULL: none */
	const char *policy; /* the hook's; NULL: the usual one */
};

struct engine {
	const char *name;
	void (*make)(struct snippets *snippets, const struct snippet_paths *paths);
	const char *reload; /* the command after which it counts; NULL: at once */
};

/* podman, crio, docker, containerd; NULL if the word is none of them, with an error. */
const struct engine *engine_find(const char *name, struct findings *findings);
void snippets_free(struct snippets *snippets);
/* The runtime's value in `runtimes` of daemon.json. */
void snippet_add_docker_runtime(struct buffer *out, const struct snippet_paths *paths);
/* The tables of config.toml for its version (2, or 3 of containerd 2). */
void snippet_add_containerd(struct buffer *out, const struct snippet_paths *paths, int version);

#endif
