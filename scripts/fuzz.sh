#!/usr/bin/env bash
# Runs every fuzz target for FUZZTIME (default 20s), one after the other, and
# prints what each did. The targets are found by asking the packages, so that a
# new one is never forgotten. Ends with one plain line; a finding fails it, and
# so does a target that could not be run.
#
#   scripts/fuzz.sh            every target
#   scripts/fuzz.sh REGEXP     those whose package and name match
#
# FUZZTIME=10m is a long run; FUZZLOG names a folder for the logs.
set -u
cd "$(dirname "$0")/.." || exit 3
time=${FUZZTIME:-20s} parallel=${FUZZPARALLEL:-2} log=${FUZZLOG:-$(mktemp -d)}
mkdir -p "$log"
targets=0 findings=0 total=0

# The packages whose tests name a target, then the targets each one lists.
packages=$(go list -f '{{.Dir}} {{.ImportPath}}' ./... | while read -r dir path; do
	grep -qs '^func Fuzz' "$dir"/*_test.go && echo "$path"
done)
[ -n "$packages" ] || { echo "fuzz: NOT RUN: no package has a target"; exit 1; }

# An input that reaches new code is made smaller for at most 2 s, not the 60 s
# that Go gives it: with whole workbooks for seeds nothing else would be done.
run() { # package target: runs it into $out, the exit code is go's
	go test -run '^$' -fuzz "^$2\$" -fuzztime "$time" -fuzzminimizetime 2s -parallel "$parallel" "$1" >"$out" 2>&1
}

for package in $packages; do
	names=$(go test -list '^Fuzz' "$package" | grep '^Fuzz') || { echo "fuzz: $package lists no target"; findings=$((findings + 1)); continue; }
	for name in $names; do
		[[ "$package.$name" =~ ${1:-.} ]] || continue
		targets=$((targets + 1))
		out=$log/${package//\//_}.$name.log
		run "$package" "$name"
		code=$?
		# Go's engine at times reports its own deadline as a failure, with no input
		# that fails (golang/go#75804, mended in Go 1.27). That is run again, once.
		if [ $code != 0 ] && grep -q 'context deadline exceeded' "$out" && ! grep -q 'Failing input' "$out"; then
			run "$package" "$name"
			code=$?
		fi
		execs=$(grep -oE 'execs: [0-9]+' "$out" | tail -n 1 | grep -oE '[0-9]+')
		total=$((total + ${execs:-0}))
		if [ $code = 0 ] && [ "${execs:-0}" -gt 0 ]; then
			result=ok
		else
			result=FAILED
			findings=$((findings + 1))
			grep -vE '^fuzz: elapsed' "$out" | head -n 40
		fi
		printf 'fuzz: %-44s %9s execs  %s\n' "${package#*/}.$name" "${execs:-no}" "$result"
	done
done
echo "fuzz: $targets targets of $time each, $total execs, $findings findings"
[ $findings = 0 ] && [ $targets -gt 0 ]
