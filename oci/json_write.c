/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yajl's generator writes what stands between values and refuses what would not be JSON. Added here
 * are the layouts (yajl's own spreads an empty array over lines), 64-bit numbers, and ASCII
 * strings.
 */
#include <config.h>

#include "oci/json_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>

#include "oci/finding.h"
#include "oci/utf8.h"

#define INDENT "  "

/* What yajl writes next: with a comma in front, with a colon in front, the rest of either. */
enum json_token { TOKEN_REST, TOKEN_ELEMENT, TOKEN_VALUE };

struct json_writer {
	yajl_gen generator;
	struct buffer *out;
	enum json_layout layout;
	enum json_token next;
	bool objects[JSON_WRITE_DEPTH_MAX + 1]; /* by depth: an object, not an array */
	unsigned depth;
	unsigned short_depth; /* of the array or object that is on one line; 0: none is */
	bool empty;	      /* nothing stands in the innermost array or object yet */
};

static bool json_is_indented(const struct json_writer *json)
{
	return json->layout == JSON_INDENTED && json->short_depth == 0;
}

static void json_add_line(struct json_writer *json, unsigned depth)
{
	buffer_add_text(json->out, "\n");
	for (unsigned i = 0; i < depth; i++)
		buffer_add_text(json->out, INDENT);
}

/* White space in front of a key, or of a value without one. */
static void json_add_space(struct json_writer *json)
{
	if (json->depth > 0 && json_is_indented(json))
		json_add_line(json, json->depth);
	else if (json->depth > 0 && json->layout != JSON_COMPACT && !json->empty)
		buffer_add_text(json->out, " ");
	json->empty = false;
}

/* Receives what yajl writes, token by token. */
static void json_receive(void *context, const char *text, size_t length)
{
	struct json_writer *json = context;

	if (json->next == TOKEN_ELEMENT && text[0] != ',') {
		json_add_space(json);
		json->next = TOKEN_REST;
	}
	buffer_add(json->out, text, length);
	if (json->next == TOKEN_VALUE) { /* this was its colon */
		buffer_add_text(json->out, json->layout == JSON_COMPACT ? "" : " ");
		json->next = TOKEN_REST;
	}
}

static void *json_yajl_alloc(void *context, size_t size)
{
	(void)context;
	return mem_alloc(size);
}

static void *json_yajl_resize(void *context, void *old, size_t size)
{
	(void)context;
	return mem_resize(old, size, 1);
}

static void json_yajl_free(void *context, void *memory)
{
	(void)context;
	free(memory);
}

/* yajl refuses what would not be JSON: a value without its key, a second document. */
static void json_check(yajl_gen_status status)
{
	if (status != yajl_gen_status_ok)
		fault_of_caller();
}

struct json_writer *json_writer_new(struct buffer *out, enum json_layout layout)
{
	static yajl_alloc_funcs functions = {.malloc = json_yajl_alloc,
					     .realloc = json_yajl_resize,
					     .free = json_yajl_free};
	struct json_writer *json = mem_zero(1, sizeof(*json));

	*json = (struct json_writer){.out = out, .layout = layout};
	json->generator = yajl_gen_alloc(&functions);
	if (!json->generator ||
	    !yajl_gen_config(json->generator, yajl_gen_print_callback, json_receive, json) ||
	    !yajl_gen_config(json->generator, yajl_gen_validate_utf8, 1))
		fault_of_caller();
	return json;
}

void json_writer_free(struct json_writer *json)
{
	if (!json)
		return;
	yajl_gen_free(json->generator);
	free(json);
}

void cleanup_json_writer(struct json_writer **json)
{
	json_writer_free(*json);
}

/* ---- arrays and objects */

/* Announces a value: writes its key, if it has one. */
static void json_begin(struct json_writer *json, const char *key)
{
	json->next = TOKEN_ELEMENT;
	if (!key)
		return;
	json_check(yajl_gen_string(json->generator, (const unsigned char *)key, strlen(key)));
	json->next = TOKEN_VALUE;
}

static void json_open(struct json_writer *json, const char *key, bool object, bool is_short)
{
	if (json->depth == JSON_WRITE_DEPTH_MAX)
		fault_of_caller();
	json_begin(json, key);
	json_check(object ? yajl_gen_map_open(json->generator)
			  : yajl_gen_array_open(json->generator));
	json->objects[++json->depth] = object;
	json->empty = true;
	if (is_short && json->short_depth == 0)
		json->short_depth = json->depth;
}

void json_write_object(struct json_writer *json, const char *key)
{
	json_open(json, key, true, false);
}

void json_write_array(struct json_writer *json, const char *key)
{
	json_open(json, key, false, false);
}

void json_write_short_object(struct json_writer *json, const char *key)
{
	json_open(json, key, true, true);
}

void json_write_short_array(struct json_writer *json, const char *key)
{
	json_open(json, key, false, true);
}

void json_write_end(struct json_writer *json)
{
	if (json->depth == 0)
		fault_of_caller();
	if (!json->empty && json_is_indented(json))
		json_add_line(json, json->depth - 1);
	json_check(json->objects[json->depth] ? yajl_gen_map_close(json->generator)
					      : yajl_gen_array_close(json->generator));
	if (json->short_depth == json->depth)
		json->short_depth = 0;
	json->depth--;
	json->empty = false;
}

/* ---- values */

/*
 * yajl writes a number's text as it is given. Numbers go this way because its own have a sign and
 * 63 bits, strings because it leaves DEL and all that is not ASCII as it is.
 */
void json_write_raw(struct json_writer *json, const char *key, const char *text, size_t length)
{
	if (length == 0)
		fault_of_caller();
	json_begin(json, key);
	json_check(yajl_gen_number(json->generator, text, length));
}

/* Adds a character in ASCII and returns how many bytes of text it was. */
static size_t json_add_character(struct buffer *out, const char *text, size_t length)
{
	uint32_t code;
	size_t used = utf8_sequence((const unsigned char *)text, length, &code);

	if (used == 0) {
		used = 1;
		code = 0xfffd;
	}
	if (code == '"' || code == '\\')
		buffer_addf(out, "\\%c", (char)code);
	else if (code >= 0x20 && code < 0x7f)
		buffer_add(out, text, 1);
	else if (code < 0x10000)
		buffer_addf(out, "\\u%04" PRIx32, code);
	else
		buffer_addf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd800 + ((code - 0x10000) >> 10),
			    0xdc00 + ((code - 0x10000) & 0x3ff));
	return used;
}

void json_add_string(struct buffer *out, const char *text, size_t length)
{
	buffer_add_text(out, "\"");
	for (size_t i = 0; i < length;)
		i += json_add_character(out, text + i, length - i);
	buffer_add_text(out, "\"");
}

void json_write_replaced(struct json_writer *json, const char *key, const char *text)
{
	CLEANUP(buffer_free) struct buffer string = {0};

	if (!text) {
		json_write_null(json, key);
		return;
	}
	json_add_string(&string, text, strlen(text));
	json_write_raw(json, key, string.data, string.length);
}

void json_write_string(struct json_writer *json, const char *key, const char *text)
{
	const size_t length = text ? strlen(text) : 0;

	if (text && utf8_check(text, length) != length)
		text = text_escaped(text, length);
	json_write_replaced(json, key, text);
}

void json_write_format(struct json_writer *json, const char *key, const char *format, ...)
{
	CLEANUP(cleanup_free) char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = mem_vformat(format, arguments);
	va_end(arguments);
	json_write_string(json, key, text);
}

void json_write_unsigned(struct json_writer *json, const char *key, uint64_t number)
{
	char text[sizeof("18446744073709551615")];

	json_write_raw(json, key, text, (size_t)snprintf(text, sizeof(text), "%" PRIu64, number));
}

void json_write_integer(struct json_writer *json, const char *key, int64_t number)
{
	json_begin(json, key);
	json_check(yajl_gen_integer(json->generator, number));
}

void json_write_hex(struct json_writer *json, const char *key, uint64_t number)
{
	json_write_format(json, key, "0x%" PRIx64, number);
}

void json_write_bool(struct json_writer *json, const char *key, bool value)
{
	json_begin(json, key);
	json_check(yajl_gen_bool(json->generator, value));
}

void json_write_null(struct json_writer *json, const char *key)
{
	json_begin(json, key);
	json_check(yajl_gen_null(json->generator));
}
