#!/usr/bin/env bash
# The matrix of liars and rules. Every scenario of @all already proves that its liar breaks the rules it
# names and no other MUST rule; here the columns are counted: which MUST rules has some party been seen to
# break? Those that none has are listed in tests/liars/without-liar.txt, no more and no fewer.
# From the environment: VSSLAB, SOURCE.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$SOURCE" || exit 1
export VSSLAB_HOME=$SOURCE LC_ALL=C
"$VSSLAB" run @all --progress none -q --out "$work/out" >"$work/run" 2>&1 || {
  tail -n 40 "$work/run"
  exit 1
}
"$VSSLAB" list rules | awk '$2 == "MUST" { print $1 }' | sort >"$work/must"
# One line per broken rule and scenario: the matrix itself.
awk -F'"' '
  /^      "name":/ || /^    "name":/ { scenario = $4 }
  /"ruleId":/ { rule = $4 }
  /"verdict": "(fail|warning)"/ { print rule, scenario }
' "$work/out/result.json" | sort -u >"$work/matrix"
cut -d' ' -f1 "$work/matrix" | sort -u | comm -12 - "$work/must" >"$work/broken"
comm -23 "$work/must" "$work/broken" >"$work/without"
broken=$(wc -l <"$work/broken")
printf '%s of %s MUST rules have a liar; %s cells in the matrix\n' \
  "$broken" "$(wc -l <"$work/must")" "$(wc -l <"$work/matrix")"
if [ "${1:-}" = --update ]; then
  grep '^#' tests/liars/without-liar.txt >"$work/head"
  cat "$work/head" "$work/without" >tests/liars/without-liar.txt
fi
[ "$broken" -ge 280 ] || { echo 'fewer than 280'; exit 1; }
grep -v '^#' tests/liars/without-liar.txt | diff - "$work/without" || {
  echo 'tests/liars/without-liar.txt is out of date: < has a liar now, > has none and is not listed'
  exit 1
}
