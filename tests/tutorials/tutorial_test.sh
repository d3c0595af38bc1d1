#!/usr/bin/env bash
# Follows a tutorial word for word: saves its files, types its commands, compares what it shows with
# what comes. tutorial_test.sh PAGE
#
# "```LANGUAGE file=NAME" is a file. In "```console" a line "$ …" is a command, and up to the next one
# stands its output, standard error included: "…" alone is any number of lines, within a line any text.
# "(gdb) …" after a command is typed into it.
# From the environment: PREFIX (installed), CXX, LAUNCHER (may be empty).
set -u
page=$(readlink -f "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset VSSLAB_HOME NO_COLOR FORCE_COLOR CLICOLOR_FORCE
export LC_ALL=C.UTF-8 HOME=$work PATH=$PREFIX/bin:$PATH CMAKE_PREFIX_PATH=$PREFIX
export CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER:-} CXX DEBUGINFOD_URLS= COLUMNS=250 LINES=200
if grep -q '^\$ gdb ' "$page" && ! gdb -nx -batch -ex run --args true 2>&1 | grep -q 'exited normally'; then
  echo 'SKIPPED: no gdb that may trace a process'
  exit 77
fi
mkdir "$work/desk" && cd "$work/desk" || exit 1
steps=0

# step COMMAND INPUT EXPECTED
step() {
  local command=$1 input=$2 expected=$3 gap= line pattern at=0
  eval "$command" >"$work/out" 2>&1 <<<"$input"
  local code=$?
  steps=$((steps + 1))
  if [ -z "$expected" ]; then
    [ "$code" -eq 0 ] && return 0
    printf 'FAILED: %s\nended with %s\n' "$command" "$code"
    tail -n 40 "$work/out"
    exit 1
  fi
  sed -E 's/[[:blank:]]+$//; s/^(\(gdb\) )+//' "$work/out" >"$work/lines"
  local -a lines
  mapfile -t lines <"$work/lines"
  while IFS= read -r line; do
    if [ "$line" = … ]; then gap=yes; continue; fi
    pattern=$(sed -E 's/[][\\*?]/\\&/g; s/…/*/g; s/[[:blank:]]+$//' <<<"$line")
    while :; do
      if [ "$at" -ge "${#lines[@]}" ]; then
        printf 'FAILED: %s\nthe page shows: %s\nit is not in the output%s:\n' "$command" "$line" \
          "${gap:+ (from here on)}"
        cat "$work/lines"
        exit 1
      fi
      # shellcheck disable=SC2053  # a pattern
      if [[ ${lines[at]} == $pattern ]]; then at=$((at + 1)); break; fi
      if [ -z "$gap" ]; then
        printf 'FAILED: %s\nthe page shows:     %s\nthe output goes on: %s\n' "$command" "$line" "${lines[at]}"
        cat "$work/lines"
        exit 1
      fi
      at=$((at + 1))
    done
    gap=
  done <<<"$expected"
  if [ -z "$gap" ] && [ "$at" -lt "${#lines[@]}" ]; then
    printf 'FAILED: %s\nthe output goes on after what the page shows: %s\n' "$command" "${lines[at]}"
    exit 1
  fi
}

command='' input='' expected=''
finish() {
  [ -z "$command" ] || step "$command" "$input" "${expected%$'\n'}"
  command='' input='' expected=''
}

block=''
while IFS= read -r line; do
  case $block:$line in
    :'```'*' file='*)
      block=file
      file=${line##* file=}
      mkdir -p "$(dirname "$file")"
      : >"$file"
      ;;
    :'```console') block=console ;;
    :'```'*) block=other ;;
    :*) ;;
    *:'```')
      finish
      block=''
      ;;
    file:*) printf '%s\n' "$line" >>"$file" ;;
    console:'$ '*)
      finish
      command=${line#'$ '}
      ;;
    console:'(gdb) '*)
      input+=${line#'(gdb) '}$'\n'
      expected+=$'…\n'
      ;;
    console:*) expected+=$line$'\n' ;;
  esac
done <"$page"
[ -z "$block" ] || { echo 'FAILED: a block has no end'; exit 1; }
[ "$steps" -ge 5 ] || { echo "FAILED: $steps commands in the page"; exit 1; }
echo "$steps commands followed"
