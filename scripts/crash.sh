#!/usr/bin/env bash
# Crash points: the program, built with the tag crash, is stopped at steps that
# change something outside its memory, and started again; see e2e/crash. Two
# processes work side by side. Prints their counts and one line for all.
#
#   POINTS=1650     points in each month, of which a few come to nothing; 0: every one
#   DOUBLES=165     of these, stopped a second time while they recover
#   MONTHS=1        months, each with waking hours of its own
#   SEED=2022       of the choice of points
set -u
cd "$(dirname "$0")/.." || exit 3
points=${POINTS:-1650} doubles=${DOUBLES:-165} months=${MONTHS:-1} seed=${SEED:-2022}
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT
[ -w /dev/shm ] && export TMPDIR=/dev/shm # each commit waits for its disk otherwise

go test -tags crash -c -o "$tmp/crash.test" ./e2e/crash || { echo "crash: FAILED: the test does not build"; exit 1; }
# Each process on one processor, and with as much garbage as is worth it: which
# step comes when is less a matter of chance then, and a point costs a third less.
half() { # month part
	GOMAXPROCS=1 GOGC=400 "$tmp/crash.test" -test.timeout 90m -points "$points" -doubles "$doubles" -seed "$seed" -variant "$1" -shard "$2/2" >"$tmp/$1.$2" 2>&1 ||
		touch "$tmp/$1.$2.failed"
}
for ((month = 0; month < months; month++)); do
	for part in 0 1; do
		while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
		half "$month" "$part" &
	done
done
wait
failed=0
for ((month = 0; month < months; month++)); do
	for part in 0 1; do
		if [ -e "$tmp/$month.$part.failed" ]; then
			failed=1
			grep -v '^crash: ' "$tmp/$month.$part" | head -n 60
		else
			grep '^crash: ' "$tmp/$month.$part" || { echo "crash: FAILED: no count"; failed=1; }
		fi
	done
done
[ $failed = 0 ] || { echo "crash: FAILED"; exit 1; }
cat "$tmp"/*.[01] | sed -n 's/^crash: .*: points \([0-9]*\) of .* rounds, \([0-9]*\) of them stopped twice.*/\1 \2/p' |
	awk '{ n += $1; twice += $2 } END { printf "crash: %d points tried, %d of them stopped twice: mails lost 0, mails doubled 0, stuck 0\n", n, twice }'
