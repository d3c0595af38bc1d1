#!/usr/bin/env bash
# Every scenario of a suite twice with one lane and twice with two: four equal digests for each, and
# the stored journals replay to the same digest. In real time verdicts and the order of events are equal. determinism_test.sh SUITE
# From the environment: VSSLAB, SOURCE.
set -u
suite=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$SOURCE" || exit 1
export VSSLAB_HOME=$SOURCE

# The digest of each scenario in virtual time; of one in real time its verdict.
digests() {
  awk -F'"' '/^   "name":/ { name = $4 }
    /^   "clock":/ { clock = $4 }
    /^   "verdict":/ { verdict = $4 }
    /^   "journalDigest":/ { print name, clock == "virtual" ? "journalDigest " $4 : verdict }' "$1"
}
# What each party did in which order, whatever the time: what a run in real time has in common with
# the next one.
order() {
  sed -nE 's/^#[0-9]+ [0-9.]+ s[0-9]+ ([^ ]+ [^ ]+ (enter|leave|-)).*$/\1/p' "$1" | sort -s -k1,1
}

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
digests "$work/1.json" >"$work/one"
digests "$work/2.json" >"$work/two"
[ "$(grep -c journalDigest "$work/one")" -gt 0 ] || { echo 'no digests'; exit 1; }
diff "$work/one" "$work/two" || { echo '-j 1 and -j 2 differ'; exit 1; }

replayed=0
for journal in "$work"/lanes1/journals/*.journal; do
  if grep -q '^! clock=real' <(head -n 20 "$journal"); then
    diff <(order "$journal") <(order "$work/lanes2/journals/${journal##*/}") || {
      echo "in real time the order of $journal differs"
      exit 1
    }
    continue
  fi
  "$VSSLAB" replay "$journal" >"$work/replay" 2>&1 || {
    echo "replay of $journal:"
    head -c 2000 "$work/replay"
    exit 1
  }
  replayed=$((replayed + 1))
done
printf '%s scenarios, %s journals replayed, all digests equal\n' \
  "$(wc -l <"$work/one")" "$replayed"
