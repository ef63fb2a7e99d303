/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What findings look like: the lines of commands that act, the list of check, the object of --json.
 * Each line on stderr is one write(2), so that lines of several processes do not mix.
 */
#include <config.h>
#include "shim/print.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int output_error; /* errno of the first failed write to stdout */
/* The command whose errors are printed as the object of --json; NULL: they are lines. */
static const char *json_command;

static void print_write_stderr(const char *data, size_t length)
{
	while (length > 0) {
		ssize_t written = write(STDERR_FILENO, data, length);

		if (written < 0 && errno == EAGAIN) {
			struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};

			(void)poll(&ready, 1, -1); /* the next write fails if this did */
			continue;
		}
		if (written < 0 && errno != EINTR)
			return; /* there is nowhere to report it */
		if (written > 0) {
			data += written;
			length -= (size_t)written;
		}
	}
}

void print_errors_as_json(const char *command)
{
	json_command = command;
}

static const char *print_severity_word(enum severity severity)
{
	static const char *const words[] = {
		[SEVERITY_NOTE] = "note",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};

	return words[severity];
}

/* "FILE:LINE:COLUMN: SEVERITY: MESSAGE (REMEDY)"; of errors the severity only if say_error. */
static void print_add_finding(struct buffer *line, const struct finding *finding, bool say_error)
{
	place_add(line, finding->place);
	if (finding->severity != SEVERITY_ERROR || say_error)
		buffer_addf(line, "%s: ", print_severity_word(finding->severity));
	buffer_add_text(line, finding->message);
	if (finding->remedy)
		buffer_addf(line, " (%s)", finding->remedy);
}

/* "; 2 more errors, the next at FILE:LINE:COLUMN"; the search begins at finding number from. */
static void print_add_further_errors(const struct findings *findings, size_t from,
				     struct buffer *line)
{
	size_t next = from;

	buffer_addf(line, "; %zu more error%s", findings->errors - 1,
		    findings->errors == 2 ? "" : "s");
	while (next < findings->count && findings->list[next].severity != SEVERITY_ERROR)
		next++;
	if (next >= findings->count || !findings->list[next].place.file)
		return;
	buffer_add_text(line, findings->errors == 2 ? ", at " : ", the next at ");
	place_add_bare(line, findings->list[next].place);
}

static void print_add_first_error(const struct findings *findings, struct buffer *line)
{
	size_t i = 0;

	while (i < findings->count && findings->list[i].severity != SEVERITY_ERROR)
		i++;
	if (i < findings->count)
		print_add_finding(line, &findings->list[i], false);
	else
		buffer_addf(line, "an error is among %zu findings that were not kept",
			    findings->dropped);
	if (findings->errors > 1)
		print_add_further_errors(findings, i + 1, line);
}

void print_add_error(struct findings *findings, struct buffer *out)
{
	findings_sort(findings);
	print_add_first_error(findings, out);
}

static void print_first_error(const struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer line = {0};

	buffer_add_text(&line, "seccomp-shim: ");
	print_add_first_error(findings, &line);
	buffer_add_text(&line, "\n");
	print_write_stderr(line.data, line.length);
}

static void print_dropped(const char *severity, size_t count)
{
	CLEANUP(buffer_free) struct buffer line = {0};

	buffer_addf(&line, "seccomp-shim: %s%zu more findings are not shown\n", severity, count);
	print_write_stderr(line.data, line.length);
}

void print_findings(struct findings *findings, bool quiet, bool verbose)
{
	findings_sort(findings);
	if (findings->errors > 0) {
		print_first_error(findings);
		return;
	}
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];
		CLEANUP(buffer_free) struct buffer line = {0};

		if (finding->severity == SEVERITY_NOTE ? !verbose : quiet)
			continue;
		buffer_add_text(&line, "seccomp-shim: ");
		print_add_finding(&line, finding, false);
		buffer_add_text(&line, "\n");
		print_write_stderr(line.data, line.length);
	}
	if (findings->dropped > 0 && !quiet)
		print_dropped("warning: ", findings->dropped);
}

void print_failure(struct findings *findings, bool quiet)
{
	if (json_command)
		print_json_errors(json_command, findings);
	else
		print_findings(findings, quiet, false);
}

void print_one_error(const char *remedy, const char *format, ...)
{
	CLEANUP(findings_free) struct findings findings = {0};
	CLEANUP(cleanup_free) char *message = NULL;
	va_list arguments;

	va_start(arguments, format);
	message = mem_vformat(format, arguments);
	va_end(arguments);
	(void)finding_error(&findings, "usage", NOWHERE, remedy, "%s", message);
	print_failure(&findings, false);
}

void print_findings_each(struct findings *findings, bool quiet)
{
	findings_sort(findings);
	for (size_t i = 0; i < findings->count; i++) {
		CLEANUP(buffer_free) struct buffer line = {0};

		if (findings->list[i].severity == SEVERITY_NOTE ||
		    (findings->list[i].severity == SEVERITY_WARNING && quiet))
			continue;
		buffer_add_text(&line, "seccomp-shim: ");
		print_add_finding(&line, &findings->list[i], false);
		buffer_add_text(&line, "\n");
		print_write_stderr(line.data, line.length);
	}
	if (findings->dropped > 0)
		print_dropped("", findings->dropped);
}

void print_findings_list(struct findings *findings)
{
	findings_sort(findings);
	for (size_t i = 0; i < findings->count; i++) {
		CLEANUP(buffer_free) struct buffer line = {0};

		print_add_finding(&line, &findings->list[i], true);
		buffer_addf(&line, " [%s]\n", findings->list[i].id);
		print_out(line.data, line.length);
	}
	if (findings->dropped > 0)
		(void)printf("%zu more findings are not shown\n", findings->dropped);
}

/* ---- JSON */

static void print_json_position(struct json_writer *json, const char *key, unsigned number)
{
	if (number > 0)
		json_write_unsigned(json, key, number);
	else
		json_write_null(json, key);
}

static void print_json_finding(struct json_writer *json, const struct finding *finding)
{
	json_write_object(json, NULL);
	json_write_string(json, "id", finding->id);
	json_write_string(json, "severity", print_severity_word(finding->severity));
	json_write_string(json, "file", finding->place.file);
	print_json_position(json, "line", finding->place.line);
	print_json_position(json, "column", finding->place.line ? finding->place.column : 0);
	json_write_string(json, "message", finding->message);
	json_write_string(json, "remedy", finding->remedy);
	json_write_end(json);
}

struct json_writer *print_json_open(struct buffer *out, const char *command,
				    struct findings *findings)
{
	struct json_writer *json = json_writer_new(out, JSON_COMPACT);

	findings_sort(findings);
	json_write_object(json, NULL);
	json_write_string(json, "command", command);
	json_write_string(json, "version", PACKAGE_VERSION);
	json_write_array(json, "findings");
	for (size_t i = 0; i < findings->count; i++)
		print_json_finding(json, &findings->list[i]);
	json_write_end(json);
	json_write_object(json, "result");
	return json;
}

static void print_json_end(struct json_writer *json, struct buffer *out)
{
	json_write_end(json);
	json_write_end(json);
	json_writer_free(json);
	buffer_add_text(out, "\n");
}

void print_json_close(struct json_writer *json, struct buffer *out)
{
	print_json_end(json, out);
	print_out(out->data, out->length);
}

void print_json_errors(const char *command, struct findings *findings)
{
	CLEANUP(buffer_free) struct buffer out = {0};

	print_json_end(print_json_open(&out, command, findings), &out);
	print_write_stderr(out.data, out.length);
}

/* ---- standard output */

void print_out(const char *data, size_t length)
{
	if (fwrite(data, 1, length, stdout) != length && !output_error)
		output_error = errno;
}

const char *print_write_remedy(int error)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
		return "free space on its file system";
	case EFBIG:
		return "raise ulimit -f";
	case EBADF:
		return "open the descriptor for writing";
	case EPIPE:
		return "use a reader that reads to the end";
	case ENOENT:
		return "create the folder";
	case ENOTDIR:
		return "name an existing folder";
	case EISDIR:
		return "name a file, not a folder";
	case EACCES:
	case EPERM:
		return "use a file and a folder that this user may write to";
	case EROFS:
		return "use a file system that is not read-only";
	case ELOOP:
		return "remove the circle of symbolic links";
	case ENAMETOOLONG:
		return "use at most 255 bytes a name, 4095 a path";
	case EMFILE:
	case ENFILE:
		return "close files or raise ulimit -n";
	default:
		return "use a file that can be written to";
	}
}

bool print_finish(void)
{
	if (fflush(stdout) && !output_error)
		output_error = errno;
	if (!output_error && ferror(stdout)) /* of a printf whose result was ignored */
		output_error = EIO;
	if (!output_error)
		return true;
	print_one_error(print_write_remedy(output_error), "cannot write to standard output: %s",
			strerror(output_error));
	return false;
}
