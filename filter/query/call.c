/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the table of the calls that a CALL stands for, and what a table decides about them. */
#include <config.h>

#include "filter/query/call.h"

#include <string.h>

#include "filter/kernel/signatures.h"
#include "filter/table/table_apply.h"

unsigned call_argument_bits(const struct call *call, unsigned index)
{
	struct argument arguments[ARGUMENTS_MAX];

	if (!call->name)
		return signature_full_bits(call->abi);
	(void)signature_of(call->abi, call->name, arguments); /* without one: the full width */
	return arguments[index].bits;
}

struct seccomp_data call_data(const struct call *call)
{
	struct seccomp_data data = {.nr = (int)call->number, .arch = call->abi->audit_arch};

	memcpy(data.args, call->args, sizeof(data.args));
	return data;
}

/* The table where one word has this value, and `otherwise` elsewhere. */
static struct node call_at_value(struct space *space, unsigned word, uint32_t value,
				 struct node node, struct node otherwise)
{
	return table_compare_word(space, word, value, otherwise, node, otherwise);
}

static struct node call_arguments_table(struct space *space, const struct call *call)
{
	struct node node = TABLE_TRUE;

	for (unsigned i = CALL_ARGUMENTS; i-- > 0;) {
		if (!(call->given >> i & 1))
			continue;
		node = call_at_value(space, word_argument_low(i), (uint32_t)call->args[i], node,
				     TABLE_FALSE);
		node = call_at_value(space, word_argument_high(i), (uint32_t)(call->args[i] >> 32),
				     node, TABLE_FALSE);
	}
	return node;
}

/* The calls as a boolean table: architecture, number, and the arguments that were given. */
static struct node call_table(struct space *space, const struct call *call)
{
	struct node node = call_arguments_table(space, call);

	node = call_at_value(space, WORD_NUMBER, call->number, node, TABLE_FALSE);
	return call_at_value(space, WORD_ARCH, call->abi->audit_arch, node, TABLE_FALSE);
}

struct node call_restrict(struct space *space, struct node table, const struct call *call,
			  struct node otherwise)
{
	return table_choose(space, call_table(space, call), table, otherwise);
}

static void call_known_word(struct known_bits *known, const struct seccomp_data *data,
			    unsigned word)
{
	known->mask[word] = UINT32_MAX;
	known->value[word] = word_value(data, word);
}

struct node call_rest(struct space *space, struct node table, const struct call *call)
{
	const struct seccomp_data data = call_data(call);
	struct known_bits known = {.mask = {0}};

	call_known_word(&known, &data, WORD_ARCH);
	call_known_word(&known, &data, WORD_NUMBER);
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++) {
		if ((call->given >> i & 1) == 0)
			continue;
		call_known_word(&known, &data, word_argument_high(i));
		call_known_word(&known, &data, word_argument_low(i));
	}
	return table_restrict(space, table, &known, false);
}
