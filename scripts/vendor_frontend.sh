#!/bin/sh
# Brings the front-end files of others into the repository, once per version, by hand.
#
# Only maintainers run this (it needs npm); building the style sheet (make css) and running the
# product do not. Change a version here, run it, look at the diff, commit the result.
set -eu

CHARTJS=4.6.1
DAISYUI=5.8.1
HTMX=2.0.11
IDIOMORPH=0.8.0
INTER=5.3.0
ESBUILD=0.28.2

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

unpack() { # name as npm knows it, version, folder
    archive=$(npm pack --silent "$1@$2")
    mkdir "$3"
    tar -xzf "$archive" -C "$3" --strip-components=1
}
unpack chart.js "$CHARTJS" chartjs
unpack daisyui "$DAISYUI" daisyui
unpack htmx.org "$HTMX" htmx
unpack idiomorph "$IDIOMORPH" idiomorph
unpack @fontsource-variable/inter "$INTER" inter

# The Tailwind program loads a plugin from one file, and npm's daisyUI is hundreds of them.
bundle() { npx --yes "esbuild@$ESBUILD" "$1" --bundle --format=esm --log-level=warning --outfile="$2"; }
bundle daisyui/index.js "$root/styles/vendor/daisyui.mjs"
bundle daisyui/theme/index.js "$root/styles/vendor/daisyui-theme.mjs"
cp daisyui/LICENSE "$root/styles/vendor/LICENSE.daisyui"

vendor="$root/static/vendor"
mkdir -p "$vendor/chartjs" "$vendor/htmx" "$vendor/idiomorph" "$vendor/inter"
# Its source map stays away, so nothing may point to it: collecting the static files would fail.
sed '/^\/\/# sourceMappingURL=/d' chartjs/dist/chart.umd.min.js > "$vendor/chartjs/chart.umd.min.js"
cp chartjs/LICENSE.md "$vendor/chartjs/LICENSE"
cp htmx/dist/htmx.min.js htmx/LICENSE "$vendor/htmx/"
cp idiomorph/dist/idiomorph-ext.min.js idiomorph/LICENSE "$vendor/idiomorph/"
cp inter/LICENSE "$vendor/inter/"
for subset in latin latin-ext; do
    cp "inter/files/inter-$subset-wght-normal.woff2" "$vendor/inter/inter-$subset.woff2"
done

cd "$root"
find static/vendor styles/vendor -type f ! -name CHECKSUMS | LC_ALL=C sort | xargs sha256sum > static/vendor/CHECKSUMS
