#!/bin/sh
# Prints the functions of Windows' libraries that harness/api does not have, a line for each library:
# its name and theirs, by mingw-w64's import libraries. "vsscc --check" looks calls up in it.
set -eu
api=$(cd "$(dirname "$0")/../api" && pwd)
mingw=${MINGW:-x86_64-w64-mingw32}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat "$api"/*.h "$api"/win/*.h | grep -oE '[A-Za-z_][A-Za-z0-9_]*' | LC_ALL=C sort -u >"$work/here"
echo "# Made by harness/sdk/windows-calls.sh from mingw-w64's import libraries."
for library in kernel32 advapi32 ole32 oleaut32 rpcrt4 shell32 shlwapi user32 gdi32 comctl32 comdlg32 \
  setupapi cfgmgr32 newdev virtdisk fltlib ntdll psapi dbghelp version userenv wtsapi32 secur32 \
  crypt32 bcrypt netapi32 mpr ws2_32 iphlpapi dnsapi wininet winhttp urlmon clusapi resutils \
  wevtapi pdh ktmw32 powrprof wer imagehlp cabinet msi wintrust tdh esent; do
  file=$("$mingw-gcc" -print-file-name="lib$library.a")
  [ -f "$file" ] || continue
  "$mingw-nm" "$file" 2>/dev/null | sed -n 's/.* T \([A-Z][A-Za-z0-9]*\)$/\1/p' >"$work/exact"
  # Without the A or W of two forms: sources call MessageBox where the library has MessageBoxW. Names
  # of one word (Arc, Escape) are more often a source's own.
  sed 's/\([a-z0-9]\)[AW]$/\1/' "$work/exact" | LC_ALL=C sort -u | LC_ALL=C comm -23 - "$work/here" |
    grep -E '^[A-Z]+[a-z0-9]+[A-Z]' | grep -vE '^(Zw|Dll)|^GetObject$' | tr '\n' ' ' | sed "s/^/$library /; s/ \$//"
  echo
done
