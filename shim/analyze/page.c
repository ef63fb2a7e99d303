/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page. Whatever comes from a profile (names, comments, file names) passes add_text(), which
 * escapes for terminals and for HTML alike. Outcomes have a symbol beside the colour; what is said
 * of a call stands in a bar at the foot of the window while the call is pointed at or focused.
 */
#include <config.h>

#include "shim/analyze/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/signatures.h"
#include "oci/words.h"
#include "shim/analyze/families.h"

/* One of the filters on the page. */
struct side {
	const struct explained *explained;
	const struct listing *listing;
	const char *letter; /* "A", "B"; NULL for a single one */
};

static const char style[] =
	":root{color-scheme:light "
	"dark;--bg:#fff;--fg:#1c1c1c;--soft:#5b5b5b;--line:#c9c9c9;--bar:#f4f4f2;"
	"--allow:#dff2df;--log:#e2ecfb;--deny:#fbdcd8;--kill:#f1bdb6;--watch:#eadff7;--depends:#"
	"fdf0c8}\n"
	"@media(prefers-color-scheme:dark){:root{--bg:#161616;--fg:#ececec;--soft:#a9a9a9;--line:#"
	"4a4a4a;"
	"--bar:#242424;--allow:#173d1e;--log:#1b3350;--deny:#561c17;--kill:#7a211a;--watch:#3c2a57;"
	"--depends:#4d3f10}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;max-width:90rem;padding:1.2rem 1.5rem "
	"9rem;background:var(--bg);color:var(--fg);"
	"font:15px/1.45 system-ui,sans-serif}\n"
	"h1{font-size:1.5rem;margin:0 0 .2rem;overflow-wrap:anywhere}\n"
	"h2{font-size:1.2rem;margin:1.6rem 0 .4rem;border-bottom:1px solid var(--line)}\n"
	"h3{font-size:.95rem;margin:1rem 0 .3rem;color:var(--soft);font-weight:600}\n"
	"p{margin:.3rem 0}\n"
	"summary{font-size:1.2rem;font-weight:600;margin:1.2rem 0 .4rem;cursor:pointer}\n"
	"code,.call,td{font-family:ui-monospace,monospace;font-size:.86rem}\n"
	".calls{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem}\n"
	".call{padding:.05rem .45rem;border:1px solid "
	"var(--line);border-radius:.25rem;cursor:default;"
	"white-space:nowrap}\n"
	".call b{font-weight:700;margin-right:.3rem}\n"
	".call:hover,.call:focus{outline:2px solid var(--fg);outline-offset:1px}\n"
	".allow{background:var(--allow)}.log{background:var(--log);border-style:dotted}"
	".deny{background:var(--deny);border-style:dashed}"
	".kill{background:var(--kill);border-style:double;border-width:3px}"
	".watch{background:var(--watch);border-style:dotted}.depends{background:var(--depends);"
	"border-style:solid;border-bottom-width:3px}\n"
	".other{font-weight:700;box-shadow:0 0 0 2px var(--fg)}\n"
	".tip{display:none;position:fixed;left:0;right:0;bottom:0;z-index:1;padding:.7rem 1.5rem;"
	"background:var(--bar);border-top:2px solid var(--fg);white-space:normal;max-height:45vh;"
	"overflow:auto;font-weight:400}\n"
	".tip span{display:block}.call:focus .tip{display:block}.call:hover "
	".tip{display:block;z-index:2}\n"
	".soft{color:var(--soft)}\n"
	".legend{display:flex;flex-wrap:wrap;gap:.3rem .6rem;margin:.6rem 0}\n"
	".pair{display:grid;grid-template-columns:1fr 1fr;gap:1.2rem}\n"
	"table{border-collapse:collapse;margin:.3rem 0}td,th{text-align:left;vertical-align:top;"
	"padding:.1rem 1.2rem .1rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}\n"
	"@media "
	"print{:root{--bg:#fff;--fg:#000;--soft:#333;--line:#777}body{padding:0;max-width:none;"
	"font-size:10px}.tip,.hint{display:none!important}.call{font-size:8.5px}td,code{font-size:"
	"9px}h3{font-size:11px}"
	".pair{gap:.8rem}h3,summary{break-after:avoid}ul{break-inside:avoid}}\n"
	"@media screen and (max-width:48rem){.pair{grid-template-columns:1fr;gap:.4rem}"
	"section .pair>div::before{content:\"A\";font-weight:600;color:var(--soft)}"
	"section .pair>div+div::before{content:\"B\"}}\n";

/* Text that somebody else chose, harmless on a line and in HTML. */
static void add_text(struct buffer *out, const char *text)
{
	CLEANUP(buffer_free) struct buffer escaped = {0};

	buffer_add_escaped(&escaped, text, strlen(text));
	for (size_t i = 0; i < escaped.length; i++) {
		switch (escaped.data[i]) {
		case '<':
			buffer_add_text(out, "&lt;");
			break;
		case '>':
			buffer_add_text(out, "&gt;");
			break;
		case '&':
			buffer_add_text(out, "&amp;");
			break;
		case '"':
			buffer_add_text(out, "&quot;");
			break;
		default:
			buffer_add(out, &escaped.data[i], 1);
		}
	}
}

/* The same for what has been escaped for terminals already. */
static void add_escaped(struct buffer *out, const struct buffer *text)
{
	for (size_t i = 0; i < text->length; i++) {
		if (text->data[i] == '<')
			buffer_add_text(out, "&lt;");
		else if (text->data[i] == '>')
			buffer_add_text(out, "&gt;");
		else if (text->data[i] == '&')
			buffer_add_text(out, "&amp;");
		else if (text->data[i] == '"')
			buffer_add_text(out, "&quot;");
		else
			buffer_add(out, &text->data[i], 1);
	}
}

/* How an outcome looks: class and symbol. */
static const struct look {
	const char *class, *symbol;
} looks[ACTION_COUNT] = {
	[ACTION_KILL_PROCESS] = {"kill", "\u2620"},
	[ACTION_KILL_THREAD] = {"kill", "\u2620"},
	[ACTION_TRAP] = {"kill", "!"},
	[ACTION_ERRNO] = {"deny", "\u2717"},
	[ACTION_NOTIFY] = {"watch", "@"},
	[ACTION_TRACE] = {"watch", "@"},
	[ACTION_LOG] = {"log", "\u270e"},
	[ACTION_ALLOW] = {"allow", "\u2713"},
};
static const struct look depends_look = {"depends", "?"};

static struct look look_of(const struct listed_call *call)
{
	return call->depends ? depends_look : looks[outcome_action(call->outcome)];
}

static void add_outcome_of(struct buffer *out, const struct listed_call *call)
{
	if (call->depends)
		buffer_add_text(out, "depends on arguments");
	else
		outcome_add(out, call->outcome);
}

/* "socket(int domain, int type, int protocol)". */
static void add_prototype(struct buffer *out, const struct abi *abi, const char *name)
{
	struct argument arguments[ARGUMENTS_MAX];
	int count = signature_of(abi, name, arguments);

	add_text(out, name);
	if (count < 0)
		return;
	buffer_add_text(out, "(");
	for (int i = 0; i < count; i++) {
		buffer_add_text(out, i > 0 ? ", " : "");
		add_text(out, arguments[i].type);
		buffer_add_text(out, " ");
		add_text(out, arguments[i].name);
	}
	buffer_add_text(out, ")");
}

/* One outcome with its condition, the place that it comes from, and the rule's comment. */
static void add_answer(struct buffer *out, const struct explain_answer *answer,
		       const struct explained *explained)
{
	CLEANUP(buffer_free) struct buffer origin = {0}, reason = {0};
	const struct table_range *region = answer->region;

	buffer_add_text(out, "<span>");
	if (region->condition) {
		add_text(out, region->condition);
		buffer_add_text(out, ": ");
	}
	outcome_add(out, region->value);
	buffer_add_text(out, " <i class=\"soft\">");
	explain_add_origin(&origin, answer, explained);
	add_escaped(out, &origin);
	if (explained->subject->rules)
		verdict_add_reason(&reason, &answer->verdict, explained->subject->rules,
				   &region->witness);
	if (answer->verdict.entry && answer->verdict.entry->rule->comment) {
		buffer_add_text(out, " \u2014 ");
		add_text(out, answer->verdict.entry->rule->comment);
	} else if (reason.length > 0) {
		buffer_add_text(out, " \u2014 ");
		add_escaped(out, &reason);
	}
	buffer_add_text(out, "</i></span>");
}

/* What is said of a call while it is pointed at. */
static void add_tip(struct buffer *out, const struct side *side, const struct listed_abi *abi,
		    const struct listed_call *call)
{
	buffer_add_text(out, "<span class=\"tip\"><span>");
	if (side->letter)
		buffer_addf(out, "%s: ", side->letter);
	buffer_addf(out, "%s ", abi->abi->name);
	add_prototype(out, abi->abi, call->name);
	buffer_addf(out, " <i class=\"soft\">number %u</i></span>", call->number);
	for (size_t i = 0; i < call->regions.count; i++)
		add_answer(out, &call->answers[i], side->explained);
	buffer_add_text(out, "</span>");
}

static void add_call(struct buffer *out, const struct side *side, const struct listed_abi *abi,
		     const struct listed_call *call, bool differs)
{
	struct look look = look_of(call);

	buffer_addf(out, "<li class=\"call %s%s\" tabindex=\"0\" data-call=\"", look.class,
		    differs ? " other" : "");
	add_text(out, call->name);
	buffer_add_text(out, "\" data-outcome=\"");
	add_outcome_of(out, call);
	buffer_addf(out, "\"><b>%s</b>", look.symbol);
	add_text(out, call->name);
	add_tip(out, side, abi, call);
	buffer_add_text(out, "</li>\n");
}

static const struct listed_abi *find_abi(const struct side *side, const struct abi *abi)
{
	for (size_t i = 0; side && i < side->listing->count; i++)
		if (side->listing->abis[i].abi == abi)
			return &side->listing->abis[i];
	return NULL;
}

/* Equal tables are equal nodes. Both list the same names in the same order. */
static bool page_call_differs(const struct side *side, const struct listed_abi *other, size_t at)
{
	return other &&
	       !node_same(other->calls[at].node, find_abi(side, other->abi)->calls[at].node);
}

static void add_family_calls(struct buffer *out, const struct side *side, const struct side *other,
			     const struct listed_abi *abi, size_t family)
{
	buffer_add_text(out, "<ul class=\"calls\">\n");
	for (size_t i = 0; i < abi->count; i++)
		if (abi->calls[i].family == family)
			add_call(out, side, abi, &abi->calls[i],
				 page_call_differs(side, find_abi(other, abi->abi), i));
	buffer_add_text(out, "</ul>\n");
}

static size_t family_size(const struct listed_abi *abi, size_t family)
{
	size_t count = 0;

	for (size_t i = 0; i < abi->count; i++)
		count += abi->calls[i].family == family;
	return count;
}

static void add_families(struct buffer *out, const struct side *a, const struct side *b,
			 const struct abi *abi)
{
	const struct listed_abi *left = find_abi(a, abi), *right = find_abi(b, abi);

	for (size_t family = 0; family < family_count(); family++) {
		const struct listed_abi *any = left ? left : right;

		if (family_size(any, family) == 0)
			continue;
		buffer_add_text(out, "<section><h3>");
		add_text(out, family_title(family));
		buffer_add_text(out, "</h3>\n");
		if (!b) {
			add_family_calls(out, a, NULL, left, family);
		} else {
			buffer_add_text(out, "<div class=\"pair\"><div>\n");
			if (left)
				add_family_calls(out, a, b, left, family);
			buffer_add_text(out, "</div><div>\n");
			if (right)
				add_family_calls(out, b, a, right, family);
			buffer_add_text(out, "</div></div>\n");
		}
		buffer_add_text(out, "</section>\n");
	}
}

/* ---- legend, counts, what arguments decide */

static void add_legend(struct buffer *out)
{
	static const struct {
		struct look look;
		const char *text;
	} rows[] = {
		{{"allow", "\u2713"}, "ALLOW"},
		{{"depends", "?"}, "depends on arguments"},
		{{"deny", "\u2717"}, "ERRNO: an error"},
		{{"kill", "\u2620"}, "KILL: the process or thread ends"},
		{{"kill", "!"}, "TRAP: a signal"},
		{{"log", "\u270e"}, "LOG: executed and logged"},
		{{"watch", "@"}, "TRACE, NOTIFY: another process decides"},
	};

	buffer_add_text(out, "<p class=\"legend\">");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		buffer_addf(out, "<span class=\"call %s\"><b>%s</b>%s</span>", rows[i].look.class,
			    rows[i].look.symbol, rows[i].text);
	buffer_add_text(
		out, "</p>\n<p class=\"soft hint\">Point at a call, or reach it with the Tab key: "
		     "its arguments and the rule that decides are at the foot.</p>\n");
}

/* "312 ALLOW, 61 ERRNO(EPERM), 3 depend on arguments". */
static void add_counts(struct buffer *out, const struct side *side, const struct abi *abi)
{
	const struct listed_abi *listed = find_abi(side, abi);
	CLEANUP(cleanup_free) bool *counted = NULL;
	size_t depend = 0;

	if (!listed)
		return;
	counted = mem_zero(listed->count + 1, sizeof(*counted));
	buffer_add_text(out, "<p>");
	if (side->letter)
		buffer_addf(out, "%s: ", side->letter);
	for (size_t i = 0; i < listed->count; i++) {
		size_t count = 0;

		depend += listed->calls[i].depends;
		if (counted[i] || listed->calls[i].depends)
			continue;
		for (size_t j = i; j < listed->count; j++) {
			if (listed->calls[j].depends ||
			    listed->calls[j].outcome != listed->calls[i].outcome)
				continue;
			counted[j] = true;
			count++;
		}
		buffer_addf(out, "%zu ", count);
		outcome_add(out, listed->calls[i].outcome);
		buffer_add_text(out, ", ");
	}
	buffer_addf(out, "%zu depend%s on arguments</p>\n", depend, depend == 1 ? "s" : "");
}

static void add_row(struct buffer *out, const struct side *side, const char *name,
		    const struct explain_answer *answer)
{
	CLEANUP(buffer_free) struct buffer origin = {0};
	const struct table_range *region = answer->region;

	buffer_add_text(out, "<tr>");
	if (side->letter)
		buffer_addf(out, "<td>%s</td>", side->letter);
	buffer_add_text(out, "<td>");
	add_text(out, name);
	buffer_add_text(out, "</td><td>");
	add_text(out, !region->condition ? "" : region->condition);
	buffer_add_text(out, "</td><td>");
	outcome_add(out, region->value);
	buffer_add_text(out, "</td><td>");
	explain_add_origin(&origin, answer, side->explained);
	add_escaped(out, &origin);
	buffer_add_text(out, "</td></tr>\n");
}

/* For readers on paper: the conditions in words. */
static void add_depending(struct buffer *out, const struct side *side, const struct abi *abi)
{
	const struct listed_abi *listed = find_abi(side, abi);
	bool any = false;

	for (size_t i = 0; listed && i < listed->count; i++) {
		const struct listed_call *call = &listed->calls[i];

		for (size_t j = 0; call->depends && j < call->regions.count; j++) {
			if (!any)
				buffer_add_text(out, "<h3>Decided by arguments</h3>\n<table>\n");
			any = true;
			add_row(out, side, call->name, &call->answers[j]);
		}
	}
	if (any)
		buffer_add_text(out, "</table>\n");
}

static void add_numbers(struct buffer *out, const struct side *side, const struct abi *abi)
{
	const struct listed_abi *listed = find_abi(side, abi);

	if (!listed || listed->numbers.count == 0)
		return;
	buffer_add_text(out, "<h3>Numbers without a name</h3>\n<table>\n");
	for (size_t i = 0; i < listed->numbers.count; i++) {
		const struct table_range *region = &listed->numbers.list[i];
		char text[64];

		(void)snprintf(text, sizeof(text),
			       region->first == region->last ? "%u" : "%u to %u", region->first,
			       region->last);
		add_row(out, side, table_range_is_all(region) ? "all" : text,
			&listed->number_answers[i]);
	}
	buffer_add_text(out, "</table>\n");
}

/* ---- the page */

static void add_abi(struct buffer *out, const struct side *a, const struct side *b,
		    const struct abi *abi, bool open)
{
	buffer_addf(out, "<details%s data-abi=\"%s\"><summary>%s</summary>\n",
		    open ? " open=\"open\"" : "", abi->name, abi->name);
	add_counts(out, a, abi);
	if (b)
		add_counts(out, b, abi);
	if (b) {
		buffer_add_text(out, "<div class=\"pair\"><h3>A: ");
		add_text(out, a->explained->subject->name);
		buffer_add_text(out, "</h3><h3>B: ");
		add_text(out, b->explained->subject->name);
		buffer_add_text(out, "</h3></div>\n");
	}
	add_families(out, a, b, abi);
	add_depending(out, a, abi);
	if (b)
		add_depending(out, b, abi);
	add_numbers(out, a, abi);
	if (b)
		add_numbers(out, b, abi);
	buffer_add_text(out, "</details>\n");
}

static void add_capabilities(struct buffer *out, uint64_t set)
{
	const char *comma = "";

	if (set == 0)
		buffer_add_text(out, "no capabilities");
	if (set == CAPABILITIES_ALL || set == CAPABILITIES_DOCKER) {
		buffer_add_text(out, set == CAPABILITIES_ALL ? "all capabilities"
							     : "Docker's capabilities");
		return;
	}
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		if (!(set >> i & 1))
			continue;
		buffer_addf(out, "%s%s", comma, capability_word(i));
		comma = ", ";
	}
}

/* What "includes" and "excludes" of a profile were resolved for. */
static void add_target(struct buffer *out, const struct side *side)
{
	const struct resolved *resolved = side->explained->subject->resolved;

	if (!resolved)
		return;
	buffer_addf(out, "; %s%sresolved for Linux %u.%u and ", side->letter ? side->letter : "",
		    side->letter ? " " : "", resolved->target.kernel_major,
		    resolved->target.kernel_minor);
	add_capabilities(out, resolved->target.capabilities & CAPABILITIES_ALL);
}

static void add_head(struct buffer *out, const struct side *a, const struct side *b)
{
	buffer_add_text(
		out, "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">"
		     "<head>\n<meta charset=\"utf-8\" />\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "style-src 'unsafe-inline'\" />\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
		     "<title>");
	add_text(out, a->explained->subject->name);
	if (b) {
		buffer_add_text(out, " and ");
		add_text(out, b->explained->subject->name);
	}
	buffer_add_text(out, "</title>\n<style>\n");
	buffer_add_text(out, style);
	buffer_add_text(out, "</style>\n</head><body>\n<h1>");
	if (b)
		buffer_add_text(out, "A: ");
	add_text(out, a->explained->subject->name);
	if (b) {
		buffer_add_text(out, "<br />B: ");
		add_text(out, b->explained->subject->name);
	}
	buffer_addf(out, "</h1>\n<p class=\"soft\">seccomp-shim %s, for %s", PACKAGE_VERSION,
		    a->explained->native->name);
	add_target(out, a);
	if (b)
		add_target(out, b);
	buffer_add_text(out, "</p>\n");
	add_legend(out);
}

/* The lines of diff. */
static void add_differences(struct buffer *out, const struct differences *differences)
{
	buffer_add_text(out, "<h2>Where they differ</h2>\n");
	if (!differences) {
		buffer_add_text(out, "<p>They are too large to be compared.</p>\n");
		return;
	}
	if (differences->count == 0)
		buffer_add_text(out, "<p>Nowhere.</p>\n");
	else
		buffer_add_text(
			out,
			"<p class=\"soft\">Further down, a heavy border marks these calls.</p>\n"
			"<table>\n<tr><th>calls</th><th>A</th><th>B</th></tr>\n");
	for (size_t i = 0; i < differences->count; i++) {
		CLEANUP(buffer_free) struct buffer calls = {0};

		table_range_add_calls(&calls, &differences->list[i].region);
		buffer_add_text(out, "<tr><td>");
		add_escaped(out, &calls);
		buffer_add_text(out, "</td><td>");
		outcome_add(out, differences->list[i].a);
		buffer_add_text(out, "</td><td>");
		outcome_add(out, differences->list[i].b);
		buffer_add_text(out, "</td></tr>\n");
	}
	if (differences->count > 0)
		buffer_add_text(out, "</table>\n");
}

static void add_abis(struct buffer *out, const struct side *a, const struct side *b)
{
	for (size_t i = 0; i < a->listing->count; i++)
		add_abi(out, a, b, a->listing->abis[i].abi, i == 0);
	for (size_t i = 0; b && i < b->listing->count; i++)
		if (!find_abi(a, b->listing->abis[i].abi))
			add_abi(out, a, b, b->listing->abis[i].abi, false);
}

void page_add(struct buffer *out, const struct page_side *a, const struct page_side *b,
	      const struct differences *differences)
{
	const struct side left = {a->explained, a->listing, b ? "A" : NULL};
	const struct side right = {b ? b->explained : NULL, b ? b->listing : NULL, "B"};

	add_head(out, &left, b ? &right : NULL);
	if (b)
		add_differences(out, differences);
	add_abis(out, &left, b ? &right : NULL);
	buffer_add_text(out, "</body></html>\n");
}
