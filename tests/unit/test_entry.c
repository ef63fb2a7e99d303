/* SPDX-License-Identifier: Apache-2.0 */
/* Entrypoint mode: config.json's edits and refusals as rows; the filter file there and back; who
 * needs which calls. */
#include <config.h>

#include "tests/unit/document.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/lint/runtime_calls.h"
#include "shim/entry/entry.h"
#include "shim/entry/entry_config.h"
#include "shim/entry/entry_file.h"
#include "shim/entry/entry_format.h"
#include "shim/entry/root_path.h"

static const struct entry_options options = {.program = "/P", .bundle = "/B"};

#define DEV "{'destination':'/dev','type':'tmpfs','source':'tmpfs'}"
#define PLACE                                                                                  \
	"{'destination':'/dev/.seccomp-shim','type':'tmpfs','source':'tmpfs','options':['ro'," \
	"'nosuid','nodev','noexec','mode=755']}"
#define PROGRAM                                                               \
	"{'destination':'/dev/.seccomp-shim/entry','type':'bind','source':'/" \
	"P','options':['bind','ro','nosuid','nodev']}"
#define FILTER                                                                   \
	"{'destination':'/dev/.seccomp-shim/filter','type':'bind','source':'/B/" \
	"seccomp-shim.filter','options':['bind','ro','nosuid','nodev']}"
#define WORDS	 "'/dev/.seccomp-shim/entry','/dev/.seccomp-shim/filter','--'"
#define BIND(at) "{'destination':'" at "','source':'/','options':['rbind']}"
#define TRUE_	 "'process':{'args':['true']}"

struct config_row {
	const char *text;
	const char *found;   /* findings_line */
	const char *outcome; /* the edited text, where nothing was found */
};

static const struct config_row config_rows[] = {
	{"{" TRUE_ ",'mounts':[" DEV "]}", "",
	 "{'process':{'args':[" WORDS ",'true']},'mounts':[" DEV "," PLACE "," PROGRAM "," FILTER
	 "]}"},
	{"{'mounts':[ " DEV " ],\n" TRUE_ "}\n", "",
	 "{'mounts':[ " DEV ", " PLACE ", " PROGRAM ", " FILTER " ],\n'process':{'args':[" WORDS
	 ",'true']}}\n"},
	/* ready: no byte changes; half of it: the rest is added */
	{"{'process':{'args':[" WORDS ",'x']},'mounts':[" DEV "," PLACE "," PROGRAM "," FILTER "]}",
	 "",
	 "{'process':{'args':[" WORDS ",'x']},'mounts':[" DEV "," PLACE "," PROGRAM "," FILTER
	 "]}"},
	{"{'process':{'args':[" WORDS ",'x']},'mounts':[" DEV "]}", "",
	 "{'process':{'args':[" WORDS ",'x']},'mounts':[" DEV "," PLACE "," PROGRAM "," FILTER
	 "]}"},
	{"{" TRUE_ ",'mounts':[" DEV "," PLACE "," PROGRAM "," FILTER "]}", "",
	 "{'process':{'args':[" WORDS ",'true']},'mounts':[" DEV "," PLACE "," PROGRAM "," FILTER
	 "]}"},
	/* the three words alone are somebody's command, and no less a command of the container */
	{"{'process':{'args':[" WORDS "]},'mounts':[" DEV "]}", "",
	 "{'process':{'args':[" WORDS "," WORDS "]},'mounts':[" DEV "," PLACE "," PROGRAM "," FILTER
	 "]}"},
	/* /dev */
	{"{" TRUE_ "}", "1:1 error entry-dev", NULL},
	{"{" TRUE_ ",'mounts':null}", "1:1 error entry-dev", NULL},
	{"{" TRUE_ ",'mounts':[]}", "1:39 error entry-dev", NULL},
	{"{" TRUE_ ",'mounts':[{'destination':'/dev','type':'bind'}]}", "1:40 error entry-dev",
	 NULL},
	{"{" TRUE_ ",'mounts':[{'destination':'/dev'}]}", "1:40 error entry-dev", NULL},
	{"{" TRUE_ ",'mounts':[" DEV ",{'destination':'//dev/.','type':'bind'}]}",
	 "1:95 error entry-dev", NULL},
	{"{" TRUE_ ",'mounts':[" DEV ",{'destination':'/x/../dev','type':'none'}]}",
	 "1:95 error entry-dev", NULL},
	{"{" TRUE_ ",'mounts':[" DEV ",{'destination':'/','type':'tmpfs'}]}",
	 "1:95 error entry-dev", NULL},
	{"{" TRUE_ ",'mounts':[" DEV ",{'destination':'/../..','type':'tmpfs'}]}",
	 "1:95 error entry-dev", NULL},
	{"{" TRUE_ ",'mounts':[{'destination':'dev','type':'tmpfs'}]}", "",
	 "{'process':{'args':[" WORDS
	 ",'true']},'mounts':[{'destination':'dev','type':'tmpfs'}," PLACE "," PROGRAM "," FILTER
	 "]}"},
	{"{" TRUE_ ",'mounts':[{'destination':'/dev','type':'tmpfs','source':'/dev','options':["
	 "'nosuid','rbind']}]}",
	 "1:40 error entry-dev", NULL},
	{"{" TRUE_ ",'mounts':[" DEV
	 ",{'destination':'/dev','type':'tmpfs','options':['remount']}]}",
	 "1:95 error entry-dev", NULL},
	{"{" TRUE_ ",'mounts':[{'destination':'/dev','type':'tmpfs','options':'rbind'}]}",
	 "1:87 error wrong-type", NULL},
	/* our place */
	{"{" TRUE_ ",'mounts':[" DEV ",{'destination':'/dev/.seccomp-shim'}]}",
	 "1:110 error entry-mount", NULL},
	{"{" TRUE_ ",'mounts':[" DEV ",{'destination':'/dev/./.seccomp-shim/filter/'}]}",
	 "1:110 error entry-mount", NULL},
	{"{" TRUE_ ",'mounts':[" DEV "," FILTER "," PROGRAM "]}", "1:110 error entry-mount", NULL},
	{"{" TRUE_ ",'mounts':[" DEV "," PLACE "," PROGRAM "," FILTER ",{'destination':'/x'}]}",
	 "1:110 error entry-mount", NULL},
	/* what the root file system has at /dev is put into it */
	{"{" TRUE_ ",'mounts':[{'destination':'/dev','type':'tmpfs','options':['tmpcopyup']}]}",
	 "1:40 error entry-dev", NULL},
	/* where a link of another mount could lead to /dev */
	{"{" TRUE_ ",'mounts':[" DEV "," BIND("/v") "," BIND("/v/a") "]}",
	 "1:164 error entry-nested", NULL},
	{"{" TRUE_ ",'mounts':[" DEV "," BIND("/v") "," BIND("/v/a/..") "]}",
	 "1:164 error entry-nested", NULL},
	{"{" TRUE_ ",'mounts':[" DEV "," BIND("/v") ",{'destination':'/v/a','type':'tmpfs'}]}",
	 "1:164 error entry-nested", NULL},
	{"{" TRUE_ ",'mounts':[" DEV ",{'destination':'/v','type':'overlay'}," BIND("/v/a") "]}",
	 "1:148 error entry-nested", NULL},
	{"{" TRUE_ ",'mounts':[" BIND("/") "," DEV "]}", "1:40 error entry-dev", NULL},
	{"{" TRUE_ ",'mounts':[" DEV "," BIND("/v") "," BIND("/va") "," BIND("/v") "]}", "",
	 "{'process':{'args':[" WORDS ",'true']},'mounts':[" DEV
	 "," BIND("/v") "," BIND("/va") "," BIND("/v") "," PLACE "," PROGRAM "," FILTER "]}"},
	{"{" TRUE_ ",'mounts':[{'destination':'/proc','type':'proc'}," DEV
	 "," BIND("/proc/self/root/dev") "]}",
	 "1:148 error entry-nested", NULL},
	{"{" TRUE_ ",'mounts':[" DEV ",{'destination':'/v','source':'/x','options':['bind',"
	 "'copy-symlink']}]}",
	 "1:110 error entry-nested", NULL},
	/* what is mounted on a file is a file */
	{"{" TRUE_ ",'mounts':[" DEV
	 "," BIND("/v") ",{'destination':'/v/a','source':'/dev/null'}]}",
	 "",
	 "{'process':{'args':[" WORDS ",'true']},'mounts':[" DEV
	 "," BIND("/v") ",{'destination':'/v/a','source':'/dev/null'}," PLACE "," PROGRAM "," FILTER
			"]}"},
	/* the kernel's own links */
	{"{" TRUE_ ",'mounts':[" DEV ",{'destination':'/sys','source':'/sys','options':['rbind']},"
	 "{'destination':'/sys/a','type':'cgroup2'}]}",
	 "",
	 "{'process':{'args':[" WORDS ",'true']},'mounts':[" DEV
	 ",{'destination':'/sys','source':'/sys','options':['rbind']},"
	 "{'destination':'/sys/a','type':'cgroup2'}," PLACE "," PROGRAM "," FILTER "]}"},
	{"{" TRUE_ ",'mounts':[" DEV ",{'destination':'/sys','type':'overlay','source':'/sys'},"
	 "{'destination':'/sys/a','type':'cgroup2'}]}",
	 "1:166 error entry-nested", NULL},
	/* types */
	{"{'mounts':[" DEV "]}", "1:1 error no-process", NULL},
	{"{'process':{},'mounts':[" DEV "]}", "1:12 error no-command", NULL},
	{"{'process':{'args':[]},'mounts':[" DEV "]}", "1:20 error no-command", NULL},
	{"{" TRUE_ ",'mounts':[1]}", "1:40 error wrong-type", NULL},
	{"{" TRUE_ ",'mounts':[{}]}", "1:40 error mount", NULL},
	/* runc takes it for destination */
	{"{" TRUE_ ",'mounts':[" DEV ",{'destination':'/x','Destination':'/dev'}]}",
	 "1:115 error key-case", NULL},
};

static void test_config(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(config_rows); i++) {
		const struct config_row *row = &config_rows[i];
		struct input input;
		struct text_edits edits = {0};
		struct buffer out = {0};
		char *line, *c;
		int result;

		input_parse(&input, row->text);
		edits.document = input.document;
		result = entry_config_check(input.document, &options, &input.findings);
		line = findings_line(&input.findings);
		if (strcmp(line, row->found) != 0)
			fail_msg("row %zu: %s: found %s", i, row->text, line);
		assert_int_equal(result, *row->found ? -1 : 0);
		if (result == 0) {
			entry_config_edit(input.document, &options, &edits);
			text_edits_apply(&edits, &out);
			for (c = out.data; *c; c++)
				if (*c == '"')
					*c = '\'';
			assert_string_equal(out.data, row->outcome);
		}
		free(line);
		buffer_free(&out);
		text_edits_free(&edits);
		input_close(&input);
	}
}

/* What exec finds: -1 for an error. */
static const struct {
	const char *text;
	int made;
} made_rows[] = {
	{"{" TRUE_ ",'mounts':[" DEV "]}", 0},
	{"{" TRUE_ "}", 0},
	{"{'mounts':null}", 0},
	{"{'process':{'args':[" WORDS ",'true']},'mounts':[" DEV "," PLACE "," PROGRAM "," FILTER
	 "]}",
	 1},
	/* another installation, another folder */
	{"{'process':{'args':[" WORDS ",'true']},'mounts':[" PLACE
	 ",{'destination':'/dev/.seccomp-shim/"
	 "entry','type':'bind','source':'/e',"
	 "'options':['bind','ro','nosuid','nodev']},{'destination':'/dev/.seccomp-shim/filter',"
	 "'type':'bind','source':'/f','options':['bind','ro','nosuid','nodev']}]}",
	 1},
	/* half of it */
	{"{'process':{'args':[" WORDS ",'true']},'mounts':[" DEV "]}", -1},
	{"{'process':{'args':[" WORDS ",'true']}}", -1},
	{"{" TRUE_ ",'mounts':[" DEV "," PLACE "," PROGRAM "," FILTER "]}", -1},
	{"{'process':{'args':[" WORDS ",'true']},'mounts':[" PLACE "," PROGRAM "," FILTER "," DEV
	 "]}",
	 -1},
	{"{'mounts':{}}", -1},
};

static void test_processes(void **state)
{
	static const struct {
		const char *text, *found;
	} rows[] = {
		{"{'linux':{'namespaces':[{'type':'mount'},{'type':'pid'}]}}", ""},
		{"{'linux':{'namespaces':[{'type':'pid','path':''}]}}", ""},
		{"{'linux':{'namespaces':[{'type':'pid','path':'/proc/1/ns/pid'}]}}",
		 "1:24 error entry-processes"},
		{"{'linux':{'namespaces':[{'type':'pid','Path':'/proc/1/ns/pid'}]}}",
		 "1:39 error key-case"},
		{"{'linux':{'namespaces':[{'type':'mount'}]}}", "1:24 error entry-processes"},
		{"{'linux':{'namespaces':[1,{'type':'pid'}]}}", "1:25 error wrong-type"},
		{"{'linux':{'namespaces':null}}", "1:1 error entry-processes"},
		{"{}", "1:1 error entry-processes"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct input input;
		char *line;
		int result;

		input_parse(&input, rows[i].text);
		result = entry_processes_check(input.document, &input.findings);
		line = findings_line(&input.findings);
		if (strcmp(line, rows[i].found) != 0)
			fail_msg("row %zu: %s: found %s", i, rows[i].text, line);
		assert_int_equal(result, *rows[i].found ? -1 : 0);
		free(line);
		input_close(&input);
	}
}

static void test_made(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(made_rows); i++) {
		struct input input;
		bool made = false;
		int result;

		input_parse(&input, made_rows[i].text);
		result = entry_is_made(input.document, &made, &input.findings);
		if (made_rows[i].made != (result ? -1 : made))
			fail_msg("row %zu: %s: %d %d", i, made_rows[i].text, result, made);
		input_close(&input);
	}
}

/* Where destinations lead in a root file system with these links. */
static const struct {
	const char *path, *with, *without;
} paths[] = {
	{"/dev", "/dev", "/dev"},
	{"dev/./shm//", "/dev/shm", "/dev/shm"},
	{"", "/", "/"},
	{"/../a/../..", "/", "/"},
	{"/x/..../y", "/x/..../y", "/x/..../y"},
	{"/absolute", "/dev", "/absolute"},
	{"/absolute/shm", "/dev/shm", "/absolute/shm"},
	{"/run/up", "/dev", "/run/up"},
	{"/run/up/../x", "/x", "/run/x"},
	{"/var/run/lock", "/run/lock", "/var/run/lock"},
	{"/dangling/z", "/none/z", "/dangling/z"},
	{"/out", "/dev", "/out"},
	{"/circle/x", "/circle/x", "/circle/x"},
};

static void make_link(int root, const char *target, const char *name)
{
	assert_int_equal(symlinkat(target, root, name), 0);
}

static void test_paths(void **state)
{
	char folder[] = "/tmp/test_entry.XXXXXX";
	static const char *const links[] = {"absolute", "run/up", "var/run",
					    "dangling", "out",	  "circle"};
	int root;

	(void)state;
	assert_non_null(mkdtemp(folder));
	root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	assert_int_equal(mkdirat(root, "run", 0755), 0);
	assert_int_equal(mkdirat(root, "var", 0755), 0);
	make_link(root, "/dev", "absolute");
	make_link(root, "../dev/", "run/up");
	make_link(root, "../run", "var/run");
	make_link(root, "none", "dangling");
	make_link(root, "../../../../dev", "out");
	make_link(root, "circle", "circle");
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		bool beyond = true;
		char *with = root_path(root, paths[i].path, NULL, &beyond),
		     *without = root_path(-1, paths[i].path, NULL, &beyond);

		assert_string_equal(with, paths[i].with);
		assert_string_equal(without, paths[i].without);
		assert_false(beyond);
		free(with);
		free(without);
	}
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		assert_int_equal(unlinkat(root, links[i], 0), 0);
	assert_int_equal(unlinkat(root, "run", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(root, "var", AT_REMOVEDIR), 0);
	assert_int_equal(close(root), 0);
	assert_int_equal(rmdir(folder), 0);
}

/* All paths together: a hostile config.json takes no time of ours. */
static void test_steps(void **state)
{
	struct root_unseen unseen = {0};
	char *text = mem_zero(2 * 10000 + 1, 1);
	bool beyond;

	(void)state;
	for (size_t i = 0; i < 10000; i++)
		memcpy(text + 2 * i, "/a", 2);
	for (size_t i = 0; i < 3; i++) {
		free(root_path(-1, text, &unseen, &beyond));
		assert_int_equal(beyond, i > 0);
	}
	free(text);
	root_unseen_free(&unseen);
}

static void test_file(void **state)
{
	struct sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
				     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	const struct entry_file file = {.program = {.code = code, .length = 2},
					.flags = 4,
					.can_report = true,
					.moved = true};
	struct buffer text = {0};
	struct entry_file back;

	(void)state;
	entry_file_make(&file, &text);
	assert_int_equal(text.length, sizeof(struct entry_header) + sizeof(code));
	assert_true(entry_file_read(&text, &back));
	assert_int_equal(back.program.length, 2);
	assert_memory_equal(back.program.code, code, sizeof(code));
	assert_true(back.flags == 4 && back.can_report && back.moved);
	program_free(&back.program);
	for (size_t i = 0; i < text.length; i++) {
		text.data[i] ^= 1;
		assert_false(entry_file_read(&text, &back));
		text.data[i] ^= 1;
	}
	for (size_t length = text.length; length-- > 0;) {
		struct buffer cut = {.data = text.data, .length = length};

		assert_false(entry_file_read(&cut, &back));
	}
	buffer_free(&text);
}

/* A table that answers `outcome` to one call, with this first argument or any, and ALLOW else. */
static struct node table_of(struct space *space, const char *name, bool fixed, uint32_t value,
			    uint32_t outcome)
{
	struct node allow = table_outcome(space, outcome_of(ACTION_ALLOW, 0));
	struct node other = table_outcome(space, outcome);
	uint32_t number;

	if (fixed)
		other = table_mask_word(space, word_argument_low(0), UINT32_MAX, value, other,
					allow);
	assert_true(syscall_number(abi_native(), name, &number));
	other = table_mask_word(space, WORD_NUMBER, UINT32_MAX, number, other, allow);
	return table_mask_word(space, WORD_ARCH, UINT32_MAX, abi_native()->audit_arch, other,
			       allow);
}

struct need_row {
	const char *denied;
	bool fixed;
	uint32_t value;
	enum action action;
	bool runc, runc_nnp, crun, crun_nnp, entry; /* it cannot work */
};

static const struct need_row need_rows[] = {
	{"chmod", false, 0, ACTION_KILL_PROCESS, false, false, false, false, false},
	{"execve", false, 0, ACTION_ERRNO, true, true, true, true, true},
	{"openat", false, 0, ACTION_ERRNO, true, true, false, false, true},
	{"write", false, 0, ACTION_ERRNO, true, true, true, false, false},
	{"futex", false, 0, ACTION_ERRNO, false, false, false, false, false},
	{"futex", false, 0, ACTION_KILL_THREAD, true, true, false, false, false},
	{"setuid", false, 0, ACTION_ERRNO, true, false, false, false, false},
	{"setresuid", false, 0, ACTION_TRACE, false, false, true, false, false},
	{"seccomp", false, 0, ACTION_ERRNO, false, false, false, false, true},
	{"seccomp", true, 1, ACTION_NOTIFY, false, false, false, false, true},
	{"seccomp", true, 2, ACTION_KILL_PROCESS, false, false, false, false, false},
	{"seccomp", false, 0, ACTION_LOG, false, false, false, false, false},
	{"prctl", true, 38, ACTION_ERRNO, false, false, false, false, true},
	{"prctl", true, 24, ACTION_ERRNO, true, false, true, false, false},
	{"prctl", true, 47, ACTION_ERRNO, false, false, true, false, false},
	{"getcwd", false, 0, ACTION_ERRNO, true, false, false, false, false},
	{"getcwd", false, 0, ACTION_TRAP, true, false, false, false, true},
};

static bool unmet(struct runtime_calls needs, bool nnp, struct space *space, struct node table,
		  const char *name)
{
	struct seccomp_data witness;
	const struct runtime_call *need =
		runtime_calls_unmet(needs, nnp, space, table, abi_native(), &witness);

	if (need) {
		assert_string_equal(need->name, name);
		assert_string_equal(syscall_name(abi_native(), (uint32_t)witness.nr), name);
		assert_int_not_equal(table_lookup(space, table, &witness),
				     outcome_of(ACTION_ALLOW, 0));
	}
	return need;
}

static void test_needs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(need_rows); i++) {
		const struct need_row *row = &need_rows[i];
		const struct runtime_calls runc = runtime_calls_of(RUNTIME_RUNC);
		const struct runtime_calls crun = runtime_calls_of(RUNTIME_CRUN);
		struct space *space = space_new();
		struct node table =
			table_of(space, row->denied, row->fixed, row->value,
				 outcome_of(row->action, row->action == ACTION_ERRNO ? 1 : 0));

		if (unmet(runc, false, space, table, row->denied) != row->runc ||
		    unmet(runc, true, space, table, row->denied) != row->runc_nnp ||
		    unmet(crun, false, space, table, row->denied) != row->crun ||
		    unmet(crun, true, space, table, row->denied) != row->crun_nnp ||
		    unmet(runtime_calls_of_entry(), true, space, table, row->denied) != row->entry)
			fail_msg("row %zu: %s", i, row->denied);
		space_free(space);
	}
}

/* Each name once, and all that exist on some ABI. */
static void test_names(void **state)
{
	const char *names[RUNTIME_CALLS_MAX];
	size_t count = runtime_calls_names(runtime_calls_of_entry(), false, names, 0);

	(void)state;
	count = runtime_calls_names(runtime_calls_of(RUNTIME_RUNC), false, names, count);
	count = runtime_calls_names(runtime_calls_of(RUNTIME_CRUN), false, names, count);
	assert_in_range(count, 40, RUNTIME_CALLS_MAX - 1);
	for (size_t i = 0; i < count; i++) {
		assert_true(syscall_known(names[i]));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(names[i], names[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config),	  cmocka_unit_test(test_made),
		cmocka_unit_test(test_paths),	  cmocka_unit_test(test_steps),
		cmocka_unit_test(test_processes), cmocka_unit_test(test_file),
		cmocka_unit_test(test_needs),	  cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
