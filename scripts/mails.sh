#!/bin/sh
# Prints the HTML of every golden mail as pictures, as a phone (360 px) and a
# desktop (900 px) show it: DIR/NAME-360.png and DIR/NAME-900.png. It says
# which mails are wider than the phone. Needs chromium.
#
#   scripts/mails.sh DIR [NAME…]
set -eu
cd "$(dirname "$0")/.."
dir=$1
shift
mkdir -p "$dir"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
[ $# -gt 0 ] || set -- $(ls notify/compose/testdata | sed -n 's/\.html\.golden$//p')
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
for name in "$@"; do
	# A frame gives the page the width of a phone: the window itself is never narrower than 500 px.
	cp "notify/compose/testdata/$name.html.golden" "$tmp/$name.html"
	for width in 360 900; do
		cat >"$tmp/frame.html" <<HTML
<body style="margin:0"><iframe id="f" src="$name.html" style="border:0;width:${width}px;height:100px"></iframe>
<script>f.onload = () => { const d = f.contentDocument.documentElement; f.style.height = d.scrollHeight + "px";
document.title = d.scrollWidth > $width ? "wide " + d.scrollWidth : "fits"; document.body.dataset.height = d.scrollHeight }</script>
HTML
		page=$("$browser" --headless --no-sandbox --disable-gpu --allow-file-access-from-files --user-data-dir="$tmp/profile" \
			--virtual-time-budget=2000 --dump-dom "file://$tmp/frame.html" 2>/dev/null)
		height=$(printf %s "$page" | sed -n 's/.*data-height="\([0-9]*\)".*/\1/p' | head -1)
		case $page in *"<title>wide"*) echo "$name is wider than $width px: $(printf %s "$page" | sed -n 's/.*<title>wide \([0-9]*\).*/\1/p')" ;; esac
		"$browser" --headless --no-sandbox --disable-gpu --allow-file-access-from-files --user-data-dir="$tmp/profile" --hide-scrollbars \
			--virtual-time-budget=2000 --window-size="$((width > 500 ? width : 500)),${height:-3000}" --screenshot="$dir/$name-$width.png" "file://$tmp/frame.html" 2>/dev/null
	done
done
