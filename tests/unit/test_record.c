/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded calls, line by line (filter/record): what strace prints in its many forms, and audit
 * records. A row's outcome is the call as text, "nothing" or "unknown".
 */
#include <config.h>

#include "filter/record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct row {
	const char *line, *outcome;
};

static void add_record(struct buffer *out, const struct record *record)
{
	call_add_text(out, &record->call);
	if (!record->has_other)
		return;
	buffer_add_text(out, " or ");
	call_add_text(out, &record->other);
}

/* One after the other through one reader: a line can say how to read later ones. */
static void check_rows(enum arch native, const struct row *rows, size_t count)
{
	struct record_reader reader;
	unsigned wrong = 0;

	record_start(&reader, abi_of(native));
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buffer_free) struct buffer found = {0};
		struct record record;

		switch (record_read(&reader, rows[i].line, strlen(rows[i].line), &record)) {
		case RECORD_CALL:
			add_record(&found, &record);
			break;
		case RECORD_NOTHING:
			buffer_add_text(&found, "nothing");
			break;
		default:
			buffer_add_text(&found, "unknown");
		}
		if (strcmp(found.data, rows[i].outcome) == 0)
			continue;
		wrong++;
		print_error("%s\n  is %s\n  not %s\n", rows[i].line, found.data, rows[i].outcome);
	}
	record_free(&reader);
	assert_int_equal(wrong, 0);
}

/* What can stand in front of a call. */
static void test_columns(void **state)
{
	static const struct row rows[] = {
		{"umask(022) = 022", "x86_64 umask(mask=022)"},
		{"umask(022) = 022\r", "x86_64 umask(mask=022)"},
		{"12 umask(022) = 022", "x86_64 umask(mask=022)"},
		{"12    umask(022) = 022", "x86_64 umask(mask=022)"},
		{"12<sh> umask(022) = 022", "x86_64 umask(mask=022)"},
		{"[pid    12] umask(022) = 022", "x86_64 umask(mask=022)"},
		{"[pid 12<sh>] umask(022) = 022", "x86_64 umask(mask=022)"},
		{"[pid 12] 10:11:12 umask(022) = 022", "x86_64 umask(mask=022)"},
		{"12 10:11:12.345678 umask(022) = 022 <0.000012>", "x86_64 umask(mask=022)"},
		{"1433959355.121217 umask(022) = 022", "x86_64 umask(mask=022)"},
		{"     0.000121 umask(022) = 022", "x86_64 umask(mask=022)"},
		{"10:11:12 (+     0.000121) umask(022) = 022", "x86_64 umask(mask=022)"},
		{"[00007f773c00f3b8] umask(022) = 022", "x86_64 umask(mask=022)"},
		{"[  95] umask(022) = 022", "x86_64 umask(mask=022)"},
		{"[pid 12] 10:11:12 [  95] [00007f773c00f3b8] umask(022) = 022",
		 "x86_64 umask(mask=022)"},
	};

	(void)state;
	check_rows(ARCH_X86_64, rows, ARRAY_SIZE(rows));
}

/* Lines that are not a call, or cannot be understood. */
static void test_no_calls(void **state)
{
	static const struct row rows[] = {
		{"", "nothing"},
		{"   ", "nothing"},
		{"--- SIGCHLD {si_signo=SIGCHLD, si_pid=12} ---", "nothing"},
		{"[pid 12] --- SIGSYS {si_signo=SIGSYS, si_syscall=__NR_chmod} ---", "nothing"},
		{"12 +++ exited with 0 +++", "nothing"},
		{"+++ killed by SIGSYS (core dumped) +++", "nothing"},
		{"strace: Process 12 attached", "nothing"},
		{"Process 12 attached", "nothing"},
		{"<... read resumed>\"x\", 1) = 1", "nothing"},
		{" <unfinished ...>", "nothing"},
		{", child_tidptr=0x7f) = 12", "nothing"},
		{")                                 = 12", "nothing"},
		{" > /usr/lib/libc.so.6(__write+0x14) [0x10]", "nothing"},
		{"rubbish", "unknown"},
		{"?"
		 "?"
		 "?"
		 "?"
		 "( <unfinished ...>",
		 "unknown"},
		{"no_such_call(1) = 0", "unknown"},
		{"(1) = 0", "unknown"},
		{"a name that is far too long for any call there could ever be, and blanks(1)",
		 "unknown"},
		{"12", "unknown"},
		{"[pid", "unknown"},
		{"[ Process ", "unknown"},
		{"[ Process PID", "unknown"},
		{"[ Process PID=", "unknown"},
		{"[ Process PID=1", "unknown"},
		{"[pid 99999999999] umask(022)", "unknown"},
		{"syscall_0x1ffffffff(0)", "unknown"},
		{"\x80\xff(\"", "unknown"},
	};

	(void)state;
	check_rows(ARCH_X86_64, rows, ARRAY_SIZE(rows));
}

static void test_arguments(void **state)
{
	static const struct row rows[] = {
		{"getpid() = 1", "x86_64 getpid()"},
		{"openat(AT_FDCWD, \"a, (b\\\") c\", O_RDONLY|O_CLOEXEC) = 3",
		 "x86_64 openat(dfd=AT_FDCWD, *, flags=O_RDONLY|O_CLOEXEC, *)"},
		{"openat(AT_FDCWD</a, b>, \"x\"..., O_WRONLY, 0644) = 3</a, b>",
		 "x86_64 openat(dfd=AT_FDCWD, *, flags=O_WRONLY, mode=0644)"},
		{"socket(AF_VSOCK, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3",
		 "x86_64 socket(domain=AF_VSOCK, type=SOCK_STREAM|SOCK_CLOEXEC, "
		 "protocol=IPPROTO_IP)"},
		{"ioctl(3<socket:[1, 2]>, FIONREAD, [0]) = 0",
		 "x86_64 ioctl(fd=3, cmd=TIOCINQ, *)"},
		{"ioctl(0, _IOC(_IOC_READ|_IOC_WRITE, 0x54, 0x1, 0x8), 0x7ffe) = 0",
		 "x86_64 ioctl(fd=0, cmd=0xc0085401, arg=32766)"},
		{"ioctl(0, _IOC(_IOC_UP, 0x54, 0x1, 0x8), NULL) = 0",
		 "x86_64 ioctl(fd=0, *, arg=0)"},
		{"read(3,  <unfinished ...>", "x86_64 read(fd=3, *, *)"},
		{"wait4(-1,  <unfinished ...>", "x86_64 wait4(upid=0xffffffff, *, *, *)"},
		{"clone(0x1200011, 0, 0, 0x7f, 0 <unfinished ...>",
		 "x86_64 clone(flags=SIGCHLD|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID, stack=0, "
		 "parent_tidptr=0, child_tidptr=127, tls=0)"},
		{"write(3</tmp/t(\\\"x) = ?>, \"hello\", 5) = 5", "x86_64 write(fd=3, *, count=5)"},
		{"write(3</tmp/t\\", "x86_64 write(*, *, *)"},
		{"sendto(5<UNIX-STREAM:[7->9,\"a>b\\\"c,d)\"]>, \"hello\", 5, 0, NULL, 0) = 5",
		 "x86_64 sendto(fd=5, *, len=5, flags=0, addr=0, addr_len=0)"},
		{"openat(AT_FDCWD, \"a(\", O_RDONLY|O_CLOEXEC <unfinished ...>",
		 "x86_64 openat(dfd=AT_FDCWD, *, flags=O_RDONLY|O_CLOEXEC, *)"},
		{"write(1, \"<unfinished ...>\", 16 <unfinished ...>",
		 "x86_64 write(fd=1, *, count=16)"},
		{"ioctl(1, TCGETS, {c_iflag=1 <unfinished ...>",
		 "x86_64 ioctl(fd=1, cmd=TCGETS, *)"},
		{"clone(child_stack=NULL, flags=CLONE_VM|SIGCHLDstrace: Process 12 attached",
		 "x86_64 clone(flags=SIGCHLD|CLONE_VM, *, *, *, *)"},
		{"clone(child_stack=NULL, flags=CLONE_VM|SIGCHLD, child_tidptr=0x7f) = 12",
		 "x86_64 clone(flags=SIGCHLD|CLONE_VM, *, *, *, *)"},
		{"vfork(strace: Process 12 attached", "x86_64 vfork()"},
		{"kill(12, strace: Process 13 attached", "x86_64 kill(pid=12, *)"},
		{"kill(12, SIGKILL", "x86_64 kill(pid=12, sig=SIGKILL)"},
		{"preadv2(3, [{iov_base=\"\", iov_len=1}], 1, 5, RWF_HIPRI) = 0",
		 "x86_64 preadv2(fd=3, *, vlen=1, pos_l=5, *, *)"},
		{"rt_sigreturn({mask=[]}) = 0", "x86_64 rt_sigreturn()"},
		{"syscall_0x1c4(0x1, 0x2, 0, 0, 0, 0) = -1",
		 "x86_64 fchmodat2(dfd=1, filename=2, mode=0, flags=0, 0, 0)"},
		{"exit_group(0) = ?", "x86_64 exit_group(error_code=0)"},
		{"umask(18446744073709551616) = 0", "x86_64 umask(*)"},
		{"umask(SIGKILL|) = 0", "x86_64 umask(*)"},
		{"umask(1, 2, 3, 4, 5, 6, 7, 8) = 0", "x86_64 umask(mask=01, 2, 3, 4, 5, 6)"},
		{"umask({{{{[[[[((((", "x86_64 umask(*)"},
		{"umask(\"\\", "x86_64 umask(*)"},
		{"umask(1 /* x, y", "x86_64 umask(*)"},
	};

	(void)state;
	check_rows(ARCH_X86_64, rows, ARRAY_SIZE(rows));
}

/* Which ABI a process runs is shown by lines of its own. */
static void test_modes(void **state)
{
	static const struct row rows[] = {
		{"umask(0) = 0", "x86_64 umask(mask=0)"},
		{"[ Process PID=12 runs in 32 bit mode. ]", "nothing"},
		{"umask(0) = 0", "x86 umask(mask=0)"},
		{"socket(AF_UNIX, SOCK_STREAM, 0) = 3",
		 "x86 socket(domain=AF_UNIX, type=SOCK_STREAM, protocol=IPPROTO_IP) or x86 "
		 "socketcall(call=SYS_SOCKET, *)"},
		{"semop(1, [], 1) = 0", "x86 ipc(call=SEMOP, *, *, *, *, *)"},
		{"pread64(3, \"\", 4096, 8192) = 0", "x86 pread64(fd=3, *, count=4096, *, *)"},
		{"_llseek(3, 0, [0], SEEK_SET) = 0", "x86 _llseek(fd=3, *, *, *, *)"},
		{"[pid 13] umask(0) = 0", "x86_64 umask(mask=0)"},
		{"[pid 12] umask(0) = 0", "x86 umask(mask=0)"},
		{"[pid 13] [ Process PID=13 runs in x32 mode. ]", "nothing"},
		{"[pid 13] umask(0) = 0", "x32 umask(mask=0)"},
		{"13 syscall_0x5f(0, 0) = 0", "x32 umask(mask=0, 0)"},
		{"strace: [ Process PID=12 runs in 64 bit mode. ]", "nothing"},
		{"12 umask(0) = 0", "x86_64 umask(mask=0)"},
		{"[ Process PID=12 runs in 31 bit mode. ]", "unknown"},
		{"[ Process PID= runs in 32 bit mode. ]", "unknown"},
	};

	(void)state;
	check_rows(ARCH_X86_64, rows, ARRAY_SIZE(rows));
}

static void test_audit(void **state)
{
	static const struct row rows[] = {
		{"type=SECCOMP msg=audit(1.2:3): auid=1 pid=14 comm=\"ls\" exe=\"/bin/ls\" sig=31 "
		 "arch=c000003e syscall=90 compat=0 ip=0x7f code=0x80000000",
		 "x86_64 chmod(*, *)"},
		{"[  12.3] audit: type=1326 audit(1.2:3): pid=1 arch=40000003 syscall=15 compat=1",
		 "x86 chmod(*, *)"},
		{"Nov 25 10:00:00 host kernel: audit: type=1326 audit(1.2:3): arch=c000003e "
		 "syscall=452",
		 "x86_64 fchmodat2(*, *, *, *)"},
		{"Nov 26 10:00:00 host audit[33]: SECCOMP auid=1000 pid=33 comm=\"x\" sig=0 "
		 "arch=c000003e syscall=90 compat=0 ip=0x7f code=0x7ffc0000",
		 "x86_64 chmod(*, *)"},
		{"audit[33]: SYSCALL arch=c000003e syscall=90 success=yes a0=7ffd a1=1ff a2=9",
		 "x86_64 chmod(filename=32765, mode=0777)"},
		{"Nov 26 10:00:00 host audit[33]: CWD cwd=\"/\"", "nothing"},
		{"Nov 26 10:00:00 host audit[33]: SECCOMP", "unknown"},
		{"audit[33", "unknown"},
		{"write(1, \" audit[33]: SECCOMP arch=c000003e syscall=90\", 5) = 5",
		 "x86_64 write(fd=1, *, count=5)"},
		{"type=1326 audit(1.2:3): arch=c000003e syscall=1073741914", "x32 chmod(*, *)"},
		{"type=1326 audit(1.2:3): arch=c000003e syscall=-1", "x86_64 -1"},
		{"type=SYSCALL msg=audit(1.2:3): arch=c000003e syscall=90 success=yes exit=0 "
		 "a0=7ffd "
		 "a1=1ff a2=9 a3=9 items=1",
		 "x86_64 chmod(filename=32765, mode=0777)"},
		{"type=SYSCALL msg=audit(1/2/2026 10:00:00.1:9) : arch=x86_64 syscall=fchmod "
		 "success=yes exit=0 a0=0x3 a1=0600 a2=0x0 a3=0x0",
		 "x86_64 fchmod(fd=3, mode=0600)"},
		{"type=1300 audit(1.2:3): arch=c000003e syscall=41 a0=28 a1=zz a2=-1 a3=0",
		 "x86_64 socket(domain=AF_VSOCK, *, *)"},
		{"type=PATH msg=audit(1.2:3): item=0 name=\"/x\"", "nothing"},
		{"type=1327 audit(1.2:3): proctitle=6C73", "nothing"},
		{"type=SECCOMP msg=audit(1.2:3): arch=c000003e", "unknown"},
		{"type=SECCOMP msg=audit(1.2:3): syscall=90", "unknown"},
		{"type=SECCOMP msg=audit(1.2:3): arch=12345678 syscall=90", "unknown"},
		{"type=SECCOMP msg=audit(1.2:3): arch=c000003e syscall=4294967296", "unknown"},
		{"type=SECCOMP msg=audit(1.2:3", "unknown"},
		{"write(1, \"type=SECCOMP msg=audit(1.2:3): arch=c000003e syscall=90\", 9) = 9",
		 "x86_64 write(fd=1, *, count=9)"},
	};

	(void)state;
	check_rows(ARCH_X86_64, rows, ARRAY_SIZE(rows));
}

/* Words are of the ABI that the call was made on. */
static void test_other_machines(void **state)
{
	static const struct row arm[] = {
		{"umask(0) = 0", "aarch64 umask(mask=0)"},
		{"[ Process PID=12 runs in 32 bit mode. ]", "nothing"},
		{"umask(0) = 0", "arm umask(mask=0)"},
	};
	static const struct row mips[] = {
		{"socket(AF_UNIX, SOCK_STREAM, 0) = 3",
		 "mips socket(domain=AF_UNIX, type=SOCK_STREAM, protocol=IPPROTO_IP) or mips "
		 "socketcall(call=SYS_SOCKET, *)"},
	};

	(void)state;
	check_rows(ARCH_AARCH64, arm, ARRAY_SIZE(arm));
	check_rows(ARCH_MIPS, mips, ARRAY_SIZE(mips));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),	  cmocka_unit_test(test_no_calls),
		cmocka_unit_test(test_arguments), cmocka_unit_test(test_modes),
		cmocka_unit_test(test_audit),	  cmocka_unit_test(test_other_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
