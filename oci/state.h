/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's state as a runtime gives it to a hook on standard input (runtime-spec runtime.md,
 * "State"). Strict JSON; tolerant of what runtimes add, leave out and call it: runc writes further
 * keys, crun a pid of 0 and other words for the same moment.
 */
#ifndef OCI_STATE_H
#define OCI_STATE_H

#include "oci/json.h"

/* The container's status, as the runtime calls it. */
enum state_status {
	STATE_OTHER, /* a word that is none of these: `status_text` has it */
	STATE_CREATING,
	STATE_CREATED,
	STATE_STARTING, /* crun's, of startContainer hooks */
	STATE_RUNNING,
	STATE_STOPPED,
};

#define STATE_PID_MAX UINT64_C(0x7fffffff) /* pid_t */

/* All strings are the document's. */
struct container_state {
	const char *oci_version; /* NULL where absent */
	const char *id;		 /* not empty */
	enum state_status status;
	const char *status_text;
	struct place status_place;
	bool has_pid;
	uint64_t pid; /* as the runtime's namespace sees it, or the hook's (runc); crun's 0 */
	struct place pid_place;
	const char *bundle; /* absolute */
	struct place bundle_place;
	const struct json *annotations; /* an object of strings; NULL where absent or null */
	struct place place;
};

/*
 * Reads a state, whose strings are the document's: nothing to free. 0, or -1 after an error in
 * findings.
 */
int state_read(const struct json *root, struct container_state *state,
	       struct findings *findings) MUST_CHECK;

#endif
