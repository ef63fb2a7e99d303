/* SPDX-License-Identifier: Apache-2.0 */
/* Parses outcomes, as action.c writes them, and the words that stand for several of them. */
#include <config.h>

#include "filter/query/outcomes.h"

#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"

#define WORD_MAX  64   /* bytes; no outcome is longer */
#define ERRNO_MAX 4095 /* MAX_ERRNO, include/linux/err.h */

bool outcomes_have(const struct outcomes *set, uint32_t outcome)
{
	if (set->deny && !outcome_runs(outcome) && !outcome_hands_over(outcome))
		return true;
	if (set->kill && outcome_rank(outcome) <= (int)ACTION_KILL_THREAD)
		return true;
	for (size_t i = 0; i < set->count; i++)
		if (set->list[i] == outcome)
			return true;
	return false;
}

static const struct simple {
	const char *word;
	enum action action;
} simple[] = {
	{"ALLOW", ACTION_ALLOW},
	{"LOG", ACTION_LOG},
	{"NOTIFY", ACTION_NOTIFY},
	{"TRAP", ACTION_TRAP},
	{"KILL_PROCESS", ACTION_KILL_PROCESS},
	{"KILL_THREAD", ACTION_KILL_THREAD},
};

/* Outcomes with a number: "ERRNO(EPERM)". */
static const struct numbered {
	const char *word;
	uint32_t base;
	unsigned max;
} numbered[] = {
	{"ERRNO", SECCOMP_RET_ERRNO, ERRNO_MAX},
	{"TRACE", SECCOMP_RET_TRACE, SECCOMP_RET_DATA},
	{"TRAP", SECCOMP_RET_TRAP, SECCOMP_RET_DATA},
};

static bool outcomes_parse_number(const char *text, unsigned max, unsigned *number)
{
	char *end;
	unsigned long value;

	if (*text < '0' || *text > '9')
		return false;
	value = strtoul(text, &end, 10);
	*number = (unsigned)value;
	return *end == '\0' && value <= max;
}

/* "ERRNO(EPERM)", "ERRNO(1)", "TRACE(7)"; false if it is none of them. */
static bool outcomes_parse_numbered(char *word, uint32_t *outcome)
{
	char *open = strchr(word, '(');
	size_t length = strlen(word);
	unsigned number;

	if (!open || word[length - 1] != ')')
		return false;
	word[length - 1] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(numbered); i++) {
		if (strncmp(word, numbered[i].word, (size_t)(open - word)) != 0 ||
		    numbered[i].word[open - word] != '\0')
			continue;
		if (!outcomes_parse_number(open + 1, numbered[i].max, &number) &&
		    !(i == 0 && word_errno(open + 1, &number)))
			return false;
		*outcome = outcome_normal(numbered[i].base | number);
		return true;
	}
	return false;
}

#define ERRNO_NAMED_MAX 1024 /* no error with a name has a larger number */

/* All words, made once: a hostile file has many that are wrong. */
static const char *const *outcomes_words(size_t *count)
{
	static const char *words[ARRAY_SIZE(simple) + 2 + ERRNO_NAMED_MAX];
	static size_t made;

	if (made == 0) {
		for (size_t i = 0; i < ARRAY_SIZE(simple); i++)
			words[made++] = simple[i].word;
		words[made++] = "KILL";
		words[made++] = "DENY";
		for (unsigned number = 1; number < ERRNO_NAMED_MAX; number++)
			if (errno_name(number))
				words[made++] = errno_name(number);
	}
	*count = made;
	return words;
}

/* The word that was probably meant: an outcome, or the name of an error. */
static const char *outcomes_nearest(const char *word)
{
	static const char prefix[] = "SCMP_ACT_";
	size_t count;
	const char *const *words = outcomes_words(&count);

	if (strncmp(word, prefix, sizeof(prefix) - 1) == 0)
		word += sizeof(prefix) - 1;
	return word_nearest(word, words, count);
}

static int outcomes_report_unknown(const char *shown, const char *word, struct place place,
				   struct findings *findings)
{
	const char *near = outcomes_nearest(word);
	CLEANUP(cleanup_free) char *remedy = NULL;

	if (strncmp(word, "ERRNO", 5) == 0 || strcmp(word, "SCMP_ACT_ERRNO") == 0)
		remedy = mem_string(
			"expected ERRNO(EPERM), EPERM, ERRNO(0) to ERRNO(4095), or DENY for "
			"whatever keeps the call from running");
	else if (strncmp(word, "TRACE", 5) == 0 || strncmp(word, "TRAP", 4) == 0 ||
		 strcmp(word, "SCMP_ACT_TRACE") == 0)
		remedy = mem_string("expected TRACE(0) to TRACE(65535), or TRAP");
	else if (near)
		remedy = mem_format("did you mean %s?", near);
	else
		remedy = mem_string("expected ALLOW, LOG, ERRNO(EPERM), EPERM, KILL_PROCESS, "
				    "KILL_THREAD, KILL, TRAP, TRACE(7), NOTIFY or DENY");
	return finding_error(findings, "expect-outcome", place, remedy, "unknown outcome \"%s\"",
			     shown);
}

/* Adds one alternative. */
static int outcomes_parse_one(const char *text, size_t length, struct place place,
			      struct outcomes *set, struct findings *findings)
{
	const char *shown = text_escaped(text, length);
	char word[WORD_MAX + 1], copy[WORD_MAX + 1];
	uint32_t outcome = 0;
	unsigned number;
	bool known = false;

	if (length == 0)
		return finding_error(findings, "expect-outcome", place,
				     "write ALLOW, EPERM, KILL, DENY, ...",
				     "an outcome is missing");
	if (length > WORD_MAX || memchr(text, '\0', length))
		return outcomes_report_unknown(shown, "", place, findings);
	memcpy(word, text, length);
	word[length] = '\0';
	memcpy(copy, word, length + 1);
	if (strcmp(word, "DENY") == 0 || strcmp(word, "KILL") == 0) {
		set->deny |= word[0] == 'D';
		set->kill |= word[0] == 'K';
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(simple) && !known; i++) {
		known = strcmp(word, simple[i].word) == 0;
		outcome = outcome_of(simple[i].action, 0);
	}
	if (!known && word_errno(word, &number)) {
		known = true;
		outcome = outcome_of(ACTION_ERRNO, number);
	}
	if (!known && !outcomes_parse_numbered(copy, &outcome))
		return outcomes_report_unknown(shown, word, place, findings);
	if (outcomes_have(set, outcome))
		return 0;
	if (set->count == OUTCOMES_MAX)
		return finding_error(findings, "expect-outcomes", place, NULL,
				     "more than %d outcomes", OUTCOMES_MAX);
	set->list[set->count++] = outcome;
	return 0;
}

static bool outcomes_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

int outcomes_parse(const char *text, size_t length, struct place place, struct outcomes *set,
		   struct findings *findings)
{
	int result = 0;
	size_t at = 0;

	for (;;) {
		const char *bar = memchr(text + at, '|', length - at);
		size_t end = !bar ? length : (size_t)(bar - text);
		size_t stop = end;
		struct place here = place;

		while (at < stop && outcomes_is_blank(text[at]))
			at++;
		while (stop > at && outcomes_is_blank(text[stop - 1]))
			stop--;
		here.column += (unsigned)at;
		if (outcomes_parse_one(text + at, stop - at, here, set, findings) != 0)
			result = -1;
		if (!bar)
			return result;
		at = end + 1;
	}
}
