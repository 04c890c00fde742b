#!/usr/bin/env bash
# The real program against real parts: Debian's Dovecot and Postfix for the mail, and
# LibreOffice to print and calculate the workbook and print the bulletin. Installs them. The
# documents, their PDFs and a picture of each page stay in E2E_OUT. What cannot run here ends
# the script with a line "e2e: NOT RUN: reason" and a failure, never a pass.
set -u
cd "$(dirname "$0")/.." || exit 3

not_run() { echo "e2e: NOT RUN: $*"; exit 1; }

need() { # command package
	command -v "$1" >/dev/null 2>&1 || install "$2"
}

install() { # package
	command -v apt-get >/dev/null 2>&1 || not_run "$1 is missing and this is not Debian"
	[ "$(id -u)" = 0 ] || not_run "$1 is missing and only root can install it"
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" >/tmp/e2e-apt.log 2>&1 ||
		{ apt-get update >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" >/tmp/e2e-apt.log 2>&1; } ||
		not_run "$1 could not be installed: $(tail -n 1 /tmp/e2e-apt.log)"
}

PATH=$PATH:/usr/sbin
need dovecot dovecot-imapd
need postfix postfix
need soffice libreoffice-calc
need lowriter libreoffice-writer
need pdftoppm poppler-utils
need fc-list fontconfig
[ -n "$(fc-list :lang=zh-cn)" ] || { install fonts-noto-cjk && fc-cache -f >/dev/null 2>&1; } # any Chinese font, for printing
[ -n "$(fc-list :lang=zh-cn)" ] || not_run "there is no Chinese font and fonts-noto-cjk brought none"
[ "$(id -u)" = 0 ] || not_run "Dovecot's own processes need root to change their user"

out=${E2E_OUT:-$(mktemp -d)}
mkdir -p "$out" bin || exit 3
go build -trimpath -o bin/taizhang ./cmd/taizhang || exit 1
E2E_OUT="$out" TAIZHANG_BIN="$PWD/bin/taizhang" go test -tags e2e -count=1 -timeout 20m -v ./e2e | tee "$out/e2e.log"
[ "${PIPESTATUS[0]}" = 0 ] || { echo "e2e: FAILED, see $out"; exit 1; }
passed=$(grep -c '^--- PASS' "$out/e2e.log")
[ "$passed" -gt 0 ] || { echo "e2e: FAILED, no test ran"; exit 1; }
grep -h 'counted:' "$out/e2e.log" | sed 's/^.*counted:/e2e:/'
echo "e2e: PASSED, $passed tests, files in $out"
