/* SPDX-License-Identifier: Apache-2.0 */
/* CALLs: what is read, what is refused and where, their text read back, and tables of just one
 * call. */
#include <config.h>

#include "filter/query/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "filter/kernel/action.h"
#include "filter/kernel/constants.h"
#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"

static int parse(const char *text, struct call *call, struct findings *findings)
{
	return call_parse(text, strlen(text), NOWHERE, abi_of(ARCH_X86_64), call, findings);
}

static void test_read(void **state)
{
	static const struct {
		const char *text, *written;
	} rows[] = {
		{"chmod", "x86_64 chmod(*, *)"},
		{"  chmod  ", "x86_64 chmod(*, *)"},
		{"chmod()", "x86_64 chmod(*, *)"},
		{"chmod(*)", "x86_64 chmod(*, *)"},
		{"chmod(*, 04755)", "x86_64 chmod(*, mode=04755)"},
		{"chmod(*, 0o644)", "x86_64 chmod(*, mode=0644)"},
		{"getpid", "x86_64 getpid()"},
		{"socket(AF_VSOCK, *, *)", "x86_64 socket(domain=AF_VSOCK, *, *)"},
		{"socket ( AF_VSOCK , * )", "x86_64 socket(domain=AF_VSOCK, *, *)"},
		{"socket(40,*,*)", "x86_64 socket(domain=AF_VSOCK, *, *)"},
		{"socket(0x28, 1 | SOCK_CLOEXEC)",
		 "x86_64 socket(domain=AF_VSOCK, type=SOCK_STREAM|SOCK_CLOEXEC, *)"},
		{"socket(40, 0, 0, 0, 0, 0)",
		 "x86_64 socket(domain=AF_VSOCK, type=0, protocol=IPPROTO_IP, 0, 0, 0)"},
		{"socket(0x100000028)", "x86_64 socket(domain=0x100000028, *, *)"},
		{"x86:socketcall(1)", "x86 socketcall(call=SYS_SOCKET, *)"},
		{"x86: socket", "x86 socket(*, *, *)"},
		{"386:chmod", "x86 chmod(*, *)"},
		{"arm64:fchmodat", "aarch64 fchmodat(*, *, *)"},
		{"SCMP_ARCH_S390X:clone(*, CLONE_NEWUSER)",
		 "s390x clone(*, flags=CLONE_NEWUSER, *, *, *)"},
		{"x86:accept", "x86 socketcall(call=SYS_ACCEPT, *)"},
		{"x86:semop", "x86 ipc(call=SEMOP, *, *, *, *, *)"},
		{"452", "x86_64 fchmodat2(*, *, *, *)"},
		{"0x1c4", "x86_64 fchmodat2(*, *, *, *)"},
		{"600", "x86_64 600"},
		{"600(1, *, 3)", "x86_64 600(1, *, 3)"},
		{"-1", "x86_64 -1"},
		{"4294967295", "x86_64 -1"},
		{"x32:90", "x32 chmod(*, *)"},
		{"x32:0x4000005a", "x32 chmod(*, *)"},
		{"0x4000005a", "x32 chmod(*, *)"},
		{"x32:-1", "x86_64 -1"},
		{"mips:4015", "mips chmod(*, *)"},
		{"mips:chmod", "mips chmod(*, *)"},
		{"mipsel:socket(*, SOCK_STREAM)", "mipsel socket(*, type=SOCK_STREAM, *)"},
		{"clone(CLONE_NEWUSER|SIGCHLD)",
		 "x86_64 clone(flags=SIGCHLD|CLONE_NEWUSER, *, *, *, *)"},
		{"openat(AT_FDCWD)", "x86_64 openat(dfd=AT_FDCWD, *, *, *)"},
		{"openat(-100)", "x86_64 openat(dfd=AT_FDCWD, *, *, *)"},
		{"openat(0xffffff9c)", "x86_64 openat(dfd=AT_FDCWD, *, *, *)"},
		{"lseek(*, -1)", "x86_64 lseek(*, offset=0xffffffffffffffff, *)"},
		{"kill(-1, SIGKILL)", "x86_64 kill(pid=0xffffffff, sig=SIGKILL)"},
		{"ioctl(*, TIOCSTI)", "x86_64 ioctl(*, cmd=TIOCSTI, *)"},
		/* A rule may look at registers that the call does not take. */
		{"39(1)", "x86_64 getpid(1)"},
		{"90(*, 0700, 3)", "x86_64 chmod(*, mode=0700, 3)"},
		{"x86:373(0, 1, 2)", "x86 shutdown(fd=0, how=SHUT_WR, 2)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(findings_free) struct findings findings = {0};
		CLEANUP(buffer_free) struct buffer text = {0};
		struct call call, again;

		if (parse(rows[i].text, &call, &findings) != 0)
			fail_msg("%s: %s", rows[i].text, findings.list[0].message);
		assert_int_equal(findings.count, 0);
		call_add_text(&text, &call);
		assert_string_equal(text.data, rows[i].written);
		buffer_free(&text);
		call_add_plain(&text, &call, abi_of(ARCH_X86_64));
		assert_int_equal(parse(text.data, &again, &findings), 0);
		assert_int_equal(again.number, call.number);
		assert_memory_equal(again.args, call.args, sizeof(call.args));
	}
}

static void test_concrete(void **state)
{
	static const struct {
		struct seccomp_data data;
		const char *text;
	} rows[] = {
		{{.arch = 0xc000003e, .nr = 90}, "x86_64 chmod(filename=0, mode=0)"},
		{{.arch = 0xc000003e, .nr = 39}, "x86_64 getpid()"},
		{{.arch = 0xc000003e, .nr = 39, .args = {0, 0, 0x10000}},
		 "x86_64 getpid(0, 0, 0x10000)"},
		{{.arch = 0xc000003e, .nr = 41, .args = {40, 1}},
		 "x86_64 socket(domain=AF_VSOCK, type=SOCK_STREAM, protocol=IPPROTO_IP)"},
		{{.arch = 0xc000003e, .nr = 41, .args = {UINT64_C(0x100000028)}},
		 "x86_64 socket(domain=0x100000028, type=0, protocol=IPPROTO_IP)"},
		{{.arch = 0xc000003e, .nr = 0x4000005a}, "x32 chmod(filename=0, mode=0)"},
		{{.arch = 0xc000003e, .nr = 0x3000}, "x86_64 12288(0, 0, 0, 0, 0, 0)"},
		{{.arch = 0xc000003e, .nr = -1}, "x86_64 -1(0, 0, 0, 0, 0, 0)"},
		{{.arch = 0x40000003, .nr = 102, .args = {1}},
		 "x86 socketcall(call=SYS_SOCKET, args=0)"},
		{{.arch = 1, .nr = 2, .args = {0, 31}}, "architecture 0x1 2(0, 0x1f, 0, 0, 0, 0)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(buffer_free) struct buffer text = {0};

		call_add(&text, &rows[i].data);
		assert_string_equal(text.data, rows[i].text);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *message, *remedy;
	} rows[] = {
		{"", "a system call is missing at column 1 of \"\"",
		 "write for example chmod, socket(AF_VSOCK, *, *) or x86:452"},
		{"x86:@chown",
		 "a group of system calls is not a CALL at column 5 of \"x86:@chown\"",
		 "name one call; only seccomp-shim test takes groups"},
		{"chmdo", "unknown system call \"chmdo\" at column 1 of \"chmdo\"",
		 "did you mean chmod?"},
		{"xyzzyxyzzy", "unknown system call \"xyzzyxyzzy\" at column 1 of \"xyzzyxyzzy\"",
		 NULL},
		{"x68:chmod", "unknown ABI \"x68\" at column 1 of \"x68:chmod\"",
		 "did you mean x86?"},
		{"x86:", "a system call is missing at column 5 of \"x86:\"",
		 "write for example chmod, socket(AF_VSOCK, *, *) or x86:452"},
		{"chown3", "unknown system call \"chown3\" at column 1 of \"chown3\"",
		 "did you mean chown?"},
		{"socket(AF_VSOK)",
		 "unknown constant \"AF_VSOK\" at column 8 of \"socket(AF_VSOK)\"",
		 "did you mean AF_VSOCK?"},
		{"aarch64:mmap(*, *, *, MAP_32BIT)",
		 "MAP_32BIT is not known on aarch64 at column 23 of \"aarch64:mmap(*, *, *, "
		 "MAP_32BIT)\"",
		 "write the number"},
		{"chmod(1,2,3)", "chmod takes at most 2 arguments at column 11 of \"chmod(1,2,3)\"",
		 "omit it, or write the number 90, which takes six"},
		{"getpid(1)", "getpid takes at most 0 arguments at column 8 of \"getpid(1)\"",
		 "omit it, or write the number 39, which takes six"},
		{"39(1,2,3,4,5,6,7)",
		 "a call has at most six arguments at column 16 of \"39(1,2,3,4,5,6,7)\"",
		 "write at most six"},
		{"600(1,2,3,4,5,6,7)",
		 "a call has at most six arguments at column 17 of \"600(1,2,3,4,5,6,7)\"",
		 "write at most six"},
		{"chmod(*", "the closing parenthesis is missing at column 8 of \"chmod(*\"",
		 "write a comma or the closing parenthesis"},
		{"chmod(*;1)", "unexpected \";\" at column 8 of \"chmod(*;1)\"",
		 "write a comma or the closing parenthesis"},
		{"chmod(*))", "unexpected \")\" at column 9 of \"chmod(*))\"",
		 "write NAME or NAME(ARGUMENT, ...)"},
		{"chmod x", "unexpected \"x\" at column 7 of \"chmod x\"",
		 "write NAME or NAME(ARGUMENT, ...)"},
		{"chmod(,1)", "\",\" is not a valid argument at column 7 of \"chmod(,1)\"",
		 "write a number, * or a constant such as AF_UNIX"},
		{"chmod(1|)", "\")\" is not a valid argument at column 9 of \"chmod(1|)\"",
		 "write a number, * or a constant such as AF_UNIX"},
		{"chmod(", "an argument is missing at column 7 of \"chmod(\"",
		 "write a number, * or a constant such as AF_UNIX"},
		{"chmod(0x)", "\"0x\" is not a valid number at column 7 of \"chmod(0x)\"",
		 "write decimal, 0x hexadecimal or 0 octal digits"},
		{"chmod(0x0x1)", "\"0x0x1\" is not a valid number at column 7 of \"chmod(0x0x1)\"",
		 "write decimal, 0x hexadecimal or 0 octal digits"},
		{"chmod(089)", "\"089\" is not a valid number at column 7 of \"chmod(089)\"",
		 "write decimal, 0x hexadecimal or 0 octal digits"},
		{"chmod(12a)", "\"12a\" is not a valid number at column 7 of \"chmod(12a)\"",
		 "write decimal, 0x hexadecimal or 0 octal digits"},
		{"chmod(18446744073709551616)",
		 "18446744073709551616 does not fit in 64 bits at column 7 of "
		 "\"chmod(18446744073709551616)\"",
		 "write a number of at most 64 bits"},
		{"x86:chmod(0x100000000)",
		 "the value does not fit the arguments of x86 at column 11 of "
		 "\"x86:chmod(0x100000000)\"",
		 "expected 0 to 0xffffffff"},
		{"4294967296",
		 "4294967296 is not a valid system call number at column 1 of \"4294967296\"",
		 "expected 0 to 4294967295, or -1"},
		{"-2147483649",
		 "-2147483649 is not a valid system call number at column 1 of \"-2147483649\"",
		 "expected 0 to 4294967295, or -1"},
		{"x86:accept(3)",
		 "accept is called by socketcall on x86, its arguments lie in memory at column 11 "
		 "of "
		 "\"x86:accept(3)\"",
		 "omit the arguments"},
		{"chmod\033[1m", "unexpected \"\\x1b[1m\" at column 6 of \"chmod\\x1b[1m\"",
		 "write NAME or NAME(ARGUMENT, ...)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(findings_free) struct findings findings = {0};
		struct call call;

		if (parse(rows[i].text, &call, &findings) != -1)
			fail_msg("%s: taken", rows[i].text);
		assert_int_equal(findings.count, 1);
		assert_string_equal(findings.list[0].message, rows[i].message);
		if ((!rows[i].remedy) != (!findings.list[0].remedy))
			fail_msg("%s: remedy %s", rows[i].text, findings.list[0].remedy);
		if (rows[i].remedy)
			assert_string_equal(findings.list[0].remedy, rows[i].remedy);
	}
}

/* A name that others have, and a place in a file. */
static void test_absent(void **state)
{
	CLEANUP(findings_free) struct findings findings = {0};
	const struct place place = {.file = "e.expect", .line = 3, .column = 5};
	struct call call;
	const char *text = "aarch64:chmod(*, 1)";

	(void)state;
	assert_int_equal(call_parse(text, strlen(text), place, abi_of(ARCH_X86_64), &call,
				    &findings),
			 -1);
	assert_string_equal(findings.list[0].message, "aarch64 has no chmod");
	assert_int_equal(strncmp(findings.list[0].remedy, "it exists on x86, x86_64, x32, arm", 34),
			 0);
	assert_int_equal(findings.list[0].place.line, 3);
	assert_int_equal(findings.list[0].place.column, 5 + 8);
	assert_string_equal(findings.list[0].place.file, "e.expect");
}

/* Every call of every ABI, written and read again, is the same call. */
static void test_round(void **state)
{
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (size_t i = 0; i < syscall_count(); i++) {
		for (int arch = 0; arch < ARCH_COUNT; arch++) {
			const struct abi *abi = abi_of((enum arch)arch);
			CLEANUP(findings_free) struct findings findings = {0};
			CLEANUP(buffer_free) struct buffer text = {0};
			struct call call = {.abi = abi}, again;
			struct argument arguments[ARGUMENTS_MAX];
			int count;

			if (!syscall_number(abi, syscall_at(i), &call.number))
				continue;
			call.name = syscall_name(abi, call.number);
			if (strcmp(call.name, syscall_at(i)) != 0)
				continue; /* another name of the same number */
			count = signature_of(abi, call.name, arguments);
			for (int j = 0; j < count; j++) {
				seed ^= seed << 13;
				seed ^= seed >> 7;
				seed ^= seed << 17;
				if (seed % 3 == 0)
					continue;
				call.given |= 1u << j;
				call.args[j] = seed >> 8 & UINT64_MAX >> (64 - arguments[j].bits);
			}
			call_add_plain(&text, &call, abi_of(ARCH_X86_64));
			if (parse(text.data, &again, &findings) != 0)
				fail_msg("%s: %s", text.data, findings.list[0].message);
			assert_ptr_equal(again.abi, call.abi);
			assert_int_equal(again.number, call.number);
			assert_string_equal(again.name, call.name);
			assert_int_equal(again.given, call.given);
			assert_memory_equal(again.args, call.args, sizeof(call.args));
		}
	}
}

/* The table of just one call has the outcome there and `otherwise` a step beside it. */
static void test_restrict(void **state)
{
	CLEANUP(cleanup_space) struct space *space = space_new();
	CLEANUP(findings_free) struct findings findings = {0};
	struct node allow = table_outcome(space, outcome_of(ACTION_ALLOW, 0));
	struct node deny = table_outcome(space, outcome_of(ACTION_ERRNO, 1));
	struct seccomp_data data;
	struct call call;
	struct node node;

	(void)state;
	assert_int_equal(parse("socket(AF_VSOCK, *, 7)", &call, &findings), 0);
	node = call_restrict(space, allow, &call, deny);
	data = call_data(&call);
	assert_int_equal(table_lookup(space, node, &data), outcome_of(ACTION_ALLOW, 0));
	data.args[1] = UINT64_MAX; /* not given: whatever it is */
	data.args[5] = 1;
	assert_int_equal(table_lookup(space, node, &data), outcome_of(ACTION_ALLOW, 0));
	data.args[2]++;
	assert_int_equal(table_lookup(space, node, &data), outcome_of(ACTION_ERRNO, 1));
	data = call_data(&call);
	data.args[0] |= UINT64_C(1) << 32;
	assert_int_equal(table_lookup(space, node, &data), outcome_of(ACTION_ERRNO, 1));
	data = call_data(&call);
	data.nr++;
	assert_int_equal(table_lookup(space, node, &data), outcome_of(ACTION_ERRNO, 1));
	data = call_data(&call);
	data.arch++;
	assert_int_equal(table_lookup(space, node, &data), outcome_of(ACTION_ERRNO, 1));
	assert_true(node_same(call_restrict(space, deny, &call, deny), deny));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),	cmocka_unit_test(test_concrete),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_absent),
		cmocka_unit_test(test_round),	cmocka_unit_test(test_restrict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
