#!/usr/bin/env bash
# Programs that vsscc makes of sources for Windows, as parties: against 'vsslab serve', and started by
# a scenario with exec=. Only what is made like the library that it links runs (BUILD_CXX,
# BUILD_FLAGS); in the optimised build that is every compiler.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
presets=$SOURCE/mock-writers/presets
fail() { echo "FAILED: $*"; cat "$folder/log"; exit 1; }

compilers=$BUILD_CXX
[ -n "$BUILD_FLAGS" ] || compilers='g++ clang++-16'
ran=0
for cxx in $compilers; do
  command -v "$cxx" >/dev/null || { echo "NOT TESTED with $cxx: it is not there"; continue; }
  ran=$((ran + 1))
  program() { # SOURCE FLAGS...
    out=$folder/$(basename "$1" .cpp)
    # shellcheck disable=SC2086
    CXX=$cxx "$VSSCC" "$@" -o "$out" $BUILD_FLAGS >"$folder/log" 2>&1 || fail "$cxx does not make $1"
    [ ! -s "$folder/log" ] || fail "$cxx says something about $1"
  }
  program "$presets/order_writer_main.cpp"
  program "$here/copy_provider.cpp"
  program "$presets/full_backup_main.cpp"
  program "$here/main_backup.cpp" -I"$presets"
  export WRITER=$folder/order_writer_main PROVIDER=$folder/copy_provider
  for requester in full_backup_main main_backup; do
    export REQUESTER=$folder/$requester
    bash "$here/remote_test.sh" backup >"$folder/log" 2>&1 || fail "$cxx, $requester: vsslab serve"
    bash "$here/program_test.sh" backup >"$folder/log" 2>&1 || fail "$cxx, $requester: exec="
  done
  echo "ok: $cxx"
done
[ "$ran" -gt 0 ] || { echo "NOT TESTED: no compiler"; exit 77; }
