/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer harness of the way from a profile to a program: the bytes choose a profile of a few
 * calls with up to six rules each; it is read, resolved, derived and emitted, and the program must
 * answer as evaluate.h, which walks the rules of each call, in the corners of their conditions.
 */
#include <config.h>

#include "filter/rules/derive.h"

#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/lint/lint.h"
#include "filter/lint/starts.h"
#include "filter/program/program.h"
#include "filter/table/emit.h"
#include "filter/table/table_program.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/evaluate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CALLS_MAX 5
#define RULES_MAX 6
#define PICKS	  8 /* argument lists asked of each number that has a rule */

static const char *const call_names[] = {"chmod",      "socket",    "connect",
					 "socketcall", "semop",	    "semtimedop",
					 "ipc",	       "clone",	    "personality",
					 "read",       "accept4",   "ioctl",
					 "breakpoint", "pread64",   "open_tree_attr",
					 "uretprobe",  "statmount", "setuid",
					 "fchmodat",   "mmap",	    "fanotify_mark"};

static const char *const values[] = {"0",
				     "1",
				     "2",
				     "3",
				     "5",
				     "38",
				     "255",
				     "2147483647",
				     "2147483648",
				     "32768",
				     "65535",
				     "4294934528",
				     "4294967295",
				     "4294967196",
				     "4294967296",
				     "4294967301",
				     "8589934591",
				     "9223372036854775807",
				     "9223372036854775808",
				     "18446744069414584320",
				     "18446744073709551516",
				     "18446744073709551615"};

static const char *const masks[][2] = {{"1", "0"},	    {"1", "1"},
				       {"3", "2"},	    {"255", "5"},
				       {"2147483648", "0"}, {"2114060288", "0"},
				       {"0", "0"},	    {"4294967295", "5"},
				       {"4294967297", "1"}, {"18446744073709551615", "38"},
				       {"65535", "7"},	    {"18446744073709551360", "256"}};

/* Of one byte order each. */
static const enum arch lists[][4] = {
	{ARCH_X86_64, ARCH_X86, ARCH_X32, ARCH_AARCH64},
	{ARCH_S390X, ARCH_S390, ARCH_PPC64, ARCH_MIPS},
	{ARCH_MIPSEL64, ARCH_MIPSEL, ARCH_MIPSEL64N32, ARCH_ARM},
	{ARCH_ARM, ARCH_AARCH64, ARCH_LOONGARCH64, ARCH_RISCV64},
	{ARCH_X86, ARCH_SH, ARCH_PPC64LE, ARCH_X86_64},
	{ARCH_PARISC, ARCH_PARISC64, ARCH_M68K, ARCH_SHEB},
};

static void write_action(struct choices *choices, struct buffer *out, const char *key,
			 const char *errno_key)
{
	static const char *const errnos[] = {"", "1", "2", "38", "89", "4094"};
	enum action action = (enum action)choose(choices, ACTION_COUNT);
	unsigned number = choose(choices, ARRAY_SIZE(errnos));

	if (action == ACTION_NOTIFY && errno_key[0] == 'd')
		action = ACTION_ERRNO;
	buffer_addf(out, "\"%s\":\"%s\"", key, action_word(action));
	if ((action == ACTION_ERRNO || action == ACTION_TRACE) && number > 0)
		buffer_addf(out, ",\"%s\":%s", errno_key, errnos[number]);
}

static void write_condition(struct choices *choices, struct buffer *out)
{
	static const unsigned indexes[] = {0, 0, 0, 0, 1, 1, 2, 5};
	enum comparison comparison = (enum comparison)choose(choices, CMP_COUNT);
	size_t mask = choose(choices, ARRAY_SIZE(masks));

	buffer_addf(out, "{\"index\":%u,\"op\":\"%s\",\"value\":",
		    indexes[choose(choices, ARRAY_SIZE(indexes))], comparison_word(comparison));
	if (comparison == CMP_MASKED_EQ)
		buffer_addf(out, "%s,\"valueTwo\":%s}", masks[mask][0], masks[mask][1]);
	else
		buffer_addf(out, "%s}", values[choose(choices, ARRAY_SIZE(values))]);
}

static void write_rule(struct choices *choices, struct buffer *out, const char *name)
{
	unsigned conditions = choose(choices, 8);

	buffer_addf(out, "{\"names\":[\"%s\"],", name);
	write_action(choices, out, "action", "errnoRet");
	/* One or two are what meets most. */
	if (conditions > 4)
		conditions -= 4;
	buffer_add_text(out, ",\"args\":[");
	for (unsigned i = 0; i < conditions; i++) {
		buffer_add_text(out, i ? "," : "");
		write_condition(choices, out);
	}
	buffer_add_text(out, "]}");
}

static void write_profile(struct choices *choices, const enum arch *list, struct buffer *out)
{
	unsigned calls = 1 + choose(choices, CALLS_MAX), arches = choose(choices, 5);
	const char *comma = "";

	buffer_add_text(out, "{");
	write_action(choices, out, "defaultAction", "defaultErrnoRet");
	buffer_add_text(out, ",\"listenerPath\":\"/l\",\"architectures\":[");
	for (unsigned i = 0; i < arches; i++)
		buffer_addf(out, "%s\"%s\"", i ? "," : "", arch_word(list[choose(choices, 4)]));
	buffer_add_text(out, "],\"syscalls\":[");
	for (unsigned i = 0; i < calls; i++) {
		const char *name = call_names[choose(choices, ARRAY_SIZE(call_names))];
		unsigned rules = 1 + choose(choices, RULES_MAX);

		for (unsigned j = 0; j < rules; j++) {
			buffer_add_text(out, comma);
			write_rule(choices, out, name);
			comma = ",";
		}
	}
	buffer_add_text(out, "]}");
}

/* A value next to what some condition compares the argument with. */
static uint64_t corner(struct choices *choices, const struct resolved *resolved, unsigned index)
{
	uint64_t value = 0;
	unsigned pick = choose(choices, 256);

	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule =
			resolved->rules[(i + pick) % resolved->rule_count];

		for (size_t j = 0; j < rule->condition_count; j++) {
			const struct profile_condition *condition = &rule->conditions[j];

			if (condition->index != index)
				continue;
			value = condition->comparison == CMP_MASKED_EQ ? condition->value_two
								       : condition->value;
			i = resolved->rule_count;
			break;
		}
	}
	switch (choose(choices, 8)) {
	case 0:
		return value + 1;
	case 1:
		return value - 1;
	case 2:
		return value ^ UINT64_C(1) << choose(choices, 64);
	case 3:
		return value + (UINT64_C(1) << 32);
	case 4:
		return (uint32_t)value;
	case 5: /* socketcall's and ipc's calls, some with a version */
		return choose(choices, 33) | (uint64_t)(choose(choices, 4) == 1) << 16;
	default:
		return value;
	}
}

struct proof {
	const struct resolved *resolved;
	struct space *space;
	struct node table;
	const struct program *program;
};

static void check_call(const struct proof *proof, const struct seccomp_data *data)
{
	uint32_t wanted = evaluate_call(proof->resolved, data);

	must(table_lookup(proof->space, proof->table, data) == wanted);
	if (proof->program)
		must(outcome_normal(program_run(proof->program, data, NULL)) == wanted);
}

static void check_number(struct choices *choices, const struct proof *proof, uint32_t audit_arch,
			 uint32_t number, int picks)
{
	for (int pick = 0; pick < picks; pick++) {
		struct seccomp_data data = {.arch = audit_arch, .nr = (int)number};

		for (unsigned index = 0; index < 6; index++)
			data.args[index] = corner(choices, proof->resolved, index);
		check_call(proof, &data);
	}
}

static void check_abi(struct choices *choices, const struct proof *proof, const struct abi *abi)
{
	static const uint32_t numbers[] = {
		0,	     1000,	  X32_BIT - 1,	  X32_BIT,   2 * X32_BIT - 1,
		2 * X32_BIT, 3 * X32_BIT, UINT32_MAX - 1, UINT32_MAX};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		check_number(choices, proof, abi->audit_arch, numbers[i], 1);
	for (size_t i = 0; i < ARRAY_SIZE(call_names); i++) {
		uint32_t number;

		if (!syscall_number(abi, call_names[i], &number))
			continue;
		for (uint32_t near = number - 1; near != number + 2; near++)
			check_number(choices, proof, abi->audit_arch, near,
				     near == number ? PICKS : 1);
	}
}

static void check_calls(struct choices *choices, const struct proof *proof)
{
	for (size_t i = 0; i < proof->resolved->arch_count; i++)
		check_abi(choices, proof, abi_of(proof->resolved->arches[i].arch));
	/* Listed or not. */
	for (int arch = 0; arch < ARCH_COUNT; arch++)
		check_number(choices, proof, abi_of((enum arch)arch)->audit_arch, 3, 1);
	check_number(choices, proof, 0, 0, 1);
	check_number(choices, proof, UINT32_MAX, 1, 1);
}

static void check_table(struct choices *choices, struct proof *proof, const struct chains *chains)
{
	bool big_endian = arch_big_endian(proof->resolved->target.arch);
	struct program program = {0};
	struct findings findings = {0};

	if (emit_program(proof->space, proof->table, chains, big_endian, &program) == 0) {
		must(program_check(&program, &findings) == 0);
		must(node_same(table_from_program(proof->space, &program), proof->table));
		proof->program = &program;
	}
	check_calls(choices, proof);
	program_free(&program);
}

static bool has_error(const struct findings *findings, const char *id)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->list[i].severity == SEVERITY_ERROR &&
		    strcmp(findings->list[i].id, id) == 0)
			return true;
	return false;
}

/* What check says of it: no error but of a runtime's start, and nothing without a remedy or a
 * sentence. */
static void check_lint(struct space *space, const struct rules *rules, struct node table)
{
	struct findings findings = {0};

	lint_table(space, rules, table, true, NULL, 0, &findings);
	must(findings.errors == 0);
	starts_check(space, rules, table, RUNTIME_RUNC, false, &findings);
	starts_check(space, rules, table, RUNTIME_CRUN, true, &findings);
	for (size_t i = 0; i < findings.count; i++)
		must(findings.list[i].message[0] != '\0' && findings.list[i].id);
	findings_free(&findings);
}

static void check_resolved(struct choices *choices, const struct resolved *resolved)
{
	struct leniency leniency = {.allow_shadowed = choose(choices, 4) != 0};
	bool lint = choose(choices, 2);
	struct proof proof = {.resolved = resolved, .space = space_new()};
	struct chains chains = {0};
	struct findings findings = {0};
	struct rules *rules = rules_new(resolved, &leniency, &findings);
	int result;

	must(rules);
	result = derive_table(proof.space, rules, WIDTH_KERNEL, &leniency, &proof.table, &chains,
			      &findings);
	must((result != 0) == (findings.errors > 0));
	if (lint)
		lint_overlaps(resolved, &leniency, &findings);
	must(has_error(&findings, "shadowed-rule") ==
	     (!leniency.allow_shadowed && evaluate_shadowed(resolved)));
	must(has_error(&findings, "value-width") == evaluate_too_wide(resolved));
	if (result == 0)
		check_table(choices, &proof, &chains);
	if (result == 0)
		check_lint(proof.space, rules, proof.table);
	chains_free(&chains);
	rules_free(rules);
	findings_free(&findings);
	space_free(proof.space);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct choices choices = {data, size};
	const enum arch *list = lists[choose(&choices, ARRAY_SIZE(lists))];
	struct target target = {.arch = list[choose(&choices, 4)], .kernel_major = 6};
	struct findings findings = {0};
	struct buffer text = {0};
	struct json_document *document;
	struct profile *profile;
	struct resolved *resolved;

	write_profile(&choices, list, &text);
	document = json_parse("profile", text.data, text.length, &findings);
	must(document);
	profile = profile_read(document->root, PROFILE_DOCKER, false, &findings);
	must(profile);
	resolved = profile_resolve(profile, &target, &findings);
	must(resolved);
	check_resolved(&choices, resolved);
	resolved_free(resolved);
	profile_free(profile);
	json_free(document);
	findings_free(&findings);
	buffer_free(&text);
	return 0;
}
