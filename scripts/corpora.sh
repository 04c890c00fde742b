#!/usr/bin/env bash
# Files of strangers through the real program: the public ones of the folder
# that TAIZHANG_SHARED names (default ../shared/corpora), with the binary reader
# against its oracle, and the hostile ones that internal/hostile makes. Measured by
# the kernel, never guessed. What cannot run here ends the script with a line
# "corpora: NOT RUN: reason" and a failure, never a pass.
#
#   scripts/corpora.sh            all of it
#   scripts/corpora.sh hostile    the hostile files alone, which need no corpora
set -u
cd "$(dirname "$0")/.." || exit 3
what=${1:-corpora}
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT
not_run() { echo "$what: NOT RUN: $*"; exit 1; }

[ "$(uname -s)" = Linux ] || not_run "memory is measured and limited on Linux only"
go build -trimpath -o "$tmp/taizhang" ./cmd/taizhang || { echo "$what: FAILED: the program does not build"; exit 1; }
export TAIZHANG_BIN="$tmp/taizhang"

run() { # log package args...: a test whose lines of the given beginning are shown
	local log=$tmp/$1.log package=$2
	shift 2
	go test -count=1 -timeout 30m -v "$@" "$package" >"$log" 2>&1
	local code=$?
	grep -E '^(corpora|hostile): ' "$log" | grep -v '^corpora: [0-9]* files, [0-9]* panics'
	sed -n 's/^.*counted: /oracle: /p' "$log"
	[ $code = 0 ] || grep -vE '^(corpora|hostile): |^=== ' "$log" | head -n 60
	return $code
}

failed=0
run hostile ./e2e/corpora -tags corpora -run TestHostile || failed=1
[ "$what" = hostile ] && exit $failed

shared=${TAIZHANG_SHARED:-../shared/corpora}
[ -d "$shared" ] || not_run "no folder $shared; TAIZHANG_SHARED names it"
for kind in sheets docs mails legacy; do
	[ -f "$shared/$kind.tar.gz" ] || not_run "$shared has no $kind.tar.gz"
	mkdir -p "$tmp/corpora" && tar -xzf "$shared/$kind.tar.gz" -C "$tmp/corpora" || not_run "$kind.tar.gz cannot be unpacked"
done
export TAIZHANG_CORPORA="$tmp/corpora"
TAIZHANG_LEGACY="$tmp/corpora/legacy" run oracle ./ingest/sheet/xls -run 'TestOracle|TestVersions|TestWPS' || failed=1
run corpora ./e2e/corpora -tags corpora -run TestCorpora || failed=1
last=$(grep -E '^corpora: [0-9]* files, [0-9]* panics' "$tmp/corpora.log") || { echo "corpora: FAILED: no count"; exit 1; }
echo "$last"
exit $failed
