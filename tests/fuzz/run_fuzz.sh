#!/usr/bin/env bash
# run_fuzz.sh NAME PROGRAM TARGETS: fuzzes one parser for its part of VSSLAB_FUZZ_SECONDS, starting from
# its seeds (tests/fuzz/NAME and what the project itself has of that kind).
set -u
name=$1 program=$2 targets=$3
seconds=$((${VSSLAB_FUZZ_SECONDS:-120} / targets))
[ "$seconds" -ge 1 ] || seconds=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/found" "$work/seeds"

# Small files only: large ones slow the fuzzer down to nothing.
take() { find "$@" -type f -size -64k -exec cp --backup=numbered -t "$work/seeds" {} + 2>/dev/null; }
[ -d "$SOURCE/tests/fuzz/$name" ] && take "$SOURCE/tests/fuzz/$name"
case $name in
  scenario | xml) take "$SOURCE/scenarios" -name '*.xml' ;;
  metadata) take "$SOURCE/scenarios/demo/machine" -name '*.xml' ;;
  testwriter) take "$SOURCE/scenarios/writers" -name '*.xml' ;;
esac
count=$(find "$work/seeds" -type f | wc -l)
[ "$count" -gt 0 ] || {
  echo "no seeds for $name"
  exit 1
}
cd "$work" || exit 1
"$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
  -artifact_prefix="$work/" found seeds >"$work/log" 2>&1
code=$?
grep -E 'stat::number_of_executed_units|stat::peak_rss_mb' "$work/log"
if [ "$code" -ne 0 ]; then
  tail -n 60 "$work/log"
  for input in "$work"/crash-* "$work"/timeout-* "$work"/oom-* "$work"/leak-*; do
    [ -e "$input" ] || continue
    echo "input ($(wc -c <"$input") bytes), base64:"
    head -c 4000 "$input" | base64
  done
fi
exit "$code"
