# The README's two commands are `go run ./cmd/taizhang demo` and
# `go test ./...`; the rest is for those who work on the program.

GOLANGCI_VERSION := v2.15.0
BIN := $(CURDIR)/bin

.PHONY: build test race lint accuracy mutants histories schedules years crash endurance e2e corpora hostile fuzz faults rows soak demo clean tools

build:
	go build -trimpath -o $(BIN)/taizhang ./cmd/taizhang

test:
	go test ./...

race:
	go test -race ./...

# The linter is built from its module at the version above when it is not in
# bin/ yet; a failure to get it is a failure.
$(BIN)/golangci-lint-$(GOLANGCI_VERSION):
	GOBIN=$(BIN) GOFLAGS= go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(BIN)/golangci-lint $@

tools: $(BIN)/golangci-lint-$(GOLANGCI_VERSION)

lint: tools
	go vet ./...
	$(BIN)/golangci-lint-$(GOLANGCI_VERSION) run --allow-parallel-runners ./...

# Every line of the table of cases as every kind of file, some 20,000 ledgers;
# fails when one is wrong in silence or fewer than 99 % of the readable ones are
# accepted. ACCURACY may hold flags, as -seed 7 -rounds 2.
accuracy:
	go run ./internal/messy/accuracy $(ACCURACY)

# 5,000 damaged ledgers of every kind; go test ./... has 1,000 of them.
mutants:
	go test -count=1 -timeout 30m -v ./internal/messy/mutants -args -mutants 5000

# What rule book §3 to §8 say must hold always, over thousands of random
# histories of the whole program; go test ./... has a few. In memory where there
# is a folder for it, so that making each transaction safe on disk costs
# nothing, and with fewer collections of garbage. The seed is fixed, so that a
# change is judged by the same histories each time; others are played with
# HISTORIES_SEED=0 (another each time). A broken history is printed as a story,
# with the seed that plays it again.
HISTORIES := 10000
HISTORIES_SEED := 2022
histories:
	@log=$$(mktemp) && trap 'rm -f '$$log EXIT && \
	if test -w /dev/shm; then export TMPDIR=/dev/shm; fi && \
	if GOGC=400 go test -count=1 -timeout 60m -v -run '^TestHistories$$' ./app -args -histories $(HISTORIES) -rapid.seed $(HISTORIES_SEED) >$$log 2>&1; \
	then grep '^histories:' $$log; else grep -v '^=== ' $$log | tail -n 200; exit 1; fi

# Every day of 2024 and 2025 in six time zones of the host, and with a clock that
# jumps; YEARS=2035 plays twelve years. The whole store is looked at in one night
# of seven, and at the end.
YEARS := 2025
years:
	@log=$$(mktemp -d) && trap 'rm -rf '$$log EXIT && \
	if test -w /dev/shm; then export TMPDIR=/dev/shm; fi && export GOGC=400 && \
	go test -c -o $$log/app.test ./app && cd app && failed=0 && \
	for i in 0 1; do $$log/app.test -test.timeout 90m -test.v -test.run '^(TestYears|TestClockJumps)$$' -years $(YEARS) -shard $$i/2 >$$log/$$i 2>&1 || echo >$$log/failed & done; wait; \
	if test -e $$log/failed; then tail -n 100 $$log/0 $$log/1; exit 1; fi; grep -hE '^(years|clock):' $$log/0 $$log/1

# Receiving: random schedules of mail, of a person's hands in the mailbox, and of
# faults; the same mails in any order within a poll and across polls; and every
# crafted sender. SCHEDULES=10000 FATE=0 plays others.
# PERMUTATIONS are the orders that each of two processes plays, of other mails.
SCHEDULES := 1000
FATE := 2022
PERMUTATIONS := 50
schedules:
	@log=$$(mktemp -d) && trap 'rm -rf '$$log EXIT && \
	if test -w /dev/shm; then export TMPDIR=/dev/shm; fi && export GOGC=400 && \
	go test -c -o $$log/ingest.test ./ingest && go test -c -o $$log/app.test ./app || exit 1; \
	orders() { (cd app && $$log/app.test -test.timeout 60m -test.v -test.run '^TestPermutations$$' -permutations $(PERMUTATIONS) -permuted 200 -shard $$1/2); }; \
	{ { (cd ingest && $$log/ingest.test -test.timeout 60m -test.v -test.run '^TestSchedules$$' -schedules $(SCHEDULES) -fate $(FATE)) && orders 0; } >$$log/0 2>&1 || echo >$$log/failed; } & \
	{ { (cd app && $$log/app.test -test.timeout 60m -test.v -test.run '^(TestCraftedSenders|TestSchedulesOverIMAP)$$' -crafted-step 1 -over-imap 100) && orders 1; } >$$log/1 2>&1 || echo >$$log/failed; } & \
	wait; cat $$log/0 $$log/1; test ! -e $$log/failed

# The program stopped at 1,500 of its steps, 150 of them twice, and started
# again; POINTS=0 MONTHS=6 DOUBLES=400 tries every step of six months.
POINTS := 1650
DOUBLES := 165
MONTHS := 1
crash:
	POINTS=$(POINTS) DOUBLES=$(DOUBLES) MONTHS=$(MONTHS) ./scripts/crash.sh

# A year with the daemon, a hundred units and fifty thousand mails: its memory,
# goroutines and descriptors, the size of the store, and nothing lost or sent
# twice. LEDGERS is how many mails each unit sends with one for each month, on
# average; the rest is what else a mailbox holds. In memory where there is a
# folder for it.
MAILS := 50000
UNITS := 100
LEDGERS := 5
endurance: MONTHS := 12
endurance:
	@log=$$(mktemp) && trap 'rm -f '$$log EXIT && \
	if test -w /dev/shm; then export TMPDIR=/dev/shm; fi && \
	if go test -count=1 -timeout 6h -v ./e2e/endurance -args -mails $(MAILS) -units $(UNITS) -months $(MONTHS) -ledgers $(LEDGERS) >$$log 2>&1; \
	then grep '^endurance:' $$log; else grep -v '^=== ' $$log | tail -n 200; exit 1; fi

# The real program against Debian's Dovecot and LibreOffice; installs them.
e2e:
	./scripts/e2e.sh

# Public files of strangers, from the folder that TAIZHANG_SHARED names, the
# binary reader against its oracle, and the hostile files; about two minutes.
corpora:
	./scripts/corpora.sh

hostile:
	./scripts/corpora.sh hostile

# Every fuzz target, two at a time, 20 s each; FUZZTIME=10m for a long run.
fuzz:
	./scripts/fuzz.sh

# Breaks the store on purpose: bytes flipped, power lost, calls of the kernel
# that fail, full and read-only disks, old backups put back: a few of each.
# scripts/faults.sh is the list of parts.
# FAULTS_N and FAULTS_SEED set how many and which.
faults:
	./scripts/faults.sh

# Everything in full numbers, an hour and more; writes docs/reliability-report.md.
soak:
	./scripts/soak.sh

# Each of the 130 faults in docs/reliability.md has a test that is there.
rows:
	@log=$$(mktemp) && trap 'rm -f '$$log EXIT && \
	if go test -count=1 -timeout 5m -v -run '^(TestEveryRowHasItsTest|TestRowsAreChecked)$$' . >$$log 2>&1; \
	then grep '^reliability:' $$log; else grep -v '^=== ' $$log; exit 1; fi

demo:
	go run ./cmd/taizhang demo

clean:
	rm -rf $(BIN) demo-out
