/* SPDX-License-Identifier: Apache-2.0 */
/* A container's config.json: read once, and replaced only as long as it is the same file. */
#ifndef SHIM_INPUT_BUNDLE_H
#define SHIM_INPUT_BUNDLE_H

#include "oci/config.h"
#include "shim/input/source.h"
#include "shim/replace.h"

struct bundle {
	int folder;	    /* the directory of the file */
	char *entry;	    /* its name there */
	char *path;	    /* for findings */
	int file;	    /* the file that was read */
	struct stat status; /* of it */
	struct source source;
	struct json_document *document;
	struct config *config;
};

/*
 * Opens the directory: NULL or "" is the working one. file: another file than its config.json,
 * relative to the working directory; NULL if none is named. 0, or -1 after an error in findings;
 * close it either way.
 */
int bundle_open(struct bundle *bundle, const char *directory, const char *file,
		struct findings *findings) MUST_CHECK;
/*
 * Reads the file, again if it was read before: a regular file that only its owner can write. 0, or
 * -1 after an error in findings.
 */
int bundle_read(struct bundle *bundle, bool ignore_unknown, struct findings *findings) MUST_CHECK;
/* The same for a process.json: any JSON; config stays NULL. */
int bundle_read_process(struct bundle *bundle, struct findings *findings) MUST_CHECK;
/*
 * Replaces the file that was read, whole or not at all; the file itself stays beside it as
 * config.json.orig. [from, end): the bytes of the document that the edit may change, so that a
 * second edit of one original leaves that original there.
 */
enum replaced bundle_replace(struct bundle *bundle, const struct buffer *text, size_t from,
			     size_t end, struct findings *findings) MUST_CHECK;
/*
 * The path of the open directory, without links; owned by the caller. NULL after an error in
 * findings.
 */
char *bundle_folder(const struct bundle *bundle, struct findings *findings) MUST_CHECK;
/* Closes the descriptors and frees what was read. */
void bundle_close(struct bundle *bundle);

#endif
