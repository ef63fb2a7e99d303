/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes an error for engines: containerd takes the last line of level error in the log, podman
 * reads the whole file as one object, Docker shows what containerd found, and conmon shows stderr.
 */
#include <config.h>

#include "shim/runtime/runtime_log.h"

#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "oci/json_write.h"
#include "shim/print.h"
#include "shim/replace.h"

#define OWN_PREFIX	"seccomp-shim: "
#define LOG_FILE_PREFIX "file:" /* crun's spelling of a plain path */

/* Podman takes a line with these words as a missing or forbidden command (libpod/oci_util.go). */
static const struct {
	const char *text, *instead;
} wordings[] = {
	{"No such file or directory", "it does not exist"},
	{"Permission denied", "access is refused (EACCES)"},
	{"Operation not permitted", "the kernel refuses (EPERM)"},
	{"executable file not found in", "executable not found in"},
};

static void runtime_log_add_reworded(struct buffer *out, const char *text)
{
	while (*text) {
		size_t i = 0;

		while (i < ARRAY_SIZE(wordings) &&
		       strncasecmp(text, wordings[i].text, strlen(wordings[i].text)) != 0)
			i++;
		if (i < ARRAY_SIZE(wordings)) {
			buffer_add_text(out, wordings[i].instead);
			text += strlen(wordings[i].text);
		} else {
			buffer_add(out, text, 1);
			text++;
		}
	}
}

/* RFC 3339 in UTC, as logrus writes it. */
static void runtime_log_add_time(struct buffer *out)
{
	time_t now = time(NULL);
	struct tm parts;
	char text[sizeof("2026-11-25T22:37:43Z") + 8];

	if (!gmtime_r(&now, &parts) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts))
		(void)strcpy(text, "1970-01-01T00:00:00Z");
	buffer_add_text(out, text);
}

/* As logrus writes it with its JSONFormatter. */
static void runtime_log_add_json(struct buffer *out, const char *message)
{
	CLEANUP(buffer_free) struct buffer now = {0};
	CLEANUP(cleanup_json_writer)
	struct json_writer *json = json_writer_new(out, JSON_COMPACT);

	runtime_log_add_time(&now);
	json_write_object(json, NULL);
	json_write_string(json, "level", "error");
	json_write_string(json, "msg", message);
	json_write_string(json, "time", now.data);
	json_write_end(json);
	buffer_add_text(out, "\n");
}

/* As logrus writes it with its TextFormatter; its quoted strings are JSON's. */
static void runtime_log_add_text(struct buffer *out, const char *message)
{
	CLEANUP(cleanup_json_writer)
	struct json_writer *json = NULL;

	buffer_add_text(out, "time=\"");
	runtime_log_add_time(out);
	buffer_add_text(out, "\" level=error msg=");
	json = json_writer_new(out, JSON_COMPACT);
	json_write_string(json, NULL, message);
	buffer_add_text(out, "\n");
}

/* A failure is not reported: the line on stderr has been written. */
static void runtime_log_append(const char *path, const struct buffer *entry)
{
	const char *fault;
	CLEANUP(cleanup_close) int fd = replace_open_log(path, 0644, true, &fault);

	if (fd >= 0)
		(void)!write(fd, entry->data, entry->length); /* one write: lines do not mix */
}

/* The path of the log file, NULL if there is none; crun also takes journald:ID and syslog:ID. */
static const char *runtime_log_path(const struct runtime_args *args)
{
	const char *log = args->log;

	if (!log || !*log)
		return NULL;
	if (strncmp(log, LOG_FILE_PREFIX, strlen(LOG_FILE_PREFIX)) == 0)
		return log + strlen(LOG_FILE_PREFIX);
	return strncmp(log, "journald:", 9) == 0 || strncmp(log, "syslog:", 7) == 0 ? NULL : log;
}

void runtime_log_error(struct findings *findings, const struct runtime_args *args)
{
	CLEANUP(buffer_free) struct buffer text = {0};
	CLEANUP(buffer_free) struct buffer message = {0};
	CLEANUP(buffer_free) struct buffer entry = {0};
	const char *path = runtime_log_path(args);

	print_add_error(findings, &text);
	buffer_add_text(&message, OWN_PREFIX);
	runtime_log_add_reworded(&message, text.data);
	print_one_error(NULL, "%s", message.data + strlen(OWN_PREFIX));
	if (!path)
		return;
	if (args->log_format && strcmp(args->log_format, "json") == 0)
		runtime_log_add_json(&entry, message.data);
	else
		runtime_log_add_text(&entry, message.data);
	runtime_log_append(path, &entry);
}
