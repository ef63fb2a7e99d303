/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outcomes: what a filter returns for one call, as the kernel's value (SECCOMP_RET_*,
 * linux/seccomp.h) in normal form, so that equal outcomes are equal numbers.
 */
#ifndef FILTER_KERNEL_ACTION_H
#define FILTER_KERNEL_ACTION_H

#include "oci/words.h"

/* The outcome of a rule or default; data is the errno of ERRNO and TRACE, else ignored. */
uint32_t outcome_of(enum action action, unsigned data);
/*
 * What the kernel makes of a returned value: unknown actions are KILL_PROCESS, data of actions that
 * have none is dropped, ERRNO data above 4095 is 4095 (kernel/seccomp.c, __seccomp_filter).
 */
uint32_t outcome_normal(uint32_t value);
enum action outcome_action(uint32_t outcome);
/* The call runs: ALLOW, LOG. */
bool outcome_runs(uint32_t outcome);
/* Somebody else decides whether it runs: a tracer (TRACE), a listener (NOTIFY). */
bool outcome_hands_over(uint32_t outcome);
/* 0 is the strictest (KILL_PROCESS); a larger number is laxer (kernel precedence). */
int outcome_rank(uint32_t outcome);
/* "ERRNO(EPERM)", "TRACE(7)", "ALLOW": added to buffer. */
void outcome_add(struct buffer *buffer, uint32_t outcome);

#endif
