#!/usr/bin/env bash
# A project of somebody else's, with find_package(vsslab) from an installed prefix: sound parties pass,
# each defective one fails in the tests of the rule that it breaks and in no other.
# From the environment: PREFIX (installed), SOURCE (the checkout), CXX, LAUNCHER (may be empty).
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset VSSLAB_HOME
fail() { printf 'FAILED: %s\n' "$*"; tail -n 60 "$work/log"; exit 1; }

cp -r "$SOURCE/tests/consume/project" "$work/project"
cp "$SOURCE/mock-writers/presets/order_writer_main.cpp" "$work/project/keeper.cpp"
cd "$work" || exit 1
cmake -S project -B build -DCMAKE_PREFIX_PATH="$PREFIX" -DCMAKE_CXX_COMPILER="$CXX" \
  -DCMAKE_CXX_COMPILER_LAUNCHER="${LAUNCHER:-}" >log 2>&1 || fail 'it does not configure'
cmake --build build >log 2>&1 || fail 'it does not build'
ctest --test-dir build --output-junit "$work/junit.xml" >log 2>&1
sed -n 's/^[^:]*://p' build/Testing/Temporary/LastTestsFailed.log | sort >failed
sort >wanted <<'END'
vsslab/slow_ledger/suite
vsslab/slow_ledger/VSSW-TIME
vsslab/rules/suite
vsslab/rules/VSSW-TIME-009
vsslab/backup/suite
vsslab/backup/VSSR-DONE
vsslab/slow_vault/suite
vsslab/slow_vault/VSSP-TIME
END
diff wanted failed || fail 'other tests failed (>) or did not (<)'
# Skipped: what applied nowhere, never what holds.
grep -Eq 'vsslab/ledger/VSSW-TIME \.+ +Passed' log || fail 'VSSW-TIME of the sound writer did not pass'
grep -Eq 'vsslab/ledger/VSSW-REST \.+\*+Skipped' log || fail 'a family that applies nowhere is not skipped'
grep -Eq 'vsslab/keeper_program/suite \.+ +Passed' log || fail 'the program did not pass'
grep -Eq 'ledger_test \.+ +Passed' log || fail 'the GoogleTest program did not pass'
xmllint --noout junit.xml build/vsslab/*/*.xml || fail 'JUnit is not well-formed'
[ "$(xmllint --xpath 'count(//failure)' build/vsslab/slow_ledger/VSSW-TIME.xml)" -ge 1 ] ||
  fail 'JUnit of VSSW-TIME has no failure'
[ "$(xmllint --xpath 'count(//failure)' build/vsslab/slow_ledger/VSSW-ORDER.xml)" -eq 0 ] ||
  fail 'JUnit of VSSW-ORDER has a failure'

# Without CMake: vsscc finds the headers beside it, the program its scenarios.
(cd "$work" && "$PREFIX/bin/vsscc" -shared project/keeper.cpp -o libkeeper.so >log 2>&1 &&
  "$PREFIX/bin/vsslab" conform writer --library libkeeper.so --scenario full >log 2>&1) ||
  fail 'vsscc and conform'
(cd "$work" && "$PREFIX/bin/vsscc" project/keeper.cpp -o keeper >log 2>&1 &&
  "$PREFIX/bin/vsslab" conform writer --exec ./keeper --scenario full >log 2>&1) ||
  fail 'vsscc and conform with a program'
"$PREFIX/bin/vsscc" --check project/keeper.cpp >log 2>&1 || fail 'vsscc --check'

# What is asked wrongly is said when the project is configured.
refused() {
  { printf 'cmake_minimum_required(VERSION 3.25)\nproject(p LANGUAGES CXX)\nenable_testing()\n'
    printf 'find_package(vsslab REQUIRED)\nadd_library(l STATIC keeper.cpp)\nadd_executable(e keeper.cpp)\n'
    printf '%s\n' "$1"; } >project/CMakeLists.txt
  cmake -S project -B wrong -DCMAKE_PREFIX_PATH="$PREFIX" -DCMAKE_CXX_COMPILER="$CXX" >log 2>&1 &&
    fail "accepted: $1"
  tr -s ' \n' ' ' <log | grep -qF -- "$2" || fail "nothing says '$2'"
}
refused 'vsslab_add_writer_conformance(TARGET nobody)' "TARGET 'nobody' is no target"
refused 'vsslab_add_writer_conformance(TARGET l)' 'is no SHARED or MODULE library with a wmain'
refused 'vsslab_add_writer_conformance(TARGET e CLASS C HEADER h)' 'is a program'
refused 'vsslab_add_writer_conformance(TARGET l CLASS C)' 'HEADER is missing'
refused 'vsslab_add_writer_conformance(TARGET l CLAS C)' "'CLAS;C' is no argument of it"
refused 'vsslab_add_requester_conformance(TARGET l CLASS C)' 'a requester has FUNCTION, not CLASS'
refused 'vsslab_add_provider_conformance(TARGET l CLASS C HEADER h)' 'needs ID'
