/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks the running kernel how a filter answers calls, without executing any of them. A thread of a
 * child loads a filter that answers every call with one error number (the marker), and then the
 * filter that is asked: if that one lets a call pass, even by a tracer or listener, the first one
 * still stops it. Of two ERRNO answers the newer filter's counts (seccomp(2)), so each call is
 * asked twice with two markers: a call whose answer changes with the marker has passed.
 */
#ifndef SHIM_TEST_PROBE_H
#define SHIM_TEST_PROBE_H

#include "filter/program/program.h"
#include "shim/test/probe_call.h"

enum probe_result {
	PROBE_PENDING,
	PROBE_PASSES, /* ALLOW, LOG, TRACE, NOTIFY: they look alike */
	PROBE_ERRNO,
	PROBE_TRAP,
	PROBE_KILL_THREAD,
	PROBE_KILL_PROCESS,
	PROBE_NOT_ASKED, /* this machine cannot make it, or would execute it */
};

struct probe {
	struct seccomp_data call;
	enum probe_result result;
	unsigned data;	    /* of PROBE_ERRNO and PROBE_TRAP */
	const char *reason; /* of PROBE_NOT_ASKED; static */
};

/*
 * Fills in the results of calls whose result is PROBE_PENDING. program: checked, for this machine.
 * Loads nothing into this process and leaves no child behind. 0, or -1 with an error in findings.
 */
int probe_calls(const struct program *program, struct probe *probes, size_t count,
		struct findings *findings) MUST_CHECK;
/* True if the kernel should give this result for the outcome. */
bool probe_agrees(const struct probe *probe, uint32_t outcome);
/* "ERRNO(EPERM)", "passes", "not asked". */
void probe_add_result(struct buffer *out, const struct probe *probe);

enum probe_listener {
	LISTENER_NONE,
	LISTENER_THERE,	  /* a filter that confines this process has a listener */
	LISTENER_UNKNOWN, /* it has filters, and the kernel does not report more */
};
enum probe_listener probe_listener(void);

#endif
