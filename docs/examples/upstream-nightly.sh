#!/usr/bin/env bash
# Looks at upstream's pages every night. UPSTREAM_PAGES names a file with a URL a line; UPSTREAM_DIRECTORY is where the
# pages go. FETCH saves the page of a URL to a file: a headless browser, since scripts draw the pages.
#
# Exit status: 0 nothing new, 1 something to read (the report is on standard output), 2 a page could not be read.
set -uo pipefail
: "${UPSTREAM_PAGES:?name the file with the URLs}" "${UPSTREAM_DIRECTORY:?name a directory for the pages}"
: "${FETCH:?name a command: FETCH URL FILE}"

mkdir -p "$UPSTREAM_DIRECTORY" || exit 2
number=0
while read -r url; do
    [ -n "$url" ] || continue
    number=$((number + 1))
    # From here on standard input is the list.
    "$FETCH" "$url" "$UPSTREAM_DIRECTORY/page-$number.html" </dev/null || exit 2
done <"$UPSTREAM_PAGES" || exit 2
[ "$number" -gt 0 ] || { echo "$UPSTREAM_PAGES names no page" >&2; exit 2; }

${XTASK:-cargo xtask} upstream check "$UPSTREAM_DIRECTORY" --format markdown --fail-on documentation
