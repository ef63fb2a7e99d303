/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory, cleanup attributes, and a growing buffer: what every floor needs.
 * Running out of memory ends the program in one place (mem_on_failure), so no caller tests for
 * NULL. Nothing here prints.
 */
#ifndef OCI_BASE_H
#define OCI_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLEANUP(function)   __attribute__((cleanup(function)))
#define PRINTF(text, first) __attribute__((format(printf, text, first)))
#define MUST_CHECK	    __attribute__((warn_unused_result))
#define NORETURN	    __attribute__((noreturn))
#define ARRAY_SIZE(array)   (sizeof(array) / sizeof((array)[0]))

/* Takes the pointer out of *(void **)where and leaves NULL: hands ownership on past a cleanup. */
#define STEAL(where)                                 \
	({                                           \
		__typeof__(where) stolen_ = (where); \
		(where) = NULL;                      \
		stolen_;                             \
	})

/*
 * What happens when memory runs out or a size overflows: the handler must not return (if it does,
 * or if none is set, abort(3)).
 */
void mem_on_failure(void (*handler)(void));
/* Ends the program by abort(3): a function was used in a way that its header excludes. */
NORETURN void fault_of_caller(void);

/* None of these returns NULL. Memory of mem_alloc and mem_resize is not initialised. Free with
 * free(3). */
void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull));
void *mem_zero(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *mem_resize(void *old, size_t count, size_t size) MUST_CHECK __attribute__((returns_nonnull));
/*
 * Makes room for one more element in a growing array: doubles *capacity when count has reached it.
 * Returns the array (perhaps moved).
 */
void *mem_grow(void *array, size_t count, size_t *capacity, size_t size) MUST_CHECK;
/* NUL-terminated copies and formatted text (printf(3)), owned by the caller. */
char *mem_string(const char *text);
char *mem_string_n(const char *text, size_t length);
char *mem_format(const char *format, ...) PRINTF(1, 2);
char *mem_vformat(const char *format, va_list arguments) PRINTF(1, 0);

/*
 * Memory that is freed all at once, however many pieces it has. All zero is an empty pool. Pieces
 * are aligned for any pointer or integer and not initialised.
 */
struct pool {
	struct pool_chunk *chunks;
};

/* Pieces live until pool_free(). None of these returns NULL, pool_copy() aside. */
void *pool_alloc(struct pool *pool, size_t size) __attribute__((returns_nonnull));
/* A copy of size bytes; NULL for a size of 0. */
void *pool_copy(struct pool *pool, const void *data, size_t size);
/* A NUL-terminated copy of length bytes. */
const char *pool_string(struct pool *pool, const void *data, size_t length);
void pool_free(struct pool *pool);

/* For CLEANUP(): free(3), close(2) when >= 0 (errno is kept). */
void cleanup_free(void *pointer_to_pointer);
void cleanup_close(int *fd);

/* Bytes that grow. All zero is an empty one. data is NUL-terminated whenever it is not NULL. */
struct buffer {
	char *data;
	size_t length; /* bytes, without the terminating NUL */
	size_t capacity;
};

/* Append bytes, a string, and formatted text (printf(3)). */
void buffer_add(struct buffer *buffer, const void *data, size_t length);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_addf(struct buffer *buffer, const char *format, ...) PRINTF(2, 3);
/*
 * Adds untrusted bytes so that one line on a terminal stays one harmless line: control bytes, DEL,
 * C1 controls, bidirectional and invisible formatting characters, line and paragraph separators,
 * bytes that are not UTF-8, and the backslash itself are written as \xNN per byte (\n, \t and \\ by
 * name). What is longer than 256 bytes ends in "...".
 */
void buffer_add_escaped(struct buffer *buffer, const char *data, size_t length);
/* The content, NUL-terminated and owned by the caller (never NULL); the buffer is empty afterwards.
 */
char *buffer_take(struct buffer *buffer);
/* Frees the content; the buffer is empty afterwards and may be used again. */
void buffer_free(struct buffer *buffer);

#endif
