/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listener of SCMP_ACT_NOTIFY (seccomp-shim-profile(5), "Notification"): the agent's socket,
 * the ContainerProcessState that it is sent (runtime-spec config-linux.md, "The Container Process
 * State"), and the hand-over of the descriptor that seccomp(2) gives. Any call may be notified, so
 * the task that loads the filter makes none between seccomp(2) and execve(2): a helper that was
 * started before, and so has no filter, sends for it.
 */
#ifndef SHIM_RUN_LISTENER_H
#define SHIM_RUN_LISTENER_H

#include "oci/finding.h"

#define LISTENER_SECONDS_MAX 5 /* to connect, to be loaded, to send: each */

/* What the agent receives. All borrowed. */
struct listener_plan {
	const char *path;	 /* listenerPath: absolute, fits a sockaddr_un */
	struct place place;	 /* of it */
	const char *metadata;	 /* listenerMetadata, NULL if none */
	const char *bundle;	 /* an absolute path */
	const char *annotations; /* a JSON object as text, NULL if none */
	size_t annotations_length;
	bool synchronised; /* TSYNC: the filter would apply to a second thread too */
};

struct listener;

/*
 * Connects to the agent's socket. 0, or a negative errno: -EAGAIN if it did not accept in time.
 * Free the listener in any case.
 */
int listener_connect(const struct listener_plan *plan, struct listener **listener) MUST_CHECK;
/*
 * Starts the helper: a thread, which execve(2) ends; with plan->synchronised a process that shares
 * memory and descriptors, is init's child, and ends itself when it has sent. If the descriptor does
 * not come in time, or cannot be sent, it prints one line, and both end with STATUS_RUN_REFUSED. 0
 * or a negative errno.
 */
int listener_start(struct listener *listener) MUST_CHECK;
/*
 * Gives the helper the descriptor and waits until it is sent and closed. Makes no system call.
 * False only with plan->synchronised: it could not be sent, and the helper has printed the line.
 */
bool listener_hand_over(struct listener *listener, int descriptor) MUST_CHECK;
/* Ends the helper when there is nothing to send, because the filter could not be loaded. */
void listener_abandon(struct listener *listener);
/* For CLEANUP(). */
void cleanup_listener(struct listener **listener);

#endif
