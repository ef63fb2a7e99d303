/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds ways around the rules: io_uring does what other calls do, socketcall and ipc carry them, a
 * tracer before Linux 4.8 changes a call after the filter has seen it, the vDSO answers without a
 * call.
 */
#include <config.h>

#include <string.h>

#include "filter/kernel/syscalls.h"
#include "filter/lint/lint.h"

/* So many calls are named one by one. */
#define NAMES_MAX 8

/* ---- io_uring */

/* What a ring's operations do (io_uring_enter(2), linux/io_uring.h), by the calls that do the same.
 */
static const char *const ring_calls[] = {
	"accept",    "accept4",	  "bind",      "close",	    "connect",	       "creat",
	"epoll_ctl", "fallocate", "fadvise64", "fgetxattr", "fsetxattr",       "fsync",
	"ftruncate", "futex",	  "getxattr",  "link",	    "linkat",	       "listen",
	"madvise",   "mkdir",	  "mkdirat",   "open",	    "openat",	       "openat2",
	"pread64",   "preadv",	  "preadv2",   "pwrite64",  "pwritev",	       "pwritev2",
	"read",	     "readv",	  "recv",      "recvfrom",  "recvmsg",	       "rename",
	"renameat",  "renameat2", "send",      "sendmsg",   "sendto",	       "setxattr",
	"shutdown",  "socket",	  "splice",    "statx",	    "sync_file_range", "symlink",
	"symlinkat", "tee",	  "unlink",    "unlinkat",  "waitid",	       "write",
	"writev",
};

/* ENOSYS by a rule, or for a call too new to be listed, is not meant as a denial. */
static bool holes_is_closed(const struct lint *lint, const struct lint_call *call)
{
	if (call->passing == PASSING_ALWAYS)
		return false;
	if (!lint_is_enosys(call->abi, lint_call_denial(lint, call)))
		return true;
	return !lint_call_is_ruled(lint, call) && syscall_release(call->name) == 0;
}

static void holes_report_ring(const struct lint *lint, const struct lint_call *setup,
			      const struct lint_call *denied, const char *names,
			      enum severity severity)
{
	CLEANUP(buffer_free) struct buffer open = {0}, closed = {0};
	struct seccomp_data data;

	lint_call_witness(lint, setup, true, &data);
	lint_add_witness(lint, &data, &open);
	lint_call_witness(lint, denied, false, &data);
	lint_add_witness(lint, &data, &closed);
	finding_add(lint->findings, severity, "io-uring",
		    lint_call_place(lint, lint_call_rule(lint, setup) ? setup : denied),
		    "deny io_uring_setup, io_uring_enter and io_uring_register with ENOSYS",
		    "io_uring can do what is denied to %s, without calls that a filter sees: %s, "
		    "while %s",
		    names, closed.data, open.data);
}

static void holes_check_ring(const struct lint *lint, const struct abi *abi, bool *reported)
{
	CLEANUP(buffer_free) struct buffer names = {0};
	struct lint_call setup, enter, call, denied;
	bool broad = lint_is_broad(lint, abi), grave = false;
	size_t count = 0;

	if (!lint_call_find(lint, abi, "io_uring_setup", &setup) ||
	    !lint_call_find(lint, abi, "io_uring_enter", &enter) ||
	    setup.passing == PASSING_NEVER || enter.passing == PASSING_NEVER)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ring_calls); i++) {
		if (!lint_call_find(lint, abi, ring_calls[i], &call) ||
		    !holes_is_closed(lint, &call))
			continue;
		if (count == 0)
			denied = call;
		if (count < NAMES_MAX)
			buffer_addf(&names, "%s%s", count == 0 ? "" : ", ", call.name);
		grave |= lint_call_is_denied(lint, &call) &&
			 (broad || lint_call_is_ruled(lint, &call));
		count++;
	}
	if (count == 0)
		return;
	if (count > NAMES_MAX)
		buffer_addf(&names, " and %zu more", count - NAMES_MAX);
	*reported = true;
	holes_report_ring(lint, &setup, &denied, names.data,
			  grave ? SEVERITY_WARNING : SEVERITY_NOTE);
}

/* ---- socketcall(2) and ipc(2) */

/* Whether the multiplexer passes for a call although the rules restrict that. */
static bool holes_is_carried(const struct lint *lint, const struct lint_call *mux, unsigned number,
			     struct seccomp_data *data)
{
	*data = (struct seccomp_data){.nr = (int)mux->number,
				      .arch = mux->abi->audit_arch,
				      .args = {number}};
	return table_lookup(lint->space, lint->passes, data) ==
	       table_value(lint->space, TABLE_TRUE);
}

/* The first rule on a name that a direct call may not have on this ABI (send on x86). */
static const struct call_rule *holes_rule_of_name(const struct lint *lint, const struct abi *abi,
						  const char *name)
{
	const struct abi_rules *rules = rules_of_abi(lint->rules, abi);

	for (size_t i = 0; rules && i < rules->count; i++)
		if (rules->list[i].multiplexed && strcmp(rules->list[i].name->text, name) == 0 &&
		    !action_runs(rules->list[i].rule->action))
			return &rules->list[i];
	return NULL;
}

/* One finding for each multiplexer: denied calls that it carries all the same. */
static void holes_check_multiplexer(const struct lint *lint, const struct abi *abi,
				    const char *name)
{
	CLEANUP(buffer_free) struct buffer names = {0}, witness = {0};
	struct lint_call mux;
	bool whole = false;
	struct seccomp_data data, shown;

	if (!lint_call_find(lint, abi, name, &mux) || mux.passing == PASSING_NEVER)
		return;
	for (size_t i = 0; i < syscall_count(); i++) {
		const char *carried = syscall_at(i), *by;
		struct lint_call direct;
		unsigned number;
		bool known;

		if (!syscall_multiplexed(abi, carried, &by, &number) || strcmp(by, name) != 0)
			continue;
		known = lint_call_find(lint, abi, carried, &direct);
		if ((known ? direct.passing == PASSING_ALWAYS
			   : !holes_rule_of_name(lint, abi, carried)) ||
		    !holes_is_carried(lint, &mux, number, &data))
			continue;
		whole |= known ? direct.passing == PASSING_NEVER &&
					 (lint_call_is_ruled(lint, &direct) ||
					  lint_is_broad(lint, abi))
			       : true;
		if (names.length == 0)
			shown = data;
		buffer_addf(&names, "%s%s", names.length == 0 ? "" : ", ", carried);
	}
	if (names.length == 0)
		return;
	lint_add_witness(lint, &shown, &witness);
	finding_add(
		lint->findings, whole ? SEVERITY_WARNING : SEVERITY_NOTE, "open-multiplexer",
		lint_call_place(lint, &mux),
		"deny the multiplexer, or leave its calls without conditions",
		"on %s %s makes calls that other rules restrict (%s), whatever their arguments: %s",
		arch_word(abi->arch), name, names.data, witness.data);
}

/* ---- ptrace, vDSO */

/* Before 4.8 a tracer could change a call after the filter had let it pass (seccomp(2)). */
static void holes_check_tracing(const struct lint *lint, const struct abi *abi, bool *reported)
{
	const struct target *target = &lint->rules->resolved->target;
	CLEANUP(buffer_free) struct buffer witness = {0};
	struct lint_call call;
	struct seccomp_data data;

	if (target->kernel_major > 4 || (target->kernel_major == 4 && target->kernel_minor >= 8) ||
	    !lint_call_find(lint, abi, "ptrace", &call) || call.passing == PASSING_NEVER)
		return;
	*reported = true;
	lint_call_witness(lint, &call, true, &data);
	lint_add_witness(lint, &data, &witness);
	finding_add(lint->findings, SEVERITY_WARNING, "old-ptrace", lint_call_place(lint, &call),
		    "deny ptrace, or use Linux 4.8 or later",
		    "before Linux 4.8 a tracer can change a call after the filter has seen it: %s",
		    witness.data);
}

/* What the kernel's vDSO answers without a system call, where it has the data (vdso(7)). */
static void holes_check_vdso(const struct lint *lint, const struct abi *abi, unsigned *reported)
{
	static const char *const calls[] = {"clock_getres", "clock_gettime", "clock_gettime64",
					    "getcpu",	    "gettimeofday",  "time"};
	bool has_getcpu =
		abi->arch == ARCH_X86_64 || abi->arch == ARCH_X86 || abi->arch == ARCH_X32;
	struct lint_call call;

	for (unsigned i = 0; i < ARRAY_SIZE(calls); i++) {
		if ((*reported & 1u << i) != 0 ||
		    (strcmp(calls[i], "getcpu") == 0 && !has_getcpu) ||
		    !lint_call_find(lint, abi, calls[i], &call) || call.passing == PASSING_ALWAYS ||
		    !lint_call_is_ruled(lint, &call))
			continue;
		*reported |= 1u << i;
		finding_add(lint->findings, SEVERITY_NOTE, "vdso", lint_call_place(lint, &call),
			    NULL,
			    "%s is mostly answered by the vDSO, without a system call: no filter "
			    "sees it",
			    calls[i]);
	}
}

void lint_holes(const struct lint *lint)
{
	bool ring_reported = false, tracing_reported = false;
	unsigned vdso_reported = 0;

	for (size_t i = 0; i < lint->rules->abi_count; i++) {
		const struct abi *abi = lint->rules->abis[i].abi;

		if (!ring_reported)
			holes_check_ring(lint, abi, &ring_reported);
		if (!tracing_reported)
			holes_check_tracing(lint, abi, &tracing_reported);
		holes_check_vdso(lint, abi, &vdso_reported);
		if (abi->multiplexed) {
			holes_check_multiplexer(lint, abi, "socketcall");
			holes_check_multiplexer(lint, abi, "ipc");
		}
	}
}
