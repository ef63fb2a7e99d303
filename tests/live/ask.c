/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks the running kernel what filters answer, without a single call being executed. Lines come on
 * standard input; each call is answered by one line: PASSES (ALLOW, LOG, TRACE and NOTIFY look the
 * same), "ERRNO n", "TRAP n", KILL, or UNFILTERED (this kernel would execute it, not asked).
 *
 *	filter FILE		the calls that follow are asked of it (an array of sock_filter)
 *	confined		the calls that follow are asked of the filters that this process has
 *got call ABI NUMBER [ARGUMENT...]	ABI: x86_64, x86 (int 0x80), x32 (bit 30 is set)
 *
 * A child first loads a filter that answers ERRNO(4095) to every call but the load of the second,
 * the one that is asked. What the second lets pass stops at the first; where both answer ERRNO the
 * newer's number counts, and no profile may have 4095. After that the child needs no system call:
 * it reports through shared memory, and ends by an illegal instruction.
 *
 * Filters that are there already lie below what can be loaded, so the newer ERRNO would hide
 * theirs. They are asked with TRACE, which is weaker than all that denies, and without a tracer
 * answers ENOSYS: an ENOSYS of theirs counts as PASSES then.
 */
#include <config.h>

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BATCH_MAX     4096
#define SENTINEL      4095 /* MAX_ERRNO, include/linux/err.h */
#define MAGIC	      UINT32_C(0x5ecc0419)
#define X32_BIT	      0x40000000u
#define LINE_MAX_SIZE 4352

/* As the two functions below load them into registers. */
struct call {
	uint64_t number;
	uint64_t arguments[6];
	bool int80;
};

long ask_syscall(const struct call *call);
long ask_int80(const struct call *call);

__asm__(".pushsection .text\n"
	".type ask_syscall, @function\n"
	"ask_syscall:\n"
	"	mov %rdi, %rcx\n"
	"	mov 0(%rcx), %rax\n"
	"	mov 8(%rcx), %rdi\n"
	"	mov 16(%rcx), %rsi\n"
	"	mov 24(%rcx), %rdx\n"
	"	mov 32(%rcx), %r10\n"
	"	mov 40(%rcx), %r8\n"
	"	mov 48(%rcx), %r9\n"
	"	syscall\n"
	"	ret\n"
	".type ask_int80, @function\n"
	"ask_int80:\n"
	"	push %rbx\n"
	"	push %rbp\n"
	"	mov %rdi, %r10\n"
	"	mov 0(%r10), %rax\n"
	"	mov 8(%r10), %rbx\n"
	"	mov 16(%r10), %rcx\n"
	"	mov 24(%r10), %rdx\n"
	"	mov 32(%r10), %rsi\n"
	"	mov 40(%r10), %rdi\n"
	"	mov 48(%r10), %rbp\n"
	"	int $0x80\n"
	"	cltq\n" /* the answer has 32 bits */
	"	pop %rbp\n"
	"	pop %rbx\n"
	"	ret\n"
	".popsection\n");

enum answer { ANSWER_NONE, ANSWER_RETURNED, ANSWER_TRAPPED, ANSWER_KILLED, ANSWER_UNFILTERED };

/* Shared with the child. */
struct board {
	size_t at; /* the call that is being asked */
	int load_error;
	bool loaded;
	struct {
		enum answer answer;
		long value; /* what was returned; of a trap its errno */
	} answers[BATCH_MAX];
};

static struct board *board;
static struct call calls[BATCH_MAX];
static size_t call_count;
static struct sock_filter code[BPF_MAXINSNS];
static struct sock_fprog asked = {.filter = code};
static char filter_name[LINE_MAX_SIZE];
static bool confined; /* instead of `asked` */

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "ask: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void handle_sigsys(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	board->answers[board->at].value = info->si_errno;
	board->answers[board->at].answer = ANSWER_TRAPPED;
	__builtin_trap(); /* rt_sigreturn(2) would not pass */
}

/* Lets only seccomp(SECCOMP_SET_MODE_FILTER, 0, &asked, MAGIC, MAGIC, MAGIC) pass. */
static int load_sentinel(void)
{
#define STAY_IF(offset, value, jump)                \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset), \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), 0, jump)
#define ARGUMENT(index) ((uint32_t)(offsetof(struct seccomp_data, args) + 8 * (index)))
	const uint64_t address = (uintptr_t)&asked;
	struct sock_filter sentinel[] = {
		STAY_IF(offsetof(struct seccomp_data, arch), AUDIT_ARCH_X86_64, 19),
		STAY_IF(offsetof(struct seccomp_data, nr), SYS_seccomp, 17),
		STAY_IF(ARGUMENT(0), SECCOMP_SET_MODE_FILTER, 15),
		STAY_IF(ARGUMENT(1), 0, 13),
		STAY_IF(ARGUMENT(2), address, 11),
		STAY_IF(ARGUMENT(2) + 4, address >> 32, 9),
		STAY_IF(ARGUMENT(3), MAGIC, 7),
		STAY_IF(ARGUMENT(4), MAGIC, 5),
		STAY_IF(ARGUMENT(5), MAGIC, 3),
		STAY_IF(ARGUMENT(5) + 4, MAGIC, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | SENTINEL),
	};
	struct sock_fprog program = {.len = sizeof(sentinel) / sizeof(*sentinel),
				     .filter = sentinel};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
			       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)
		       ? -1
		       : 0;
}

/* Lets no call pass. */
static bool load_trace(void)
{
	const struct call probe = {.number = SYS_getpid};
	struct sock_filter trace[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE)};
	struct sock_fprog program = {.len = 1, .filter = trace};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)) {
		board->load_error = errno;
		return false;
	}
	board->load_error = ENOTSUP;
	return ask_syscall(&probe) == -ENOSYS;
}

/* Both filters; false without any question asked. */
static bool load_both(void)
{
	const struct call load = {.number = SYS_seccomp,
				  .arguments = {SECCOMP_SET_MODE_FILTER, 0, (uintptr_t)&asked,
						MAGIC, MAGIC, (uint64_t)MAGIC << 32 | MAGIC}};
	const struct call probe = {.number = SYS_getpid};
	long result;

	if (load_sentinel()) {
		board->load_error = errno;
		return false;
	}
	if (ask_syscall(&probe) != -SENTINEL) {
		board->load_error = ENOTSUP;
		return false;
	}
	result = ask_syscall(&load);
	board->load_error = (int)-result;
	return result == 0;
}

static void __attribute__((noreturn)) child_main(void)
{
	board->loaded = confined ? load_trace() : load_both();
	for (; board->loaded && board->at < call_count; board->at++) {
		const struct call *call = &calls[board->at];

		if (board->answers[board->at].answer == ANSWER_UNFILTERED)
			continue;
		board->answers[board->at].value = call->int80 ? ask_int80(call) : ask_syscall(call);
		board->answers[board->at].answer = ANSWER_RETURNED;
	}
	__builtin_trap();
}

/* From board->at on, as far as one child gets. */
static void ask_some(void)
{
	pid_t child;
	int status;

	board->loaded = false;
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0)
		child_main();
	if (waitpid(child, &status, 0) != child)
		fail("waitpid");
	if (!board->loaded) {
		errno = board->load_error;
		fail(filter_name);
	}
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) {
		board->answers[board->at++].answer = ANSWER_KILLED;
	} else if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGILL) {
		fprintf(stderr, "ask: %s: the child ended with status 0x%x\n", filter_name,
			(unsigned)status);
		exit(2);
	} else if (board->at < call_count) {
		if (board->answers[board->at].answer != ANSWER_TRAPPED) {
			fprintf(stderr, "ask: %s: a child ended early\n", filter_name);
			exit(2);
		}
		board->at++;
	}
}

static void print_answer(size_t index)
{
	long value = board->answers[index].value;

	switch (board->answers[index].answer) {
	case ANSWER_RETURNED:
		if (value == (confined ? -ENOSYS : -SENTINEL))
			puts("PASSES");
		else if (value < 0 && value > -SENTINEL)
			printf("ERRNO %ld\n", -value);
		else
			printf("EXECUTED %ld\n", value);
		break;
	case ANSWER_TRAPPED:
		printf("TRAP %ld\n", value);
		break;
	case ANSWER_KILLED:
		puts("KILL");
		break;
	case ANSWER_UNFILTERED:
		puts("UNFILTERED");
		break;
	case ANSWER_NONE:
		puts("NONE");
	}
}

/* Asks what has been collected. */
static void ask_batch(void)
{
	if (call_count == 0)
		return;
	if (asked.len == 0 && !confined) {
		fputs("ask: a call before the first filter\n", stderr);
		exit(2);
	}
	board->at = 0;
	while (board->at < call_count)
		ask_some();
	for (size_t i = 0; i < call_count; i++)
		print_answer(i);
	call_count = 0;
}

static void read_filter(const char *path)
{
	FILE *file = fopen(path, "re");
	size_t length;

	snprintf(filter_name, sizeof(filter_name), "%s", path);
	if (!file)
		fail(path);
	length = fread(code, 1, sizeof(code), file);
	if (ferror(file))
		fail(path);
	if (length == 0 || length % sizeof(*code) || fgetc(file) != EOF) {
		fprintf(stderr, "ask: %s: not an array of instructions\n", path);
		exit(2);
	}
	fclose(file);
	asked.len = (unsigned short)(length / sizeof(*code));
}

/* uretprobe and uprobe: since Linux 6.11 no filter is asked (arch/x86/include/asm/syscall.h). */
static bool is_unfiltered(const struct call *call)
{
	return !call->int80 && ((uint32_t)call->number == 335 || (uint32_t)call->number == 336);
}

static int parse_call(char *text)
{
	char *save = NULL, *word = strtok_r(text, " ", &save);
	struct call *call = &calls[call_count];
	uint64_t numbers[7] = {0};
	size_t count = 0;
	bool x32;

	if (!word)
		return -1;
	*call = (struct call){.int80 = !strcmp(word, "x86")};
	x32 = !strcmp(word, "x32");
	if (!call->int80 && !x32 && strcmp(word, "x86_64"))
		return -1;
	while ((word = strtok_r(NULL, " ", &save))) {
		char *end;

		errno = 0;
		if (count == 7)
			return -1;
		numbers[count++] = strtoull(word, &end, 0);
		if (errno || end == word || *end)
			return -1;
	}
	call->number = numbers[0] | (x32 ? X32_BIT : 0);
	memcpy(call->arguments, numbers + 1, sizeof(call->arguments));
	board->answers[call_count].value = 0;
	board->answers[call_count].answer = is_unfiltered(call) ? ANSWER_UNFILTERED : ANSWER_NONE;
	call_count++;
	return count == 0 ? -1 : 0;
}

static int read_line(char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (!strncmp(line, "filter ", 7)) {
		ask_batch();
		read_filter(line + 7);
		confined = false;
		return 0;
	}
	if (!strcmp(line, "confined")) {
		ask_batch();
		snprintf(filter_name, sizeof(filter_name), "TRACE");
		confined = true;
		return 0;
	}
	if (call_count == BATCH_MAX)
		ask_batch();
	return strncmp(line, "call ", 5) ? -1 : parse_call(line + 5);
}

int main(void)
{
	const struct sigaction action = {.sa_sigaction = handle_sigsys,
					 .sa_flags = SA_SIGINFO | SA_NODEFER};
	const struct rlimit none = {0};
	static char line[LINE_MAX_SIZE];

	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (board == MAP_FAILED)
		fail("mmap");
	if (sigaction(SIGSYS, &action, NULL) || setrlimit(RLIMIT_CORE, &none))
		fail("set-up");
	while (fgets(line, sizeof(line), stdin))
		if (read_line(line)) {
			fprintf(stderr, "ask: not a line: %s\n", line);
			return 2;
		}
	ask_batch();
	return fflush(stdout) ? 2 : 0;
}
