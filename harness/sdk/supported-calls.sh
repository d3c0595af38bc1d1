#!/bin/sh
# Prints the Windows functions that harness/api declares, one a line: the list behind
# "vsscc --check" and docs/supported-calls.md. Advice on others follows, after a tab.
set -eu
api=$(cd "$(dirname "$0")/../api" && pwd)
echo "# Made by harness/sdk/supported-calls.sh from harness/api."
cat "$api"/*.h "$api"/win/*.h | tr '\n' ' ' | grep -oE 'EXTERN_C [^;{(]*[ *]([A-Za-z_0-9]+)\(' |
  sed -E 's/.*[ *]([A-Za-z_0-9]+)\($/\1/' | grep -v '^vsslab_' | LC_ALL=C sort -u
cat "$(dirname "$0")/advice.tsv"
