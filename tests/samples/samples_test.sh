#!/bin/bash
# Compiles Microsoft's samples unchanged and runs them in a lab: VShadow makes a backup of their
# writer, lists, restores and deletes. VSSLAB_SAMPLES is a checkout of
# microsoft/Windows-classic-samples, or its folder "Samples". VSSCC, VSSLAB, SAMPLE_LAB and SOURCE
# come from CMake.
set -u
"$SOURCE/harness/sdk/supported-calls.sh" | diff - "$SOURCE/harness/sdk/supported-calls.txt" ||
  { echo "harness/sdk/supported-calls.txt is not what supported-calls.sh prints"; exit 1; }
if command -v x86_64-w64-mingw32-gcc >/dev/null; then
  "$SOURCE/harness/sdk/windows-calls.sh" | diff - "$SOURCE/harness/sdk/windows-calls.txt" >/dev/null ||
    { echo "harness/sdk/windows-calls.txt is not what windows-calls.sh prints"; exit 1; }
fi
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

# What is broken, in the order of the report, is what findings.md judged by hand.
conform() { # SAMPLE EXIT VERDICT RULES ROLE FLAGS...
  sample=$1 wanted=$2 verdict=$3 rules=$4
  shift 4
  "$VSSLAB" conform "$@" --library "$out/$sample.so" --progress none >"$out/log" 2>&1
  code=$?
  [ "$code" -eq "$wanted" ] || fail "conform of $sample ended with $code"
  tail -n 1 "$out/log" | grep -q "^$verdict: [0-9]* must rules applied" || fail "verdict on $sample"
  sed -n '/^Rules that /,$s/^  [✗!] \(VSS[A-Z]*-[A-Z]*-[0-9]*\) .*/\1/p' "$out/log" >"$out/broken"
  broken=$(paste -sd ' ' "$out/broken")
  [ "$broken" = "$rules" ] || fail "$sample breaks '$broken' where findings.md has '$rules'"
  for rule in $rules; do
    grep -q "^| .*$rule" "$SOURCE/tests/samples/findings.md" || fail "findings.md lacks $rule"
  done
}
conform writer 0 CONFORMANT 'VSSM-COMP-010' writer
conform files 0 CONFORMANT '' writer
conform vshadow 1 'NOT CONFORMANT' \
  'VSSR-ABORT-001 VSSR-ABORT-002 VSSR-BCD-002 VSSR-DONE-005 VSSR-PREP-004 VSSR-SNAP-003'\
' VSSR-SNAP-007 VSSR-STAT-003 VSSR-STATE-005' \
  requester --arg=-p --arg='-bc=c:\b.xml' --arg='c:\'

# The provider needs what MIDL and mc make of its .idl and .mc, and the virtual bus of a driver, all of
# which Microsoft does not publish: those in tests/samples/provider are ours. Its classes name their
# GUIDs in __declspec(uuid), which g++ does not read.
if [ -d "$samples/VolumeShadowCopyServiceProvider" ]; then
  CXX=clang++-16 "$VSSCC" -shared -O0 -I"$SOURCE/tests/samples/provider" \
    "$samples"/VolumeShadowCopyServiceProvider/cpp/*.cpp "$SOURCE"/tests/samples/provider/*.cpp \
    -o "$out/provider.so" >"$out/log" 2>&1 || fail "clang does not take the provider sample"
  "$SAMPLE_LAB" --run "$out/provider.so" ';' >"$out/log" 2>&1 || fail "the provider sample"
  [ "$(grep -c '^ok: ' "$out/log")" = 35 ] || fail "the provider sample says ok less than 35 times"
  # Its DllRegisterServer, ATL's and IVssAdmin's part of it, as its installer calls it.
  "$VSSLAB" conform provider --library "$out/provider.so" --scenario full >"$out/log" 2>&1
  [ $? -eq 3 ] || fail "conform of a hardware provider comes to a verdict"
  tr -s ' \n' ' ' <"$out/log" | grep -q 'registers no software provider: the lab has no LUNs' ||
    fail "the provider sample does not register itself"
else
  echo "NOT TESTED: the checkout has no VolumeShadowCopyServiceProvider"
fi

"$SAMPLE_LAB" --run "$out/express.so" ';' >"$out/log" 2>&1 || fail "the express writer sample"
[ "$(grep -c 'registered=yes' "$out/log")" = 2 ] || fail "the express writer registers twice"
