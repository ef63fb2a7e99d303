/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry program of entrypoint mode: the first program of a container. It loads the filter that
 * is mounted beside it and becomes the real entrypoint.
 *
 *	entry FILTER -- COMMAND [ARG...]
 *
 * As with run, nothing is executed without the whole filter; a failure before that is one line and
 * status 125; no call is made between seccomp(2) and execve(2). There is no C library, no allocated
 * memory and no call that is not needed, because the filter of the runtime is in force already and
 * has to allow each call.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shim/entry/entry_call.h"
#include "shim/entry/entry_format.h"

#define STATUS_REFUSED	      125
#define STATUS_NOT_EXECUTABLE 126
#define STATUS_NOT_FOUND      127

/* linux/prctl.h, linux/seccomp.h, linux/fcntl.h */
#define OPTION_SET_NO_NEW_PRIVS 38
#define OPTION_GET_NO_NEW_PRIVS 39
#define OPERATION_SET_FILTER	1
#define X_OK_MODE		1
#define AT_EFFECTIVE_IDS	0x200
#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif

#if defined(__x86_64__) && !defined(__ILP32__)
#define NATIVE_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_AUDIT_ARCH AUDIT_ARCH_AARCH64
#else
#define NATIVE_AUDIT_ARCH 0 /* not compared */
#endif

/* The PATH of execvp(3) in the GNU C library if there is none. */
static const char default_path[] = "/bin:/usr/bin";

/* The usual errors of execve(2); texts of fixed size, so that nothing has to be relocated. */
static const struct {
	short error;
	char text[48];
} reasons[] = {
	{ENOENT, "No such file or directory"},
	{ENOTDIR, "Not a directory"},
	{EACCES, "Permission denied"},
	{EISDIR, "Is a directory"},
	{ENOEXEC, "Exec format error"},
	{ENAMETOOLONG, "File name too long"},
	{ELOOP, "Too many levels of symbolic links"},
	{E2BIG, "Argument list too long"},
	{ETXTBSY, "Text file busy"},
	{EPERM, "Operation not permitted"},
	{EAGAIN, "Resource temporarily unavailable"},
	{ENOMEM, "Cannot allocate memory"},
	{EIO, "Input/output error"},
	{EINVAL, "Invalid argument"},
	{EMFILE, "Too many open files"},
	{ENFILE, "Too many open files in system"},
	{ENOSYS, "Function not implemented"},
	{ESRCH, "No such process"},
};

/* The whole filter file, with room behind it to see that it is not longer. */
static union {
	struct {
		struct entry_header header;
		struct sock_filter code[ENTRY_LENGTH_MAX];
	} file;
	char bytes[sizeof(struct entry_header) + ENTRY_LENGTH_MAX * sizeof(struct sock_filter) + 8];
} input;

/* The line that is printed before the program ends; what does not fit is left out. */
#define LINE_MAX_LENGTH 1024
static char line[LINE_MAX_LENGTH];
static size_t line_length;

static char path[PATH_MAX];

static void entry_line_add_byte(char byte)
{
	if (line_length < sizeof(line) - 1)
		line[line_length++] = byte;
}

static void entry_line_add(const char *text)
{
	while (*text)
		entry_line_add_byte(*text++);
}

/*
 * Escapes bytes that somebody else chose, so that one line stays one line and harmless to a
 * terminal.
 */
static void entry_line_add_name(const char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; text[i] && i < 256; i++) {
		const unsigned char byte = (unsigned char)text[i];

		if (byte > ' ' - 1 && byte < 0x7f && byte != '\\') {
			entry_line_add_byte((char)byte);
			continue;
		}
		entry_line_add("\\x");
		entry_line_add_byte(digits[byte >> 4]);
		entry_line_add_byte(digits[byte & 15]);
	}
}

static void entry_line_add_number(unsigned number)
{
	if (number > 9)
		entry_line_add_number(number / 10);
	entry_line_add_byte((char)('0' + number % 10));
}

static void entry_line_add_reason(int error)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].error == error) {
			entry_line_add(reasons[i].text);
			return;
		}
	entry_line_add("error ");
	entry_line_add_number((unsigned)error);
}

/* Prints the line and ends; by an illegal instruction if the filter denies both. */
static void __attribute__((noreturn)) entry_finish(int status)
{
	line[line_length++] = '\n'; /* entry_line_add_byte() leaves room for it */
	(void)entry_call(SYS_write, 2, (long)line, (long)line_length, 0, 0);
	(void)entry_call(SYS_exit_group, status, 0, 0, 0, 0);
	__builtin_trap();
}

/* answer: a negative errno to name, or 0. */
static void __attribute__((noreturn))
entry_refuse(const char *what, long answer, const char *remedy)
{
	entry_line_add(what);
	if (answer) {
		entry_line_add(": ");
		entry_line_add_reason((int)-answer);
	}
	entry_line_add(" (");
	entry_line_add(remedy);
	entry_line_add(")");
	entry_finish(STATUS_REFUSED);
}

static size_t entry_length(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

/* ---- the filter */

static size_t entry_read_file(const char *name)
{
	long descriptor =
		entry_call(SYS_openat, AT_FDCWD, (long)name,
			   O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0, 0);
	size_t length = 0;
	long count = 1;

	if (descriptor < 0)
		entry_refuse("cannot open the filter", descriptor,
			     "create the container by seccomp-shim-runtime, which mounts it");
	while (count > 0 && length < sizeof(input.bytes)) {
		count = entry_call(SYS_read, descriptor, (long)(input.bytes + length),
				   (long)(sizeof(input.bytes) - length), 0, 0);
		if (count == -EINTR)
			count = 1;
		else if (count > 0)
			length += (size_t)count;
	}
	if (count < 0)
		entry_refuse("cannot read the filter", count,
			     "use the file that seccomp-shim-runtime writes");
	count = entry_call(SYS_close, descriptor, 0, 0, 0, 0);
	if (count < 0)
		entry_refuse("cannot close the filter", count, "the command must not inherit it");
	return length;
}

static bool entry_file_is_valid_here(size_t length)
{
	const struct entry_header *header = &input.file.header;

	return length >= sizeof(*header) && header->magic == ENTRY_MAGIC &&
	       header->version == ENTRY_VERSION && header->length >= 1 &&
	       header->length <= ENTRY_LENGTH_MAX &&
	       length == sizeof(*header) + header->length * sizeof(struct sock_filter) &&
	       (NATIVE_AUDIT_ARCH == 0 || header->audit_arch == NATIVE_AUDIT_ARCH) &&
	       header->padding == 0 && (header->options & ~ENTRY_OPTIONS) == 0 &&
	       header->checksum == entry_checksum(header, input.file.code);
}

static void entry_read_filter(const char *name)
{
	if (!entry_file_is_valid_here(entry_read_file(name)))
		entry_refuse("the filter is damaged, or of another version or machine", 0,
			     "use the file that seccomp-shim-runtime writes");
}

/* ---- the command */

static const char *entry_get_path(char *const *env)
{
	static const char key[] = "PATH=";

	for (; *env; env++) {
		size_t i = 0;

		while (key[i] && (*env)[i] == key[i])
			i++;
		if (!key[i])
			return *env + i;
	}
	return default_path;
}

/* Whether a path can be opened, with O_PATH: 0 or a negative errno. */
static long entry_try_open(const char *name, int flags)
{
	long descriptor =
		entry_call(SYS_openat, AT_FDCWD, (long)name, O_PATH | O_CLOEXEC | flags, 0, 0);

	if (descriptor < 0)
		return descriptor;
	(void)entry_call(SYS_close, descriptor, 0, 0, 0, 0); /* O_CLOEXEC closes it too */
	return 0;
}

static bool entry_is_denied(long answer)
{
	return answer == -ENOSYS || answer == -EPERM;
}

/*
 * 0 if execve(2) may be tried, else the errno that it would give. If an outer filter denies both
 * calls, it is enough that the file exists.
 */
static int entry_candidate_error(const char *name)
{
	long answer =
		entry_call(SYS_faccessat2, AT_FDCWD, (long)name, X_OK_MODE, AT_EFFECTIVE_IDS, 0);

	if (entry_is_denied(answer))
		answer = entry_call(SYS_faccessat, AT_FDCWD, (long)name, X_OK_MODE, 0, 0);
	if (entry_is_denied(answer))
		answer = entry_try_open(name, 0);
	if (answer)
		return (int)-answer;
	return entry_try_open(name, O_DIRECTORY) == 0 ? EISDIR : 0;
}

static bool entry_search_goes_on(int error)
{
	return error == ENOENT || error == ENOTDIR || error == EACCES || error == EISDIR ||
	       error == ESTALE || error == ENODEV || error == ETIMEDOUT;
}

/*
 * Writes DIRECTORY/NAME to path; an empty directory is the working directory. False if it is too
 * long.
 */
static bool entry_join(const char *directory, size_t length, const char *name)
{
	size_t rest = entry_length(name), at = 0;

	if (length + 1 + rest >= sizeof(path))
		return false;
	while (at < length) {
		path[at] = directory[at];
		at++;
	}
	if (length)
		path[at++] = '/';
	for (size_t i = 0; i <= rest; i++)
		path[at + i] = name[i];
	return true;
}

/* The path to execute, or NULL and *error. */
static const char *entry_search(const char *name, const char *directories, int *error)
{
	*error = ENOENT;
	for (const char *at = directories;; at++) {
		size_t length = 0;
		int why = ENOENT;

		while (at[length] && at[length] != ':')
			length++;
		if (entry_join(at, length, name))
			why = entry_candidate_error(path);
		if (why == 0)
			return path;
		if (!entry_search_goes_on(why)) {
			*error = why;
			return NULL;
		}
		/*
		 * Reported if nothing is found later; a folder that may not be searched counts as
		 * empty.
		 */
		if (why == EISDIR || (why == EACCES && entry_try_open(path, 0) == 0))
			*error = why;
		at += length;
		if (!*at)
			return NULL;
	}
}

static const char *entry_find(const char *name, char *const *env, int *error)
{
	bool has_slash = false;

	*error = 0;
	for (const char *at = name; *at; at++)
		has_slash |= *at == '/';
	if (has_slash) {
		*error = entry_candidate_error(name);
		return *error ? NULL : name;
	}
	if (!*name || entry_length(name) > NAME_MAX) {
		*error = *name ? ENAMETOOLONG : ENOENT;
		return NULL;
	}
	return entry_search(name, entry_get_path(env), error);
}

static void __attribute__((noreturn)) entry_report_execution(const char *name, int error)
{
	entry_line_add("cannot run ");
	entry_line_add_name(*name ? name : "\"\"");
	entry_line_add(": ");
	entry_line_add_reason(error);
	entry_finish(error == ENOENT || error == ENOTDIR ? STATUS_NOT_FOUND
							 : STATUS_NOT_EXECUTABLE);
}

/* ---- what is done */

/*
 * A working directory that cannot be reached from the root leads out of the container, as in
 * CVE-2024-21626. If an outer filter denies getcwd(2), the check is left to the runtime.
 */
static void entry_check_directory(void)
{
	long answer = entry_call(SYS_getcwd, (long)path, sizeof(path), 0, 0, 0);

	if (answer > 0 && path[0] != '/')
		entry_refuse("the working directory is outside of the container", 0,
			     "set process.cwd to a directory inside");
}

static void entry_set_no_new_privs(void)
{
	long answer = entry_call(SYS_prctl, OPTION_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

	if (!answer && entry_call(SYS_prctl, OPTION_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		answer = -EPERM;
	if (answer)
		entry_refuse("cannot set no_new_privs", answer, "nothing is executed without it");
}

static void entry_load(void)
{
	const struct sock_fprog program = {.len = (unsigned short)input.file.header.length,
					   .filter = input.file.code};
	long answer = entry_call(SYS_seccomp, OPERATION_SET_FILTER, input.file.header.flags,
				 (long)&program, 0, 0);

	if (answer) /* positive: the id of a thread that TSYNC could not reach */
		entry_refuse("cannot load the filter", answer > 0 ? -ESRCH : answer,
			     "check that the kernel has seccomp and that the filter of the runtime "
			     "allows it");
}

static void __attribute__((noreturn))
entry_become(const char *command, char *const *args, char *const *env)
{
	const long answer = entry_call(SYS_execve, (long)command, (long)args, (long)env, 0, 0);

	if (!(input.file.header.options & ENTRY_CAN_REPORT))
		__builtin_trap(); /* needs no call that the filter could deny */
	entry_report_execution(*args, (int)-answer);
}

static int entry_main(int argc, char *const *argv, char *const *env)
{
	const char *command;
	int error;

	entry_line_add("seccomp-shim: ");
	if (argc < 4 || argv[2][0] != '-' || argv[2][1] != '-' || argv[2][2])
		entry_refuse("this is the entry program of entrypoint mode", 0,
			     "usage: entry FILTER -- COMMAND [ARG...]");
	entry_read_filter(argv[1]);
	entry_check_directory();
	command = entry_find(argv[3], env, &error);
	if (!command)
		entry_report_execution(argv[3], error);
	if (input.file.header.options & ENTRY_NO_NEW_PRIVS)
		entry_set_no_new_privs();
	entry_load();
	entry_become(command, argv + 3, env);
}

#ifdef ENTRY_FREESTANDING
ENTRY_START;

void entry_start(long *stack);

void entry_start(long *stack)
{
	char *const *argv = (char *const *)(stack + 1);

	(void)entry_main((int)stack[0], argv, argv + stack[0] + 1);
}
#else
int main(int argc, char **argv, char **env)
{
	return entry_main(argc, argv, env);
}
#endif
