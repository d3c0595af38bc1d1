#!/bin/bash
# Compiles Microsoft's samples unchanged and runs them in a lab: VShadow makes a backup of their
# writer, lists, restores and deletes. VSSLAB_SAMPLES is a checkout of
# microsoft/Windows-classic-samples, or its folder "Samples". VSSCC, VSSLAB, SAMPLE_LAB and SOURCE
# come from CMake.
set -u
"$SOURCE/harness/sdk/supported-calls.sh" | diff - "$SOURCE/harness/sdk/supported-calls.txt" ||
  { echo "harness/sdk/supported-calls.txt is not what supported-calls.sh prints"; exit 1; }
grep -v $'\t\|^#' "$SOURCE/harness/sdk/supported-calls.txt" | sed 's/.*/- `&`/' |
  diff - <(grep '^- ' "$SOURCE/docs/supported-calls.md") ||
  { echo "docs/supported-calls.md is not the list of supported calls"; exit 1; }
if [ -z "${VSSLAB_SAMPLES:-}" ]; then
  echo "NOT TESTED: set VSSLAB_SAMPLES to a checkout of microsoft/Windows-classic-samples"
  exit 77
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
samples=$VSSLAB_SAMPLES
[ ! -d "$samples/Samples" ] || samples=$samples/Samples
fail() { echo "FAILED: $*"; cat "$out/log"; exit 1; }

for cxx in g++ clang++-16; do
  command -v "$cxx" >/dev/null || { echo "NOT TESTED with $cxx"; continue; }
  for sample in writer:VolumeShadowCopyServiceWriter/cpp files:Win7Samples/winbase/vss/samplewriter \
    express:VolumeShadowCopyServiceExpressWriter/cpp vshadow:VShadowVolumeShadowCopy/cpp; do
    CXX=$cxx "$VSSCC" -shared -O0 -DVSS_SERVER "$samples/${sample#*:}"/*.cpp \
      -o "$out/${sample%%:*}.so" >"$out/log" 2>&1 || fail "$cxx does not take ${sample#*:}"
  done
done

# With clang: g++ 12 reads both arguments of VShadow's AddComponent(WString2Guid(a),
# WString2Guid(b), ...) after both calls, which share one static result.
command -v clang++-16 >/dev/null || { echo "NOT RUN: needs clang++-16"; exit 77; }
yes | "$SAMPLE_LAB" --file 'C:\MyFiles\a.dat=hello' --writer "$out/writer.so" \
  --run "$out/vshadow.so" -wm2 ';' \
  --run "$out/vshadow.so" -p '-bc=c:\backup.xml' 'c:\' ';' --run "$out/vshadow.so" -q ';' \
  --run "$out/vshadow.so" '-r=c:\backup.xml' ';' --run "$out/vshadow.so" -da ';' \
  >"$out/log" 2>&1 || fail "VShadow"
grep -q '==== vshadow: exit [^0]' "$out/log" && fail "a VShadow command"
for text in 'WRITER "MSDNSampleWriter"' 'Snapshot creation done' '* SNAPSHOT ID' 'Restore done' \
  'Deleting shadow copy' 'writer:writer Freeze enter' 'writer:writer Thaw enter' \
  'writer:writer PreRestore enter' 'writer:writer PostRestore enter' 'SnapshotDeleted'; do
  grep -qF -- "$text" "$out/log" || fail "nothing says: $text"
done

# Conformance: what is expected, and why, stands in findings.md.
conforms() { # SAMPLE BROKEN-RULES
  "$VSSLAB" conform writer --library "$out/$1.so" >"$out/log" 2>&1 || fail "$1 does not conform"
  grep -q '^CONFORMANT: [0-9]* must rules applied, 0 broken' "$out/log" || fail "the verdict on $1"
  broken=$(sed -n 's/^  ! \(VSS[A-Z]*-[A-Z]*-[0-9]*\) .*/\1/p' "$out/log" | tr '\n' ' ')
  [ "$broken" = "$2" ] || fail "$1 breaks '$broken' where findings.md has '$2'"
}
conforms writer 'VSSM-COMP-010 '
conforms files ''

# The provider needs what MIDL and mc make of its .idl and .mc, and a driver: tests/samples/provider
# has them. Its classes name their GUIDs in __declspec(uuid), which g++ does not read.
if [ -d "$samples/VolumeShadowCopyServiceProvider" ]; then
  CXX=clang++-16 "$VSSCC" -shared -O0 -I"$SOURCE/tests/samples/provider" \
    "$samples"/VolumeShadowCopyServiceProvider/cpp/*.cpp "$SOURCE"/tests/samples/provider/*.cpp \
    -o "$out/provider.so" >"$out/log" 2>&1 || fail "clang does not take the provider sample"
  "$SAMPLE_LAB" --run "$out/provider.so" ';' >"$out/log" 2>&1 || fail "the provider sample"
  [ "$(grep -c '^ok: ' "$out/log")" = 14 ] || fail "the provider sample says less than 14 times ok"
else
  echo "NOT TESTED: the checkout has no VolumeShadowCopyServiceProvider"
fi

"$SAMPLE_LAB" --run "$out/express.so" ';' >"$out/log" 2>&1 || fail "the express writer sample"
[ "$(grep -c 'registered=yes' "$out/log")" = 2 ] || fail "the express writer registers twice"

# The conformance suite over their writers and over VShadow. What it finds is in their sources: the
# writer sample passes true for the reserved bNotifyOnBackupComplete; VShadow throws at the first
# failed writer and ends without AbortBackup.
conform() { "$VSSLAB" conform "$@" --progress none >"$out/log" 2>&1; }
conform writer --library "$out/writer.so" || fail "the writer sample does not conform"
grep -q '^CONFORMANT: .* 0 broken; .* 1 broken' "$out/log" || fail "the writer sample: other findings"
grep -q '! VSSM-COMP-010 .* in 44 of 44 scenarios' "$out/log" || fail "the writer sample: no COMP-010"
conform writer --library "$out/files.so" || fail "the sample of Windows 7 does not conform"
grep -q '^CONFORMANT: .* 0 broken; .* 0 broken' "$out/log" || fail "the sample of Windows 7: findings"
conform requester --library "$out/vshadow.so" --arg=-p --arg='c:\' --scenario full
grep -q '! VSSR-STAT-003 status-freed' "$out/log" || fail "VShadow: no STAT-003"
conform requester --library "$out/vshadow.so" --arg=-p --arg='c:\' \
  --scenario writer-fails-in-prepare-for-backup
[ $? -eq 1 ] || fail "VShadow is said to conform"
grep -q '✗ VSSR-ABORT-001 abort-after-prepare' "$out/log" || fail "VShadow: no ABORT-001"
