/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds a tree with places from yajl's events. The whole text is fed at once, so that what yajl
 * has consumed when it calls back is the end of the token. yajl's tree is not used: it drops places
 * and recurses. What yajl lets pass is refused here: other encodings, lone surrogates, \u0000, form
 * feeds as white space, duplicate keys, depth.
 */
#include <config.h>

#include "oci/json.h"

#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "oci/json_fault.h"

struct cursor {
	size_t offset, line_start;
	unsigned line;
};

/* An array or object that is open. Its content lies on the parser's stack from base on. */
struct level {
	struct json *container;
	size_t base;
};

struct json_parser {
	struct json_document *document;
	const char *file; /* the caller's: lives on after a document that failed */
	struct findings *findings;
	yajl_handle handle;
	bool completing;      /* in yajl_complete_parse, where only a number can still come */
	struct cursor cursor; /* behind the last token */
	struct level levels[JSON_DEPTH_MAX];
	size_t depth;
	struct json **elements;
	size_t element_count, element_capacity;
	struct json_member *members; /* value NULL: the key was read, the value not yet */
	size_t member_count, member_capacity;
};

struct token {
	size_t start, end;
	struct place place;
};

void json_free(struct json_document *document)
{
	if (!document)
		return;
	pool_free(&document->memory);
	free(document);
}

static void cleanup_json(struct json_document **document)
{
	json_free(*document);
}

/* Lines end with \n, which stands only between tokens. */
static void cursor_move(struct cursor *cursor, const char *text, size_t offset)
{
	for (; cursor->offset < offset; cursor->offset++)
		if (text[cursor->offset] == '\n') {
			cursor->line++;
			cursor->line_start = cursor->offset + 1;
		}
}

static struct place cursor_place(const struct cursor *cursor, const char *file)
{
	return (struct place){file, cursor->line,
			      (unsigned)(cursor->offset - cursor->line_start) + 1};
}

/*
 * Reports a fault behind the last token, or in it (then on its line). Returns 0, which stops yajl.
 */
static int parser_fault(struct json_parser *parser, struct json_fault *fault)
{
	struct cursor cursor = parser->cursor;

	if (cursor.offset > fault->offset)
		cursor.offset = fault->offset;
	cursor_move(&cursor, parser->document->text, fault->offset);
	(void)finding_error(parser->findings, fault->id, cursor_place(&cursor, parser->file),
			    fault->remedy, "%s", fault->message);
	free(fault->message);
	return 0;
}

static enum json_after parser_after(const struct json_parser *parser)
{
	const struct level *level;

	if (parser->depth == 0)
		return parser->document->root ? AFTER_DOCUMENT : AFTER_NOTHING;
	level = &parser->levels[parser->depth - 1];
	if (level->container->type == JSON_ARRAY)
		return parser->element_count > level->base ? AFTER_ELEMENT : AFTER_ARRAY_OPEN;
	if (parser->member_count == level->base)
		return AFTER_OBJECT_OPEN;
	return parser->members[parser->member_count - 1].value ? AFTER_MEMBER : AFTER_KEY;
}

static int parser_fault_find(struct json_parser *parser)
{
	struct json_fault fault;

	json_fault_find(parser->document->text, parser->document->length, parser->cursor.offset,
			parser_after(parser), &fault);
	return parser_fault(parser, &fault);
}

/* Finds the token that yajl has just read. False, with an error, if it is not a token of JSON. */
static bool token_take(struct json_parser *parser, struct token *token)
{
	const char *text = parser->document->text;
	size_t end = parser->completing ? parser->document->length
					: yajl_get_bytes_consumed(parser->handle);
	size_t start = parser->cursor.offset;
	struct cursor cursor = parser->cursor;

	while (start < end && memchr(" \t\r\n,:", text[start], 6))
		start++;
	/* yajl takes \v and \f for white space; JSON does not. */
	if (start == end || text[start] == '\v' || text[start] == '\f')
		return parser_fault_find(parser);
	cursor_move(&cursor, text, start);
	*token = (struct token){start, end, cursor_place(&cursor, parser->document->file)};
	cursor.offset = end;
	parser->cursor = cursor;
	return true;
}

/*
 * The same for strings and keys; also checks escapes, because yajl turns a lone surrogate into `?`.
 */
static bool token_take_string(struct json_parser *parser, struct token *token)
{
	struct json_fault fault;

	if (!token_take(parser, token))
		return false;
	return !json_fault_string(parser->document->text, token->start, token->end, &fault) ||
	       parser_fault(parser, &fault);
}

static struct json *parser_add_value(struct json_parser *parser, enum json_type type,
				     const struct token *token)
{
	struct json *value = pool_alloc(&parser->document->memory, sizeof(*value));

	*value = (struct json){.type = type,
			       .start = token->start,
			       .end = token->end,
			       .place = token->place};
	if (parser->depth == 0) {
		parser->document->root = value;
	} else if (parser->levels[parser->depth - 1].container->type == JSON_OBJECT) {
		parser->members[parser->member_count - 1].value = value;
	} else {
		parser->elements = mem_grow(parser->elements, parser->element_count,
					    &parser->element_capacity, sizeof(*parser->elements));
		parser->elements[parser->element_count++] = value;
	}
	return value;
}

static int parser_on_null(void *context)
{
	struct token token;

	return token_take(context, &token) && parser_add_value(context, JSON_NULL, &token);
}

static int parser_on_boolean(void *context, int boolean)
{
	struct token token;

	if (!token_take(context, &token))
		return 0;
	parser_add_value(context, JSON_BOOLEAN, &token)->boolean = boolean;
	return 1;
}

static int parser_on_number(void *context, const char *digits, size_t length)
{
	struct json_parser *parser = context;
	struct token token;
	struct json *value;

	if (!token_take(parser, &token))
		return 0;
	value = parser_add_value(parser, JSON_NUMBER, &token);
	value->text = pool_string(&parser->document->memory, digits, length);
	value->length = length;
	return 1;
}

static int parser_on_string(void *context, const unsigned char *decoded, size_t length)
{
	struct json_parser *parser = context;
	struct token token;
	struct json *value;

	if (!token_take_string(parser, &token))
		return 0;
	value = parser_add_value(parser, JSON_STRING, &token);
	value->text = pool_string(&parser->document->memory, decoded, length);
	value->length = length;
	return 1;
}

static int parser_on_key(void *context, const unsigned char *decoded, size_t length)
{
	struct json_parser *parser = context;
	struct token token;

	if (!token_take_string(parser, &token))
		return 0;
	parser->members = mem_grow(parser->members, parser->member_count, &parser->member_capacity,
				   sizeof(*parser->members));
	parser->members[parser->member_count++] = (struct json_member){
		.key = pool_string(&parser->document->memory, decoded, length),
		.key_length = length,
		.start = token.start,
		.end = token.end,
		.place = token.place,
	};
	return 1;
}

static int parser_open_container(struct json_parser *parser, enum json_type type)
{
	struct token token;
	struct json *container;

	if (!token_take(parser, &token))
		return 0;
	if (parser->depth == JSON_DEPTH_MAX) {
		token.place.file = parser->file;
		(void)finding_error(parser->findings, "json-too-deep", token.place, "at most 64",
				    "more than %d arrays and objects inside one another",
				    JSON_DEPTH_MAX);
		return 0;
	}
	container = parser_add_value(parser, type, &token);
	parser->levels[parser->depth++] =
		(struct level){container,
			       type == JSON_ARRAY ? parser->element_count : parser->member_count};
	return 1;
}

static int parser_on_array_open(void *context)
{
	return parser_open_container(context, JSON_ARRAY);
}

static int parser_on_object_open(void *context)
{
	return parser_open_container(context, JSON_OBJECT);
}

/* NULL, with an error, if what closes it is not a token of JSON. */
static struct level *parser_close_container(struct json_parser *parser)
{
	struct level *level = &parser->levels[parser->depth - 1];
	struct token token;

	if (!token_take(parser, &token))
		return NULL;
	level->container->end = token.end;
	parser->depth--;
	return level;
}

static int parser_on_array_close(void *context)
{
	struct json_parser *parser = context;
	struct level *level = parser_close_container(parser);
	struct json **elements;

	if (!level)
		return 0;
	elements = parser->elements + level->base;
	level->container->length = parser->element_count - level->base;
	level->container->items = pool_copy(&parser->document->memory, elements,
					    level->container->length * sizeof(*elements));
	parser->element_count = level->base;
	return 1;
}

static int parser_on_object_close(void *context)
{
	struct json_parser *parser = context;
	struct level *level = parser_close_container(parser);
	struct json_member *members;

	if (!level)
		return 0;
	members = parser->members + level->base;
	level->container->length = parser->member_count - level->base;
	level->container->members = pool_copy(&parser->document->memory, members,
					      level->container->length * sizeof(*members));
	parser->member_count = level->base;
	json_fault_duplicates(level->container, parser->file, parser->findings);
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = parser_on_null,
	.yajl_boolean = parser_on_boolean,
	.yajl_number = parser_on_number,
	.yajl_string = parser_on_string,
	.yajl_start_map = parser_on_object_open,
	.yajl_map_key = parser_on_key,
	.yajl_end_map = parser_on_object_close,
	.yajl_start_array = parser_on_array_open,
	.yajl_end_array = parser_on_array_close,
};

static void *parser_memory_alloc(void *context, size_t size)
{
	(void)context;
	return mem_alloc(size);
}

static void *parser_memory_resize(void *context, void *old, size_t size)
{
	(void)context;
	return mem_resize(old, size, 1);
}

static void parser_memory_free(void *context, void *memory)
{
	(void)context;
	free(memory);
}

/* Feeds the text. False after an error in findings. */
static bool parser_run(struct json_parser *parser)
{
	yajl_alloc_funcs memory = {parser_memory_alloc, parser_memory_resize, parser_memory_free,
				   NULL};
	const struct json_document *document = parser->document;
	size_t end, errors = parser->findings->errors;
	yajl_status status;

	parser->handle = yajl_alloc(&callbacks, &memory, parser);
	/* json_fault_encoding() has checked UTF-8 already, and more strictly. */
	(void)yajl_config(parser->handle, yajl_dont_validate_strings, 1);
	status =
		yajl_parse(parser->handle, (const unsigned char *)document->text, document->length);
	if (status == yajl_status_ok) {
		parser->completing = true;
		status = yajl_complete_parse(parser->handle);
	}
	yajl_free(parser->handle);
	end = parser->cursor.offset;
	while (end < document->length && memchr(" \t\r\n", document->text[end], 4))
		end++;
	if (status == yajl_status_error || (status == yajl_status_ok && end < document->length))
		(void)parser_fault_find(parser);
	return parser->findings->errors == errors;
}

/* The checks that come before yajl sees a byte. */
static bool parser_admit(struct json_parser *parser)
{
	struct place whole = {.file = parser->file};
	struct json_fault fault;

	if (parser->document->length > JSON_SIZE_MAX) {
		(void)finding_error(parser->findings, "json-too-large", whole, "at most 16 MiB",
				    "the text is too large");
		return false;
	}
	return !json_fault_encoding(parser->document->text, parser->document->length, &fault) ||
	       parser_fault(parser, &fault);
}

struct json_document *json_parse(const char *file, const char *text, size_t length,
				 struct findings *findings)
{
	CLEANUP(cleanup_json) struct json_document *document = mem_zero(1, sizeof(*document));
	struct json_parser parser = {.document = document,
				     .file = file,
				     .findings = findings,
				     .cursor = {.line = 1}};
	bool good;

	parser.elements = mem_grow(NULL, 0, &parser.element_capacity, sizeof(*parser.elements));
	parser.members = mem_grow(NULL, 0, &parser.member_capacity, sizeof(*parser.members));
	document->file = pool_string(&document->memory, file, strlen(file));
	document->text = text;
	document->length = length;
	good = parser_admit(&parser) && parser_run(&parser);
	free(parser.elements);
	free(parser.members);
	return good ? STEAL(document) : NULL;
}
