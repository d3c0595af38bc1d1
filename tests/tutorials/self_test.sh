#!/usr/bin/env bash
# tutorial_test.sh has to notice a page that is not true. From the environment: SOURCE.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PREFIX=$work CXX=g++
# page OUTPUT-OF-THE-LAST-COMMAND, then what is wrong with it; nothing when it is true
page() {
  { printf 'Text.\n\n```text file=words\none\ntwo\nthree [3]\n```\n\n```console\n'
    for _ in 1 2 3 4; do printf '$ true\n'; done
    printf '$ cat words\n%s\n```\n' "$1"; } >"$work/page.md"
  bash "$SOURCE/tests/tutorials/tutorial_test.sh" "$work/page.md" >"$work/out" 2>&1
  local code=$?
  if [ -z "${2:-}" ]; then
    [ "$code" -eq 0 ] && return
  else
    [ "$code" -eq 1 ] && grep -qF -- "$2" "$work/out" && return
  fi
  printf 'FAILED: a page that shows\n%s\nended with %s and said\n' "$1" "$code"
  cat "$work/out"
  exit 1
}
page $'one\ntwo\nthree [3]'
page $'one\n…'
page $'…\nthree [3]'
page $'…\nt…\nthr… […]'
page $'one\nthree [3]' 'the output goes on: two'
page $'one\ntwo' 'the output goes on after what the page shows: three [3]'
page $'…\nfour\n…' 'it is not in the output'
page $'…\nthree 3' 'it is not in the output'
page $'…\ntwo\none\n…' 'the output goes on: three [3]'
sed -i 's/^\$ cat words$/$ false/' "$work/page.md"
sed -i '/^\$ false$/q' "$work/page.md"; printf '```\n' >>"$work/page.md"
bash "$SOURCE/tests/tutorials/tutorial_test.sh" "$work/page.md" >"$work/out" 2>&1 && { echo 'a failing command passed'; exit 1; }
grep -q 'ended with 1' "$work/out" || { cat "$work/out"; exit 1; }
printf 'no command\n' >"$work/page.md"
bash "$SOURCE/tests/tutorials/tutorial_test.sh" "$work/page.md" >"$work/out" 2>&1 && { echo 'an empty page passed'; exit 1; }
exit 0
