#!/usr/bin/env bash
# Breaks the store, and what stands on it, on purpose: each part prints its
# counts in lines that begin with "faults: ", and the script ends with one plain
# result. What cannot run here says "NOT RUN: reason" and fails, never passes.
#
#   scripts/faults.sh             few of each, as CI does
#   scripts/faults.sh soak        many of each; an hour and more
#   scripts/faults.sh ci flips    one part alone; its n by FAULTS_N
#
# A part is a line of the table below: its name, n in CI, n in a soak, and the
# command that runs it; %n stands for n. FAULTS_SEED sets the random choices.
set -u
cd "$(dirname "$0")/.." || exit 3
mode=${1:-ci} only=${2:-} seed=${FAULTS_SEED:-20220528}
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT

parts() {
	cat <<'TABLE'
flips      1000 10000 faults TestFlips
blocks     100  1000  faults TestBlocks
files      1    1     faults TestWrongFiles
power      5000 50000 faults TestPowerLoss
injected   200  3000  faults TestInjectedErrors
disks      12   40    faults TestFullDisks|TestReadOnlyDisks
instances  20   50    faults TestInstances
restored   6    60    restored
TABLE
}

# The ways to run a part: a function of n and of what else stands in its line.
faults() { # n test: a test of e2e/faults
	GOGC=400 "$tmp/faults.test" -test.v -test.timeout 6h -test.run "^($2)\$" -n "$1" -seed "$seed"
}
restored() { # n: a month that goes on from a backup of an earlier day
	go test -count=1 -timeout 6h -v ./app -run '^(TestRestoredFromAnOldBackup|TestAnOlderState.*|TestRebuilt.*)$' -args -restores "$1" |
		sed 's/^.*counted: \(restored\|rebuilt\):/faults: \1:/'
	return "${PIPESTATUS[0]}"
}

need_strace() {
	command -v strace >/dev/null 2>&1 && return 0
	command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || return 1
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends strace >"$tmp/apt.log" 2>&1 ||
		{ apt-get update >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends strace >"$tmp/apt.log" 2>&1; }
}

[ "$(uname -s)" = Linux ] || { echo "faults: NOT RUN: strace and tmpfs are Linux's"; exit 1; }
need_strace || { echo "faults: NOT RUN: strace is missing and cannot be installed"; exit 1; }
go build -trimpath -o "$tmp/taizhang" ./cmd/taizhang && go test -c -tags faults -o "$tmp/faults.test" ./e2e/faults ||
	{ echo "faults: FAILED: it does not build"; exit 1; }
export TAIZHANG_BIN="$tmp/taizhang"
# In memory where there is a folder for it: what power would do to a disk is
# played, so nothing is gained by waiting for a real one.
[ -w /dev/shm ] && export TMPDIR=/dev/shm

passed=0 failed=0
while read -r name ci soak way rest; do
	[ -z "$only" ] || [ "$only" = "$name" ] || continue
	n=$ci
	[ "$mode" = soak ] && n=$soak
	n=${FAULTS_N:-$n} begun=$SECONDS
	if $way "$n" "$rest" >"$tmp/$name.log" 2>&1 </dev/null && grep -q '^faults: ' "$tmp/$name.log" && ! grep -q 'NOT RUN' "$tmp/$name.log"; then
		passed=$((passed + 1)) result=passed
	else
		failed=$((failed + 1)) result=FAILED
	fi
	grep '^faults: ' "$tmp/$name.log"
	[ $result = passed ] || grep -av '^faults: \|^=== ' "$tmp/$name.log" | cut -c1-400 | head -n 40
	echo "faults: part $name $result in $((SECONDS - begun)) s"
done < <(parts)
[ $((passed + failed)) -gt 0 ] || { echo "faults: FAILED: there is no part $only"; exit 1; }
echo "faults: $passed parts passed, $failed failed"
[ $failed = 0 ]
