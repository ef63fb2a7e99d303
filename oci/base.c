/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation that ends the program when it fails, pools, cleanup functions, and growing buffers.
 * Nothing here prints: the handler of mem_on_failure() reports that memory ran out.
 */
#include <config.h>

#include "oci/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "oci/utf8.h"

#define POOL_CHUNK  ((size_t)32 << 10) /* small for an everyday profile, few for a huge one */
#define GROW_FIRST  8		       /* elements of a growing array's first allocation */
#define ESCAPED_MAX 256 /* bytes of hostile text in one message; paths and names are shorter */

static void (*failure_handler)(void);

void mem_on_failure(void (*handler)(void))
{
	failure_handler = handler;
}

static NORETURN void mem_fail(void)
{
	if (failure_handler)
		failure_handler();
	abort();
}

void fault_of_caller(void)
{
	abort();
}

static void *mem_checked(void *memory)
{
	if (!memory)
		mem_fail();
	return memory;
}

void *mem_alloc(size_t size)
{
	return mem_checked(malloc(size ? size : 1));
}

void *mem_zero(size_t count, size_t size)
{
	return mem_checked(count && size ? calloc(count, size) : calloc(1, 1));
}

void *mem_resize(void *old, size_t count, size_t size)
{
	if (count == 0 || size == 0)
		count = size = 1; /* realloc(3) of 0 bytes would free */
	return mem_checked(reallocarray(old, count, size));
}

void *mem_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return array;
	if (__builtin_mul_overflow(*capacity, 2, capacity))
		mem_fail();
	if (*capacity == 0)
		*capacity = GROW_FIRST;
	return mem_resize(array, *capacity, size);
}

char *mem_string(const char *text)
{
	return mem_string_n(text, strlen(text));
}

char *mem_string_n(const char *text, size_t length)
{
	size_t size;
	char *copy;

	if (__builtin_add_overflow(length, 1, &size))
		mem_fail();
	copy = mem_alloc(size);
	if (length)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *mem_vformat(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		mem_fail();
	return text;
}

char *mem_format(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = mem_vformat(format, arguments);
	va_end(arguments);
	return text;
}

struct pool_chunk {
	struct pool_chunk *next;
	size_t used, size;
	_Alignas(uint64_t) char data[];
};

static struct pool_chunk *pool_extend(struct pool *pool, size_t size)
{
	size_t room = size > POOL_CHUNK ? size : POOL_CHUNK, whole;
	struct pool_chunk *chunk;

	if (__builtin_add_overflow(room, sizeof(*chunk), &whole))
		mem_fail();
	chunk = mem_alloc(whole);
	*chunk = (struct pool_chunk){.next = pool->chunks, .size = room};
	pool->chunks = chunk;
	return chunk;
}

void *pool_alloc(struct pool *pool, size_t size)
{
	struct pool_chunk *chunk = pool->chunks;
	void *memory;

	if (__builtin_add_overflow(size, sizeof(uint64_t) - 1, &size))
		mem_fail();
	size -= size % sizeof(uint64_t);
	if (!chunk || chunk->size - chunk->used < size)
		chunk = pool_extend(pool, size);
	memory = chunk->data + chunk->used;
	chunk->used += size;
	return memory;
}

void *pool_copy(struct pool *pool, const void *data, size_t size)
{
	return size ? memcpy(pool_alloc(pool, size), data, size) : NULL;
}

const char *pool_string(struct pool *pool, const void *data, size_t length)
{
	size_t size;
	char *copy;

	if (__builtin_add_overflow(length, 1, &size))
		mem_fail();
	copy = pool_alloc(pool, size);
	if (length)
		memcpy(copy, data, length);
	copy[length] = '\0';
	return copy;
}

void pool_free(struct pool *pool)
{
	struct pool_chunk *chunk = pool->chunks, *next;

	for (; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	pool->chunks = NULL;
}

void cleanup_free(void *pointer_to_pointer)
{
	free(*(void **)pointer_to_pointer);
}

void cleanup_close(int *fd)
{
	int kept = errno;

	if (*fd >= 0)
		(void)close(*fd); /* Linux frees the descriptor whatever close(2) returns */
	errno = kept;
}

/* Makes room for more bytes and the NUL after them. */
static void buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t needed;

	if (__builtin_add_overflow(buffer->length, more, &needed) ||
	    __builtin_add_overflow(needed, 1, &needed))
		mem_fail();
	if (needed <= buffer->capacity)
		return;
	if (needed < 2 * buffer->capacity)
		needed = 2 * buffer->capacity;
	buffer->data = mem_resize(buffer->data, needed, 1);
	buffer->capacity = needed;
}

void buffer_add(struct buffer *buffer, const void *data, size_t length)
{
	buffer_reserve(buffer, length);
	if (length)
		memcpy(buffer->data + buffer->length, data, length);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
}

void buffer_add_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_addf(struct buffer *buffer, const char *format, ...)
{
	CLEANUP(cleanup_free) char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = mem_vformat(format, arguments);
	va_end(arguments);
	buffer_add_text(buffer, text);
}

/*
 * Code points that move the cursor, reorder or hide their neighbours, or show nothing: the
 * categories Cc, Zl and Zp, and the property Default_Ignorable_Code_Point (Unicode 15).
 */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{0x0000, 0x001f},   {0x007f, 0x009f},	{0x00ad, 0x00ad},   {0x034f, 0x034f},
	{0x061c, 0x061c},   {0x115f, 0x1160},	{0x17b4, 0x17b5},   {0x180b, 0x180f},
	{0x200b, 0x200f},   {0x2028, 0x202e},	{0x2060, 0x206f},   {0x3164, 0x3164},
	{0xfe00, 0xfe0f},   {0xfeff, 0xfeff},	{0xffa0, 0xffa0},   {0xfff0, 0xfffb},
	{0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

static bool buffer_hides_code(uint32_t code)
{
	for (size_t i = 0; i < ARRAY_SIZE(unseen); i++)
		if (code >= unseen[i].first && code <= unseen[i].last)
			return true;
	return false;
}

/* Adds the first character of text and returns how many bytes it has. */
static size_t buffer_add_character(struct buffer *buffer, const char *text, size_t length)
{
	uint32_t code = 0;
	size_t size = utf8_sequence((const unsigned char *)text, length, &code);

	if (code == '\n' || code == '\t' || code == '\\') {
		buffer_add_text(buffer, code == '\n' ? "\\n" : code == '\t' ? "\\t" : "\\\\");
	} else if (size && !buffer_hides_code(code)) {
		buffer_add(buffer, text, size);
	} else {
		size = size ? size : 1;
		for (size_t i = 0; i < size; i++)
			buffer_addf(buffer, "\\x%02x", (unsigned char)text[i]);
	}
	return size;
}

void buffer_add_escaped(struct buffer *buffer, const char *data, size_t length)
{
	size_t done = 0;

	buffer_add(buffer, "", 0); /* so that data is never NULL */
	while (done < length && done < ESCAPED_MAX) {
		size_t size =
			utf8_sequence((const unsigned char *)data + done, length - done, NULL);

		if (length > ESCAPED_MAX && done + size > ESCAPED_MAX)
			break;
		done += buffer_add_character(buffer, data + done, length - done);
	}
	if (done < length)
		buffer_add_text(buffer, "...");
}

char *buffer_take(struct buffer *buffer)
{
	char *data;

	buffer_add(buffer, "", 0);
	data = buffer->data;
	*buffer = (struct buffer){0};
	return data;
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){0};
}
