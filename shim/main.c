/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of commands, and what is done before any of them: refuse to run set-user-ID, open
 * descriptors 0 to 2, end in one way without memory. The only file that exits.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <linux/securebits.h>
#include <unistd.h>

#include "oci/finding.h"
#include "oci/words.h"
#include "shim/host/caps.h"
#include "shim/options.h"
#include "shim/print.h"

static const struct command *const commands[] = {&command_run,	   &command_check, &command_compile,
						 &command_explain, &command_diff,  &command_test,
						 &command_runtime, &command_hook};

/* The status of the running command for its own errors: for main_out_of_memory(). */
static int trouble = STATUS_TROUBLE;

/* Allocates nothing: that is what just failed. */
static void NORETURN main_out_of_memory(void)
{
	static const char line[] = "seccomp-shim: out of memory\n";

	(void)!write(STDERR_FILENO, line, sizeof(line) - 1); /* a failure cannot be reported */
	_exit(trouble);
}

static const struct command *main_find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(name, commands[i]->name) == 0)
			return commands[i];
	return NULL;
}

/*
 * True if exec gave this process capabilities that its user does not have: then the kernel sets
 * AT_SECURE, and a user other than root has more than the ambient set. AT_SECURE alone is no reason
 * to refuse: nothing here is taken from the environment.
 */
static bool main_has_raised_capabilities(void)
{
	struct capability_sets sets;
	int securebits;

	if (!getauxval(AT_SECURE))
		return false;
	securebits = prctl(PR_GET_SECUREBITS);
	if (capabilities_read(&sets) || securebits < 0)
		return true;
	if (getuid() == 0 && !(securebits & SECBIT_NOROOT))
		return false;
	return sets.permitted & ~sets.ambient;
}

static int main_refuse_privileges(void)
{
	if (getuid() == geteuid() && getgid() == getegid() && !main_has_raised_capabilities())
		return 0;
	print_one_error("remove them: seccomp-shim must not have rights that its caller lacks",
			"installed set-user-ID, set-group-ID or with file capabilities");
	return -1;
}

/*
 * Opens /dev/null for standard streams that are closed, so that a file that is opened later does
 * not become one. For commands that print their answer it is opened read-only, so that writing
 * fails and the answer is not lost in silence.
 */
static int main_open_streams(bool answers)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		const int mode = fd == STDOUT_FILENO && answers ? O_RDONLY : O_RDWR;

		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/* not O_CLOEXEC: the command inherits it. The lowest free number is this one. */
		if (open("/dev/null", mode) != fd) {
			print_one_error(
				"open it, or let /dev/null be opened",
				"descriptor %d is closed, and /dev/null cannot be opened: %s", fd,
				strerror(errno));
			return -1;
		}
	}
	return 0;
}

static void main_print_help(void)
{
	(void)printf(
		"Usage: seccomp-shim COMMAND [options] ...\n\n"
		"Runs commands and containers under seccomp profiles (Docker's format or an OCI\n"
		"config.json), and checks, explains, compares and tests such profiles.\n\n"
		"Commands:\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		(void)printf("  %-10s%s\n", commands[i]->name, commands[i]->summary);
	(void)printf(
		"\nOptions:\n"
		"  -h, --help     show this help\n"
		"      --version  show the version\n\n"
		"seccomp-shim COMMAND --help shows a command's options; seccomp-shim(1) is the\n"
		"manual.\n");
}

static int main_report_unknown(const char *name)
{
	CLEANUP(cleanup_free) char *remedy = NULL;
	const char *names[ARRAY_SIZE(commands)];
	const char *nearest;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		names[i] = commands[i]->name;
	nearest = word_nearest(name, names, ARRAY_SIZE(names));
	remedy = mem_format("%s%s%sseccomp-shim --help lists the commands",
			    nearest ? "did you mean " : "", nearest ? nearest : "",
			    nearest ? "? " : "");
	print_one_error(remedy, "unknown %s \"%s\"", name[0] == '-' ? "option" : "command",
			text_escaped(name, strlen(name)));
	return STATUS_TROUBLE;
}

/*
 * SIGXFSZ is ignored, so that a file that is too large is an error that can be reported. SIGCHLD
 * may be inherited as ignored; then the kernel would reap our children. signal(2) fails only for
 * invalid numbers.
 */
static void main_set_signals(void)
{
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGCHLD, SIG_DFL);
}

/* The remedy is "give run, check or diff; see seccomp-shim --help". */
static int main_report_missing(void)
{
	CLEANUP(buffer_free) struct buffer names = {0};

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		buffer_addf(&names, "%s%s",
			    i == 0			   ? "give "
			    : i + 1 < ARRAY_SIZE(commands) ? ", "
							   : " or ",
			    commands[i]->name);
	buffer_add_text(&names, "; see seccomp-shim --help");
	print_one_error(names.data, "no command");
	return STATUS_TROUBLE;
}

/* What the program does without a command. */
static int main_without_command(const char *word)
{
	if (!word)
		return main_report_missing();
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		main_print_help();
	else if (strcmp(word, "--version") == 0)
		(void)printf("seccomp-shim %s\n", PACKAGE_VERSION);
	else
		return main_report_unknown(word);
	return STATUS_OK;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	const struct command *command = word ? main_find_command(word) : NULL;
	const bool stands_in = runtime_is_called(argv[0]);
	int status;

	mem_on_failure(main_out_of_memory);
	if (stands_in)
		command = &command_runtime;
	if (command)
		trouble = command->trouble;
	if (main_refuse_privileges() || main_open_streams(!command || !command->becomes_another))
		return trouble;
	if (!command || !command->becomes_another)
		main_set_signals();
	if (command)
		status = command->main(command, argc - !stands_in, argv + !stands_in);
	else
		status = main_without_command(word);
	if (!print_finish() && status < trouble)
		status = trouble;
	return status;
}
