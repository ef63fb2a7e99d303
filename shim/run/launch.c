/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns this process into the command (HACKING.md, "No exec without the filter"): launch() reads
 * top to bottom, one act a line, and an act that fails ends the launch. Between seccomp(2) and
 * execve(2) no other call is made (a helper that has no filter hands a listener over), and none
 * after an execve(2) that failed unless the filter is known to let it pass.
 */
#include <config.h>
#include "shim/run/launch.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filter/program/load.h"
#include "shim/host/caps.h"
#include "shim/print.h"
#include "shim/run/command_path.h"
#include "shim/run/descriptors.h"
#include "shim/run/identity.h"
#include "shim/run/limits.h"
#include "shim/run/listener.h"

/*
 * What is executed, and the line to print if execve(2) fails, made before any call may be
 * forbidden.
 */
struct execution {
	char *path;
	char *line; /* with room for a reason and the newline behind it */
	size_t length;
};

static void launch_execution_free(struct execution *execution)
{
	free(execution->path);
	free(execution->line);
}

/*
 * result: 0 or a negative errno, which is reported in one line, with the place that asked for the
 * act.
 */
static int launch_act_at(struct place place, const char *what, int result, const char *remedy)
{
	CLEANUP(buffer_free) struct buffer line = {0};

	if (!result)
		return 0;
	place_add(&line, place);
	buffer_add_text(&line, what);
	print_one_error(remedy, "%s: %s", line.data, strerror(-result));
	return result;
}

static int launch_act(const char *what, int result, const char *remedy)
{
	return launch_act_at(NOWHERE, what, result, remedy);
}

static const char *launch_connect_remedy(int result)
{
	switch (result) {
	case -ENOENT:
		return "start the agent that listens there first";
	case -ECONNREFUSED:
		return "nobody listens on that socket: start the agent first";
	case -EAGAIN:
		return "its queue is full, and it accepted no connection within 5 s";
	case -EPROTOTYPE:
		return "use a stream socket (SOCK_STREAM)";
	case -EACCES:
		return "use a socket that this user may write to";
	default:
		return "listenerPath names the socket of an agent";
	}
}

static int launch_connect_listener(const struct launch *launch, struct listener **listener)
{
	const struct listener_plan *plan = &launch->listener;
	CLEANUP(cleanup_free) char *what = NULL;
	int result;

	if (!launch->filter || !load_gives_listener(launch->filter->flags))
		return 0;
	what = mem_format("cannot connect to the listener %s",
			  text_escaped(plan->path, strlen(plan->path)));
	result = listener_connect(plan, listener);
	return launch_act_at(plan->place, what, result, launch_connect_remedy(result));
}

static int launch_set_oom_score_adj(const struct launch *launch)
{
	if (!launch->has_oom_score_adj)
		return 0;
	return launch_act_at(launch->places.oom_score_adj, "cannot set process.oomScoreAdj",
			     limits_set_oom_score_adj(launch->oom_score_adj),
			     "lowering it needs CAP_SYS_RESOURCE");
}

static int launch_set_rlimits(const struct launch *launch)
{
	for (size_t i = 0; i < launch->rlimit_count; i++) {
		const struct config_rlimit *limit = &launch->rlimits[i];
		CLEANUP(cleanup_free) char *what = mem_format("cannot set %s", limit->type);

		if (launch_act_at(limit->place, what, limits_set(limit),
				  "raising a hard limit needs CAP_SYS_RESOURCE"))
			return -1;
	}
	return 0;
}

/* Only a change of the user loses them, and locked securebits forbid to ask (capabilities(7)). */
static int launch_keep_capabilities(const struct launch *launch)
{
	if (!launch->capabilities.change || !launch->has_uid || identity_uid_is(launch->uid) > 0)
		return 0;
	return launch_act("cannot keep capabilities", capabilities_keep(),
			  "the securebits forbid it");
}

static int launch_drop_bounding(const struct launch *launch)
{
	if (!launch->capabilities.change)
		return 0;
	return launch_act_at(launch->places.capabilities,
			     "cannot drop capabilities from the bounding set",
			     capabilities_drop_bounding(launch->capabilities.bounding),
			     "this needs CAP_SETPCAP");
}

/*
 * The directory must be reachable from the root: one that is not leads out of a mount namespace or
 * a chroot (the class of CVE-2024-21626). The raw call, because the C library's works around that
 * result.
 */
static int launch_check_reachable(void)
{
	char path[PATH_MAX];

	if (syscall(SYS_getcwd, path, sizeof(path)) < 0)
		return -errno;
	return path[0] == '/' ? 0 : -EXDEV;
}

static int launch_change_directory(const struct launch *launch)
{
	if (!launch->cwd)
		return 0;
	if (chdir(launch->cwd))
		return -errno;
	return launch_check_reachable();
}

/* entered: what the first attempt gave, made as the user who started us. */
static int launch_change_directory_again(const struct launch *launch, int entered)
{
	CLEANUP(cleanup_free) char *what = NULL;

	if (entered == 0)
		return 0;
	what = mem_format("cannot enter the directory %s",
			  text_escaped(launch->cwd, strlen(launch->cwd)));
	return launch_act_at(
		launch->places.cwd, what, launch_change_directory(launch),
		"use a directory below the root directory that the command's user may search");
}

static int launch_set_groups(const struct launch *launch)
{
	if (!launch->has_groups)
		return 0;
	return launch_act_at(
		launch->places.groups, "cannot set the supplementary groups",
		identity_set_groups(launch->groups, launch->group_count, launch->gid),
		"without CAP_SETGID only the groups that this process has already can be set");
}

static int launch_set_gid(const struct launch *launch)
{
	if (!launch->has_gid)
		return 0;
	return launch_act_at(launch->places.gid, "cannot set the group",
			     identity_set_gid(launch->gid),
			     "this needs CAP_SETGID, and in a user namespace an id that is mapped");
}

static int launch_set_uid(const struct launch *launch)
{
	if (!launch->has_uid)
		return 0;
	return launch_act_at(launch->places.uid, "cannot set the user",
			     identity_set_uid(launch->uid),
			     "this needs CAP_SETUID, and in a user namespace an id that is mapped");
}

static int launch_set_capabilities(const struct launch *launch)
{
	const struct launch_capabilities *wanted = &launch->capabilities;
	const struct capability_sets sets = {wanted->bounding, wanted->permitted, wanted->effective,
					     wanted->inheritable, wanted->ambient};

	if (!wanted->change)
		return 0;
	return launch_act_at(launch->places.capabilities, "cannot set the capabilities",
			     capabilities_set(&sets), "the kernel does not give all of them");
}

/* Cannot fail, and only umask(2) itself could read it back. */
static void launch_set_umask(const struct launch *launch)
{
	if (launch->has_umask)
		(void)umask(launch->umask);
}

static int launch_set_descriptors(const struct launch *launch)
{
	if (launch->stdin_null &&
	    launch_act("cannot open /dev/null as standard input", descriptors_null_stdin(),
		       "the profile was read from it"))
		return -1;
	if (launch->keep_fds)
		return 0;
	return launch_act("cannot close other descriptors for the command",
			  descriptors_close_on_exec(STDERR_FILENO + 1 + launch->preserve_fds),
			  "this needs close_range(2) or /proc; --keep-fds leaves them open");
}

/*
 * TRAP, and a kill that can be seen, need the default action of SIGSYS; all other signals stay as
 * inherited. Ignoring it for a moment drops one that was sent while it was blocked.
 */
static int launch_set_sigsys(void)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN}, normal = {.sa_handler = SIG_DFL};
	sigset_t set;

	if (sigaction(SIGSYS, &ignore, NULL) || sigaction(SIGSYS, &normal, NULL) ||
	    sigemptyset(&set) || sigaddset(&set, SIGSYS) || sigprocmask(SIG_UNBLOCK, &set, NULL))
		return launch_act("cannot reset SIGSYS", -errno, "the kernel refused it");
	return 0;
}

static int launch_set_no_new_privs(const struct launch *launch)
{
	if (!launch->no_new_privileges)
		return 0;
	return launch_act("cannot set no_new_privs", load_no_new_privs(),
			  "nothing is run without it");
}

static int launch_report_not_found(const char *cannot, const char *name, int error)
{
	if (error == ENOENT && !strchr(name, '/'))
		print_one_error("looked for in PATH of its environment", "%snot found", cannot);
	else
		print_one_error(NULL, "%s%s", cannot, command_path_reason(error));
	return command_path_status(error);
}

static int launch_find_command(const struct launch *launch, struct execution *execution)
{
	const char *name = launch->args[0];
	CLEANUP(cleanup_free)
	char *cannot =
		mem_format("cannot run %s: ", *name ? text_escaped(name, strlen(name)) : "\"\"");
	int error = 0;

	execution->path = command_path_find(name, launch->env, &error);
	if (!execution->path)
		return launch_report_not_found(cannot, name, error);
	execution->line =
		mem_format("seccomp-shim: %s%*s", cannot, COMMAND_PATH_REASON_MAX + 1, "");
	execution->length = strlen(execution->line) - (COMMAND_PATH_REASON_MAX + 1);
	return 0;
}

static const char *launch_load_remedy(int result)
{
	switch (result) {
	case -EBUSY:
		return "a filter that is in force already has a listener, and there can be only "
		       "one";
	case -EMFILE:
		return "raise RLIMIT_NOFILE: the listener needs a descriptor";
	case -EACCES:
		return "without no_new_privs this needs CAP_SYS_ADMIN";
	case -EINVAL:
		return "the kernel refuses this filter or its flags, or has no seccomp filters";
	case -ENOMEM:
		return "too many filters are stacked, or memory ran out";
	case -ESRCH:
		return "SECCOMP_FILTER_FLAG_TSYNC: another thread cannot have the filter";
	default:
		return "the kernel refused it";
	}
}

/* The helper must have no filter, so it starts before the filter is loaded. */
static int launch_start_listener(struct listener *listener)
{
	if (!listener)
		return 0;
	return launch_act("cannot start the thread that serves the listener",
			  listener_start(listener), "raise the limits on memory and processes");
}

/* The last act. After it nothing may be called but execve(2): the filter is in force. */
static int launch_load_filter(const struct launch *launch, struct listener *listener,
			      int *descriptor)
{
	const struct filter *filter = launch->filter;
	int result =
		filter ? load_filter_listening(&filter->program, filter->flags, descriptor) : 0;

	if (result && listener)
		listener_abandon(listener);
	return launch_act("cannot load the filter", result, launch_load_remedy(result));
}

/*
 * The filter is in force and the command is not: the raw calls that it lets pass, no C library
 * around them that would make others or loop. Whatever happens, this ends here.
 */
static void NORETURN launch_report_and_exit(const struct execution *execution, int error)
{
	const char *reason = command_path_reason(error);
	char *end = execution->line + execution->length;

	while (*reason)
		*end++ = *reason++;
	*end++ = '\n';
	(void)!syscall(SYS_write, STDERR_FILENO, execution->line, end - execution->line);
	(void)syscall(SYS_exit_group, command_path_status(error));
	__builtin_trap();
}

/* Makes no call. If it fails and the helper could not end both, the helper has printed the line. */
static void launch_hand_over(const struct launch *launch, struct listener *listener, int descriptor)
{
	if (!listener || listener_hand_over(listener, descriptor))
		return;
	if (launch->failure_can_be_told)
		(void)syscall(SYS_exit_group, STATUS_RUN_REFUSED);
	__builtin_trap();
}

static void NORETURN launch_execute(const struct launch *launch, const struct execution *execution)
{
	(void)execve(execution->path, launch->args, launch->env); /* returns only on failure */
	if (launch->filter && !launch->failure_can_be_told)
		__builtin_trap(); /* an illegal instruction needs no system call */
	launch_report_and_exit(execution, errno);
}

int launch(const struct launch *launch)
{
	CLEANUP(launch_execution_free) struct execution execution = {0};
	CLEANUP(cleanup_listener) struct listener *listener = NULL;
	int entered, status, descriptor = -1;

	if (launch_connect_listener(launch, &listener))
		return STATUS_RUN_REFUSED;
	if (launch_set_oom_score_adj(launch) || launch_set_rlimits(launch))
		return STATUS_RUN_REFUSED;
	if (launch_keep_capabilities(launch) || launch_drop_bounding(launch))
		return STATUS_RUN_REFUSED;
	entered = launch_change_directory(launch);
	if (launch_set_groups(launch) || launch_set_gid(launch) || launch_set_uid(launch) ||
	    launch_set_capabilities(launch))
		return STATUS_RUN_REFUSED;
	if (launch_change_directory_again(launch, entered))
		return STATUS_RUN_REFUSED;
	launch_set_umask(launch);
	if (launch_set_descriptors(launch) || launch_set_sigsys())
		return STATUS_RUN_REFUSED;
	status = launch_find_command(launch, &execution);
	if (status)
		return status;
	if (launch_set_no_new_privs(launch) || launch_start_listener(listener) ||
	    launch_load_filter(launch, listener, &descriptor))
		return STATUS_RUN_REFUSED;
	launch_hand_over(launch, listener, descriptor);
	launch_execute(launch, &execution);
}
