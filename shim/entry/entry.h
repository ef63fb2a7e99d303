/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entrypoint mode, on the host: the filter file that the entry program loads, and the edits of
 * config.json and process.json that make the entry program the first program of the container. What
 * is not edited keeps every byte. Only decides, writes nothing.
 */
#ifndef SHIM_ENTRY_ENTRY_H
#define SHIM_ENTRY_ENTRY_H

#include "filter/rules/filter.h"
#include "oci/config.h"
#include "oci/text_edit.h"
#include "shim/entry/entry_config.h"

struct entry {
	bool used;	    /* false: the entry program is not needed */
	bool keep;	    /* the file that is there stays: it holds a profile that was moved */
	struct buffer file; /* what ENTRY_FILE_NAME is to be */
	/* what linux.seccomp becomes; empty if it stays (nothing moved) */
	struct buffer section;
	struct target target; /* what profiles were resolved for */
};

/*
 * resolved: what the policy has the entry program load; NULL if nothing, then the entry program is
 * used only for a section that is moved. existing: the bytes of ENTRY_FILE_NAME in the bundle, NULL
 * if there is none. Adds to edits what config.json needs; nothing if it is complete already.
 * Returns 0, or -1 after an error in findings: then the container must not start. Free the entry in
 * either case.
 */
int entry_make(struct entry *entry, const struct json_document *document,
	       const struct config *config, const struct resolved *resolved,
	       const struct entry_options *options, const struct buffer *existing,
	       struct text_edits *edits, struct findings *findings) MUST_CHECK;
void entry_free(struct entry *entry);

/*
 * For exec with a process.json, of a container that is ready; config and existing are those of its
 * bundle. 0, or -1 after an error in findings.
 */
int entry_process(const struct json_document *process, const struct config *config,
		  const struct entry_options *options, const struct buffer *existing,
		  struct text_edits *edits, struct findings *findings) MUST_CHECK;

/*
 * For exec with a command on its command line, which needs entry_words in front: whether it may be
 * executed. more: it may get capabilities that the container does not have. 0, or -1 after an error
 * in findings.
 */
int entry_command_check(const struct json_document *document, const struct config *config,
			const struct entry_options *options, const struct buffer *existing,
			bool more, struct findings *findings) MUST_CHECK;
/*
 * Checks that the filter file of a container that is ready is at least as strict as what the policy
 * has the entry program load; place: of the container. 0, or -1 after an error in findings.
 */
int entry_existing_check(const struct resolved *resolved, const struct entry_options *options,
			 const struct buffer *existing, struct place place,
			 struct findings *findings) MUST_CHECK;

#endif
