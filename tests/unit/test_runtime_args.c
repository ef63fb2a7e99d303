/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines of engines and users, as runc and crun read them: the command, and where its
 * config.json is. */
#include <config.h>

#include "tests/unit/document.h"

#include "shim/runtime/runtime_args.h"

#define RUNC RUNTIME_RUNC
#define CRUN RUNTIME_CRUN

/* "create bundle=/b config=c log=l format=json id=x", "harmless WORD", or "refused". */
struct line {
	enum runtime kind;
	const char *words; /* apart by one space; '' is an empty word */
	const char *outcome;
};

static const struct line lines[] = {
	/* containerd-shim-runc-v2 (go-runc) */
	{RUNC,
	 "--root /run/containerd/runc/k8s.io --log /b/log.json --log-format json create --bundle "
	 "/b "
	 "--pid-file /b/init.pid x",
	 "create bundle=/b log=/b/log.json format=json id=x"},
	{RUNC,
	 "--root /r --log /b/log.json --log-format json --systemd-cgroup create --bundle /b "
	 "--pid-file "
	 "/b/init.pid --console-socket /tmp/pty.sock --no-pivot --no-new-keyring x",
	 "create bundle=/b log=/b/log.json format=json id=x"},
	{RUNC,
	 "--root /r --log /b/log.json --log-format json exec --process /tmp/runc-process1 --detach "
	 "--pid-file /b/1.pid x",
	 "exec process=/tmp/runc-process1 log=/b/log.json format=json id=x"},
	{RUNC, "--root /r --log /b/log.json --log-format json start x",
	 "harmless start log=/b/log.json format=json"},
	{RUNC, "--root /r --log /b/log.json --log-format json kill --all x 9",
	 "harmless kill log=/b/log.json format=json"},
	{RUNC, "--root /r --log l --log-format json delete --force x",
	 "harmless delete log=l format=json"},
	{RUNC, "--root /r --log l --log-format json update --resources - x",
	 "harmless update log=l format=json"},
	{RUNC, "--root /r events --stats x", "harmless events"},
	{RUNC, "--root /r state run", "harmless state"},
	{RUNC, "features", "harmless features"},
	{RUNC, "--version", "harmless -"},
	/* conmon */
	{CRUN,
	 "--systemd-cgroup --log-format=json --log /run/oci-log create --bundle /b --pid-file "
	 "/b/pidfile x",
	 "create bundle=/b log=/run/oci-log format=json id=x"},
	{RUNC,
	 "--log-format=json --log /l create --bundle /b --pid-file /p --no-pivot --no-new-keyring "
	 "--preserve-fds 3 --console-socket /s x",
	 "create bundle=/b log=/l format=json id=x"},
	{CRUN, "exec --pid-file /p --process /proc.json --detach --console-socket /s x",
	 "exec process=/proc.json id=x"},
	{CRUN, "--root /r start x", "harmless start"},
	{CRUN, "--rootless=true --log-level debug --cgroup-manager=disabled run --keep x",
	 "run id=x"},
	/* Docker's runtimeArgs, users */
	{RUNC, "--debug --root=/r run x", "run id=x"},
	{RUNC, "-debug -root=/r -log l run -b /b -d x", "run bundle=/b log=l id=x"},
	{RUNC, "run -bundle /b x", "run bundle=/b id=x"},
	{RUNC, "run -bundle=/b x", "run bundle=/b id=x"},
	{RUNC, "run --b /b x", "run bundle=/b id=x"},
	{RUNC, "run -b=/b x", "run bundle=/b id=x"},
	{RUNC, "run --bundle /a --bundle /b x", "run bundle=/b id=x"},
	{RUNC, "run x --bundle /b", "run bundle=/b id=x"},
	{RUNC, "run x --bundle=/b --detach", "run bundle=/b id=x"},
	{RUNC, "run --detach=false --bundle /b -- x", "run bundle=/b id=x"},
	{RUNC, "-- run -b /b x", "run bundle=/b id=x"},
	{RUNC, "run --bundle '' x", "run bundle= id=x"},
	{RUNC, "run --config /c.json x", "run config=/c.json id=x"},
	{RUNC, "run --root /r x", "run id=x"},
	{RUNC, "run --bundle --pid-file x", "run bundle=--pid-file id=x"},
	{RUNC, "create --pidfd-socket /s x", "create id=x"},
	{RUNC, "exec -t x run --bundle /b", "exec id=x"},
	{RUNC, "exec -e A=b --user 1 --cap CAP_KILL x sh", "exec capabilities id=x"},
	{RUNC, "exec --frobnicate x sh", "exec unclear"},
	{RUNC, "exec", "exec unclear"},
	{RUNC, "restore --image-path /i x", "restore"},
	{RUNC, "", "harmless -"},
	{RUNC, "help run", "harmless help"},
	{RUNC, "h create", "harmless h"},
	{RUNC, "frobnicate x", "harmless frobnicate"},
	{RUNC, "spec --bundle run", "harmless spec"},
	{RUNC, "--root state run x", "run id=x"},
	{RUNC, "--help run x", "run id=x"},
	{RUNC, "run --help", "harmless run"},
	{RUNC, "create -h", "harmless create"},
	{RUNC, "restore -help", "harmless restore"},
	{RUNC, "run --usage", "refused"},
	{RUNC, "run --bundle --help", "refused"},
	{RUNC, "run --help --bundle", "refused"},
	{RUNC, "run --help x", "run id=x"},
	{CRUN, "run --help", "harmless run"},
	{CRUN, "create -?", "harmless create"},
	{CRUN, "restore --usage", "harmless restore"},
	{CRUN, "run -h", "refused"},
	{CRUN, "run -- --help", "run id=--help"},
	{RUNC, "--log", "refused"},
	{RUNC, "--log l --frobnicate run x", "refused log=l"},
	{RUNC, "--frobnicate state x", "refused"},
	{RUNC, "frobnicate run x", "refused"},
	{RUNC, "init run", "refused"},
	{RUNC, "--debug false run x", "refused"},
	{RUNC, "RUN x", "harmless RUN"},
	{RUNC, "run", "refused"},
	{RUNC, "run x y", "refused"},
	{RUNC, "run - --bundle /b", "refused"},
	{RUNC, "run x --bundle -", "refused"},
	{RUNC, "create --pid-file - x", "refused"},
	{RUNC, "create --bundle=- x", "create bundle=- id=x"},
	{RUNC, "--log - create x", "create log=- id=x"},
	{CRUN, "create --bundle - x", "create bundle=- id=x"},
	{RUNC, "run '' --bundle /b", "refused"},
	{CRUN, "run -", "refused"},
	{RUNC, "exec --cap=CAP_KILL x sh", "exec capabilities id=x"},
	{RUNC, "exec -c CAP_KILL x sh", "exec capabilities id=x"},
	{RUNC, "exec x sh -c CAP_KILL", "exec id=x"},
	{CRUN, "exec -c CAP_KILL x sh", "exec capabilities id=x"},
	{CRUN, "exec --ca=CAP_KILL x sh", "exec capabilities id=x"},
	{CRUN, "exec -dcCAP_KILL x sh", "exec capabilities id=x"},
	{CRUN, "exec --cwd /c x sh", "exec id=x"},
	{RUNC, "run -- x --bundle /b", "refused"},
	{RUNC, "run -b/b x", "refused"},
	{RUNC, "run -db /b x", "refused"},
	{RUNC, "run --bund /b x", "refused"},
	{RUNC, "run --frobnicate x", "refused"},
	{RUNC, "create ---bundle /b x", "refused"},
	{RUNC, "create --pid-file", "refused"},
	{RUNC, "mounts create", "refused"},
	/* crun: argp */
	{CRUN, "run --bundle=/b x", "run bundle=/b id=x"},
	{CRUN, "run -b/b x", "run bundle=/b id=x"},
	{CRUN, "run -b /b x", "run bundle=/b id=x"},
	{CRUN, "run -db/b x", "run bundle=/b id=x"},
	{CRUN, "run -db /b x", "run bundle=/b id=x"},
	{CRUN, "run -b=/b x", "run bundle==/b id=x"},
	{CRUN, "run --bun /b x", "run bundle=/b id=x"},
	{CRUN, "run --b=/b -fc x", "run bundle=/b config=c id=x"},
	{CRUN, "run --config c --no-p x", "run config=c id=x"},
	{CRUN, "run -b /b -- x", "run bundle=/b id=x"},
	{CRUN, "-- run x", "run id=x"},
	{CRUN, "--systemd-c --log-f json --log=l create x", "create log=l format=json id=x"},
	{CRUN, "--roo /r run x", "refused"},
	{CRUN, "--root /r run x", "run id=x"},
	{CRUN, "--log-l debug run x", "run id=x"},
	{CRUN, "-V", "harmless -"},
	{CRUN, "-v run x", "run id=x"},
	{CRUN, "--ver", "harmless -"},
	{CRUN, "--usage", "harmless -"},
	{CRUN, "-?", "harmless -"},
	{CRUN, "mounts add run", "harmless mounts"},
	{CRUN, "exec -ptproc x run", "exec process=tproc id=x"},
	{CRUN, "exec -t --proc /p x sh", "exec unclear"},
	{CRUN, "exec --process /p x sh -b /b", "exec process=/p id=x"},
	{CRUN, "restore x", "restore"},
	{CRUN, "run --no x", "refused"},
	{CRUN, "run --detach=1 x", "refused"},
	{CRUN, "run x --bundle /b", "refused"},
	{CRUN, "run -bundle /b x", "refused"},
	{CRUN, "run -x x", "refused"},
	{CRUN, "run --systemd-cgroup x", "refused"},
	{CRUN, "run -f", "refused"},
	{CRUN, "h run", "refused"},
	{CRUN, "-debug run x", "refused"},
	{CRUN, "--frobnicate list", "refused"},
};

/* The words, ended by NULL, in the text, which is changed. */
static void words_split(char *text, char **words)
{
	char *word, *rest = text;
	size_t count = 0;

	while (*text && (word = strsep(&rest, " "))) {
		assert_true(count < 31);
		words[count++] = strcmp(word, "''") == 0 ? word + 2 : word;
	}
	words[count] = NULL;
}

static void add(struct buffer *out, const char *name, const char *value)
{
	if (value)
		buffer_addf(out, " %s=%s", name, value);
}

static void describe(struct buffer *out, const struct runtime_args *args, int result)
{
	static const char *const names[] = {"harmless", "create", "run", "exec", "restore"};

	buffer_add_text(out, result ? "refused" : names[args->command]);
	if (!result && args->command == COMMAND_HARMLESS)
		buffer_addf(out, " %s", args->word ? args->word : "-");
	if (!result && args->command == COMMAND_EXEC && args->exec_unclear) {
		buffer_add_text(out, " unclear");
		return;
	}
	if (!result)
		add(out, "bundle", args->bundle);
	if (!result)
		add(out, "config", args->config);
	if (!result)
		add(out, "process", args->process);
	if (!result && args->adds_capabilities)
		buffer_add_text(out, " capabilities");
	add(out, "log", args->log);
	add(out, "format", args->log_format);
	if (!result)
		add(out, "id", args->id);
}

static void test_lines(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *text = mem_string(lines[i].words), *words[32];
		struct findings findings = {0};
		struct runtime_args args;
		struct buffer out = {0};
		int result;

		words_split(text, words);
		result = runtime_args_parse(&args, lines[i].kind, words, &findings);
		assert_true((result != 0) == (findings.errors > 0));
		describe(&out, &args, result);
		if (strcmp(out.data, lines[i].outcome) != 0) {
			print_error("%s %s\n  wanted: %s\n  found:  %s\n",
				    lines[i].kind == RUNC ? "runc" : "crun", lines[i].words,
				    lines[i].outcome, out.data);
			wrong++;
		}
		buffer_free(&out);
		findings_free(&findings);
		free(text);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
