#!/usr/bin/env bash
# Every fault that the program must survive, in numbers: an hour and more on two
# processors. Each part prints its counts; the report with them, the day and the
# size of the machine goes to docs/reliability-report.md (REPORT=path), and the
# last line is one plain result. What cannot run fails, never passes.
#
#   scripts/soak.sh                all parts
#   scripts/soak.sh power years    these alone; their parts of a report that is there are written anew
#   SOAK_SCALE=50 scripts/soak.sh  a fiftieth of everything, to try the script
#
# A part is a line of the table below: its name, whether it uses both
# processors (2) or shares them with another one (1), and what it runs.
set -u
cd "$(dirname "$0")/.." || exit 3
report=${REPORT:-docs/reliability-report.md} scale=${SOAK_SCALE:-1}
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT
[ -w /dev/shm ] && export TMPDIR=/dev/shm
of() { echo $(($1 / scale > 0 ? $1 / scale : 1)); } # so many, or the scale's share of them

parts() {
	local last=2035 cuts=-1 year=12 months=5 mails=50000 units=100
	[ "$scale" = 1 ] || { last=2025 cuts=$(of 11007) year=2 months=1 mails=400 units=12; }
	cat <<TABLE
endurance    1 make -s endurance MAILS=$mails UNITS=$units MONTHS=$year
orders-0     1 app TestPermutations -permutations $(of 500) -permuted 200 -shard 0/4
orders-1     1 app TestPermutations -permutations $(of 500) -permuted 200 -shard 1/4
orders-2     1 app TestPermutations -permutations $(of 500) -permuted 200 -shard 2/4
orders-3     1 app TestPermutations -permutations $(of 500) -permuted 200 -shard 3/4
years-0      1 app TestYears|TestClockJumps -years $last -shard 0/2
years-1      1 app TestYears|TestClockJumps -years $last -shard 1/2
mutants-0    1 mutants -mutants $(of 50000) -seed 2022
mutants-1    1 mutants -mutants $(of 50000) -seed 2023
schedules-0  1 ingest TestSchedules -schedules $(of 5000) -fate 2022
schedules-1  1 ingest TestSchedules -schedules $(of 5000) -fate 2023
cuts-0       1 app TestCutAtEveryByte -cuts $cuts -shard 0/2
cuts-1       1 app TestCutAtEveryByte -cuts $cuts -shard 1/2
instances    1 ./scripts/faults.sh soak instances
restored     1 ./scripts/faults.sh soak restored
over-imap    1 app TestCraftedSenders|TestSchedulesOverIMAP -crafted-step 1 -over-imap $(of 500)
disks        1 ./scripts/faults.sh soak disks
files        1 ./scripts/faults.sh soak files
crash        2 env MONTHS=$months POINTS=$(of 4150) DOUBLES=$(of 500) ./scripts/crash.sh
flips        2 env FAULTS_N=$(of 10000) ./scripts/faults.sh soak flips
power        2 env FAULTS_N=$(of 50000) ./scripts/faults.sh soak power
injected     2 env FAULTS_N=$(of 3000) ./scripts/faults.sh soak injected
blocks       2 ./scripts/faults.sh soak blocks
TABLE
}

# Test binaries, built once; each runs in the folder of its package.
app() { in_package app "$@"; }
ingest() { in_package ingest "$@"; }
mutants() { in_package internal/messy/mutants TestMutants "$@"; }
in_package() { # folder tests flags...
	local dir=$1 tests=$2
	shift 2
	(cd "$dir" && GOGC=400 "$tmp/${dir//\//-}.test" -test.v -test.timeout 6h -test.run "^($tests)\$" "$@")
}

part() { # name command...
	local name=$1 begun=$SECONDS result=FAILED
	shift
	if "$@" >"$tmp/$name.log" 2>&1 </dev/null && counts "$name" | grep -q . && ! grep -q 'NOT RUN' "$tmp/$name.log"; then result=passed; fi
	echo "$result $((SECONDS - begun))" >"$tmp/$name.result"
	counts "$name"
	[ $result = passed ] || grep -av '^=== ' "$tmp/$name.log" | cut -c1-400 | tail -n 60
	echo "== $name $result in $((SECONDS - begun)) s"
}

counts() { # name: what the part has counted
	grep -ahE '^[ ]*(crash|faults|endurance|years|clock|smtp cuts|mutants|schedules|schedules over IMAP|senders|permutations): |counted: |mutants: ' "$tmp/$1.log" |
		grep -avE 'parts passed|: part ' | sed 's/^ *[a-z_]*\.go:[0-9]*: //'
}

begun=$SECONDS day=$(date -u +%F)
for dir in app ingest internal/messy/mutants; do
	go test -c -o "$tmp/${dir//\//-}.test" "./$dir" || { echo "soak: FAILED: $dir does not build"; exit 1; }
done
wanted=("$@")
pids=()
while read -r name width command; do
	case " ${wanted[*]-} " in "  " | *" $name "* | *" ${name%-*} "*) ;; *) continue ;; esac
	echo "$name" >>"$tmp/names"
	# One that uses both processors waits for the others, and they for it.
	if [ "$width" = 2 ]; then
		wait
		part "$name" $command
	else
		while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
		part "$name" $command &
	fi
done < <(parts)
wait
[ -s "$tmp/names" ] || { echo "soak: FAILED: there is no such part"; exit 1; }
ok=0 bad=0
while read -r name; do
	if grep -q '^passed' "$tmp/$name.result" 2>/dev/null; then ok=$((ok + 1)); else bad=$((bad + 1)); fi
done <"$tmp/names"

section() { # name again: its part of the report
	echo "## $1: $(cut -d' ' -f1 "$tmp/$1.result"), $(cut -d' ' -f2 "$tmp/$1.result") s$2"
	echo
	counts "$1" | sed 's/^/    /'
	echo
}

commit="$(git rev-parse --short HEAD)$(git diff --quiet HEAD || echo ', with changes')"
if [ ${#wanted[@]} = 0 ]; then
	{
		echo "# Reliability report"
		echo
		echo "Written by \`make soak\`; what is promised, and the test of each fault, is in [reliability.md](reliability.md)."
		echo "A part that was played again later says so, with the commit."
		echo
		echo "* Day: $day. Commit: $commit. $(go version | cut -d' ' -f3)."
		echo "* Machine: $(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), $(awk '/MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo) GiB, Linux $(uname -r); files in $([ "${TMPDIR-}" = /dev/shm ] && echo memory || echo "$(df -T . | awk 'NR == 2 { print $2 }')")."
		[ "$scale" = 1 ] || echo "* **Not the whole soak**: a share of 1/$scale."
		echo "* $ok parts passed, $bad failed, in $((SECONDS - begun)) s."
		echo
		while read -r name; do section "$name" ""; done <"$tmp/names"
	} >"$report"
elif [ "$scale" = 1 ] && [ -e "$report" ]; then
	# What was played again takes the place of what the report says of it.
	while read -r name; do
		section "$name" ", again on $day, commit $commit" >"$tmp/section"
		awk -v head="## $name:" -v new="$tmp/section" '
			index($0, head) == 1 { while ((getline line < new) > 0) print line; old = 1; next }
			/^## / { old = 0 }
			!old' "$report" >"$tmp/report" && cp "$tmp/report" "$report"
	done <"$tmp/names"
fi
echo "soak: $ok parts passed, $bad failed in $((SECONDS - begun)) s"
[ $bad = 0 ]
