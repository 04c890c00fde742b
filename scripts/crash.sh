#!/usr/bin/env bash
# Crash points: the program, built with the tag crash, is stopped at steps that
# change something outside its memory, and started again; see e2e/crash. Two
# processes work side by side. Prints their counts and one line for all.
#
#   POINTS=1500     points in each month; 0: every one
#   DOUBLES=150     of these, stopped a second time while they recover
#   MONTHS=1        months, each with waking hours of its own
#   SEED=2022       of the choice of points
set -u
cd "$(dirname "$0")/.." || exit 3
points=${POINTS:-1500} doubles=${DOUBLES:-150} months=${MONTHS:-1} seed=${SEED:-2022}
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT
[ -w /dev/shm ] && export TMPDIR=/dev/shm # each commit waits for its disk otherwise

go test -tags crash -c -o "$tmp/crash.test" ./e2e/crash || { echo "crash: FAILED: the test does not build"; exit 1; }
failed=0
for ((month = 0; month < months; month++)); do
	pids=()
	for part in 0 1; do
		"$tmp/crash.test" -test.timeout 90m -points "$points" -doubles "$doubles" -seed "$seed" -variant "$month" -shard "$part/2" >"$tmp/$month.$part" 2>&1 &
		pids+=($!)
	done
	for part in 0 1; do
		if wait "${pids[$part]}"; then
			grep '^crash: ' "$tmp/$month.$part" || { echo "crash: FAILED: no count"; failed=1; }
		else
			failed=1
			grep -v '^crash: ' "$tmp/$month.$part" | head -n 60
		fi
	done
done
[ $failed = 0 ] || { echo "crash: FAILED"; exit 1; }
cat "$tmp"/*.[01] | sed -n 's/^crash: .*: points \([0-9]*\) of .* rounds, \([0-9]*\) of them stopped twice.*/\1 \2/p' |
	awk '{ n += $1; twice += $2 } END { printf "crash: %d points tried, %d of them stopped twice: mails lost 0, mails doubled 0, stuck 0\n", n, twice }'
