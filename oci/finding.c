/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adds findings to a list, sorts them by place, and writes places as text. shim/print prints them.
 */
#include <config.h>

#include "oci/finding.h"

#include <stdlib.h>
#include <string.h>

static void finding_count(struct findings *findings, enum severity severity)
{
	if (severity == SEVERITY_ERROR)
		findings->errors++;
	if (severity == SEVERITY_WARNING)
		findings->warnings++;
}

static void PRINTF(4, 0) finding_vadd(struct findings *findings, struct finding finding,
				      const char *remedy, const char *format, va_list arguments)
{
	finding_count(findings, finding.severity);
	if (findings->count == FINDINGS_MAX) {
		findings->dropped++;
		return;
	}
	finding.message = mem_vformat(format, arguments);
	finding.remedy = remedy ? mem_string(remedy) : NULL;
	findings->list = mem_grow(findings->list, findings->count, &findings->capacity,
				  sizeof(*findings->list));
	findings->list[findings->count++] = finding;
}

void finding_add(struct findings *findings, enum severity severity, const char *id,
		 struct place place, const char *remedy, const char *format, ...)
{
	struct finding finding = {.severity = severity, .id = id, .place = place};
	va_list arguments;

	va_start(arguments, format);
	finding_vadd(findings, finding, remedy, format, arguments);
	va_end(arguments);
}

int finding_error(struct findings *findings, const char *id, struct place place, const char *remedy,
		  const char *format, ...)
{
	struct finding finding = {.severity = SEVERITY_ERROR, .id = id, .place = place};
	va_list arguments;

	va_start(arguments, format);
	finding_vadd(findings, finding, remedy, format, arguments);
	va_end(arguments);
	return -1;
}

const char *text_escaped(const char *text, size_t length)
{
	/* buffer_add_escaped takes 256 bytes, each at most 4 long, then "..." and the NUL. */
	static char ring[8][256 * 4 + 4];
	static unsigned next;
	struct buffer buffer = {0};
	char *slot = ring[next++ % ARRAY_SIZE(ring)];

	buffer_add_escaped(&buffer, text, length);
	memcpy(slot, buffer.data, buffer.length + 1);
	buffer_free(&buffer);
	return slot;
}

/* Order of two files' names; no file stands first. */
static int place_compare_files(const char *a, const char *b)
{
	if (!a || !b)
		return !!a - !!b;
	return strcmp(a, b);
}

/* Of pointers into one array: equal places keep their order, whatever qsort(3) does. */
static int finding_compare(const void *a, const void *b)
{
	const struct finding *one = *(const struct finding *const *)a;
	const struct finding *two = *(const struct finding *const *)b;
	int order = place_compare_files(one->place.file, two->place.file);

	if (order)
		return order;
	if (one->place.line != two->place.line)
		return one->place.line < two->place.line ? -1 : 1;
	if (one->place.column != two->place.column)
		return one->place.column < two->place.column ? -1 : 1;
	return one < two ? -1 : one > two;
}

void findings_sort(struct findings *findings)
{
	CLEANUP(cleanup_free) const struct finding **order = NULL;
	struct finding *sorted;

	if (findings->count < 2)
		return;
	order = mem_zero(findings->count, sizeof(const struct finding *));
	for (size_t i = 0; i < findings->count; i++)
		order[i] = &findings->list[i];
	qsort(order, findings->count, sizeof(*order), finding_compare);
	sorted = mem_zero(findings->count, sizeof(*sorted));
	for (size_t i = 0; i < findings->count; i++)
		sorted[i] = *order[i];
	free(findings->list);
	findings->list = sorted;
	findings->capacity = findings->count;
}

/*
 * A path component by component, each of which is short enough (NAME_MAX) not to be cut. What is
 * no real path may be cut.
 */
static void place_add_file(struct buffer *buffer, const char *file)
{
	while (*file) {
		size_t length = strcspn(file, "/");

		if (file[length] == '/')
			length++;
		buffer_add_escaped(buffer, file, length);
		file += length;
	}
}

void place_add_bare(struct buffer *buffer, struct place place)
{
	place_add_file(buffer, place.file);
	if (place.line)
		buffer_addf(buffer, ":%u:%u", place.line, place.column);
}

void place_add(struct buffer *buffer, struct place place)
{
	if (!place.file)
		return;
	place_add_bare(buffer, place);
	buffer_add_text(buffer, ": ");
}

void findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->list[i].message);
		free(findings->list[i].remedy);
	}
	free(findings->list);
	*findings = (struct findings){0};
}
