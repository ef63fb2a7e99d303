/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entrypoint mode, on the host: the filter file that the entry program loads, and the edits of
 * config.json and process.json that make the entry program the first program of the container. What
 * is not edited keeps every byte. Decides and writes nothing.
 */
#ifndef SHIM_ENTRY_ENTRY_H
#define SHIM_ENTRY_ENTRY_H

#include "filter/rules/filter.h"
#include "filter/rules/runtime_reading.h"
#include "oci/config.h"
#include "oci/text_edit.h"

/* In the container: a folder that the runtime makes on the tmpfs /dev. */
#define ENTRY_FOLDER "/dev/.seccomp-shim"
/* In the bundle: written whole, readable by all (ENTRY_FILE_MODE), before config.json. */
#define ENTRY_FILE_NAME "seccomp-shim.filter"
#define ENTRY_FILE_MODE 0444

struct entry_options {
	const char *program; /* the entry program on the host, entry_program_path() */
	const char *bundle;  /* the bundle's absolute path */
	const int *root; /* a descriptor of the root file system, -1 if it cannot be opened; NULL:
			    it is not looked at */
	const struct runtime_reading
		*dialect;		/* of the runtime; NULL: our own reading stands in for it */
	bool move;			/* a profile without the runtime's own calls is moved */
	bool allow_mounting;		/* the container may mount, and so get around it */
	bool require_no_new_privileges; /* refuse a container without it, instead of setting it */
	bool ignore_unknown, allow_shadowed;
};

struct entry {
	bool used;	    /* false: there is nothing for the entry program to do */
	bool keep;	    /* the file that is there stays: it holds a profile that was moved */
	struct buffer file; /* what ENTRY_FILE_NAME is to be */
	/* what linux.seccomp becomes; without data where it stays (no move) */
	struct buffer section;
	struct target target; /* what profiles were resolved for */
};

/*
 * The entry program, owned by the caller: the installed one, or for a program that was not
 * installed the one beside it, as a build leaves them. NULL after an error.
 */
char *entry_program_path(struct findings *findings) MUST_CHECK;

/*
 * resolved: what the policy has the entry program load, NULL if nothing (then only a section that
 * is moved makes it used). existing: the bytes of ENTRY_FILE_NAME in the bundle, NULL if there is
 * none. Adds to edits what config.json needs; none where it has all of it already. Returns 0, or -1
 * after an error: the container must not start. Free the entry either way.
 */
int entry_make(struct entry *entry, const struct json_document *document,
	       const struct config *config, const struct resolved *resolved,
	       const struct entry_options *options, const struct buffer *existing,
	       struct text_edits *edits, struct findings *findings) MUST_CHECK;
void entry_free(struct entry *entry);

/* True if the container's config.json has been made ready by entry_make(). */
bool entry_is_ready(const struct json_document *document, const struct entry_options *options);
/* exec: *made, whether the container was created so, by whatever installation, from whatever
 * folder. -1 after an error: config.json has a part of it. */
int entry_is_made(const struct json_document *document, bool *made,
		  struct findings *findings) MUST_CHECK;
/*
 * exec: process.json of a container that is ready; config and existing are those of its bundle.
 */
int entry_process(const struct json_document *process, const struct config *config,
		  const struct entry_options *options, const struct buffer *existing,
		  struct text_edits *edits, struct findings *findings) MUST_CHECK;

/* The same for a command on exec's own command line: the words that go in front of it, and whether
 * it may be executed so. more: it may get capabilities that the container does not have. */
#define ENTRY_WORDS 3
extern const char *const entry_words[ENTRY_WORDS];
int entry_command_check(const struct json_document *document, const struct config *config,
			const struct entry_options *options, const struct buffer *existing,
			bool more, struct findings *findings) MUST_CHECK;
/* Whether the filter file of a container that is ready is at least as strict as what the policy has
 * loaded; place: of the container. -1 after an error. */
int entry_existing_check(const struct resolved *resolved, const struct entry_options *options,
			 const struct buffer *existing, struct place place,
			 struct findings *findings) MUST_CHECK;

/* A filter file (shim/entry/entry_file.h). */
struct entry_file {
	struct program program; /* owned after reading */
	unsigned flags;		/* SECCOMP_FILTER_FLAG_* */
	bool can_tell;		/* F1 */
	bool moved; /* it holds a profile that was linux.seccomp, and is there no more */
};

void entry_file_make(const struct entry_file *file, struct buffer *out);
/* Reads it back. False if it is none. */
bool entry_file_read(const struct buffer *text, struct entry_file *file);

#endif
