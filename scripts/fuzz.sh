#!/usr/bin/env bash
# Runs every fuzz target for FUZZTIME (default 20s), FUZZPARALLEL of them (2) at
# the same time, and prints what each did. The targets are found by asking the
# packages, so that a new one is never forgotten. Ends with the findings, each
# with the input that fails, and one plain line; a finding fails it, and so does
# a target that could not be run.
#
#   scripts/fuzz.sh            every target
#   scripts/fuzz.sh REGEXP     those whose package and name match
#
# FUZZTIME=10m is a long run; FUZZLOG names a folder for the logs.
set -u
cd "$(dirname "$0")/.." || exit 3
time=${FUZZTIME:-20s} parallel=${FUZZPARALLEL:-2}
log=${FUZZLOG:-$(mktemp -d)}
mkdir -p "$log" && log=$(cd "$log" && pwd) || exit 3
bin=$(mktemp -d) || exit 3
trap 'rm -rf "$bin"' EXIT
cache=$(go env GOCACHE)/fuzz
rm -f "$log"/*.result "$log"/*.finding

# build package folder: its test binary, made once with the engine's counters, and
# its targets, a line each: package, folder, binary, name.
build() {
	local file=$bin/${1//\//_} names
	grep -hoE '^func Fuzz\w*' "$2"/*_test.go | sed "s|^func |$1.|" | grep -qE -- "$3" || return 0
	if (cd "$2" && go test -c -fuzz . -o "$file" .) >"$log/${1//\//_}.build.log" 2>&1 &&
		names=$(cd "$2" && "$file" -test.list '^Fuzz' | grep '^Fuzz'); then
		for name in $names; do
			[[ "$1.$name" =~ $3 ]] && echo "$1 $2 $file $name"
		done
	else
		echo "fuzz: $1 lists no target" | cat - "$log/${1//\//_}.build.log" | head -n 40 >"$log/${1//\//_}.finding"
	fi
	return 0
}

# The packages whose tests name a target are built one after the other, while
# the targets of those that are built are run.
targets() {
	go list -f '{{.ImportPath}} {{.Dir}}' ./... | while read -r package dir; do
		grep -qs '^func Fuzz' "$dir"/*_test.go && build "$package" "$dir" "$1" </dev/null
	done
}

# engine runs one target into $out; the exit code is the engine's. One worker
# and one processor each: what runs beside it has the other. An input that reaches
# new code is made smaller for at most 2 s, not the 60 s that Go gives it: with
# whole workbooks for seeds nothing else would be done.
engine() {
	(cd "$dir" && GOMAXPROCS=1 "$file" -test.run '^$' -test.fuzz "^$name\$" -test.fuzztime "$time" -test.fuzzminimizetime 2s \
		-test.parallel 1 -test.fuzzcachedir "$cache/$package") >"$out" 2>&1
}

# inputs prints what of an input that fails can be shown, wherever it lies.
inputs() {
	grep -oE "$name/[0-9a-f]{16}" "$out" | sort -u | head -n 3 | while read -r input; do
		for path in "$dir/testdata/fuzz/$input" "$cache/$package/$input"; do
			[ -f "$path" ] && echo "fuzz: input $input:" && head -c 4000 "$path" | head -n 20 && echo && break
		done
	done
}

# one runs a target and says what came of it.
one() { # package folder binary name
	local package=$1 dir=$2 file=$3 name=$4 code execs result=ok
	local out=$log/${package//\//_}.$name.log
	engine
	code=$?
	# Go's engine at times reports its own deadline as a failure, with no input
	# that fails (golang/go#75804, mended in Go 1.27). That is run again, once.
	if [ $code != 0 ] && grep -q 'context deadline exceeded' "$out" && ! grep -q 'Failing input' "$out"; then
		engine
		code=$?
	fi
	execs=$(grep -oE 'execs: [0-9]+' "$out" | tail -n 1 | grep -oE '[0-9]+')
	if [ $code != 0 ] || [ "${execs:-0}" -eq 0 ]; then
		result=FAILED
		{ echo "fuzz: $package.$name:"; grep -vE '^fuzz: elapsed' "$out" | cut -c 1-1000 | head -n 30; inputs; } >"${out%.log}.finding"
	fi
	echo "${execs:-0}" >"${out%.log}.result"
	printf 'fuzz: %-44s %9s execs  %s\n' "${package#*/}.$name" "${execs:-no}" "$result"
}
export -f one engine inputs
export time log cache

targets "${1:-.}" | xargs -P "$parallel" -L 1 bash -c 'one "$@"' one || echo "fuzz: a target was not run to its end" >"$log/xargs.finding"

count() { find "$log" -name "*.$1" | wc -l; }
findings=$(count finding) targets=$(count result)
total=$(find "$log" -name '*.result' -exec cat {} + | awk '{ n += $1 } END { print n + 0 }')
[ "$targets" -gt 0 ] || { echo "fuzz: NOT RUN: no package has a target"; exit 1; }
[ "$findings" = 0 ] || cat "$log"/*.finding
echo "fuzz: $targets targets of $time each, $total execs, $findings findings"
[ "$findings" = 0 ]
