/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nearest known word, for "did you mean": an edit distance that counts a swap of neighbours as
 * one (optimal string alignment). Only a band around the diagonal is computed, and candidates that
 * are too far away are left early, so that a hostile file full of long or many words costs little.
 */
#include <config.h>

#include "oci/words.h"

#include <ctype.h>
#include <string.h>

#define DISTANCE_MAX  3
#define CANDIDATE_MAX 64 /* bytes; a longer candidate is never proposed */

static bool nearest_letters_equal(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static unsigned nearest_smallest(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

/* One cell: rows[0] is being filled, rows[1] and rows[2] are the one and two before it. */
static unsigned nearest_cell(const char *a, size_t i, const char *b, size_t j,
			     unsigned (*rows)[CANDIDATE_MAX + 2])
{
	const unsigned *above = rows[(i + 2) % 3], *above_two = rows[(i + 1) % 3];
	unsigned best = nearest_smallest(above[j] + 1, rows[i % 3][j - 1] + 1,
					 above[j - 1] + !nearest_letters_equal(a[i - 1], b[j - 1]));

	if (i > 1 && j > 1 && nearest_letters_equal(a[i - 1], b[j - 2]) &&
	    nearest_letters_equal(a[i - 2], b[j - 1]) && above_two[j - 2] + 1 < best)
		best = above_two[j - 2] + 1;
	return best;
}

/* The distance if it is at most limit, else limit + 1. Both lengths are at most CANDIDATE_MAX + 3.
 */
static unsigned nearest_distance(const char *a, size_t a_length, const char *b, size_t b_length,
				 unsigned limit)
{
	unsigned rows[3][CANDIDATE_MAX + 2];

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t first = i > limit ? i - limit : 1;
		size_t last = i + limit < b_length ? i + limit : b_length;
		unsigned *row = rows[i % 3];
		unsigned least = limit + 1;

		row[first - 1] = first == 1 ? (unsigned)i : limit + 1;
		for (size_t j = first; j <= last; j++) {
			row[j] = nearest_cell(a, i, b, j, rows);
			if (row[j] < least)
				least = row[j];
		}
		row[last + 1] = limit + 1; /* the band's edge, read by the next row */
		if (least > limit && i > limit)
			return limit + 1;
	}
	return rows[a_length % 3][b_length];
}

const char *word_nearest(const char *word, const char *const *candidates, size_t count)
{
	size_t length = strlen(word);
	unsigned limit = length < 6 ? 1 : length < 9 ? 2 : DISTANCE_MAX;
	const char *best = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t other = strlen(candidates[i]);
		unsigned found;

		if (other > CANDIDATE_MAX || other > length + limit || length > other + limit)
			continue;
		found = nearest_distance(word, length, candidates[i], other, limit);
		if (found > limit)
			continue;
		best = candidates[i];
		if (found == 0)
			break;
		limit = found - 1; /* from here on only a nearer one counts */
	}
	return best;
}
