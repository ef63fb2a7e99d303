/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a user names, read into bytes and from bytes into a profile: files, pipes, built-ins,
 * localhost/NAME.
 */
#ifndef SHIM_INPUT_SOURCE_H
#define SHIM_INPUT_SOURCE_H

#include <sys/types.h>

#include "oci/config.h"

/* Bytes with a name. */
struct source {
	char *name; /* as in places: the path as given, "-", "default" */
	char *text; /* NUL-terminated, owned */
	size_t length;
	bool from_stdin; /* descriptor 0 was read to its end */
	uid_t owner;	 /* of the opened file, and its mode: only where is_file */
	mode_t mode;
	bool is_file;
	bool is_builtin; /* its text is part of this program */
};

/*
 * Opens and reads a file: regular, opened with O_NONBLOCK|O_CLOEXEC; "-" and /dev/fd/N may be
 * pipes; at most 16 MiB, and 10 s without a byte. name: for findings. directory: a descriptor that
 * path is relative to, or AT_FDCWD. Returns 0, or -1 after an error in findings; free the source
 * either way, after the last use of findings.
 */
int source_read(struct source *source, int directory, const char *path, const char *name,
		struct findings *findings) MUST_CHECK;
/*
 * The same for a regular file by its name in an open directory (a symbolic link is an error): what
 * is opened is what is checked and read. *handle gets the descriptor, which the caller closes; -1
 * after an error.
 */
int source_read_entry(struct source *source, int directory, const char *entry, const char *name,
		      int *handle, struct findings *findings) MUST_CHECK;
/*
 * As root, refuses a file that others than its owner can write, and with root_owned one that does
 * not belong to root (in a user namespace: to the host's root either). 0, or -1 after an error in
 * findings.
 */
int source_check_owner(const struct source *source, bool root_owned,
		       struct findings *findings) MUST_CHECK;
/* The source is all zero afterwards. */
void source_free(struct source *source);

/* A profile with everything that it borrows from. */
struct input {
	struct source source;
	struct json_document *document;
	struct config *config;	 /* where the file is a config.json, else NULL */
	struct profile *profile; /* points into config where there is one; NULL: unconfined, or
				    config without a section */
	bool unconfined;	 /* the built-in `unconfined` was named */
	bool owns_profile;
};

struct input_options {
	const char *seccomp_root; /* NULL: /var/lib/kubelet/seccomp */
	bool ignore_unknown;
	bool config_only;  /* --config, --bundle: must be a config.json */
	bool with_process; /* config_read's */
};

/* default, audit, unconfined and their other names. */
bool input_is_builtin(const char *name);
/*
 * The two steps of input_open(), for callers that look at the bytes before they are parsed: the
 * source, and what it holds. Both return 0, or -1 after an error in findings.
 */
int input_source(struct input *input, const char *argument, const struct input_options *options,
		 struct findings *findings) MUST_CHECK;
int input_parse(struct input *input, const struct input_options *options,
		struct findings *findings) MUST_CHECK;
/*
 * Opens a PROFILE argument: built-in names first, then localhost/NAME, -, files. NULL means
 * `default`. 0, or -1 after an error in findings; free the input either way, after the last use of
 * findings.
 */
int input_open(struct input *input, const char *argument, const struct input_options *options,
	       struct findings *findings) MUST_CHECK;
/*
 * The same for BUNDLE/config.json, opened through a descriptor of the directory; *directory gets it
 * (the caller closes it); -1 after an error.
 */
int input_open_bundle(struct input *input, const char *bundle, const struct input_options *options,
		      int *directory, struct findings *findings) MUST_CHECK;
/* The input is all zero afterwards. */
void input_free(struct input *input);

/* The built-in profiles' texts, made by the build from examples/profiles. */
extern const char builtin_default[], builtin_audit[];
extern const size_t builtin_default_length, builtin_audit_length;

#endif
