/* SPDX-License-Identifier: Apache-2.0 */
/* Reads recordings and looks up every call, over all arguments that its record leaves open. */
#include <config.h>

#include "shim/test/replay.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/query/outcomes.h"
#include "filter/record/record.h"
#include "shim/test/test_result.h"

void replay_free(struct replay *replay)
{
	free(replay->rows);
	free(replay->index);
	*replay = (struct replay){0};
}

const char *replay_verdict_word(enum replay_verdict verdict)
{
	static const char *const words[] = {
		[REPLAY_PASSES] = "passes",
		[REPLAY_DENIED] = "denied",
		[REPLAY_MAY_BE] = "may be denied",
	};

	return words[verdict];
}

/* ---- one call */

static bool replay_row_is_new(uint32_t outcome, const void *context)
{
	const struct replay_row *row = context;

	for (size_t i = 0; i < row->outcome_count; i++)
		if (row->outcomes[i] == outcome)
			return false;
	return true;
}

/* Adds the outcomes that a call can get. */
static void replay_row_add_outcomes(struct replay_row *row, struct table_query *query,
				    struct node table, const struct call *call)
{
	struct known_bits known;
	struct table_answer answer;

	known_of_call(&known, call);
	while (row->outcome_count < REPLAY_OUTCOMES_MAX &&
	       table_query_find(query, table, &known, replay_row_is_new, row, &answer)) {
		row->outcomes[row->outcome_count++] = answer.outcome;
		if (outcome_runs(answer.outcome) || !outcome_runs(row->outcome))
			continue;
		row->outcome = answer.outcome;
		row->witness = answer.call;
	}
}

static enum replay_verdict replay_row_verdict(const struct replay_row *row)
{
	size_t passing = 0, denying = 0;

	for (size_t i = 0; i < row->outcome_count; i++) {
		passing += outcome_runs(row->outcomes[i]);
		denying += !outcome_runs(row->outcomes[i]) && !outcome_hands_over(row->outcomes[i]);
	}
	if (passing == row->outcome_count)
		return REPLAY_PASSES;
	return denying == row->outcome_count ? REPLAY_DENIED : REPLAY_MAY_BE;
}

static struct replay_row replay_row_make(struct table_query *query, struct node table,
					 const struct record *record)
{
	struct replay_row row = {.call = record->call, .outcome = outcome_of(ACTION_ALLOW, 0)};

	replay_row_add_outcomes(&row, query, table, &record->call);
	if (record->has_other)
		replay_row_add_outcomes(&row, query, table, &record->other);
	row.verdict = replay_row_verdict(&row);
	return row;
}

/* ---- all of them */

static bool replay_rows_are_same(const struct replay_row *a, const struct replay_row *b)
{
	return a->call.abi == b->call.abi && a->call.number == b->call.number &&
	       a->verdict == b->verdict && a->outcome == b->outcome;
}

static size_t replay_row_hash(const struct replay_row *row)
{
	uint64_t hash = row->call.number * UINT64_C(0x9e3779b97f4a7c15);

	hash = (hash ^ row->outcome ^ (uint64_t)row->call.abi->arch << 32) *
	       UINT64_C(0xbf58476d1ce4e5b9);
	return (size_t)(hash >> 32);
}

/* The entry of a row, or the empty one for it. */
static size_t *replay_row_slot(const struct replay *replay, const struct replay_row *row)
{
	size_t at = replay_row_hash(row) & (replay->index_size - 1);

	while (replay->index[at] != 0 &&
	       !replay_rows_are_same(&replay->rows[replay->index[at] - 1], row))
		at = (at + 1) & (replay->index_size - 1);
	return &replay->index[at];
}

static void replay_grow_index(struct replay *replay)
{
	replay->index_size = replay->index_size == 0 ? 256 : replay->index_size * 2;
	free(replay->index);
	replay->index = mem_zero(replay->index_size, sizeof(*replay->index));
	for (size_t i = 0; i < replay->row_count; i++)
		*replay_row_slot(replay, &replay->rows[i]) = i + 1;
}

/* Counts a call that does not pass; false if there are too many different ones. */
static bool replay_count_row(struct replay *replay, const struct replay_row *row)
{
	size_t *slot;

	if (replay->row_count * 2 >= replay->index_size)
		replay_grow_index(replay);
	slot = replay_row_slot(replay, row);
	if (*slot == 0) {
		if (replay->row_count == REPLAY_ROWS_MAX)
			return false;
		replay->rows = mem_grow(replay->rows, replay->row_count, &replay->row_capacity,
					sizeof(*replay->rows));
		replay->rows[replay->row_count++] = *row;
		*slot = replay->row_count;
	}
	replay->rows[*slot - 1].count++;
	return true;
}

/* The state of reading one file. */
struct replay_reader {
	struct replay *replay;
	struct table_query *query;
	struct node table;
	struct record_reader records;
	bool waiting; /* a SECCOMP record waits for the SYSCALL record of the same call */
	struct record record;
	struct place place;
};

/* Adds a call. False if it cannot be kept. */
static bool replay_add_record(struct replay_reader *reader, const struct record *record,
			      struct place place)
{
	struct replay_row row = replay_row_make(reader->query, reader->table, record);

	row.first = place;
	reader->replay->calls++;
	reader->replay->verdicts[row.verdict]++;
	return row.verdict == REPLAY_PASSES || replay_count_row(reader->replay, &row);
}

static bool replay_add_waiting(struct replay_reader *reader)
{
	const bool waiting = reader->waiting;

	reader->waiting = false;
	return !waiting || replay_add_record(reader, &reader->record, reader->place);
}

/* True if both are records of one call: the first waits for the second, which has its arguments. */
static bool replay_is_same_call(const struct replay_reader *reader, const struct record *record)
{
	return reader->waiting && record->has_arguments &&
	       record->stamp.length == reader->record.stamp.length &&
	       memcmp(record->stamp.text, reader->record.stamp.text, record->stamp.length) == 0 &&
	       record->call.abi == reader->record.call.abi &&
	       record->call.number == reader->record.call.number;
}

static bool replay_add_call(struct replay_reader *reader, const struct record *record,
			    struct place place)
{
	if (replay_is_same_call(reader, record))
		reader->waiting = false;
	if (!replay_add_waiting(reader))
		return false;
	if (record->stamp.length == 0 || record->has_arguments)
		return replay_add_record(reader, record, place);
	reader->waiting = true;
	reader->record = *record;
	reader->place = place;
	return true;
}

/* Reads one line. False if it cannot be kept. */
static bool replay_read_line(struct replay_reader *reader, const char *text, size_t length,
			     struct place place)
{
	struct record record;

	switch (record_read(&reader->records, text, length, &record)) {
	case RECORD_NOTHING:
		return true;
	case RECORD_UNKNOWN:
		if (reader->replay->unknown_lines++ == 0)
			reader->replay->unknown = place;
		return true;
	default:
		return replay_add_call(reader, &record, place);
	}
}

/* False if a line cannot be kept; *place is that line then. */
static bool replay_read_lines(struct replay_reader *reader, const char *text, size_t length,
			      struct place *place)
{
	const char *const end = text + length;

	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		const size_t line = (size_t)((stop ? stop : end) - text);

		if (!replay_read_line(reader, text, line, *place))
			return false;
		text += line + 1;
		place->line++;
	}
	return replay_add_waiting(reader);
}

int replay_read(struct replay *replay, struct table_query *query, struct node table,
		const char *file, const char *text, size_t length, const struct abi *native,
		struct findings *findings)
{
	struct replay_reader reader = {.replay = replay, .query = query, .table = table};
	const size_t before = replay->calls;
	struct place place = {.file = file, .line = 1, .column = 1};
	bool kept;

	record_start(&reader.records, native);
	kept = replay_read_lines(&reader, text, length, &place);
	record_free(&reader.records);
	if (!kept)
		return finding_error(findings, "replay-rows", place, "use smaller recordings",
				     "more than %d different calls do not pass", REPLAY_ROWS_MAX);
	if (replay->calls > before)
		return 0;
	return finding_error(findings, "replay-empty", (struct place){.file = file},
			     "give the output of strace -f, or audit records (SECCOMP, SYSCALL)",
			     "has no recorded calls");
}

/* ---- in order */

static int replay_row_compare(const void *one, const void *other)
{
	const struct replay_row *a = one, *b = other;
	int order;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->call.name && b->call.name) {
		order = strcmp(a->call.name, b->call.name);
		if (order != 0)
			return order;
	}
	if ((!a->call.name) != (!b->call.name))
		return !a->call.name ? 1 : -1;
	if (a->call.abi != b->call.abi)
		return a->call.abi->arch < b->call.abi->arch ? -1 : 1;
	if (a->call.number != b->call.number)
		return a->call.number < b->call.number ? -1 : 1;
	if (a->verdict != b->verdict)
		return a->verdict < b->verdict ? -1 : 1;
	if (a->outcome != b->outcome)
		return a->outcome < b->outcome ? -1 : 1;
	return 0;
}

void replay_finish(struct replay *replay, const struct rules *rules)
{
	if (replay->row_count > 0)
		qsort(replay->rows, replay->row_count, sizeof(*replay->rows), replay_row_compare);
	free(replay->index); /* it holds positions of before the sort */
	replay->index = NULL;
	replay->index_size = 0;
	for (size_t i = 0; i < replay->row_count; i++) {
		struct replay_row *row = &replay->rows[i];

		row->deciding = test_deciding_place(rules, &row->witness, row->outcome);
	}
}
