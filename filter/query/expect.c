/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses the lines of an expectation file, "CALL|@GROUP = OUTCOME[|OUTCOME...]", and checks a table
 * against them.
 */
#include <config.h>

#include "filter/query/expect.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/syscalls.h"
#include "oci/utf8.h"

#define GROUP_NAME_MAX 64 /* bytes; no group has so long a name */

struct reader {
	struct expectations *out;
	const struct abi *native;
	struct findings *findings;
};

/* A part of a line. */
struct part {
	const char *text;
	size_t length;
	struct place place;
};

static struct part expect_part(struct part line, size_t from, size_t to)
{
	while (from < to && (line.text[from] == ' ' || line.text[from] == '\t'))
		from++;
	while (to > from && (line.text[to - 1] == ' ' || line.text[to - 1] == '\t'))
		to--;
	line.text += from;
	line.length = to - from;
	line.place.column += (unsigned)from;
	return line;
}

/* The first = that is not between parentheses; the length if there is none. */
static size_t expect_find_equals(const struct part *line)
{
	unsigned depth = 0;

	for (size_t i = 0; i < line->length; i++) {
		if (line->text[i] == '(')
			depth++;
		else if (line->text[i] == ')' && depth > 0)
			depth--;
		else if (line->text[i] == '=' && depth == 0)
			return i;
	}
	return line->length;
}

static int expect_report_unknown_group(const struct part *name, const char *text,
				       struct findings *findings)
{
	const char *near = group_nearest(text);
	CLEANUP(cleanup_free)
	char *remedy = !near ? NULL : mem_format("did you mean %s?", near);

	return finding_error(findings, "expect-group", name->place,
			     !remedy ? "systemd-analyze syscall-filter lists the groups" : remedy,
			     "unknown group \"%s\"", text_escaped(name->text, name->length));
}

/* "@GROUP". */
static int expect_read_group(const struct part *name, struct expectation *expectation,
			     struct findings *findings)
{
	char text[GROUP_NAME_MAX + 1] = "";

	if (name->length <= GROUP_NAME_MAX && !memchr(name->text, '\0', name->length))
		memcpy(text, name->text, name->length);
	expectation->group = group_find(text);
	return !expectation->group ? expect_report_unknown_group(name, text, findings) : 0;
}

/* The ABI in front of a group, as a call has it: "x86:@chown". */
static int expect_read_group_abi(const struct part *abi, struct expectation *expectation,
				 struct findings *findings)
{
	CLEANUP(cleanup_free) char *word = mem_string_n(abi->text, abi->length);
	enum arch arch;

	if (strlen(word) != abi->length || !word_arch_any(word, &arch))
		return finding_error(findings, "call-abi", abi->place,
				     "expected x86_64, x86, x32, aarch64, ...",
				     "unknown ABI \"%s\"", text_escaped(abi->text, abi->length));
	expectation->call.abi = abi_of(arch);
	return 0;
}

/* True for "452" and "x86:-1". */
static bool expect_is_number(const struct part *subject)
{
	const char *colon = memchr(subject->text, ':', subject->length);
	const char *word = !colon ? subject->text : colon + 1;

	while (word < subject->text + subject->length && (*word == ' ' || *word == '\t'))
		word++;
	return word < subject->text + subject->length &&
	       ((*word >= '0' && *word <= '9') || *word == '-');
}

/* What stands before the =. */
static int expect_read_subject(const struct reader *reader, const struct part *subject,
			       struct expectation *expectation)
{
	const char *sign = memchr(subject->text, '@', subject->length);
	size_t before = !sign ? 0 : (size_t)(sign - subject->text);
	const struct part group = expect_part(*subject, before, subject->length);
	struct part abi = expect_part(*subject, 0, before);
	const bool has_abi = abi.length > 0 && abi.text[abi.length - 1] == ':';

	expectation->call.abi = reader->native;
	if (subject->length == 0)
		return finding_error(reader->findings, "expect-call", subject->place,
				     "write CALL = OUTCOME", "the call is missing");
	expectation->by_name = !expect_is_number(subject);
	if (!sign || (before > 0 && !has_abi))
		return call_parse(subject->text, subject->length, subject->place, reader->native,
				  &expectation->call, reader->findings);
	abi = expect_part(abi, 0, has_abi ? abi.length - 1 : 0);
	if (has_abi && expect_read_group_abi(&abi, expectation, reader->findings) != 0)
		return -1;
	return expect_read_group(&group, expectation, reader->findings);
}

static void expect_add(struct expectations *out, const struct expectation *expectation)
{
	out->list = mem_grow(out->list, out->count, &out->capacity, sizeof(*out->list));
	out->list[out->count++] = *expectation;
}

/* The number of calls is bounded too, because groups are long. */
static int expect_check_bounds(const struct reader *reader, const struct expectation *expectation)
{
	struct expectations *out = reader->out;

	out->calls += !expectation->group ? 1 : expectation->group->count;
	if (out->count == EXPECTATIONS_MAX)
		return finding_error(reader->findings, "expect-count", expectation->place,
				     "split it into several runs", "more than %d expectations",
				     EXPECTATIONS_MAX);
	if (out->calls > EXPECT_CALLS_MAX)
		return finding_error(reader->findings, "expect-count", expectation->place,
				     "split it into several runs", "more than %d calls in groups",
				     EXPECT_CALLS_MAX);
	return 0;
}

static int expect_read_one(const struct reader *reader, const struct part *line)
{
	const size_t equals = expect_find_equals(line);
	const struct part subject = expect_part(*line, 0, equals);
	struct expectation expectation = {.place = subject.place};
	struct part outcomes;
	int wrong;

	if (equals == line->length) {
		struct place end = line->place;

		end.column += (unsigned)line->length;
		return finding_error(reader->findings, "expect-line", end, "write CALL = OUTCOME",
				     "the line has no =");
	}
	outcomes = expect_part(*line, equals + 1, line->length);
	wrong = expect_read_subject(reader, &subject, &expectation);
	if (outcomes_parse(outcomes.text, outcomes.length, outcomes.place, &expectation.outcomes,
			   reader->findings) != 0)
		wrong = -1;
	if (wrong)
		return -1;
	if (expect_check_bounds(reader, &expectation) != 0)
		return -1;
	expectation.text = mem_string_n(line->text, line->length);
	expect_add(reader->out, &expectation);
	return 0;
}

/* One line without its end. */
static int expect_read_line(const struct reader *reader, struct part line)
{
	const char *comment = memchr(line.text, '#', line.length);

	if (line.length > 0 && line.text[line.length - 1] == '\r')
		line.length--;
	if (line.length > EXPECT_LINE_MAX) {
		line.place.column = EXPECT_LINE_MAX + 1;
		return finding_error(reader->findings, "expect-line", line.place, "split the line",
				     "the line has more than %d bytes", EXPECT_LINE_MAX);
	}
	line = expect_part(line, 0, !comment ? line.length : (size_t)(comment - line.text));
	return line.length == 0 ? 0 : expect_read_one(reader, &line);
}

/* The place of a byte of the text. */
static struct place expect_place(const char *file, const char *text, size_t offset)
{
	struct place place = {.file = file, .line = 1, .column = 1};

	for (size_t i = 0; i < offset; i++) {
		place.line += text[i] == '\n';
		place.column = text[i] == '\n' ? 1 : place.column + 1;
	}
	return place;
}

static int expect_check_text(const char *file, const char *text, size_t length,
			     struct findings *findings)
{
	size_t good;

	if (length > EXPECT_SIZE_MAX)
		return finding_error(findings, "file-size", (struct place){.file = file}, NULL,
				     "is longer than 16 MiB");
	good = utf8_check(text, length);
	if (good < length)
		return finding_error(findings, "expect-utf8", expect_place(file, text, good), NULL,
				     "not valid UTF-8");
	return 0;
}

int expectations_parse(struct expectations *expectations, const char *file, const char *text,
		       size_t length, const struct abi *native, struct findings *findings)
{
	const struct reader reader = {expectations, native, findings};
	const size_t before = expectations->count, errors = findings->errors;
	int result = 0;
	struct part line = {.text = text, .place = {.file = file, .line = 1, .column = 1}};

	if (expect_check_text(file, text, length, findings) != 0)
		return -1;
	while (line.text < text + length) {
		const size_t left = (size_t)(text + length - line.text);
		const char *end = memchr(line.text, '\n', left);

		line.length = !end ? left : (size_t)(end - line.text);
		if (expect_read_line(&reader, line) != 0)
			result = -1;
		if (findings->errors - errors > EXPECT_ERRORS_MAX)
			return finding_error(findings, "expect-errors", line.place, NULL,
					     "too many errors: the rest is not read");
		line.text += line.length + 1;
		line.place.line++;
	}
	if (result == 0 && expectations->count == before)
		return finding_error(findings, "expect-empty", (struct place){.file = file},
				     "write CALL = OUTCOME, one a line", "has no expectations");
	return result;
}

void expectations_free(struct expectations *expectations)
{
	for (size_t i = 0; i < expectations->count; i++)
		free(expectations->list[i].text);
	free(expectations->list);
	*expectations = (struct expectations){0};
}

/* The way of a call by socketcall(2) or ipc(2): its arguments lie in memory. */
static bool expect_other_way(const char *name, struct call *call)
{
	const char *multiplexer;
	unsigned inner;

	if (!name || !syscall_multiplexed(call->abi, name, &multiplexer, &inner) ||
	    !syscall_number(call->abi, multiplexer, &call->number))
		return false;
	*call = (struct call){.abi = call->abi,
			      .number = call->number,
			      .name = syscall_name(call->abi, call->number),
			      .given = 1,
			      .args = {inner}};
	return true;
}

bool expectation_next(const struct expectation *expectation, size_t *at, struct call *call)
{
	const struct call_group *group = expectation->group;
	const size_t count = !group ? 1 : group->count;

	/* each name twice: its number, and its other way */
	while (*at < 2 * count) {
		const char *name = !group ? expectation->call.name : group->calls[*at / 2];
		const bool other = (*at)++ % 2 == 1;

		*call = expectation->call;
		if (other && expectation->by_name && expect_other_way(name, call))
			return true;
		if (other || (group && !syscall_number(call->abi, name, &call->number)))
			continue;
		if (group)
			call->name = name;
		return true;
	}
	return false;
}

static bool expect_is_unexpected(uint32_t outcome, const void *outcomes)
{
	return !outcomes_have(outcomes, outcome);
}

void expectation_check(struct table_query *query, struct node table,
		       const struct expectation *expectation, struct expectation_result *result)
{
	struct call call;
	size_t at = 0;

	result->calls = result->failed = 0;
	while (expectation_next(expectation, &at, &call)) {
		struct known_bits known;
		struct table_answer answer;

		result->calls++;
		known_of_call(&known, &call);
		if (!table_query_find(query, table, &known, expect_is_unexpected,
				      &expectation->outcomes, &answer))
			continue;
		if (result->failed < EXPECT_FAILURES_MAX)
			result->failures[result->failed] = answer;
		result->failed++;
	}
}
