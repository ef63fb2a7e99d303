/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of calls, and whether a filter lets each be made. */
#include <config.h>

#include "filter/lint/runtime_calls.h"

#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/table/table_apply.h"

/* linux/prctl.h */
#define SET_KEEPCAPS	 8
#define CAPBSET_DROP	 24
#define SET_NO_NEW_PRIVS 38
#define GET_NO_NEW_PRIVS 39
#define CAP_AMBIENT	 47
/* linux/seccomp.h */
#define SET_MODE_FILTER 1

/* linux/fcntl.h, linux/eventpoll.h */
#define SET_FD	  2
#define EPOLL_ADD 1

#define WITHOUT_NNP    .without_nnp = true
#define FIXED(first)   FIXED_AT(0, first)
#define FIXED_AT(i, v) .fixed = true, .index = (i), .value = (v)

static const struct runtime_call runc_needs[] = {
	{.name = "execve", .care = CALL_ANSWER},
	{.name = "close", .care = CALL_ANSWER},
	{.name = "openat", .care = CALL_ANSWER},
	{.name = "write", .care = CALL_ANSWER},
	{.name = "fstatfs", .care = CALL_ANSWER},
	{.name = "getdents64", .care = CALL_ANSWER},
	{.name = "epoll_ctl", .care = CALL_LIFE, FIXED_AT(1, EPOLL_ADD)},
	{.name = "getpid", .care = CALL_LIFE},
	{.name = "futex", .care = CALL_CHANCE},
	{.name = "rt_sigreturn", .care = CALL_CHANCE},
	{.name = "close_range", .care = CALL_RARELY},
	{.name = "fcntl", .care = CALL_RARELY},
	{.name = "fstat", .care = CALL_RARELY},
	{.name = "gettid", .care = CALL_RARELY},
	{.name = "madvise", .care = CALL_RARELY},
	{.name = "mmap", .care = CALL_RARELY},
	{.name = "munmap", .care = CALL_RARELY},
	{.name = "nanosleep", .care = CALL_RARELY},
	{.name = "newfstatat", .care = CALL_RARELY},
	{.name = "read", .care = CALL_RARELY},
	{.name = "readlinkat", .care = CALL_RARELY},
	{.name = "rt_sigprocmask", .care = CALL_RARELY},
	{.name = "sched_yield", .care = CALL_RARELY},
	{.name = "sigaltstack", .care = CALL_RARELY},
	{.name = "statx", .care = CALL_RARELY},
	{.name = "tgkill", .care = CALL_RARELY},
	{.name = "capget", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "capset", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "chdir", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "faccessat2", .care = CALL_LIFE, WITHOUT_NNP},
	{.name = "fcntl", .care = CALL_LIFE, WITHOUT_NNP, FIXED_AT(1, SET_FD)},
	{.name = "fstat", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "getcwd", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "getppid", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "newfstatat", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "prctl", .care = CALL_ANSWER, WITHOUT_NNP, FIXED(CAPBSET_DROP)},
	{.name = "prctl", .care = CALL_ANSWER, WITHOUT_NNP, FIXED(SET_KEEPCAPS)},
	{.name = "prctl", .care = CALL_LIFE, WITHOUT_NNP, FIXED(CAP_AMBIENT)},
	{.name = "read", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "setgid", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "setgroups", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "setuid", .care = CALL_ANSWER, WITHOUT_NNP},
};

static const struct runtime_call crun_needs[] = {
	{.name = "execve", .care = CALL_ANSWER},
	{.name = "close", .care = CALL_LIFE},
	{.name = "close_range", .care = CALL_LIFE, .elsewhere = true},
	{.name = "umask", .care = CALL_LIFE, .elsewhere = true},
	{.name = "getdents64", .care = CALL_RARELY},
	{.name = "openat", .care = CALL_RARELY},
	{.name = "fcntl", .care = CALL_RARELY},
	{.name = "capset", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "prctl", .care = CALL_ANSWER, WITHOUT_NNP, FIXED(CAPBSET_DROP)},
	{.name = "prctl", .care = CALL_ANSWER, WITHOUT_NNP, FIXED(SET_KEEPCAPS)},
	{.name = "prctl", .care = CALL_STRANGE, WITHOUT_NNP, FIXED(CAP_AMBIENT)},
	{.name = "rt_sigaction", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "rt_sigprocmask", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "setgroups", .care = CALL_RARELY, WITHOUT_NNP},
	{.name = "setresgid", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "setresuid", .care = CALL_ANSWER, WITHOUT_NNP},
	{.name = "write", .care = CALL_ANSWER, WITHOUT_NNP},
	/* create and start are two: it waits for the second */
	{.name = "pselect6", .care = CALL_ANSWER, WITHOUT_NNP, .created = true},
	{.name = "select", .care = CALL_RARELY, WITHOUT_NNP}, /* older C libraries */
	{.name = "read", .care = CALL_ANSWER, WITHOUT_NNP, .created = true},
};

/* shim/entry/entry_program.c */
static const struct runtime_call entry_needs[] = {
	{.name = "execve", .care = CALL_ANSWER},
	{.name = "openat", .care = CALL_ANSWER},
	{.name = "read", .care = CALL_ANSWER},
	{.name = "close", .care = CALL_ANSWER},
	{.name = "getcwd", .care = CALL_LIFE},
	{.name = "faccessat2", .care = CALL_LIFE},
	{.name = "faccessat", .care = CALL_LIFE},
	{.name = "prctl", .care = CALL_ANSWER, FIXED(SET_NO_NEW_PRIVS)},
	{.name = "prctl", .care = CALL_ANSWER, FIXED(GET_NO_NEW_PRIVS)},
	{.name = "seccomp", .care = CALL_ANSWER, FIXED(SET_MODE_FILTER)},
	{.name = "write", .care = CALL_RARELY},
	{.name = "exit_group", .care = CALL_RARELY},
};

struct runtime_calls runtime_calls_of(enum runtime runtime)
{
	if (runtime == RUNTIME_CRUN)
		return (struct runtime_calls){crun_needs, ARRAY_SIZE(crun_needs)};
	return (struct runtime_calls){runc_needs, ARRAY_SIZE(runc_needs)};
}

struct runtime_calls runtime_calls_of_entry(void)
{
	return (struct runtime_calls){entry_needs, ARRAY_SIZE(entry_needs)};
}

struct node runtime_call_made(const struct runtime_call *need, struct space *space)
{
	struct node low;

	if (!need->fixed)
		return TABLE_TRUE;
	low = table_mask_word(space, word_argument_low(need->index), UINT32_MAX, need->value,
			      TABLE_TRUE, TABLE_FALSE);
	return table_mask_word(space, word_argument_high(need->index), UINT32_MAX, 0, low,
			       TABLE_FALSE);
}

/* True if the one who calls goes on. A listener is not expected to allow anything. */
static bool runtime_call_goes_on(enum action action, enum runtime_call_care care)
{
	if (action_runs(action))
		return true;
	/* No tracer is there: ENOSYS. */
	return (action == ACTION_ERRNO || action_hands_over(action)) && care != CALL_ANSWER &&
	       care != CALL_STRANGE;
}

static bool runtime_call_met(uint32_t outcome, const void *context)
{
	const enum runtime_call_care *care = context;

	return runtime_call_goes_on(outcome_action(outcome), *care);
}

/* The calls of the need that the table stops, as a boolean table of arguments. */
static struct node runtime_call_stopped(const struct runtime_call *need, struct space *space,
					struct node node)
{
	return table_and(space, runtime_call_made(need, space),
			 table_not(space, table_where(space, node, runtime_call_met, &need->care)));
}

const struct runtime_call *runtime_calls_unmet(struct runtime_calls needs, bool nnp,
					       struct space *space, struct node table,
					       const struct abi *abi, struct seccomp_data *witness)
{
	for (size_t i = 0; i < needs.count; i++) {
		const struct runtime_call *need = &needs.list[i];
		uint32_t number;
		struct node node;

		if ((need->without_nnp && nnp) || need->care == CALL_RARELY ||
		    !syscall_number(abi, need->name, &number))
			continue;
		node = table_at(space, table, WORD_ARCH, abi->audit_arch);
		node = runtime_call_stopped(need, space,
					    table_at(space, node, WORD_NUMBER, number));
		if (node_same(node, TABLE_FALSE))
			continue;
		*witness = (struct seccomp_data){0};
		if (!node_same(node, TABLE_FULL))
			table_witness(space, node, TABLE_FALSE, witness);
		witness->arch = abi->audit_arch;
		witness->nr = (int)number;
		return need;
	}
	return NULL;
}

size_t runtime_calls_names(struct runtime_calls needs, bool nnp,
			   const char *names[RUNTIME_CALLS_MAX], size_t count)
{
	for (size_t i = 0; i < needs.count && count < RUNTIME_CALLS_MAX; i++) {
		const char *name = needs.list[i].name;
		size_t at = 0;

		if (needs.list[i].without_nnp && nnp)
			continue;
		while (at < count && strcmp(names[at], name) != 0)
			at++;
		if (at == count)
			names[count++] = name;
	}
	return count;
}
