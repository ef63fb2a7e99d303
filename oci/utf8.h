/* SPDX-License-Identifier: Apache-2.0 */
/* A strict UTF-8 check (RFC 3629): yajl's own accepts overlong forms, surrogates and F7 BF BF BF.
 */
#ifndef OCI_UTF8_H
#define OCI_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Length (1..4) of the well-formed UTF-8 sequence at text, 0 if the bytes there are not one; *code
 * (may be NULL) gets the code point. length > 0.
 */
size_t utf8_sequence(const unsigned char *text, size_t length, uint32_t *code);
/* Offset of the first byte that is not part of a well-formed sequence, or length if all is well. */
size_t utf8_check(const char *text, size_t length);

#endif
