/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks the real runtime for the state of a container, because the command line of exec does not
 * name the bundle. The answer is trusted: it comes from the program that will start the process.
 */
#include <config.h>

#include "shim/runtime/runtime_state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "oci/json.h"

#define STATE_SIZE_MAX ((size_t)1 << 20) /* bytes of output; annotations are in it */
#define STATE_WAIT_MS  10000

/* In the child: executes `RUNTIME [options] state ID`. */
static void NORETURN runtime_state_exec(const char *program, char **words, int out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0)
		_exit(1);
	(void)execv(program, words);
	_exit(1);
}

/* Reads all output; false if it does not end in time or is too long. */
static bool runtime_state_read(int in, struct buffer *out)
{
	struct pollfd poller = {.fd = in, .events = POLLIN};
	char part[4096];
	ssize_t count = 1;

	while (count != 0 && out->length < STATE_SIZE_MAX) {
		int ready = poll(&poller, 1, STATE_WAIT_MS);

		if (ready == 0)
			return false;
		count = ready > 0 ? read(in, part, sizeof(part)) : -1;
		if (count < 0 && errno != EINTR)
			return false;
		if (count > 0)
			buffer_add(out, part, (size_t)count);
	}
	return count == 0;
}

static bool runtime_state_ask(const char *program, char **words, struct buffer *out)
{
	int ends[2], status = 0;
	bool whole;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return false;
	child = fork();
	if (child == 0)
		runtime_state_exec(program, words, ends[1]);
	(void)close(ends[1]);
	whole = child > 0 && runtime_state_read(ends[0], out);
	(void)close(ends[0]);
	if (child < 0)
		return false;
	if (!whole)
		(void)kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return whole && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* SIGCHLD may be inherited as ignored; then the kernel would reap the child before waitpid(2). */
static bool runtime_state_run(const char *program, char **words, struct buffer *out)
{
	const struct sigaction normal = {.sa_handler = SIG_DFL};
	struct sigaction inherited;
	bool answered;

	if (sigaction(SIGCHLD, &normal, &inherited))
		return false;
	answered = runtime_state_ask(program, words, out);
	return sigaction(SIGCHLD, &inherited, NULL) == 0 && answered;
}

/*
 * The program, the line up to the word exec, `state`, the container's id, NULL; the array is owned
 * by the caller. A second --log is added, because the last one counts: errors of `state` must not
 * go to the log of the line, of which podman reads only one object.
 */
static char **runtime_state_words(const struct runtime_args *args, const char *program,
				  char *const *line)
{
	static const char *const no_log[] = {"--log", "/dev/null"};
	size_t count = 0, options;
	char **words;

	while (line[count] && line[count] != args->word)
		count++;
	options = count > 0 && strcmp(line[count - 1], "--") == 0 ? count - 1 : count;
	words = mem_zero(count + 6, sizeof(*words));
	words[0] = (char *)(uintptr_t)program;
	memcpy(words + 1, line, options * sizeof(*words));
	memcpy(words + 1 + options, no_log, sizeof(no_log));
	memcpy(words + 3 + options, line + options, (count - options) * sizeof(*words));
	words[count + 3] = (char *)(uintptr_t) "state";
	words[count + 4] = (char *)(uintptr_t)args->id;
	return words;
}

char *runtime_state_bundle(const struct runtime_args *args, const struct runtime_program *runtime,
			   char *const *line, struct findings *findings)
{
	CLEANUP(cleanup_free) char **words = runtime_state_words(args, runtime->path, line);
	CLEANUP(buffer_free) struct buffer text = {0};
	CLEANUP(findings_free) struct findings ignored = {0};
	struct json_document *document = NULL;
	const struct json *value = NULL;
	char *bundle = NULL;

	if (runtime_state_run(runtime->path, words, &text))
		document = json_parse("state", text.data ? text.data : "", text.length, &ignored);
	if (document && document->root->type == JSON_OBJECT)
		value = json_get(document->root, "bundle");
	if (value && value->type == JSON_STRING && value->text[0] == '/')
		bundle = mem_string(value->text);
	json_free(document);
	if (!bundle)
		(void)finding_error(findings, "container-state", NOWHERE,
				    "give a container that exists",
				    "the runtime does not report the bundle of the container %s",
				    text_escaped(args->id, strlen(args->id)));
	return bundle;
}
