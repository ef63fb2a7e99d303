#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What explain lists is what the kernel answers: every number from -1 to 1023 under the built-in default with Docker's
# capabilities, asked without a call being executed.

load lib

setup() {
	cd "$BATS_TEST_TMPDIR"
}

@test "the list of the default profile is what the kernel answers, for all numbers" {
	"$SECCOMP_SHIM" compile --caps docker --quiet default -o default.bpf
	"$SECCOMP_SHIM" explain --caps docker --quiet --json default >listed
	cat >questions.py <<-'END'
		import errno, json, sys
		abis = {abi["abi"]: abi for abi in json.load(open("listed"))["result"]["abis"]}
		def outcome(abi, number):
		    for call in abis[abi]["calls"]:
		        if call["number"] == number:
		            return call["outcomes"][0]["outcome"] if len(call["outcomes"]) == 1 else None
		    for one in abis[abi]["numbers"]:
		        if one["first"] <= number <= one["last"]:
		            return one["outcome"]
		asked = [(abi, number) for abi in ("x86_64", "x86") for number in range(-1, 1024)]
		asked = [(abi, number, outcome(abi, number % 2**32)) for abi, number in asked]
		asked = [one for one in asked if one[2]]
		if sys.argv[1:] == ["ask"]:
		    print("filter default.bpf")
		    for abi, number, _ in asked:
		        print("call", abi, number % 2**32)
		    sys.exit()
		answers = open("answers").read().splitlines()
		assert len(answers) == len(asked), (len(answers), len(asked))
		blocked = 0
		for (abi, number, listed), answer in zip(asked, answers):
		    if listed.startswith("ERRNO("):
		        want = ("ERRNO %d" % getattr(errno, listed[6:-1]),)
		    else:
		        want = ("PASSES", "UNFILTERED")
		    if (abi, number) in (("x86_64", 335), ("x86_64", 336)):
		        want += ("UNFILTERED",)  # uretprobe and uprobe pass every filter on some kernels
		    assert answer in want, (abi, number, listed, answer)
		    blocked += abi == "x86_64" and listed == "ERRNO(EPERM)"
		print(len(asked), "asked,", blocked, "of x86_64 are EPERM")
	END
	python3 questions.py ask >questions
	"$PROBES/ask" <questions >answers
	run python3 questions.py
	echo "$output"
	[ "$status" = 0 ]
	[[ $output =~ ^([0-9]+)\ asked,\ ([0-9]+)\ of && ${BASH_REMATCH[1]} -gt 2000 && ${BASH_REMATCH[2]} -gt 60 ]]
}
