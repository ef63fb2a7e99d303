/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which width the running kernel uses arguments: each call is made with a value and its
 * effect kept; then with another value, whose effect must be another one; then with the value and
 * one higher bit after the other. A line for each: "CALL ARGUMENT BITS: ignored", if the effect
 * never changed, "used" if it changed with every such bit, "mixed" for anything else. Each call in
 * a child of its own. x86-64, and i386 through int 0x80.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Where the page of memory lies that 32-bit calls reach too. */
#define LOW_PAGE 0x10000000
#define PAGE	 4096

static char *page; /* "width" and zeros, then the path of a file at PATH_AT */
#define PATH_AT 1024
static int file, sink; /* a file of one page, and /dev/null */
static pid_t self;

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "widths: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* The kernel's own answer: -errno where it failed. */
static int64_t raw(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
		   uint64_t f)
{
	register uint64_t r10 __asm__("r10") = d;
	register uint64_t r8 __asm__("r8") = e;
	register uint64_t r9 __asm__("r9") = f;
	int64_t answer;

	__asm__ volatile("syscall"
			 : "=a"(answer)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return answer;
}

static int64_t raw_i386(long number, uint32_t a, uint32_t b, uint32_t c)
{
	int32_t answer;

	__asm__ volatile("int $0x80"
			 : "=a"(answer)
			 : "a"(number), "b"(a), "c"(b), "d"(c)
			 : "memory", "r8", "r9", "r10", "r11");
	return answer;
}

static uint64_t address(const void *pointer)
{
	return (uint64_t)(uintptr_t)pointer;
}

static uint64_t path(void)
{
	return address(page + PATH_AT);
}

static struct iovec pieces[2];

static uint64_t two_pieces(void)
{
	pieces[0] = pieces[1] = (struct iovec){page + 2048, 1};
	return address(pieces);
}

/* ---- effects: what is seen of a call with this value for the argument that is tried */

static int64_t socket_domain(uint64_t value)
{
	int64_t made = raw(SYS_socket, value, SOCK_STREAM, 0, 0, 0, 0);

	return made < 0 ? made : 0;
}

static int64_t ioctl_cmd(uint64_t value)
{
	int ends[2], count = -1;
	int64_t answer;

	if (pipe(ends) != 0 || write(ends[1], "abc", 3) != 3)
		return INT64_MIN;
	answer = raw(SYS_ioctl, (uint64_t)ends[0], value, address(&count), 0, 0, 0);
	return answer < 0 ? answer : count;
}

static int64_t fcntl_fd(uint64_t value)
{
	return raw(SYS_fcntl, value, F_GETFL, 0, 0, 0, 0);
}

static int64_t fcntl_cmd(uint64_t value)
{
	return raw(SYS_fcntl, (uint64_t)file, value, 0, 0, 0, 0);
}

static int64_t mode_of_file(int64_t answer)
{
	struct stat status;

	if (answer < 0 || stat(page + PATH_AT, &status) != 0)
		return answer < 0 ? answer : INT64_MIN;
	return status.st_mode & 07777;
}

static int64_t chmod_mode(uint64_t value)
{
	return mode_of_file(raw(SYS_chmod, path(), value, 0, 0, 0, 0));
}

static int64_t fchmod_mode(uint64_t value)
{
	return mode_of_file(raw(SYS_fchmod, (uint64_t)file, value, 0, 0, 0, 0));
}

static int64_t fchmodat_mode(uint64_t value)
{
	return mode_of_file(raw(SYS_fchmodat, (uint64_t)AT_FDCWD, path(), value, 0, 0, 0));
}

static int64_t openat_dfd(uint64_t value)
{
	int64_t made = raw(SYS_openat, value, address("."), O_RDONLY | O_CLOEXEC, 0, 0, 0);

	return made < 0 ? made : 0;
}

static int64_t openat_flags(uint64_t value)
{
	int64_t made = raw(SYS_openat, (uint64_t)AT_FDCWD, path(), value, 0, 0, 0);

	return made < 0 ? made : fcntl((int)made, F_GETFL) & O_ACCMODE;
}

static int64_t kill_pid(uint64_t value)
{
	return raw(SYS_kill, value, 0, 0, 0, 0, 0);
}

static int64_t setresuid_ruid(uint64_t value)
{
	int64_t answer = raw(SYS_setresuid, value, (uint64_t)-1, (uint64_t)-1, 0, 0, 0);

	return answer < 0 ? answer : (int64_t)getuid();
}

static int64_t semget_key(uint64_t value)
{
	int64_t id = raw(SYS_semget, value, 1, 0, 0, 0, 0);

	return id < 0 ? id : 0;
}

static int64_t clock_getres_clock(uint64_t value)
{
	struct timespec time = {0};

	return raw(SYS_clock_getres, value, address(&time), 0, 0, 0, 0);
}

static int64_t futex_val(uint64_t value)
{
	static uint32_t word = 5;
	struct timespec none = {0, 0};

	return raw(SYS_futex, address(&word), FUTEX_WAIT, value, address(&none), 0, 0);
}

static int64_t inotify_mask(uint64_t value)
{
	return raw(SYS_inotify_add_watch, (uint64_t)inotify_init1(IN_CLOEXEC), path(), value, 0, 0,
		   0);
}

static int64_t prctl_option(uint64_t value)
{
	return raw(SYS_prctl, value, 0, 0, 0, 0, 0);
}

/* A child that ends at once: its parent must get the signal that the flags name, and may wait. */
static int64_t clone_flags(uint64_t value)
{
	int status;
	int64_t child = raw(SYS_clone, value, 0, 0, 0, 0, 0);

	if (child == 0)
		_exit(7);
	if (child < 0)
		return child;
	return waitpid((pid_t)child, &status, 0) == child ? status : -errno;
}

static int64_t mbind_mode(uint64_t value)
{
	void *memory = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return raw(SYS_mbind, address(memory), PAGE, value, 0, 0, 0);
}

static int64_t mmap_fd(uint64_t value)
{
	int64_t mapped = raw(SYS_mmap, 0, PAGE, PROT_READ, MAP_PRIVATE, value, 0);

	return mapped < 0 && mapped > -4096 ? mapped : *(const char *)(uintptr_t)mapped;
}

static int64_t mmap_flags(uint64_t value)
{
	int64_t mapped = raw(SYS_mmap, 0, PAGE, PROT_READ, value, (uint64_t)file, 0);

	return mapped < 0 && mapped > -4096 ? mapped : 0;
}

static int64_t read_vector(long number, uint64_t descriptor, uint64_t count)
{
	if (lseek(file, 0, SEEK_SET) != 0)
		return INT64_MIN;
	return raw(number, descriptor, two_pieces(), count, 0, 0, 0);
}

#define VECTOR_TRIAL(call, descriptor)                                         \
	static int64_t call##_fd(uint64_t value)                               \
	{                                                                      \
		return read_vector(SYS_##call, value, 2);                      \
	}                                                                      \
	static int64_t call##_vlen(uint64_t value)                             \
	{                                                                      \
		return read_vector(SYS_##call, (uint64_t)(descriptor), value); \
	}
VECTOR_TRIAL(readv, file)
VECTOR_TRIAL(writev, sink)
VECTOR_TRIAL(preadv, file)
VECTOR_TRIAL(pwritev, file)
VECTOR_TRIAL(preadv2, file)
VECTOR_TRIAL(pwritev2, file)

static int64_t preadv2_flags(uint64_t value)
{
	return raw(SYS_preadv2, (uint64_t)file, two_pieces(), 2, 0, 0, value);
}

static int64_t process_vm_readv_liovcnt(uint64_t value)
{
	return raw(SYS_process_vm_readv, (uint64_t)getpid(), two_pieces(), value, two_pieces(), 2,
		   0);
}

static int64_t process_vm_writev_liovcnt(uint64_t value)
{
	return raw(SYS_process_vm_writev, (uint64_t)getpid(), two_pieces(), value, two_pieces(), 2,
		   0);
}

static int64_t process_vm_readv_riovcnt(uint64_t value)
{
	return raw(SYS_process_vm_readv, (uint64_t)getpid(), two_pieces(), 2, two_pieces(), value,
		   0);
}

/* How many bytes of advice were taken. */
static int64_t process_madvise_vlen(uint64_t value)
{
	struct iovec advised[2] = {{page, PAGE}, {page + 1, PAGE}};

	return raw(SYS_process_madvise,
		   (uint64_t)raw(SYS_pidfd_open, (uint64_t)getpid(), 0, 0, 0, 0, 0),
		   address(advised), value, MADV_COLD, 0, 0);
}

/* `self` is a process that waits: attached to and let go. */
static int64_t ptrace_pid(uint64_t value)
{
	int64_t answer = raw(SYS_ptrace, PTRACE_SEIZE, value, 0, 0, 0, 0);

	if (answer == 0)
		(void)raw(SYS_ptrace, PTRACE_DETACH, value, 0, 0, 0, 0);
	return answer;
}

static int64_t ptrace_request(uint64_t value)
{
	return raw(SYS_ptrace, value, (uint64_t)self, 0, 0, 0, 0);
}

static int64_t mprotect_prot(uint64_t value)
{
	return raw(SYS_mprotect, address(page), PAGE, value, 0, 0, 0);
}

static int64_t unshare_flags(uint64_t value)
{
	return raw(SYS_unshare, value, 0, 0, 0, 0, 0);
}

static int64_t lseek_offset(uint64_t value)
{
	return raw(SYS_lseek, (uint64_t)file, value, SEEK_SET, 0, 0, 0);
}

static int64_t prctl_arg2(uint64_t value)
{
	return raw(SYS_prctl, PR_SET_PDEATHSIG, value, 0, 0, 0, 0);
}

static int64_t mremap_flags(uint64_t value)
{
	return raw(SYS_mremap, address(page), PAGE, PAGE, value, 0, 0) < 0 ? -1 : 0;
}

static int64_t i386_chmod_mode(uint64_t value)
{
	return mode_of_file(raw_i386(15, (uint32_t)path(), (uint32_t)value, 0));
}

static int64_t i386_setuid_uid(uint64_t value)
{
	int64_t answer = raw_i386(23, (uint32_t)value, 0, 0);

	return answer < 0 ? answer : (int64_t)getuid();
}

static int64_t i386_setresgid_egid(uint64_t value)
{
	int64_t answer = raw_i386(170, 0xffff, (uint32_t)value, 0xffff);

	return answer < 0 ? answer : (int64_t)getegid();
}

static int64_t i386_setuid32_uid(uint64_t value)
{
	int64_t answer = raw_i386(213, (uint32_t)value, 0, 0);

	return answer < 0 ? answer : (int64_t)getuid();
}

/* ---- trials */

struct trial {
	const char *text; /* call and argument */
	int64_t (*effect)(uint64_t value);
	uint64_t value, other;
	unsigned bits, most; /* the bits from..most-1 are tried */
};

static int64_t *shared; /* with the child */

/* In a child: what it changes of itself ends with it. */
static int64_t effect_of(const struct trial *trial, uint64_t value)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		fail("fork");
	if (child == 0) {
		*shared = trial->effect(value);
		_exit(0);
	}
	if (waitpid(child, &status, 0) != child || status != 0)
		return INT64_MIN + 1;
	return *shared;
}

static void try(const struct trial *trial)
{
	int64_t plain = effect_of(trial, trial->value);
	unsigned changed = 0, tried = 0;

	if (effect_of(trial, trial->other) == plain) {
		printf("%s %u: not seen\n", trial->text, trial->bits);
		return;
	}
	for (unsigned bit = trial->bits; bit < trial->most; bit++, tried++)
		changed += effect_of(trial, trial->value | UINT64_C(1) << bit) != plain;
	printf("%s %u: %s\n", trial->text, trial->bits,
	       changed == 0	  ? "ignored"
	       : changed == tried ? "used"
				  : "mixed");
}

static void make_page(const char *folder)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	page = mmap((void *)LOW_PAGE, PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (shared == MAP_FAILED || page == MAP_FAILED)
		fail("mmap");
	if (snprintf(page + PATH_AT, PATH_AT, "%s/widths", folder) >= PATH_AT)
		fail("the folder's name is too long");
	file = open(page + PATH_AT, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	sink = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (file < 0 || sink < 0 || write(file, page + 2048, 2048) != 2048)
		fail(page + PATH_AT);
}

/* Somebody to look at, who ends with us. */
static pid_t start_waiting(void)
{
	pid_t child = fork();

	if (child < 0)
		fail("fork");
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			(void)pause();
	}
	return child;
}

int main(int argc, char **argv)
{
	key_t key = (key_t)(0x51d30000 ^ getpid()); /* no other run of this has it */
	int semaphores;
	uint64_t fd, uid = getuid(), gid = getegid(), nobody = 0x3ffffff7;

	if (argc != 2) {
		fprintf(stderr, "usage: widths FOLDER\n");
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* children inherit nothing unwritten */
	make_page(argv[1]);
	self = start_waiting();
	fd = (uint64_t)file;
	semaphores = semget(key, 1, IPC_CREAT | 0600);
	if (semaphores < 0)
		fail("semget");

	const struct trial trials[] = {
		/* types of 32 bits */
		{"socket domain", socket_domain, AF_UNIX, 77, 32, 64},
		{"ioctl cmd", ioctl_cmd, FIONREAD, FIONREAD + 1, 32, 64},
		{"fcntl fd", fcntl_fd, fd, 999, 32, 64},
		{"fcntl cmd", fcntl_cmd, F_GETFL, 999, 32, 64},
		{"openat dfd", openat_dfd, (uint32_t)AT_FDCWD, 999, 32, 64},
		{"openat flags", openat_flags, O_RDWR, O_RDONLY, 32, 64},
		{"kill pid", kill_pid, (uint64_t)self, nobody, 32, 64},
		{"setresuid ruid", setresuid_ruid, uid, uid ^ 2, 32, 64},
		{"semget key", semget_key, (uint64_t)key, (uint64_t)key + 77, 32, 64},
		{"clock_getres which_clock", clock_getres_clock, CLOCK_MONOTONIC, 77, 32, 64},
		{"futex val", futex_val, 5, 6, 32, 64},
		{"inotify_add_watch mask", inotify_mask, IN_OPEN, 0, 32, 64},
		{"prctl option", prctl_option, PR_GET_PDEATHSIG, 9999, 32, 64},
		{"preadv2 flags", preadv2_flags, 0, 0x40000000, 32, 64},
		/* of 16 */
		{"chmod mode", chmod_mode, 0640, 0600, 16, 64},
		{"fchmod mode", fchmod_mode, 0640, 0600, 16, 64},
		{"fchmodat mode", fchmodat_mode, 0640, 0600, 16, 64},
		{"x86:chmod mode", i386_chmod_mode, 0640, 0600, 16, 32},
		{"x86:setuid uid", i386_setuid_uid, uid, uid ^ 2, 16, 32},
		{"x86:setresgid egid", i386_setresgid_egid, gid, gid ^ 2, 16, 32},
		{"x86:setuid32 uid", i386_setuid32_uid, uid, uid ^ 2, 16, 32},
		/* narrowed by the kernel */
		{"clone flags", clone_flags, SIGCHLD, SIGCHLD | CLONE_THREAD, 32, 64},
		{"mbind mode", mbind_mode, MPOL_DEFAULT, MPOL_BIND, 32, 64},
		{"mmap fd", mmap_fd, fd, 999, 32, 64},
		{"preadv fd", preadv_fd, fd, 999, 32, 64},
		{"preadv vlen", preadv_vlen, 2, 1, 32, 64},
		{"preadv2 fd", preadv2_fd, fd, 999, 32, 64},
		{"preadv2 vlen", preadv2_vlen, 2, 1, 32, 64},
		{"process_vm_readv liovcnt", process_vm_readv_liovcnt, 2, 1, 32, 64},
		{"process_vm_writev liovcnt", process_vm_writev_liovcnt, 2, 1, 32, 64},
		{"process_madvise vlen", process_madvise_vlen, 1, 0, 32, 64},
		{"ptrace pid", ptrace_pid, (uint64_t)self, nobody, 32, 64},
		{"pwritev fd", pwritev_fd, fd, 999, 32, 64},
		{"pwritev vlen", pwritev_vlen, 2, 1, 32, 64},
		{"pwritev2 fd", pwritev2_fd, fd, 999, 32, 64},
		{"pwritev2 vlen", pwritev2_vlen, 2, 1, 32, 64},
		{"readv fd", readv_fd, fd, 999, 32, 64},
		{"readv vlen", readv_vlen, 2, 1, 32, 64},
		{"writev fd", writev_fd, (uint64_t)sink, 999, 32, 64},
		{"writev vlen", writev_vlen, 2, 1, 32, 64},
		/* not narrowed: refused, or another value */
		{"lseek offset", lseek_offset, 5, 6, 32, 64},
		{"mmap flags", mmap_flags, MAP_SHARED_VALIDATE, MAP_SHARED_VALIDATE | 0x80000000,
		 32, 64},
		{"mprotect prot", mprotect_prot, PROT_READ, 0x40000000, 32, 64},
		{"mremap flags", mremap_flags, 0, 0x40000000, 32, 64},
		{"prctl arg2", prctl_arg2, SIGTERM, 999, 32, 64},
		{"process_vm_readv riovcnt", process_vm_readv_riovcnt, 2, 1, 32, 64},
		{"ptrace request", ptrace_request, PTRACE_SEIZE, 9999, 32, 64},
		{"unshare flags", unshare_flags, CLONE_FS, 0x40, 32, 64},
	};
	for (size_t i = 0; i < sizeof(trials) / sizeof(*trials); i++)
		try(&trials[i]);
	(void)semctl(semaphores, 0, IPC_RMID); /* ours */
	(void)kill(self, SIGKILL);
	(void)waitpid(self, NULL, 0); /* all that was to be seen is printed */
	return 0;
}
