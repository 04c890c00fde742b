#!/usr/bin/env bash
# Makes internal/messy/testdata/programs anew: ledgers written by openpyxl, and
# the same ledgers written by LibreOffice as every kind it writes. Needs
# python3 with openpyxl, and soffice; the tests need neither.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-/usr/bin/python3}
out=$PWD/internal/messy/testdata/programs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/openpyxl" "$out"
rm -f "$out"/*.xlsx "$out"/*.xls "$out"/*.ods "$out"/*.html "$out"/*.csv "$out"/*.txt "$out"/*.docx
"$python" scripts/fixtures.py "$work/openpyxl"

office() { # folder filter files...
	local to=$work/$1 filter=$2
	shift 2
	mkdir -p "$to"
	soffice -env:UserInstallation="file://$work/profile" --headless --convert-to "$filter" --outdir "$to" "$@" >/dev/null 2>&1
}

take() { # folder extension name-before-extension
	local f base
	for f in "$work/$1"/*."$2"; do
		base=$(basename "$f" ".$2")
		"$python" - "$out/truth.json" "$base" "$2" <<-'PY' && cp "$f" "$out/$base.$3$2"
			import json, sys; truth, base, ext = sys.argv[1:]
			sys.exit(ext in json.load(open(truth, encoding="utf-8"))[base]["skip"])
		PY
	done
}

cp "$work/openpyxl/truth.json" "$out/truth.json"
for f in "$work"/openpyxl/*.xlsx; do cp "$f" "$out/$(basename "$f" .xlsx).openpyxl.xlsx"; done
office xlsx 'xlsx:Calc MS Excel 2007 XML' "$work"/openpyxl/*.xlsx
office xls 'xls:MS Excel 97' "$work"/openpyxl/*.xlsx
office ods 'ods:calc8' "$work"/openpyxl/*.xlsx
office html 'html:HTML (StarCalc)' "$work"/openpyxl/*.xlsx
office csv 'csv:Text - txt - csv (StarCalc):44,34,76' "$work"/openpyxl/*.xlsx
office txt 'txt:Text - txt - csv (StarCalc):9,34,85' "$work"/openpyxl/*.xlsx
office docx 'docx:MS Word 2007 XML' --infilter='HTML (StarWriter)' "$work"/html/*.html
take xlsx xlsx libreoffice.
take xls xls libreoffice.97.
take ods ods libreoffice.
take html html libreoffice.
take csv csv libreoffice.
take txt txt libreoffice.
take docx docx libreoffice.
ls "$out" | wc -l
