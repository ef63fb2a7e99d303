/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The child, its asking thread, and the process that waits for them. Once the thread is confined it
 * needs no system call: it reports through shared memory and then spins until the child ends. The
 * child's first thread stays unconfined, so that it can report that the other was killed.
 */
#include <config.h>
#include "shim/test/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "filter/kernel/abi.h"
#include "filter/kernel/action.h"
#include "filter/program/load.h"

#define BATCH_MAX 4096	/* calls of one child */
#define CHILD_MS  10000 /* of one child; it needs a few */
#define TICK_NS	  100000

/* Two error numbers for calls that pass: the largest, which the kernel itself never returns. */
static const unsigned markers[] = {4095, 4094};

#define MAGIC \
	UINT64_C(0x5ecc0491a7c3f00d) /* in the arguments of the one call that is let through */

#define FILTER_NEW_LISTENER (1u << 3)

/* The child's exit statuses. */
enum { CHILD_GOES_ON = 0, CHILD_FAILED = 1 };

enum stage { STAGE_START, STAGE_MARKED, STAGE_LOADED, STAGE_DONE };

/* Shared with the child. */
struct board {
	struct sock_fprog program;
	struct sock_filter code[PROGRAM_LENGTH_MAX];
	unsigned marker;
	pid_t parent;
	_Atomic int stage;
	int error; /* errno of the act that failed */
	size_t count;
	_Atomic size_t at; /* the call that is being asked */
	struct slot {
		struct seccomp_data call;
		enum probe_way way;
		_Atomic int result;
		long value;
	} slots[BATCH_MAX];
};

static struct board *board; /* one at a time: the SIGSYS handler must find it */

/* ---- the asking thread */

/*
 * Sanitizers make system calls before functions that do not return (sigaltstack), and a filter may
 * kill for them, so they stay out of the confined thread.
 */
#define WITHOUT_CALLS __attribute__((no_sanitize("address", "undefined")))

static void WITHOUT_CALLS NORETURN probe_spin(void)
{
	for (;;)
		atomic_load(&board->stage);
}

/* For TRAP. Does not return, because sigreturn(2) might not pass. */
static void WITHOUT_CALLS probe_handle_sigsys(int number, siginfo_t *info, void *context)
{
	struct slot *slot = &board->slots[atomic_load(&board->at)];

	(void)number;
	(void)context;
	slot->value = info->si_errno;
	atomic_store(&slot->result, PROBE_TRAP);
	atomic_store(&board->stage, STAGE_DONE);
	probe_spin();
}

#define LOAD(member) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, member))
#define STAY_IF(value, otherwise) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), 0, otherwise)

/*
 * Answers the marker to every call but probe_load_asked()'s, which has MAGIC in both halves of two
 * arguments that seccomp(2) ignores.
 */
static long probe_load_marker(void)
{
	const uint32_t half = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 4 : 0;
	struct sock_filter code[] = {
		LOAD(arch),
		STAY_IF(abi_native()->audit_arch, 11),
		LOAD(nr),
		STAY_IF(SYS_seccomp, 9),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[4]) + 4 - half),
		STAY_IF(MAGIC, 7),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[4]) + half),
		STAY_IF(MAGIC >> 32, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[5]) + 4 - half),
		STAY_IF(~MAGIC, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5]) + half),
		STAY_IF(~MAGIC >> 32, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | board->marker),
	};
	const struct program program = {.code = code, .length = ARRAY_SIZE(code)};

	return load_filter(&program, 0);
}

static long probe_load_asked(void)
{
	const struct seccomp_data call = {.nr = SYS_seccomp,
					  .args = {SECCOMP_SET_MODE_FILTER, 0,
						   (uintptr_t)&board->program, 0, MAGIC, ~MAGIC}};

	return probe_call(PROBE_WAY_NATIVE, &call);
}

/* Loads both filters, and checks between them that getpid is stopped. */
static int probe_load_both(void)
{
	const struct seccomp_data harmless = {.nr = SYS_getpid};
	long result = probe_load_marker();

	if (result != 0)
		return (int)-result;
	atomic_store(&board->stage, STAGE_MARKED);
	if (probe_call(PROBE_WAY_NATIVE, &harmless) != -(long)board->marker)
		return ENOTSUP;
	return (int)-probe_load_asked();
}

static void *WITHOUT_CALLS probe_ask_all(void *unused)
{
	size_t at = atomic_load(&board->at);

	(void)unused;
	board->error = probe_load_both();
	if (board->error == 0) {
		atomic_store(&board->stage, STAGE_LOADED);
		for (; at < board->count; at++) {
			struct slot *slot = &board->slots[at];

			atomic_store(&board->at, at);
			if (slot->way == PROBE_WAY_NONE)
				continue;
			slot->value = probe_call(slot->way, &slot->call);
			atomic_store(&slot->result, PROBE_ERRNO);
		}
		atomic_store(&board->at, at);
	}
	atomic_store(&board->stage, STAGE_DONE);
	probe_spin();
	return NULL;
}

/* ---- the child */

static void NORETURN probe_child_fail(void)
{
	board->error = errno;
	_exit(CHILD_FAILED);
}

static void probe_child_prepare(void)
{
	const struct sigaction trap = {.sa_sigaction = probe_handle_sigsys,
				       .sa_flags = SA_SIGINFO | SA_NODEFER};
	const struct rlimit none = {0};
	sigset_t sigsys;

	(void)sigemptyset(&sigsys);
	(void)sigaddset(&sigsys, SIGSYS);
	errno = 0;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_DUMPABLE, 0) ||
	    setrlimit(RLIMIT_CORE, &none) || sigaction(SIGSYS, &trap, NULL) ||
	    sigprocmask(SIG_UNBLOCK, &sigsys, NULL) || getppid() != board->parent)
		probe_child_fail();
	errno = -load_no_new_privs();
	if (errno != 0)
		probe_child_fail();
}

/* Waits until the thread has asked all, or was killed. */
static void NORETURN probe_child_main(void)
{
	const struct timespec tick = {.tv_nsec = TICK_NS};
	pthread_t thread;

	probe_child_prepare();
	errno = pthread_create(&thread, NULL, probe_ask_all, NULL);
	if (errno != 0)
		probe_child_fail();
	while (atomic_load(&board->stage) != STAGE_DONE) {
		if (pthread_tryjoin_np(thread, NULL) == 0) {
			const size_t at = atomic_load(&board->at);

			if (atomic_load(&board->stage) != STAGE_LOADED || at >= board->count)
				_exit(CHILD_FAILED);
			atomic_store(&board->slots[at].result, PROBE_KILL_THREAD);
			break;
		}
		(void)nanosleep(&tick, NULL); /* a shorter sleep does no harm */
	}
	_exit(board->error == 0 ? CHILD_GOES_ON : CHILD_FAILED);
}

/* ---- this process */

/* Waits until the child, which holds the other end, has ended. False: its time was up. */
static bool probe_wait_for_end(int end)
{
	struct pollfd ready = {.fd = end, .events = POLLIN};
	int count;

	do
		count = poll(&ready, 1, CHILD_MS);
	while (count < 0 && errno == EINTR);
	return count > 0;
}

/* Fills in how the child ended; kills one whose time is up. False: it was, or waitid(2) failed. */
static bool probe_child_wait(pid_t child, int end, siginfo_t *info)
{
	const bool ended = probe_wait_for_end(end);

	if (!ended)
		(void)kill(child, SIGKILL); /* it is ours and not reaped: the pid is right */
	while (waitid(P_PID, (id_t)child, info, WEXITED) != 0)
		if (errno != EINTR)
			return false;
	return ended;
}

static int probe_report(const char *what, int error, struct findings *findings)
{
	return finding_error(findings, "live", NOWHERE,
			     "drop --live, or test outside of what confines this process",
			     "the kernel cannot be asked: %s%s%s", what, error ? ": " : "",
			     error ? strerror(error) : "");
}

static void probe_slot_skip(struct slot *slot)
{
	slot->way = PROBE_WAY_NONE;
	atomic_store(&slot->result, PROBE_NOT_ASKED);
}

/* This kernel has no gate for i386 (CONFIG_IA32_EMULATION, ia32_emulation=0): asks no such call. */
static void probe_skip_int80(size_t at)
{
	for (; at < board->count; at++)
		if (board->slots[at].way == PROBE_WAY_INT80)
			probe_slot_skip(&board->slots[at]);
}

/* True if the child has reported all on the board: how it ended does not matter then. */
static bool probe_has_reported(const struct slot *slot)
{
	return atomic_load(&board->stage) == STAGE_DONE && board->error == 0 &&
	       (!slot || atomic_load(&slot->result) != PROBE_PENDING);
}

/* Reports a child that ended before or while it asked. */
static int probe_report_end(const siginfo_t *info, struct findings *findings)
{
	CLEANUP(cleanup_free) char *how = NULL;

	if (info->si_code == CLD_EXITED && board->error != 0)
		return probe_report("the filter could not be loaded into a child", board->error,
				    findings);
	how = mem_format("a child ended early, with %s %d",
			 info->si_code == CLD_EXITED ? "status" : "signal", info->si_status);
	return probe_report(how, 0, findings);
}

/* Takes the result of the call that the child was asking from how it ended. */
static int probe_child_read_end(const siginfo_t *info, struct findings *findings)
{
	const size_t at = atomic_load(&board->at);
	struct slot *slot = at < board->count ? &board->slots[at] : NULL;
	const bool asking = atomic_load(&board->stage) == STAGE_LOADED && slot;
	const bool exited = info->si_code == CLD_EXITED;

	if (!probe_has_reported(slot) && !(exited && info->si_status == CHILD_GOES_ON && slot &&
					   atomic_load(&slot->result) != PROBE_PENDING)) {
		if (exited || !asking || !slot)
			return probe_report_end(info, findings);
		if (info->si_status == SIGSEGV && slot->way == PROBE_WAY_INT80) {
			probe_skip_int80(at);
			return 0;
		}
		if (info->si_status != SIGSYS)
			return probe_report_end(info, findings);
		atomic_store(&slot->result, PROBE_KILL_PROCESS);
	}
	if (slot)
		atomic_store(&board->at, at + 1);
	return 0;
}

/* Runs one child, which asks from board->at on until it ends. */
static int probe_ask_some(struct findings *findings)
{
	siginfo_t info = {.si_code = 0};
	int ends[2];
	bool ended;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return probe_report("pipe", errno, findings);
	atomic_store(&board->stage, STAGE_START);
	board->error = 0;
	child = fork();
	if (child == 0)
		probe_child_main();
	(void)close(ends[1]);
	if (child < 0) {
		(void)close(ends[0]);
		return probe_report("fork", errno, findings);
	}
	ended = probe_child_wait(child, ends[0], &info);
	(void)close(ends[0]);
	if (!ended)
		return probe_report("a child did not end in time", 0, findings);
	return probe_child_read_end(&info, findings);
}

static int probe_ask_marked(unsigned marker, struct findings *findings)
{
	board->marker = marker;
	atomic_store(&board->at, 0);
	while (atomic_load(&board->at) < board->count)
		if (probe_ask_some(findings) != 0)
			return -1;
	return 0;
}

/* The second time asks only the calls that returned the first time. */
static int probe_ask_twice(long *first, struct findings *findings)
{
	if (probe_ask_marked(markers[0], findings) != 0)
		return -1;
	for (size_t i = 0; i < board->count; i++) {
		struct slot *slot = &board->slots[i];

		first[i] = slot->value;
		if (atomic_load(&slot->result) == PROBE_ERRNO)
			atomic_store(&slot->result, PROBE_PENDING);
		else
			slot->way = PROBE_WAY_NONE;
	}
	return probe_ask_marked(markers[1], findings);
}

static int probe_read(struct probe *probe, const struct slot *slot, long first,
		      struct findings *findings)
{
	probe->result = (enum probe_result)atomic_load(&slot->result);
	probe->data = 0;
	if (probe->result == PROBE_NOT_ASKED)
		probe->reason = "this kernel does not run i386 calls";
	else if (probe->result == PROBE_TRAP)
		probe->data = (unsigned)slot->value & SECCOMP_RET_DATA;
	if (probe->result != PROBE_ERRNO)
		return 0;
	if (first == -(long)markers[0] && slot->value == -(long)markers[1])
		probe->result = PROBE_PASSES;
	else if (first == slot->value && first <= 0 && first >= -(long)markers[0])
		probe->data = (unsigned)-first;
	else
		return probe_report("it gave two answers to one call", 0, findings);
	return 0;
}

/* True if a call can be made, and no kernel would execute it. */
static bool probe_is_asked(struct probe *probe)
{
	probe->reason = NULL;
	if (probe_passes_filters(&probe->call))
		probe->reason = "the kernel may exempt uretprobe and uprobe from filters";
	else if (probe_way(probe->call.arch) == PROBE_WAY_NONE)
		probe->reason = "this machine cannot make calls of that architecture";
	if (probe->reason)
		probe->result = PROBE_NOT_ASKED;
	return !probe->reason;
}

/* Puts the next calls to ask on the board; indexes has room for BATCH_MAX. */
static size_t probe_board_fill(struct probe *probes, size_t count, size_t *next, size_t *indexes)
{
	board->count = 0;
	for (; *next < count && board->count < BATCH_MAX; ++*next) {
		struct probe *probe = &probes[*next];
		struct slot *slot = &board->slots[board->count];

		if (probe->result != PROBE_PENDING || !probe_is_asked(probe))
			continue;
		slot->call = probe->call;
		slot->way = probe_way(probe->call.arch);
		slot->value = 0;
		atomic_store(&slot->result, PROBE_PENDING);
		indexes[board->count++] = *next;
	}
	return board->count;
}

static int probe_ask_batches(struct probe *probes, size_t count, struct findings *findings)
{
	CLEANUP(cleanup_free) size_t *indexes = mem_alloc(BATCH_MAX * sizeof(*indexes));
	CLEANUP(cleanup_free) long *first = mem_alloc(BATCH_MAX * sizeof(*first));
	size_t next = 0;

	while (probe_board_fill(probes, count, &next, indexes) > 0) {
		if (probe_ask_twice(first, findings) != 0)
			return -1;
		for (size_t i = 0; i < board->count; i++)
			if (probe_read(&probes[indexes[i]], &board->slots[i], first[i], findings))
				return -1;
	}
	return 0;
}

static int probe_board_open(const struct program *program, struct findings *findings)
{
	if (program->length == 0 || program->length > PROGRAM_LENGTH_MAX)
		return probe_report("no kernel loads a program of this length", 0, findings);
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (board == MAP_FAILED)
		return probe_report("mmap", errno, findings);
	memcpy(board->code, program->code, program->length * sizeof(*program->code));
	board->program =
		(struct sock_fprog){.len = (unsigned short)program->length, .filter = board->code};
	board->parent = getpid();
	return 0;
}

int probe_calls(const struct program *program, struct probe *probes, size_t count,
		struct findings *findings)
{
	int result;

	if (probe_board_open(program, findings) != 0)
		return -1;
	result = probe_ask_batches(probes, count, findings);
	(void)munmap(board, sizeof(*board)); /* cannot fail: it was mapped like this */
	board = NULL;
	return result;
}

bool probe_agrees(const struct probe *probe, uint32_t outcome)
{
	const unsigned data = outcome & SECCOMP_RET_DATA;

	switch (outcome_action(outcome)) {
	case ACTION_KILL_PROCESS:
		return probe->result == PROBE_KILL_PROCESS;
	case ACTION_KILL_THREAD:
		return probe->result == PROBE_KILL_THREAD;
	case ACTION_TRAP:
		return probe->result == PROBE_TRAP && probe->data == data;
	case ACTION_ERRNO:
		return probe->result == PROBE_ERRNO && probe->data == data;
	default:
		return probe->result == PROBE_PASSES;
	}
}

void probe_add_result(struct buffer *out, const struct probe *probe)
{
	switch (probe->result) {
	case PROBE_KILL_PROCESS:
		outcome_add(out, outcome_of(ACTION_KILL_PROCESS, 0));
		break;
	case PROBE_KILL_THREAD:
		outcome_add(out, outcome_of(ACTION_KILL_THREAD, 0));
		break;
	case PROBE_TRAP:
		outcome_add(out, SECCOMP_RET_TRAP | probe->data);
		break;
	case PROBE_ERRNO:
		outcome_add(out, SECCOMP_RET_ERRNO | probe->data);
		break;
	case PROBE_PASSES:
		buffer_add_text(out, "passes");
		break;
	default:
		buffer_add_text(out, "not asked");
	}
}

/* ---- outer listeners */

/* /proc/self/status has "Seccomp:\t2" for a process under filters. False if it cannot be read. */
static bool probe_is_unconfined(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	int mode = -1;

	if (!status)
		return false;
	while (mode < 0 && fgets(line, sizeof(line), status))
		if (sscanf(line, "Seccomp: %d", &mode) != 1)
			mode = -1;
	(void)fclose(status); /* only read */
	return mode == 0;
}

/* Loads a filter with a listener. The exit status says what seccomp(2) answered. */
static void NORETURN probe_child_listen(void)
{
	struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {.len = ARRAY_SIZE(code), .filter = code};

	if (prctl(PR_SET_DUMPABLE, 0) != 0 || load_no_new_privs() != 0)
		_exit(LISTENER_UNKNOWN);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, FILTER_NEW_LISTENER, &program) >= 0)
		_exit(LISTENER_NONE);
	/* EBUSY: one is there; EINVAL: a kernel before 5.0, which has none */
	_exit(errno == EBUSY ? LISTENER_THERE : errno == EINVAL ? LISTENER_NONE : LISTENER_UNKNOWN);
}

enum probe_listener probe_listener(void)
{
	int status;
	pid_t child;

	if (probe_is_unconfined())
		return LISTENER_NONE;
	child = fork();
	if (child == 0)
		probe_child_listen();
	if (child < 0)
		return LISTENER_UNKNOWN;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return LISTENER_UNKNOWN;
	return WIFEXITED(status) && WEXITSTATUS(status) <= LISTENER_UNKNOWN
		       ? (enum probe_listener)WEXITSTATUS(status)
		       : LISTENER_UNKNOWN;
}
