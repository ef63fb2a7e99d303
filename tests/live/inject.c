/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a launcher under ptrace(2) and lets one of its system calls fail: the Nth call of one number
 * in the launcher itself or in its Kth child. What strace's -e inject does, but for one process
 * alone, and with a look at what the kernel holds at the moment of the second execve(2): that is
 * the command, which from there on runs untraced. x86-64 only.
 *
 *	inject PROCESS NUMBER COUNT ANSWER COMMAND [ARG...]	one fault
 *	inject list COMMAND [ARG...]				the calls of a launch
 *
 * PROCESS: 0 the launcher, 1 its first child ... ANSWER: what the call returns without being made
 * (negative: an errno); `short`: the third argument becomes 1; `kill`: SIGKILL in place of the
 *call. The report goes to descriptor 3:
 *
 *	call PROCESS NUMBER				(list)
 *	hit						the fault happened
 *	exec SECCOMP FILTERS NO_NEW_PRIVS HASH...	the command began; a hash for each filter,
 *or
 *- end exit|signal NUMBER
 *	left COUNT					processes that did not end with it
 */
#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef PTRACE_SECCOMP_GET_FILTER
#define PTRACE_SECCOMP_GET_FILTER 0x420c /* linux/ptrace.h */
#endif
#define REPORT	      3
#define PROCESSES_MAX 16
#define LENGTH_MAX    4096 /* BPF_MAXINSNS */
#define HASH_START    UINT64_C(0xcbf29ce484222325)
#define GRACE_MS      2000 /* for what was killed to be gone */

#define REGISTER(name) offsetof(struct user_regs_struct, name)

enum answer { ANSWER_VALUE, ANSWER_MADE, ANSWER_SHORT, ANSWER_SAME, ANSWER_KILL };

/* A process of the launch. */
struct process {
	pid_t pid;
	bool counting; /* the launcher itself is running, no longer what became it */
	bool inside;   /* between a call's entry and its exit */
	bool hit_now;  /* the call it is inside of is the one */
	int count;
	long argument; /* the one that was changed, to be put back */
};

static struct {
	bool list;
	int process, count;
	long number;
	enum answer answer;
	long value;
	bool hit, executed;
	struct process processes[PROCESSES_MAX];
	int process_count;
} state;

static FILE *report;

static void die(const char *what)
{
	perror(what);
	exit(99);
}

static long trace(int request, pid_t pid, long address, long data)
{
	return ptrace((enum __ptrace_request)request, pid, (void *)address, (void *)data);
}

static void poke(pid_t pid, size_t where, long value)
{
	if (trace(PTRACE_POKEUSER, pid, (long)where, value))
		die("PTRACE_POKEUSER");
}

static long peek(pid_t pid, size_t where)
{
	errno = 0;
	return trace(PTRACE_PEEKUSER, pid, (long)where, 0);
}

static struct process *process_of(pid_t pid)
{
	for (int i = 0; i < state.process_count; i++)
		if (state.processes[i].pid == pid)
			return &state.processes[i];
	if (state.process_count == PROCESSES_MAX)
		die("too many processes");
	state.processes[state.process_count] = (struct process){.pid = pid, .counting = true};
	return &state.processes[state.process_count++];
}

static long status_number(pid_t pid, const char *key)
{
	char path[64], line[256];
	long number = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	if (!file)
		return -1;
	while (number < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)) && line[strlen(key)] == ':')
			number = strtol(line + strlen(key) + 1, NULL, 10);
	fclose(file);
	return number;
}

/* FNV-1a, from HASH_START on */
static void hash_add(uint64_t *hash, const void *data, size_t length)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < length; i++)
		*hash = (*hash ^ bytes[i]) * 0x100000001b3u;
}

/* Needs CAP_SYS_ADMIN of the machine. */
static bool filter_hash(pid_t pid, long index, uint64_t *hash)
{
	static struct sock_filter code[LENGTH_MAX];
	long length = trace(PTRACE_SECCOMP_GET_FILTER, pid, index, (long)code);

	if (length < 0)
		return false;
	hash_add(hash, code, (size_t)length * sizeof(*code));
	return true;
}

/* The lines of /proc/PID/FILE that begin with one of the words; NULL: all lines. */
static void file_hash(pid_t pid, const char *name, const char *const *words, uint64_t *hash)
{
	char path[64], line[1024];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		bool wanted = !words;

		for (size_t i = 0; words && words[i]; i++)
			wanted |= !strncmp(line, words[i], strlen(words[i]));
		if (wanted)
			hash_add(hash, line, strlen(line));
	}
	if (file)
		fclose(file);
}

static void descriptors_hash(pid_t pid, uint64_t *hash)
{
	const struct dirent *entry;
	char path[64];
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	directory = opendir(path);
	while (directory && (entry = readdir(directory)))
		hash_add(hash, entry->d_name, strlen(entry->d_name) + 1);
	if (directory)
		closedir(directory);
}

static uint64_t process_hash(pid_t pid)
{
	static const char *const words[] = {"Uid",   "Gid",    "Groups", "Cap",
					    "Umask", "SigBlk", "SigIgn", NULL};
	char path[64], target[4096];
	uint64_t hash = HASH_START;
	ssize_t length;

	file_hash(pid, "status", words, &hash);
	file_hash(pid, "limits", NULL, &hash);
	file_hash(pid, "oom_score_adj", NULL, &hash);
	descriptors_hash(pid, &hash);
	snprintf(path, sizeof(path), "/proc/%d/cwd", pid);
	length = readlink(path, target, sizeof(target));
	hash_add(&hash, target, length > 0 ? (size_t)length : 0);
	return hash;
}

static void report_exec(pid_t pid)
{
	long filters = status_number(pid, "Seccomp_filters");

	fprintf(report, "exec %ld %ld %ld %016llx", status_number(pid, "Seccomp"), filters,
		status_number(pid, "NoNewPrivs"), (unsigned long long)process_hash(pid));
	for (long i = 0; i < filters; i++) {
		uint64_t hash = HASH_START;

		if (filter_hash(pid, i, &hash))
			fprintf(report, " %016llx", (unsigned long long)hash);
		else
			fprintf(report, " -");
	}
	fprintf(report, "\n");
}

static void entry(struct process *process, long number)
{
	int index = (int)(process - state.processes);

	process->inside = true;
	if (!process->counting)
		return;
	if (state.list)
		fprintf(report, "call %d %ld\n", index, number);
	if (state.list || state.hit || index != state.process || number != state.number ||
	    ++process->count != state.count)
		return;
	state.hit = process->hit_now = true;
	fprintf(report, "hit\n");
	switch (state.answer) {
	case ANSWER_SHORT:
		process->argument = peek(process->pid, REGISTER(rdx));
		if (process->argument > 1)
			poke(process->pid, REGISTER(rdx), 1);
		break;
	case ANSWER_SAME:
		process->argument = peek(process->pid, REGISTER(rdi));
		poke(process->pid, REGISTER(rdi), 0);
		break;
	case ANSWER_MADE:
		break;
	case ANSWER_KILL:
	case ANSWER_VALUE:
		poke(process->pid, REGISTER(orig_rax), -1);
		if (state.answer == ANSWER_KILL)
			kill(process->pid, SIGKILL);
		break;
	}
}

static void leave(struct process *process)
{
	process->inside = false;
	if (!process->hit_now)
		return;
	process->hit_now = false;
	if (state.answer == ANSWER_SHORT)
		poke(process->pid, REGISTER(rdx), process->argument);
	else if (state.answer == ANSWER_SAME)
		poke(process->pid, REGISTER(rdi), process->argument);
	else
		poke(process->pid, REGISTER(rax), state.value);
}

static void syscall_stop(struct process *process)
{
	if (process->inside)
		leave(process);
	else
		entry(process, peek(process->pid, REGISTER(orig_rax)));
}

/* The first execve(2) is the launcher's, the second the command's. True: detached. */
static bool exec_stop(struct process *process)
{
	if (!process->counting) {
		process->counting = true;
		return false;
	}
	state.executed = true;
	report_exec(process->pid);
	trace(PTRACE_DETACH, process->pid, 0, 0);
	return true;
}

/* A stop of a traced process: looks at it and lets it go on. */
static void stopped(pid_t pid, int status)
{
	struct process *process = process_of(pid);
	int signal = WSTOPSIG(status), event = status >> 16;
	bool wait_for_exit = process->hit_now;

	if (event == PTRACE_EVENT_EXEC) {
		if (exec_stop(process))
			return;
		signal = 0;
	} else if (event) {
		signal = 0;
	} else if (signal == (SIGTRAP | 0x80)) {
		syscall_stop(process);
		wait_for_exit = process->hit_now;
		signal = 0;
	} else if (signal == SIGSTOP) {
		signal = 0; /* the attaching of a child */
	}
	/* After the fault only execve(2) matters: no stop at every call. ESRCH: it was killed. */
	trace(state.hit && !wait_for_exit ? PTRACE_CONT : PTRACE_SYSCALL, pid, 0, signal);
}

static pid_t start(char **command)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (trace(PTRACE_TRACEME, 0, 0, 0) || raise(SIGSTOP))
			_exit(99);
		execvp(command[0], command);
		_exit(99);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		die("fork");
	if (state.list || state.process > 0)
		options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
	if (trace(PTRACE_SETOPTIONS, pid, 0, options))
		die("PTRACE_SETOPTIONS");
	process_of(pid)->counting = false;
	trace(PTRACE_SYSCALL, pid, 0, 0);
	return pid;
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Children of the launch come to us when it ends. Those that are still there after a moment are
 * counted, and ended. */
static int count_left(void)
{
	long end = now_ms() + GRACE_MS;
	int left = 0, status;
	pid_t pid;

	for (;;) {
		pid = waitpid(-1, &status, WNOHANG | __WALL);
		if (pid < 0)
			return 0;
		if (pid > 0 && WIFSTOPPED(status))
			stopped(pid, status);
		else if (pid == 0 && now_ms() > end)
			break;
		else if (pid == 0)
			usleep(500);
	}
	for (int i = 1; i < state.process_count; i++)
		left += kill(state.processes[i].pid, SIGKILL) == 0;
	return left ? left : 1;
}

static void follow(pid_t launcher)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status)) {
			stopped(pid, status);
			continue;
		}
		if (pid != launcher)
			continue;
		if (WIFEXITED(status))
			fprintf(report, "end exit %d\n", WEXITSTATUS(status));
		else
			fprintf(report, "end signal %d\n", WTERMSIG(status));
		fprintf(report, "left %d\n", count_left());
		return;
	}
}

static void set_answer(const char *word)
{
	state.answer = !strcmp(word, "short")	    ? ANSWER_SHORT
		       : !strcmp(word, "same")	    ? ANSWER_SAME
		       : !strcmp(word, "kill")	    ? ANSWER_KILL
		       : !strncmp(word, "made:", 5) ? ANSWER_MADE
						    : ANSWER_VALUE;
	state.value = atol(state.answer == ANSWER_MADE ? word + 5 : word);
}

static char **arguments(int argc, char **argv)
{
	if (argc >= 3 && !strcmp(argv[1], "list")) {
		state.list = true;
		return argv + 2;
	}
	if (argc < 6) {
		fprintf(stderr, "usage: inject list|PROCESS NUMBER COUNT ANSWER COMMAND...\n");
		exit(99);
	}
	state.process = atoi(argv[1]);
	state.number = atol(argv[2]);
	state.count = atoi(argv[3]);
	set_answer(argv[4]);
	return argv + 5;
}

int main(int argc, char **argv)
{
	char **command = arguments(argc, argv);

	report = fdopen(REPORT, "w");
	if (!report || fcntl(REPORT, F_SETFD, FD_CLOEXEC) || prctl(PR_SET_CHILD_SUBREAPER, 1))
		die("descriptor 3");
	setvbuf(report, NULL, _IOFBF, 1 << 16);
	follow(start(command));
	return fflush(report) ? 99 : 0;
}
