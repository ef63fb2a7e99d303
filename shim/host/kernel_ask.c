/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the running kernel: a child loads a filter of a few instructions, makes one call and ends.
 * Never loads anything into this process, leaves no child and no core file behind.
 */
#include <config.h>
#include "shim/host/kernel_ask.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter/program/load.h"

#define CHILD_RAN 17	     /* the child's status: the call ran in spite of the filter */
#define ASK_ERRNO EOWNERDEAD /* what the filter returns; the calls themselves never do */

/* uretprobe sends SIGILL to a caller that is not a probe. */
static void kernel_ask_on_signal(int signal)
{
	(void)signal;
	_exit(CHILD_RAN);
}

/* In the child: whether the call comes back with the filter's errno. */
static void NORETURN kernel_ask_in_child(const struct program *program, uint32_t number)
{
	const struct sigaction handler = {.sa_handler = kernel_ask_on_signal};

	if (prctl(PR_SET_DUMPABLE, 0) || sigaction(SIGILL, &handler, NULL) || load_no_new_privs() ||
	    load_filter(program, 0))
		_exit(0);
	errno = 0;
	_exit(syscall(number, 0, 0, 0, 0, 0, 0) == -1 && errno == ASK_ERRNO ? 0 : CHILD_RAN);
}

bool kernel_ask_ignores_filters(uint32_t number)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ASK_ERRNO),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct program program = {.code = code, .length = ARRAY_SIZE(code)};
	pid_t child = fork();
	int status;

	if (child == 0)
		kernel_ask_in_child(&program, number);
	if (child < 0)
		return false;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == CHILD_RAN;
}
