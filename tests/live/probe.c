/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issues raw system calls, one child each, and prints what came back. Rows come on standard input
 * and go out again with the answer behind `=` in place of what stood there, so that a table of
 * expectations is compared with diff; or one row is given as arguments. Must work in a filter that
 * allows little: a child reports through shared memory.
 *
 *	HOW ABI NUMBER [ARGUMENT...] [= EXPECTED] [# comment]
 *
 * HOW: call, thread (the call is made by a second thread), trap (with a handler of SIGSYS), traced
 * (by a tracer that lets the call go on), self (no child: the caller looks at this process).
 * ABI: x86_64, x86 (int 0x80), x32 (bit 30). ARGUMENT: a number or @TEXT, the address of a string.
 */
#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MAX 6
#define LINE_MAX_SIZE 4096
#define ERRNO_MAX     4095 /* include/linux/err.h */
#define X32_BIT	      0x40000000u
#define SECCOMP_CODE  1 /* SYS_SECCOMP of siginfo.h */

/* Number and arguments, as the two functions below load them into registers. */
struct registers {
	uint64_t number;
	uint64_t arguments[ARGUMENTS_MAX];
};

long probe_syscall(const struct registers *registers);
long probe_int80(const struct registers *registers);
extern const char probe_syscall_end[], probe_int80_end[];

__asm__(".pushsection .text\n"
	".globl probe_syscall, probe_syscall_end, probe_int80, probe_int80_end\n"
	".type probe_syscall, @function\n"
	"probe_syscall:\n"
	"	mov 0(%rdi), %rax\n"
	"	mov 16(%rdi), %rsi\n"
	"	mov 24(%rdi), %rdx\n"
	"	mov 32(%rdi), %r10\n"
	"	mov 40(%rdi), %r8\n"
	"	mov 48(%rdi), %r9\n"
	"	mov 8(%rdi), %rdi\n"
	"	syscall\n"
	"probe_syscall_end:\n"
	"	ret\n"
	".type probe_int80, @function\n"
	"probe_int80:\n"
	"	push %rbx\n"
	"	push %rbp\n"
	"	mov 0(%rdi), %rax\n"
	"	mov 8(%rdi), %rbx\n"
	"	mov 16(%rdi), %rcx\n"
	"	mov 24(%rdi), %rdx\n"
	"	mov 32(%rdi), %rsi\n"
	"	mov 48(%rdi), %rbp\n"
	"	mov 40(%rdi), %rdi\n"
	"	int $0x80\n"
	"probe_int80_end:\n"
	"	cltq\n" /* the answer has 32 bits */
	"	pop %rbp\n"
	"	pop %rbx\n"
	"	ret\n"
	".popsection\n");

struct row {
	const struct way *how;
	bool int80;
	struct registers registers;
};

/* What the child reports; one that was killed reports nothing. */
enum answer { ANSWER_NONE, ANSWER_RETURNED, ANSWER_TRAPPED, ANSWER_THREAD_KILLED };

struct report {
	enum answer answer;
	long returned;
	int code, number, error;
	unsigned arch;
	bool at_call;
};

/* What the parent saw. */
struct outcome {
	int status; /* as of wait(2) */
	bool event; /* PTRACE_EVENT_SECCOMP */
	unsigned long message;
};

struct way {
	const char *name;
	void (*child)(const struct row *row);
	int (*parent)(pid_t child, struct outcome *outcome);
};

static struct report *report; /* shared with the child */
static char *strings;	      /* below 4 GiB, so that 32-bit calls reach them */
static size_t strings_used;

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void *map(size_t size, int flags)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);

	if (memory == MAP_FAILED)
		fail("mmap");
	return memory;
}

static void make_call(const struct row *row)
{
	long (*call)(const struct registers *) = row->int80 ? probe_int80 : probe_syscall;
	long returned = call(&row->registers);

	if (report->answer != ANSWER_NONE)
		return; /* the handler was here */
	report->returned = returned;
	report->answer = ANSWER_RETURNED;
}

static void *thread_main(void *row)
{
	make_call(row);
	return NULL;
}

static void call_in_thread(const struct row *row)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, thread_main, (void *)(uintptr_t)row);

	if (!error)
		error = pthread_join(thread, NULL);
	if (error) {
		errno = error;
		fail("thread");
	}
	if (report->answer == ANSWER_NONE)
		report->answer = ANSWER_THREAD_KILLED;
}

static void handle_sigsys(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	report->code = info->si_code;
	report->number = info->si_syscall;
	report->arch = info->si_arch;
	report->error = info->si_errno;
	report->at_call =
		info->si_call_addr == probe_syscall_end || info->si_call_addr == probe_int80_end;
	report->answer = ANSWER_TRAPPED;
}

static void call_with_handler(const struct row *row)
{
	struct sigaction action = {.sa_sigaction = handle_sigsys, .sa_flags = SA_SIGINFO};

	if (sigaction(SIGSYS, &action, NULL))
		fail("sigaction");
	make_call(row);
}

static void call_traced(const struct row *row)
{
	if (ptrace(PTRACE_TRACEME, 0, 0, 0) || raise(SIGSTOP))
		fail("ptrace");
	make_call(row);
}

static int wait_for(pid_t child, struct outcome *outcome)
{
	return waitpid(child, &outcome->status, 0) == child ? 0 : -1;
}

static bool is_seccomp_event(int status)
{
	return status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8);
}

static int trace(pid_t child, struct outcome *outcome)
{
	long options = PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL, signal = 0;

	if (wait_for(child, outcome) || !WIFSTOPPED(outcome->status) ||
	    ptrace(PTRACE_SETOPTIONS, child, 0, options))
		return -1;
	do {
		if (ptrace(PTRACE_CONT, child, 0, signal) || wait_for(child, outcome))
			return -1;
		signal = 0;
		if (is_seccomp_event(outcome->status)) {
			outcome->event = true;
			if (ptrace(PTRACE_GETEVENTMSG, child, 0, &outcome->message))
				return -1;
		} else if (WIFSTOPPED(outcome->status)) {
			signal = WSTOPSIG(outcome->status);
		}
	} while (WIFSTOPPED(outcome->status));
	return 0;
}

static const struct way ways[] = {
	{"call", make_call, wait_for},
	{"thread", call_in_thread, wait_for},
	{"trap", call_with_handler, wait_for},
	{"traced", call_traced, trace},
	{"self", make_call, NULL},
};

static void print_returned(long returned)
{
	const char *name;

	if (returned >= 0 || returned < -ERRNO_MAX) {
		printf("ret=%ld", returned);
		return;
	}
	name = strerrorname_np((int)-returned);
	if (name)
		printf("errno=%s", name);
	else
		printf("errno=%ld", -returned);
}

static void print_report(void)
{
	switch (report->answer) {
	case ANSWER_NONE:
		fputs("no answer", stdout);
		return;
	case ANSWER_RETURNED:
		print_returned(report->returned);
		return;
	case ANSWER_THREAD_KILLED:
		fputs("thread killed", stdout);
		return;
	case ANSWER_TRAPPED:
		printf("SIGSYS syscall=%#x arch=%#x errno=%d", report->number, report->arch,
		       report->error);
		if (report->code != SECCOMP_CODE)
			printf(" code=%d", report->code);
		if (!report->at_call)
			fputs(" elsewhere", stdout);
	}
}

static void print_outcome(const struct outcome *outcome)
{
	if (outcome->event)
		printf("event=%lu ", outcome->message);
	if (WIFSIGNALED(outcome->status))
		printf("signal=SIG%s", sigabbrev_np(WTERMSIG(outcome->status)));
	else if (WEXITSTATUS(outcome->status))
		printf("exit=%d", WEXITSTATUS(outcome->status));
	else
		print_report();
}

static void run(const struct row *row)
{
	struct outcome outcome = {0};
	pid_t child = 0;

	*report = (struct report){0};
	fflush(stdout);
	if (row->how->parent)
		child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0)
		row->how->child(row);
	if (child == 0 && row->how->parent)
		_exit(0);
	if (row->how->parent && row->how->parent(child, &outcome))
		fail("wait");
	print_outcome(&outcome);
}

static int parse_number(const char *word, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(word, &end, 0);
	return errno || end == word || *end ? -1 : 0;
}

static int parse_argument(const char *word, uint64_t *argument)
{
	size_t size = strlen(word);

	if (*word != '@')
		return parse_number(word, argument);
	if (size > LINE_MAX_SIZE - strings_used)
		return -1;
	*argument = (uintptr_t)memcpy(strings + strings_used, word + 1, size);
	strings_used += size;
	return 0;
}

static int parse_abi(const char *word, struct row *row)
{
	row->int80 = !strcmp(word, "x86");
	if (!strcmp(word, "x32"))
		row->registers.number |= X32_BIT;
	else if (!row->int80 && strcmp(word, "x86_64"))
		return -1;
	return 0;
}

static int parse_row(char *const *words, size_t count, struct row *row)
{
	*row = (struct row){0};
	strings_used = 0;
	if (count < 3 || count > 3 + ARGUMENTS_MAX)
		return -1;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(words[0], ways[i].name))
			row->how = &ways[i];
	if (!row->how || parse_number(words[2], &row->registers.number) || parse_abi(words[1], row))
		return -1;
	for (size_t i = 3; i < count; i++)
		if (parse_argument(words[i], &row->registers.arguments[i - 3]))
			return -1;
	return 0;
}

static int run_words(char *const *words, size_t count)
{
	struct row row;

	if (parse_row(words, count, &row)) {
		fputs("not a row", stdout);
		return -1;
	}
	run(&row);
	return 0;
}

static size_t cut_words(char *text, char **words, size_t max)
{
	size_t count = 0;
	char *save = NULL, *word = strtok_r(text, " \t", &save);

	for (; word && count < max; word = strtok_r(NULL, " \t", &save))
		words[count++] = word;
	return count;
}

/* Cuts off the comment and the blanks before it; returns them in memory of its own. */
static char *cut_comment(char *line)
{
	size_t length = strcspn(line, "#");
	char *comment;

	while (length && strchr(" \t", line[length - 1]))
		length--;
	comment = strdup(line + length);
	if (!comment)
		fail("strdup");
	line[length] = '\0';
	return comment;
}

/* What stands before `=` and the comment behind it are printed as they are. */
static int run_line(char *line)
{
	char *words[3 + ARGUMENTS_MAX + 1], *comment = cut_comment(line), *expected;
	int result = 0;
	size_t count;

	expected = strchr(line, '=');
	if (expected)
		*expected = '\0';
	fputs(line, stdout);
	count = cut_words(line, words, sizeof(words) / sizeof(*words));
	if (count) {
		fputs(expected ? "= " : " = ", stdout);
		result = run_words(words, count);
	}
	puts(comment);
	free(comment);
	return result;
}

static int run_lines(void)
{
	char line[LINE_MAX_SIZE];
	int result = 0;

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (run_line(line))
			result = 2;
	}
	return result;
}

int main(int argc, char **argv)
{
	report = map(sizeof(*report), MAP_SHARED);
	strings = map(LINE_MAX_SIZE, MAP_PRIVATE | MAP_32BIT);
	if (argc == 1)
		return run_lines();
	if (run_words(argv + 1, (size_t)argc - 1))
		return 2;
	putchar('\n');
	return 0;
}
