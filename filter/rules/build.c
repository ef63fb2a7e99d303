/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules to libseccomp, in file order, as runc and crun hand them over: a rule equal to the default
 * is left out (libseccomp refuses it), conditions on one argument become rules of their own.
 */
#include <config.h>

#include "filter/rules/build.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <dlfcn.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "filter/kernel/action.h"
#include "filter/program/child.h"

/* libseccomp can write more than the kernel takes; beyond this it is not worth reading. */
#define EXPORT_MAX (PROGRAM_LENGTH_MAX * 16 * sizeof(struct sock_filter))

static void cleanup_context(scmp_filter_ctx *context)
{
	if (*context)
		seccomp_release(*context);
}

const char *build_library_path(void)
{
	Dl_info info;

	return dladdr((const void *)(uintptr_t)seccomp_version, &info) != 0 ? info.dli_fname : NULL;
}

const char *build_library_version(void)
{
	static char text[32];
	const struct scmp_version *version = seccomp_version();

	if (!version)
		return "of unknown version";
	(void)snprintf(text, sizeof(text), "%u.%u.%u", version->major, version->minor,
		       version->micro);
	return text;
}

static struct scmp_arg_cmp build_condition(const struct profile_condition *condition)
{
	static const enum scmp_compare operators[CMP_COUNT] = {[CMP_NE] = SCMP_CMP_NE,
							       [CMP_LT] = SCMP_CMP_LT,
							       [CMP_LE] = SCMP_CMP_LE,
							       [CMP_EQ] = SCMP_CMP_EQ,
							       [CMP_GE] = SCMP_CMP_GE,
							       [CMP_GT] = SCMP_CMP_GT,
							       [CMP_MASKED_EQ] =
								       SCMP_CMP_MASKED_EQ};

	return (struct scmp_arg_cmp){.arg = condition->index,
				     .op = operators[condition->comparison],
				     .datum_a = condition->value,
				     .datum_b = condition->value_two};
}

/* The rule's conditions as rules of their own: any one of them is enough. */
static int build_add_each(scmp_filter_ctx context, const struct profile_rule *rule, int number,
			  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct scmp_arg_cmp condition = build_condition(&rule->conditions[i]);
		int result =
			seccomp_rule_add_array(context, rule_outcome(rule), number, 1, &condition);

		if (result != 0)
			return result;
	}
	return 0;
}

/* libseccomp's action numbers are the kernel's. */
static int build_add_rule(scmp_filter_ctx context, const struct profile_rule *rule, int number,
			  bool first_six)
{
	struct scmp_arg_cmp conditions[6];
	size_t count = rule->condition_count;

	if (first_six && count > ARRAY_SIZE(conditions))
		count = ARRAY_SIZE(conditions);
	if (rule_is_or(rule))
		return build_add_each(context, rule, number, count);
	/* Each condition has an argument of its own: six at most. */
	for (size_t i = 0; i < count; i++)
		conditions[i] = build_condition(&rule->conditions[i]);
	return seccomp_rule_add_array(context, rule_outcome(rule), number, (unsigned)count,
				      conditions);
}

static int build_add_name(scmp_filter_ctx context, const struct build_request *request,
			  const struct profile_rule *rule, const char *name)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number == __NR_SCMP_ERROR ||
	    (request->knows && !request->knows(name, request->context)))
		return 0;
	return build_add_rule(context, rule, number, request->first_six);
}

/* The child writes this for each request, and the program's bytes after it. */
struct answer_head {
	int32_t error;
	uint32_t rule, name;
	uint32_t length; /* bytes */
};

static void build_add_rules(scmp_filter_ctx context, const struct resolved *resolved,
			    const struct build_request *request, struct answer_head *head)
{
	uint32_t fallback = default_outcome(resolved->profile);

	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		if (rule_outcome(rule) == fallback)
			continue;
		for (size_t j = 0; j < rule->name_count && head->error == 0; j++) {
			head->error = -build_add_name(context, request, rule, rule->names[j].text);
			head->rule = (uint32_t)i;
			head->name = (uint32_t)j;
		}
		if (head->error != 0)
			return;
	}
}

/* A context with just these architectures; *known: libseccomp has one of them at least. */
static scmp_filter_ctx build_context(const struct resolved *resolved,
				     const struct build_request *request, bool *known)
{
	CLEANUP(cleanup_context)
	scmp_filter_ctx context = seccomp_init(default_outcome(resolved->profile));

	/* First without the native one: libseccomp mixes no byte orders. */
	*known = false;
	if (!context || seccomp_arch_remove(context, SCMP_ARCH_NATIVE) != 0)
		return NULL;
	for (size_t i = 0; i < request->abi_count; i++) {
		uint32_t arch = request->abis[i]->scmp_arch;
		int result = arch == 0 ? 0 : seccomp_arch_add(context, arch);

		if (result != 0 && result != -EEXIST)
			return NULL;
		*known |= arch != 0;
	}
	return STEAL(context);
}

/*
 * The program's bytes by way of a memory file: seccomp_export_bpf() answers 0 on a full disk or
 * pipe with part of the bytes written, memory is not full.
 */
static char *build_export(scmp_filter_ctx context, uint32_t *length)
{
	CLEANUP(cleanup_close) int file = memfd_create("seccomp-shim", MFD_CLOEXEC);
	CLEANUP(cleanup_free) char *bytes = NULL;
	off_t end;

	if (file < 0 || seccomp_export_bpf(context, file) != 0)
		return NULL;
	end = lseek(file, 0, SEEK_END);
	if (end <= 0 || (size_t)end > EXPORT_MAX)
		return NULL;
	*length = (uint32_t)end;
	bytes = mem_alloc(*length);
	if (pread(file, bytes, *length, 0) != (ssize_t)*length)
		return NULL;
	return STEAL(bytes);
}

static int build_answer(const struct resolved *resolved, const struct build_request *request,
			int out)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct answer_head head = {0};
	bool known;
	CLEANUP(cleanup_context) scmp_filter_ctx context = build_context(resolved, request, &known);

	if (!context)
		return -1;
	if (known)
		build_add_rules(context, resolved, request, &head);
	if (known && head.error == 0) {
		bytes = build_export(context, &head.length);
		if (!bytes)
			return -1;
	}
	if (write_all(out, &head, sizeof(head)) != 0)
		return -1;
	return head.length > 0 ? write_all(out, bytes, head.length) : 0;
}

struct child_argument {
	const struct resolved *resolved;
	const struct build_request *requests;
	size_t count;
};

static int build_in_child(void *argument, int out)
{
	const struct child_argument *work = argument;

	/* All that this libseccomp can do, whatever the running kernel can: it is the target's
	 * filter. */
	for (unsigned level = 7; level > 0 && seccomp_api_set(level) != 0; level--)
		;
	for (size_t i = 0; i < work->count; i++)
		if (build_answer(work->resolved, &work->requests[i], out) != 0)
			return -1;
	return 0;
}

/* libseccomp writes the target's byte order. */
static void build_take_instructions(struct program *program, const char *bytes, size_t length,
				    bool big_endian)
{
	bool swap = big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);

	*program = (struct program){.code = mem_alloc(length),
				    .length = length / sizeof(struct sock_filter),
				    .big_endian = big_endian};
	memcpy(program->code, bytes, length);
	for (size_t i = 0; swap && i < program->length; i++) {
		program->code[i].code = __builtin_bswap16(program->code[i].code);
		program->code[i].k = __builtin_bswap32(program->code[i].k);
	}
}

static int build_take_answer(const struct child_argument *work, const struct buffer *answer,
			     struct built *built)
{
	bool big_endian = arch_big_endian(work->resolved->target.arch);
	size_t at = 0;

	for (size_t i = 0; i < work->count; i++) {
		struct answer_head head;

		if (answer->length - at < sizeof(head))
			return -1;
		memcpy(&head, answer->data + at, sizeof(head));
		at += sizeof(head);
		if (answer->length - at < head.length ||
		    head.length % sizeof(struct sock_filter) != 0)
			return -1;
		if (head.error != 0 && (head.rule >= work->resolved->rule_count ||
					head.name >= work->resolved->rules[head.rule]->name_count))
			return -1;
		built[i].error = head.error;
		built[i].rule = head.rule;
		built[i].name = head.name;
		if (head.length > 0)
			build_take_instructions(&built[i].program, answer->data + at, head.length,
						big_endian);
		at += head.length;
	}
	return at == answer->length ? 0 : -1;
}

int build_with_libseccomp(const struct resolved *resolved, const struct build_request *requests,
			  size_t count, struct built *built, const char **reason)
{
	CLEANUP(buffer_free) struct buffer answer = {0};
	struct child_argument work = {resolved, requests, count};

	memset(built, 0, count * sizeof(*built));
	if (child_run(build_in_child, &work, &answer, reason) != 0)
		return -1;
	if (build_take_answer(&work, &answer, built) == 0)
		return 0;
	*reason = "its answer is not a program";
	return -1;
}
