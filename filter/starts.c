/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of calls, and each call's answer in the runtime's filter. */
#include <config.h>

#include "filter/starts.h"

#include <errno.h>
#include <string.h>

#include "filter/action.h"
#include "filter/lint.h"
#include "filter/syscalls.h"

/* What the runtime makes of a call that fails with an errno. */
enum care {
	CARE_ERRNO,   /* it gives up */
	CARE_KILL,    /* it goes on; only being killed stops it */
	CARE_STRANGE, /* it goes on after EPERM and EINVAL, with which old kernels answer */
	CARE_RARE,    /* as ERRNO, but it does not make the call each time */
};

/* When it makes the call. */
enum when {
	WHEN_ALWAYS,
	WHEN_WITHOUT_NNP,
	WHEN_CREATED, /* without noNewPrivileges, and only as create and start, as engines do it */
};

struct needed {
	const char *name;
	enum care care;
	enum when when;
	bool fixed; /* argument `index` always has this value */
	unsigned index;
	uint32_t value;
};

#define NEED(call, what, at)                                 \
	{                                                    \
		.name = (call), .care = (what), .when = (at) \
	}
#define NEED_FIXED(call, what, at, i, v)                                                   \
	{                                                                                  \
		.name = (call), .care = (what), .when = (at), .fixed = true, .index = (i), \
		.value = (v)                                                               \
	}

static const struct needed runc_needs[] = {
	NEED("execve", CARE_ERRNO, WHEN_ALWAYS),
	NEED("close", CARE_ERRNO, WHEN_ALWAYS),
	NEED("openat", CARE_ERRNO, WHEN_ALWAYS),
	NEED("write", CARE_ERRNO, WHEN_ALWAYS),
	NEED("fstatfs", CARE_ERRNO, WHEN_ALWAYS),
	NEED("getdents64", CARE_ERRNO, WHEN_ALWAYS),
	NEED_FIXED("epoll_ctl", CARE_KILL, WHEN_ALWAYS, 1, 1 /* EPOLL_CTL_ADD */),
	NEED("getpid", CARE_KILL, WHEN_ALWAYS),
	NEED("futex", CARE_RARE, WHEN_ALWAYS),
	NEED("rt_sigreturn", CARE_RARE, WHEN_ALWAYS),
	NEED_FIXED("fcntl", CARE_KILL, WHEN_WITHOUT_NNP, 1, 2 /* F_SETFD */),
	NEED("capget", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("capset", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("chdir", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("faccessat2", CARE_KILL, WHEN_WITHOUT_NNP),
	NEED("fstat", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("getcwd", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("getppid", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("newfstatat", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED_FIXED("prctl", CARE_ERRNO, WHEN_WITHOUT_NNP, 0, 24 /* PR_CAPBSET_DROP */),
	NEED_FIXED("prctl", CARE_ERRNO, WHEN_WITHOUT_NNP, 0, 8 /* PR_SET_KEEPCAPS */),
	NEED_FIXED("prctl", CARE_KILL, WHEN_WITHOUT_NNP, 0, 47 /* PR_CAP_AMBIENT */),
	NEED("read", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("setgid", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("setgroups", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("setuid", CARE_ERRNO, WHEN_WITHOUT_NNP),
};

static const struct needed crun_needs[] = {
	NEED("execve", CARE_ERRNO, WHEN_ALWAYS),
	NEED("close", CARE_KILL, WHEN_ALWAYS),
	NEED("capset", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED_FIXED("prctl", CARE_ERRNO, WHEN_WITHOUT_NNP, 0, 24 /* PR_CAPBSET_DROP */),
	NEED_FIXED("prctl", CARE_ERRNO, WHEN_WITHOUT_NNP, 0, 8 /* PR_SET_KEEPCAPS */),
	NEED_FIXED("prctl", CARE_STRANGE, WHEN_WITHOUT_NNP, 0, 47 /* PR_CAP_AMBIENT */),
	NEED("pselect6", CARE_ERRNO, WHEN_CREATED),
	NEED("read", CARE_ERRNO, WHEN_CREATED),
	NEED("rt_sigaction", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("rt_sigprocmask", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("setresgid", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("setresuid", CARE_ERRNO, WHEN_WITHOUT_NNP),
	NEED("write", CARE_ERRNO, WHEN_WITHOUT_NNP),
};

static const char *name_of(enum runtime runtime)
{
	return runtime == RUNTIME_RUNC ? "runc" : "crun";
}

/* How an answer ends the runtime's start. */
static bool is_stopped(const struct needed *needed, uint32_t outcome)
{
	switch (outcome_action(outcome)) {
	case ACTION_ALLOW:
	case ACTION_LOG:
	case ACTION_NOTIFY: /* the listener decides */
		return false;
	case ACTION_ERRNO:
		if (needed->care == CARE_STRANGE)
			return outcome != outcome_of(ACTION_ERRNO, EPERM) &&
			       outcome != outcome_of(ACTION_ERRNO, EINVAL);
		return needed->care != CARE_KILL;
	case ACTION_TRACE: /* no tracer is there: ENOSYS */
		return needed->care != CARE_KILL;
	default: /* killed; SIGSYS is not handled */
		return true;
	}
}

struct starts {
	struct lint lint;
	enum runtime runtime;
	const char *told; /* the call that was told last: once is enough */
};

/*
 * The calls of the number that are as the runtime makes them, as a boolean table of arguments: all
 * 64 bits, for libseccomp compares them.
 */
static uint32_t made(const struct starts *s, const struct needed *needed)
{
	uint32_t low;

	if (!needed->fixed)
		return TABLE_TRUE;
	low = table_mask_word(s->lint.space, word_argument_low(needed->index), UINT32_MAX,
			      needed->value, TABLE_TRUE, TABLE_FALSE);
	return table_mask_word(s->lint.space, word_argument_high(needed->index), UINT32_MAX, 0, low,
			       TABLE_FALSE);
}

static void tell(const struct starts *s, const struct needed *needed, const struct lint_call *call,
		 const struct seccomp_data *data, bool sure)
{
	CLEANUP(buffer_free) struct buffer witness = {0};
	CLEANUP(cleanup_free) char *remedy = mem_format("a rule that allows %s", call->name);
	uint32_t outcome = table_lookup(s->lint.space, s->lint.table, data);
	bool hangs = s->runtime == RUNTIME_RUNC && outcome_action(outcome) == ACTION_KILL_THREAD;

	lint_add_witness(&s->lint, data, &witness);
	finding_add(s->lint.findings, sure ? SEVERITY_ERROR : SEVERITY_WARNING,
		    hangs ? "runtime-hangs" : "runtime-needs", lint_call_place(&s->lint, call),
		    remedy, "%s %s %s after it has loaded the filter%s, %s: %s",
		    name_of(s->runtime), needed->care == CARE_RARE ? "may call" : "calls",
		    call->name,
		    needed->when == WHEN_CREATED
			    ? " where a container is created first and started later"
			    : "",
		    hangs  ? "loses the one thread that does it, and waits for ever"
		    : sure ? "and does not start the command"
			   : "and may not start the command",
		    witness.data);
}

static void check(struct starts *s, const struct needed *needed)
{
	const struct abi *abi = abi_of(s->lint.rules->resolved->target.arch);
	struct space *space = s->lint.space;
	struct lint_call call;
	struct seccomp_data data;
	uint32_t as_made, denied;

	if (!lint_call_find(&s->lint, abi, needed->name, &call) || call.passing == PASSING_ALWAYS ||
	    (s->told != NULL && strcmp(s->told, needed->name) == 0))
		return;
	as_made = made(s, needed);
	denied = table_and(space, as_made, table_not(space, call.passes));
	if (denied == TABLE_FALSE || denied == TABLE_FULL)
		return;
	table_witness(space, denied, TABLE_FALSE, &data);
	data.arch = abi->audit_arch;
	data.nr = (int)call.number;
	if (!is_stopped(needed, table_lookup(space, s->lint.table, &data)))
		return;
	s->told = needed->name;
	tell(s, needed, &call, &data,
	     denied == as_made && needed->care != CARE_RARE && needed->when != WHEN_CREATED);
}

void starts_check(struct space *space, const struct rules *rules, uint32_t table,
		  enum runtime runtime, bool nnp, struct findings *findings)
{
	const struct needed *needs = runtime == RUNTIME_RUNC ? runc_needs : crun_needs;
	size_t count = runtime == RUNTIME_RUNC ? ARRAY_SIZE(runc_needs) : ARRAY_SIZE(crun_needs);
	struct starts s = {.lint = {.space = space,
				    .rules = rules,
				    .table = table,
				    .passes = lint_passes(space, table),
				    .findings = findings},
			   .runtime = runtime};

	for (size_t i = 0; i < count; i++)
		if (needs[i].when == WHEN_ALWAYS || !nnp)
			check(&s, &needs[i]);
}
