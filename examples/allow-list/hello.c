/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small static program, confined to the calls that it makes: ../profiles/allow-list.json lists
 * them, and any other kills it. It writes one line to standard output; with an argument it does the
 * same to standard error, which the profile does not allow.
 */
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static const char line[] = "hello from inside the allow list\n";
	int fd = argc > 1 ? STDERR_FILENO : STDOUT_FILENO;

	(void)argv;
	return write(fd, line, strlen(line)) == (ssize_t)strlen(line) ? 0 : 1;
}
