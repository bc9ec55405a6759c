#!/usr/bin/env bash
# Compares upstream's pages with the contract, for a nightly job. UPSTREAM_PAGES is a file with one URL per line, and
# UPSTREAM_DIRECTORY is where the pages are saved, as page-1.html and so on. FETCH is a command that saves the page of a URL
# to a file. It must use a headless browser, because scripts draw the pages.
#
# The list must have each page that `cargo xtask upstream save` recorded. A missing page is a difference.
#
# Exit status: 0 no difference, 1 differences (the report is on standard output), 2 a page could not be read.
set -uo pipefail
: "${UPSTREAM_PAGES:?name the file with the URLs}" "${UPSTREAM_DIRECTORY:?name a directory for the pages}"
: "${FETCH:?name a command: FETCH URL FILE}"

mkdir -p "$UPSTREAM_DIRECTORY" || exit 2
# A page of an earlier run must not be compared again.
rm -f "$UPSTREAM_DIRECTORY"/page-*.html || exit 2
number=0
# `read` fails for a last line without a line break, although it sets the variable.
while read -r url || [ -n "$url" ]; do
    [ -n "$url" ] || continue
    number=$((number + 1))
    file="$UPSTREAM_DIRECTORY/page-$number.html"
    # Standard input is the list of URLs, so FETCH must not read it.
    "$FETCH" "$url" "$file" </dev/null || exit 2
    [ -s "$file" ] || { echo "$FETCH saved nothing for $url" >&2; exit 2; }
done <"$UPSTREAM_PAGES" || exit 2
[ "$number" -gt 0 ] || { echo "$UPSTREAM_PAGES names no page" >&2; exit 2; }

${XTASK:-cargo xtask} upstream check "$UPSTREAM_DIRECTORY" --format markdown --fail-on documentation --expect-recorded
