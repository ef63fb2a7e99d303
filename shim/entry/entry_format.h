/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of the filter file that the entry program loads: a header, the sock_filter array, and
 * nothing after it; all in the byte order of the machine. Written by entry_file.c, read by
 * entry_program.c, which has no library: only constants and inline functions stand here.
 */
#ifndef SHIM_ENTRY_ENTRY_FORMAT_H
#define SHIM_ENTRY_ENTRY_FORMAT_H

#include <linux/filter.h>
#include <stdint.h>

#define ENTRY_MAGIC	 UINT64_C(0x314b4e494c494653) /* also shows the byte order */
#define ENTRY_VERSION	 1
#define ENTRY_LENGTH_MAX 4096 /* BPF_MAXINSNS */

/* options */
#define ENTRY_NO_NEW_PRIVS (1u << 0) /* set no_new_privs */
#define ENTRY_CAN_REPORT   (1u << 1) /* the filter lets write and exit_group pass */
#define ENTRY_MOVED	   (1u << 2) /* for the host: it holds a profile moved from config.json */
#define ENTRY_OPTIONS	   (ENTRY_NO_NEW_PRIVS | ENTRY_CAN_REPORT | ENTRY_MOVED)

struct entry_header {
	uint64_t magic;
	uint32_t version;
	uint32_t audit_arch; /* of the ABI of the entry program */
	uint32_t length;     /* instructions, 1..ENTRY_LENGTH_MAX */
	uint32_t flags;	     /* SECCOMP_FILTER_FLAG_*, never NEW_LISTENER */
	uint32_t options;    /* ENTRY_* */
	uint32_t padding;    /* 0 */
	uint64_t checksum;   /* entry_checksum(); against damage, not against forgery */
};

/* FNV-1a over the header up to the checksum, and the instructions. */
static inline uint64_t entry_checksum(const struct entry_header *header,
				      const struct sock_filter *code)
{
	const unsigned char *bytes = (const unsigned char *)header;
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (unsigned long i = 0; i < __builtin_offsetof(struct entry_header, checksum); i++)
		sum = (sum ^ bytes[i]) * UINT64_C(0x100000001b3);
	bytes = (const unsigned char *)code;
	for (unsigned long i = 0; i < header->length * sizeof(*code); i++)
		sum = (sum ^ bytes[i]) * UINT64_C(0x100000001b3);
	return sum;
}

#endif
