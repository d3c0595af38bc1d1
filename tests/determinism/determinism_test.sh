#!/usr/bin/env bash
# Every scenario of a suite twice with one lane and twice with two: four equal digests for each, and the
# stored journals replay to the same digest. determinism_test.sh SUITE
# From the environment: VSSLAB, SOURCE.
set -u
suite=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$SOURCE" || exit 1
export VSSLAB_HOME=$SOURCE

digests() { sed -n 's/.*"\(name\|journalDigest\)": "\(.*\)",*$/\1 \2/p' "$1"; }

for lanes in 1 2; do
  "$VSSLAB" run "@$suite" -j "$lanes" --check-determinism --json --progress none \
    --out "$work/lanes$lanes" >"$work/$lanes.json" 2>"$work/$lanes.err"
  code=$?
  if [ "$code" -ne 0 ]; then
    printf '@%s with %s lanes ended with %s\n' "$suite" "$lanes" "$code"
    head -c 3000 "$work/$lanes.err"
    grep -E '"error"|"verdict": "(error|fail|unexpected-pass|inconclusive)"' "$work/$lanes.json" | head
    exit 1
  fi
done
digests "$work/1.json" | grep -v '"$' >"$work/one"
digests "$work/2.json" | grep -v '"$' >"$work/two"
[ "$(grep -c journalDigest "$work/one")" -gt 0 ] || { echo 'no digests'; exit 1; }
diff "$work/one" "$work/two" || { echo '-j 1 and -j 2 differ'; exit 1; }

replayed=0
for journal in "$work"/lanes1/journals/*.journal; do
  grep -q '^! clock=virtual' <(head -n 20 "$journal") || continue
  "$VSSLAB" replay "$journal" >"$work/replay" 2>&1 || {
    echo "replay of $journal:"
    head -c 2000 "$work/replay"
    exit 1
  }
  replayed=$((replayed + 1))
done
printf '%s scenarios, %s journals replayed, all digests equal\n' \
  "$(grep -c journalDigest "$work/one")" "$replayed"
