#!/usr/bin/env bash
# Fails if a call costs more instructions than a multiple of the same call by hand. See benches/README.md for what must be installed.
# Instructions do not depend on how busy the machine is. Arguments are passed to `cargo bench`, such as --offline.
set -euo pipefail
cd "$(dirname "$0")/.."

# Limits: mediaconnect / reqwest by hand, in thousandths. The target of both is 1000.
declare -A limits=([info]=980 [search]=1000)

cargo bench "$@" -p mediaconnect-benches --bench instructions
counts=target/gungraun/mediaconnect-benches/instructions/calls
instructions() { awk '/^totals:/ { print $2 }' "$counts/$1.$2/callgrind.$1.$2.t1.p1.out"; }

status=0
for call in info search; do
    ours=$(instructions mediaconnect "$call")
    by_hand=$(instructions reqwest "$call")
    ratio=$((ours * 1000 / by_hand))
    echo "$call: $((ours / 50)) instructions a call, by hand $((by_hand / 50)): $ratio thousandths (limit: ${limits[$call]})"
    if ((ratio > limits[$call])); then
        echo "error: $call is above its limit; find the cause with callgrind_annotate (benches/README.md)" >&2
        status=1
    fi
done
exit "$status"
