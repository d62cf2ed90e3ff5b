#!/bin/sh
# Builds static/css/app.css from styles/, without Node. With --check: fails when the committed file is not what
# the sources give.
set -eu

cd "$(dirname -- "$0")/.."
tailwindcss=.venv/bin/tailwindcss
[ -x "$tailwindcss" ] || { echo "Install the tools first: python3 -m contactcenter.local.bootstrap tools" >&2; exit 2; }

if [ "${1:-}" != "--check" ]; then
    exec "$tailwindcss" --input styles/app.css --output static/css/app.css --minify
fi
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
"$tailwindcss" --input styles/app.css --output "$fresh/app.css" --minify 2> "$fresh/log" || { cat "$fresh/log" >&2; exit 1; }
cmp -s "$fresh/app.css" static/css/app.css || {
    echo "static/css/app.css is not what styles/ and templates/ give: run \`make css\` and commit the result." >&2
    exit 1
}
