/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON text through yajl's generator, which sets quotes, colons, commas and brackets.
 * Everything that is written is ASCII, so that a name cannot play tricks on a terminal.
 */
#ifndef OCI_JSON_WRITE_H
#define OCI_JSON_WRITE_H

#include "oci/base.h"

#define JSON_WRITE_DEPTH_MAX 100 /* arrays and objects inside one another; yajl's limit is 127 */

enum json_layout {
	JSON_COMPACT,  /* {"a":1,"b":[2,3]} */
	JSON_ONE_LINE, /* {"a": 1, "b": [2, 3]} */
	JSON_INDENTED, /* each key and element on its own line, two spaces a level; [] stays
			  together */
};

struct json_writer;

/* Writes behind what out holds; out must outlive the writer. Never NULL. */
struct json_writer *json_writer_new(struct buffer *out, enum json_layout layout);
/* NULL is fine. What has been opened and not ended stays so in the text. */
void json_writer_free(struct json_writer *json);
/* The same for CLEANUP(). */
void cleanup_json_writer(struct json_writer **json);

/*
 * In an object each value takes its key, a constant of ours in ASCII; elsewhere (an element of an
 * array, the whole document) key is NULL. Anything else, an end too many and a second document are
 * faults of the caller and end the program (fault_of_caller).
 */
void json_write_object(struct json_writer *json, const char *key);
void json_write_array(struct json_writer *json, const char *key);
/* The same on one line, whatever the layout: [1, 2] within JSON_INDENTED. */
void json_write_short_object(struct json_writer *json, const char *key);
void json_write_short_array(struct json_writer *json, const char *key);
/* Ends the array or object that was opened last. */
void json_write_end(struct json_writer *json);

/*
 * A string; null for NULL. Bytes that are not UTF-8 have no place in JSON: text with such bytes is
 * written as messages show it (text_escaped), so that a file's name can still be recognised.
 */
void json_write_string(struct json_writer *json, const char *key, const char *text);
/* The same, but each byte that is not UTF-8 becomes U+FFFD. */
void json_write_replaced(struct json_writer *json, const char *key, const char *text);
/* A string made like printf(3). */
void json_write_format(struct json_writer *json, const char *key, const char *format, ...)
	PRINTF(3, 4);
void json_write_unsigned(struct json_writer *json, const char *key, uint64_t number);
void json_write_integer(struct json_writer *json, const char *key, int64_t number);
/* A string "0x1f": numbers that readers of JSON would round. */
void json_write_hex(struct json_writer *json, const char *key, uint64_t number);
void json_write_bool(struct json_writer *json, const char *key, bool value);
void json_write_null(struct json_writer *json, const char *key);
/* A value that is JSON text already (of a document that was read, or of another writer). */
void json_write_raw(struct json_writer *json, const char *key, const char *text, size_t length);

/* A string alone, with its quotes, as json_write_replaced() writes it. */
void json_add_string(struct buffer *out, const char *text, size_t length);

#endif
