/* SPDX-License-Identifier: Apache-2.0 */
/* Makes candidates for an edit, and tries each: its table shows whether it does what is wanted. */
#include <config.h>

#include "filter/rules/suggest.h"

#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"
#include "filter/rules/condition.h"
#include "filter/rules/fallback.h"
#include "filter/rules/profile_table.h"
#include "filter/table/table_apply.h"

/*
 * Each trial derives the whole profile: trials end after so many names in all, but a few are made
 * in any case (HACKING.md, "Hostile input").
 */
#define NAMES_TRIED_MAX	 400000
#define TRIALS_MIN	 8
#define RANGE_LISTED_MAX 16 /* values of a range that are written one by one */

struct suggest_search {
	const struct suggest_request *request;
	const struct profile *profile;
	const struct call *call;
	struct suggestion *edit;
	struct node scope;  /* the calls that may change, a boolean table */
	uint32_t fallback;  /* outcome of the default action */
	enum action action; /* of the wished outcome */
	unsigned errno_ret;
	size_t mentions[SUGGEST_MENTIONS_MAX]; /* rules that name the call: positions in
						* profile->rules
						*/
	size_t mention_count;
	size_t trials;		   /* that may still be made */
	struct profile_name *name; /* the call's, for rules that are added */
};

/* ---- what may change */

/* The given arguments as the kernel compares them on an ABI. */
static struct node suggest_given_table(const struct suggest_search *s, const struct abi *abi,
				       uint32_t number)
{
	struct space *space = s->request->space;
	struct widths widths = widths_of(WIDTH_KERNEL, abi, number);
	struct node table = TABLE_TRUE;

	for (unsigned i = 0; i < CALL_ARGUMENTS; i++) {
		const struct profile_condition condition = {.index = i,
							    .comparison = CMP_EQ,
							    .value = s->call->args[i]};

		if (s->call->given >> i & 1)
			table = table_and(space, table,
					  condition_table(space, &widths, &condition));
	}
	return table;
}

static struct node suggest_at_number(struct space *space, const struct abi *abi, uint32_t number,
				     struct node node)
{
	node = table_compare_word(space, WORD_NUMBER, number, TABLE_FALSE, node, TABLE_FALSE);
	return table_compare_word(space, WORD_ARCH, abi->audit_arch, TABLE_FALSE, node,
				  TABLE_FALSE);
}

/* The call by its name on one ABI, also through its multiplexer. */
static struct node suggest_scope_on(const struct suggest_search *s, const struct abi *abi)
{
	struct space *space = s->request->space;
	struct call_rule carried = {.multiplexed = true};
	struct node scope = TABLE_FALSE;
	uint32_t number;
	const char *multiplexer;

	if (syscall_number(abi, s->call->name, &number))
		scope = suggest_at_number(space, abi, number, suggest_given_table(s, abi, number));
	if (!syscall_multiplexed(abi, s->call->name, &multiplexer, &carried.call) ||
	    !syscall_number(abi, multiplexer, &number))
		return scope;
	carried.number = number;
	carried.call_mask = syscall_multiplexer_mask(multiplexer);
	return table_or(space, scope,
			suggest_at_number(space, abi, number,
					  condition_multiplexed(space, &carried)));
}

static struct node suggest_scope(const struct suggest_search *s)
{
	struct node scope = TABLE_FALSE;

	for (size_t i = 0; i < s->request->rules->abi_count; i++)
		scope = table_or(s->request->space, scope,
				 suggest_scope_on(s, s->request->rules->abis[i].abi));
	return scope;
}

/* ---- trying */

/* What the profile would decide after the changes; TABLE_FULL where it would be refused. */
static struct node suggest_changed_table(const struct suggest_search *s,
					 const struct rule_changes *changes)
{
	CLEANUP(findings_free) struct findings findings = {0};
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(cleanup_resolved) struct resolved *resolved = NULL;
	const struct profile *profile = rule_changes_apply(changes, s->profile, &pool);
	struct node table;

	space_renew(s->request->space);
	resolved = profile_resolve(profile, &s->request->rules->resolved->target, &findings);
	if (!resolved || profile_table(s->request->space, resolved, s->request->reading,
				       s->request->leniency, NULL, &table, NULL, &findings) != 0)
		return TABLE_FULL;
	return table;
}

/* True if one of the two outcomes is that of newer calls (ENOSYS) and the other the default's. */
static bool suggest_is_newer_call(const struct suggest_search *s,
				  const struct difference *difference)
{
	const struct abi *abi = difference->region.abi;
	uint32_t enosys = !abi ? s->fallback : fallback_enosys(abi);

	return (difference->a == enosys && difference->b == s->fallback) ||
	       (difference->b == enosys && difference->a == s->fallback);
}

/*
 * What else a table changes; false if that is more than newer calls that get ENOSYS or no longer
 * do.
 */
static bool suggest_changes_only_newer(const struct suggest_search *s, struct node table,
				       struct differences *also)
{
	struct space *space = s->request->space;
	struct node rest = table_choose(space, s->scope, s->request->table, table);

	if (compare_tables(space, s->request->table, rest, COMPARE_ALL, also) != 0)
		return false;
	for (size_t i = 0; i < also->count; i++)
		if (!suggest_is_newer_call(s, &also->list[i]))
			return false;
	return true;
}

/* Tries the changes and takes them over if they do it. True if nothing better can be found. */
static bool suggest_try(struct suggest_search *s, struct rule_changes *changes)
{
	struct space *space = s->request->space;
	struct differences also = {0};
	struct node wished = table_outcome(space, s->edit->wished);
	bool possible = changes->count > 0 && s->trials > 0;
	struct node table = possible ? suggest_changed_table(s, changes) : TABLE_FULL;
	bool whole = !node_same(table, TABLE_FULL) &&
		     node_same(call_restrict(space, table, s->call, wished), wished) &&
		     suggest_changes_only_newer(s, table, &also);

	s->trials -= possible;
	if (!whole || (s->edit->found && also.count > 0)) {
		rule_changes_free(changes);
		differences_free(&also);
		return false;
	}
	rule_changes_free(&s->edit->changes);
	differences_free(&s->edit->also);
	s->edit->found = true;
	s->edit->changes = *changes;
	s->edit->also = also;
	*changes = (struct rule_changes){0};
	return also.count == 0;
}

/* ---- what changes are made of */

/* The call's name out of one rule; the rule itself where it has no other. */
static void suggest_take_out(const struct suggest_search *s, struct rule_changes *changes,
			     size_t rule)
{
	const struct profile_rule *r = &s->profile->rules[rule];
	size_t others = 0;

	for (size_t i = 0; i < r->name_count; i++)
		others += strcmp(r->names[i].text, s->call->name) != 0;
	if (others == 0)
		rule_changes_add(changes, (struct rule_change){.kind = RULE_CHANGE_REMOVE_RULE,
							       .rule = rule});
	for (size_t i = 0; others > 0 && i < r->name_count; i++)
		if (strcmp(r->names[i].text, s->call->name) == 0)
			rule_changes_add(changes,
					 (struct rule_change){.kind = RULE_CHANGE_REMOVE_NAME,
							      .rule = rule,
							      .name = i});
}

enum which { ALL_MENTIONS, UNCONDITIONAL_MENTIONS };

static void suggest_take_out_all(const struct suggest_search *s, struct rule_changes *changes,
				 enum which which)
{
	for (size_t i = 0; i < s->mention_count; i++)
		if (which == ALL_MENTIONS || s->profile->rules[s->mentions[i]].condition_count == 0)
			suggest_take_out(s, changes, s->mentions[i]);
}

/* A new rule on the call. */
static void suggest_put_rule(const struct suggest_search *s, struct rule_changes *changes,
			     enum action action, unsigned errno_ret,
			     const struct profile_condition *conditions, size_t count)
{
	struct profile_rule rule = {.names = s->name,
				    .name_count = 1,
				    .action = action,
				    .errno_ret = errno_ret,
				    .condition_count = count};

	rule.conditions = pool_copy(&s->edit->memory, conditions, count * sizeof(*conditions));
	rule_changes_add(changes,
			 (struct rule_change){.kind = RULE_CHANGE_ADD_RULE, .added = rule});
}

/* An argument that was given, in the bits that the kernel uses. */
static uint64_t suggest_given_value(const struct suggest_search *s, unsigned index)
{
	return s->call->args[index] & UINT64_MAX >> (64 - call_argument_bits(s->call, index));
}

/* The wished outcome for the given arguments, or for all. */
static void suggest_put_wished(const struct suggest_search *s, struct rule_changes *changes)
{
	struct profile_condition conditions[CALL_ARGUMENTS];
	size_t count = 0;

	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		if (s->call->given >> i & 1)
			conditions[count++] =
				(struct profile_condition){.index = i,
							   .comparison = CMP_EQ,
							   .value = suggest_given_value(s, i)};
	suggest_put_rule(s, changes, s->action, s->errno_ret, conditions, count);
}

/* The same, where the default action does not do it. */
static void suggest_put_unless_default(const struct suggest_search *s, struct rule_changes *changes)
{
	if (s->edit->wished != s->fallback)
		suggest_put_wished(s, changes);
}

/* One value taken out of a condition: what is left, as conditions of which each is a rule's. */
static size_t suggest_split_condition(const struct profile_condition *condition, uint64_t value,
				      uint64_t width,
				      struct profile_condition pieces[RANGE_LISTED_MAX + 1])
{
	struct profile_condition piece = {.index = condition->index};
	uint64_t first, last;
	size_t count = 0;

	switch (condition->comparison) {
	case CMP_EQ:
		return 0;
	case CMP_MASKED_EQ:
		/* Of all bits it is a comparison with one value. */
		return (condition->value & width) == width ? 0 : RANGE_LISTED_MAX + 1;
	case CMP_LT:
	case CMP_LE:
		pieces[count++] = (struct profile_condition){.index = condition->index,
							     .comparison = CMP_LT,
							     .value = value};
		first = value + 1;
		last = condition->comparison == CMP_LE ? condition->value : condition->value - 1;
		break;
	case CMP_GT:
	case CMP_GE:
		pieces[count++] = (struct profile_condition){.index = condition->index,
							     .comparison = CMP_GT,
							     .value = value};
		first = condition->comparison == CMP_GE ? condition->value : condition->value + 1;
		last = value - 1;
		break;
	default:
		return RANGE_LISTED_MAX + 1; /* no rule has two conditions on one argument */
	}
	if (first > last || first == 0 || last == UINT64_MAX)
		return count;
	if (last - first >= RANGE_LISTED_MAX - 1)
		return RANGE_LISTED_MAX + 1;
	piece.comparison = CMP_EQ;
	for (piece.value = first; piece.value <= last; piece.value++)
		pieces[count++] = piece;
	return count;
}

/* A rule again, with the condition at `at` (condition_count: one more) replaced. */
static void suggest_put_replaced(const struct suggest_search *s, struct rule_changes *changes,
				 const struct profile_rule *rule, size_t at,
				 const struct profile_condition *condition)
{
	CLEANUP(cleanup_free)
	struct profile_condition *conditions =
		mem_alloc((rule->condition_count + 1) * sizeof(*conditions));
	size_t count = rule->condition_count + (at == rule->condition_count);

	for (size_t i = 0; i < count; i++)
		conditions[i] = i == at ? *condition : rule->conditions[i];
	suggest_put_rule(s, changes, rule->action, rule->errno_ret, conditions, count);
}

/* What a rule says of the calls whose argument `index` is another than the given one. */
static bool suggest_put_beside(const struct suggest_search *s, struct rule_changes *changes,
			       const struct profile_rule *rule, unsigned index)
{
	const struct profile_condition other = {.index = index,
						.comparison = CMP_NE,
						.value = suggest_given_value(s, index)};
	struct profile_condition pieces[RANGE_LISTED_MAX + 1];
	size_t count;

	for (size_t i = 0; i < rule->condition_count; i++) {
		if (rule->conditions[i].index != index)
			continue;
		count = suggest_split_condition(&rule->conditions[i], other.value,
						UINT64_MAX >>
							(64 - call_argument_bits(s->call, index)),
						pieces);
		for (size_t j = 0; j < count && count <= RANGE_LISTED_MAX; j++)
			suggest_put_replaced(s, changes, rule, i, &pieces[j]);
		return count <= RANGE_LISTED_MAX;
	}
	suggest_put_replaced(s, changes, rule, rule->condition_count, &other);
	return true;
}

/* ---- the candidates, the smallest first */

/* A name less, or another action for a rule that is about this call alone. */
static bool suggest_try_one_rule(struct suggest_search *s)
{
	for (size_t i = 0; i < s->mention_count; i++) {
		struct rule_changes changes = {0};

		suggest_take_out(s, &changes, s->mentions[i]);
		if (suggest_try(s, &changes))
			return true;
		rule_changes_free(&changes);
	}
	for (size_t i = 0; i < s->mention_count; i++) {
		struct rule_changes changes = {0};
		struct rule_change change = {.kind = RULE_CHANGE_ACTION, .rule = s->mentions[i]};

		change.added.action = s->action;
		change.added.errno_ret = s->errno_ret;
		rule_changes_add(&changes, change);
		if (s->profile->rules[s->mentions[i]].name_count == 1 && suggest_try(s, &changes))
			return true;
		rule_changes_free(&changes);
	}
	return false;
}

/* A rule more, alone or after the name is taken out elsewhere. */
static bool suggest_try_new_rule(struct suggest_search *s)
{
	struct rule_changes changes = {0};

	suggest_put_wished(s, &changes);
	if (suggest_try(s, &changes))
		return true;
	for (size_t i = 0; i < s->mention_count; i++) {
		suggest_take_out(s, &changes, s->mentions[i]);
		suggest_put_wished(s, &changes);
		if (suggest_try(s, &changes))
			return true;
	}
	suggest_take_out_all(s, &changes, ALL_MENTIONS);
	if (suggest_try(s, &changes))
		return true;
	rule_changes_free(&changes);
	suggest_take_out_all(s, &changes, ALL_MENTIONS);
	suggest_put_wished(s, &changes);
	return suggest_try(s, &changes);
}

/* The name out of rules without args, which say the same of all other arguments afterwards. */
static bool suggest_try_others_as_before(struct suggest_search *s, enum which which, bool explicit)
{
	const struct profile_rule *before = NULL;
	struct rule_changes changes = {0};

	for (size_t i = 0; i < s->mention_count && !before; i++)
		if (s->profile->rules[s->mentions[i]].condition_count == 0)
			before = &s->profile->rules[s->mentions[i]];
	if (!before || s->call->given == 0)
		return false;
	suggest_take_out_all(s, &changes, which);
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		if ((s->call->given >> i & 1) && rule_outcome(before) != s->fallback)
			(void)suggest_put_beside(s, &changes, before,
						 i); /* a rule without conditions */
	if (explicit)
		suggest_put_wished(s, &changes);
	else
		suggest_put_unless_default(s, &changes);
	if (suggest_try(s, &changes))
		return true;
	rule_changes_free(&changes);
	return false;
}

/* A conditional rule cut so that it leaves the given arguments out. */
static bool suggest_try_cut(struct suggest_search *s, size_t mention)
{
	const struct profile_rule *rule = &s->profile->rules[mention];
	struct rule_changes changes = {0};
	bool possible = true;

	suggest_take_out(s, &changes, mention);
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		if (s->call->given >> i & 1)
			possible &= suggest_put_beside(s, &changes, rule, i);
	suggest_put_unless_default(s, &changes);
	if (possible && suggest_try(s, &changes))
		return true;
	rule_changes_free(&changes);
	return false;
}

static void suggest_try_all(struct suggest_search *s)
{
	if (suggest_try_one_rule(s) || suggest_try_new_rule(s))
		return;
	/*
	 * Also with a rule for the wished outcome, which is needed over rules on multiplexed calls.
	 */
	for (int explicit = 0; explicit <= 1; explicit ++)
		if (suggest_try_others_as_before(s, UNCONDITIONAL_MENTIONS, explicit) ||
		    suggest_try_others_as_before(s, ALL_MENTIONS, explicit))
			return;
	for (size_t i = 0; i < s->mention_count && s->call->given != 0; i++)
		if (s->profile->rules[s->mentions[i]].condition_count > 0 &&
		    !rule_is_or(&s->profile->rules[s->mentions[i]]) &&
		    suggest_try_cut(s, s->mentions[i]))
			return;
}

static bool suggest_names_call(const struct profile_rule *rule, const char *name)
{
	for (size_t i = 0; i < rule->name_count; i++)
		if (strcmp(rule->names[i].text, name) == 0)
			return true;
	return false;
}

/* The rules in force that name the call; false if they are too many. */
static bool suggest_find_mentions(struct suggest_search *s)
{
	const struct resolved *resolved = s->request->rules->resolved;

	for (size_t i = 0; i < resolved->rule_count; i++) {
		if (!suggest_names_call(resolved->rules[i], s->call->name))
			continue;
		if (s->mention_count == SUGGEST_MENTIONS_MAX)
			return false;
		s->mentions[s->mention_count++] = (size_t)(resolved->rules[i] - s->profile->rules);
	}
	return true;
}

/* True if some of the asked calls do not execute. */
static bool suggest_is_denied(const struct suggest_request *request)
{
	struct space *space = request->space;
	struct node allow = table_outcome(space, outcome_of(ACTION_ALLOW, 0));
	struct node asked = call_restrict(space, request->table, request->call, allow);

	return !node_same(table_may_run(space, asked), TABLE_TRUE);
}

/* The outcome that the edit is to give. */
static void suggest_choose_wished(struct suggest_search *s)
{
	s->fallback = default_outcome(s->profile);
	s->action = ACTION_ALLOW;
	s->errno_ret = PROFILE_ERRNO_UNSET;
	if (!suggest_is_denied(s->request)) {
		bool denies = !outcome_runs(s->fallback) && !outcome_hands_over(s->fallback);

		s->action = denies ? s->profile->default_action : ACTION_ERRNO;
		s->errno_ret = denies ? s->profile->default_errno : PROFILE_ERRNO_UNSET;
	}
	s->edit->wished = outcome_of(s->action, s->errno_ret);
}

void suggest_edit(struct suggestion *edit, const struct suggest_request *request)
{
	struct suggest_search s = {.request = request,
				   .profile = request->rules->resolved->profile,
				   .call = request->call,
				   .edit = edit};

	*edit = (struct suggestion){0};
	suggest_choose_wished(&s);
	if (!s.call->name || !rules_of_abi(request->rules, s.call->abi) ||
	    !suggest_find_mentions(&s))
		return;
	s.trials = NAMES_TRIED_MAX / (request->rules->name_count + 1);
	s.trials = s.trials < TRIALS_MIN ? TRIALS_MIN : s.trials;
	s.name = pool_alloc(&edit->memory, sizeof(*s.name));
	*s.name = (struct profile_name){.text = s.call->name};
	s.scope = suggest_scope(&s);
	suggest_try_all(&s);
}

void suggestion_free(struct suggestion *edit)
{
	rule_changes_free(&edit->changes);
	differences_free(&edit->also);
	pool_free(&edit->memory);
	*edit = (struct suggestion){0};
}

static void suggest_add_change(struct buffer *out, const struct rule_change *change,
			       const struct profile *profile)
{
	const struct profile_rule *rule = &profile->rules[change->rule];
	CLEANUP(buffer_free) struct buffer place = {0};

	if (change->kind == RULE_CHANGE_ADD_RULE) {
		buffer_add_text(out, "add ");
		rule_changes_add_rule(out, &change->added);
		return;
	}
	place_add(&place, change->kind == RULE_CHANGE_REMOVE_NAME ? rule->names[change->name].place
								  : rule->place);
	place.length -= place.length >= 2 ? 2 : 0; /* without ": " */
	if (change->kind == RULE_CHANGE_REMOVE_NAME)
		buffer_addf(out, "take \"%s\" out of the names at ",
			    rule->names[change->name].text);
	else if (change->kind == RULE_CHANGE_REMOVE_RULE)
		buffer_add_text(out, "take out the rule at ");
	else
		buffer_addf(out, "make the action %s in the rule at ",
			    action_word(change->added.action));
	buffer_add(out, place.data, place.length);
}

void suggestion_add_text(struct buffer *out, const struct suggestion *edit,
			 const struct profile *profile)
{
	for (size_t i = 0; i < edit->changes.count; i++) {
		buffer_add_text(out, i > 0 ? "; " : "");
		suggest_add_change(out, &edit->changes.list[i], profile);
	}
}
