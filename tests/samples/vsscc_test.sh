#!/bin/bash
# What vsscc does beside calling the compiler: header names in any spelling, encodings, advice, and
# programs whose main runs inside the lab's. VSSCC, VSSLAB_BUILD and the build's own compiler and flags
# (BUILD_CXX, BUILD_FLAGS: what is linked with its archives has to be made like them) come from CMake.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
fail() { echo "FAILED: $*"; cat log 2>/dev/null || true; exit 1; }

mkdir Inc
printf '#pragma once\n#include "deeper\\LAST.h"\n' >Inc/First.h
mkdir Inc/Deeper
printf '#pragma once\nconst int kLast = 7;\n' >Inc/Deeper/last.h
printf '#include <WINDOWS.h>\n#include "inc\\first.H"\nint wmain() { return kLast; }\n' >a.cpp
for cxx in g++ clang++-16; do
  command -v "$cxx" >/dev/null || { echo "NOT TESTED with $cxx"; continue; }
  CXX=$cxx "$VSSCC" -c a.cpp -I. -IInc -o a.o >log 2>&1 || fail "$cxx: names in other spellings"
  printf 'unsigned __int64 big = 1; unsigned __int8 small = 1; typedef int __w64 word; void __cdecl f();\n' >w.cpp
  CXX=$cxx "$VSSCC" -c w.cpp -o w.o >log 2>&1 || fail "$cxx: words of Microsoft's compiler"
  cat >decl.cpp <<'SOURCE'
__declspec(dllexport) int early() { return 1; }
#include <windows.h>
__declspec(noinline) int never_inlined(int n) { return n; }
struct __declspec(novtable) Face { virtual int f() = 0; };
class __declspec(dllexport) Exported {};
__declspec(align(64)) int aligned_word;
static_assert(alignof(aligned_word) == 64, "");
static __declspec(thread) int per_thread;
extern const __declspec(selectany) int one_of_many = 1;
__declspec(noreturn) void gone();
__declspec(deprecated("say so")) void old();
__declspec(deprecated) void older();
__forceinline int inlined() { return 1; }
struct __declspec(uuid("91b8a7f2-4d05-4e9a-8c31-5e90d27a14b1")) __declspec(novtable) Mine : IUnknown {};
SOURCE
  CXX=$cxx "$VSSCC" -c decl.cpp -o decl.o >log 2>&1 || fail "$cxx: __declspec"
  mkdir -p circle && ln -sfn ../circle circle/again
  CXX=$cxx "$VSSCC" -c w.cpp -o w.o >log 2>&1 || fail "$cxx: a link in circles beside the source"
  iconv -f UTF-8 -t UTF-16 a.cpp >b.cpp
  CXX=$cxx "$VSSCC" -c b.cpp -I. -IInc -o b.o >log 2>&1 || fail "$cxx: a source in UTF-16"
done

printf 'void f() {\n  DeviceIoControl(0); // socket\n  x.socket();\n  "__try";\n}\n' >c.cpp
"$VSSCC" --check c.cpp >log && fail "advice is given, but the exit code says none"
[ "$(wc -l <log)" = 1 ] || fail "one call of c.cpp asks for advice"
grep -q '^c.cpp:2: DeviceIoControl: ' log || fail "the advice names file, line and call"
"$VSSCC" --check a.cpp >log || fail "nothing in a.cpp asks for advice"
cat >e.cpp <<'SOURCE'
#include <vector>
#include <VSS.h>
#include "Inc\First.h"
#include <WinRT/base.h>
#include <no/such/thing.hpp>
struct Mine { void MessageBeep(int); static void LockWindowUpdate(int); };
void f(Mine& mine, Mine* other) {
  CreateFileW(L"x", 0, 0, 0, 0, 0, 0);
  ::MessageBoxA(0, "FindWindow(", 0, 0);
  mine.MessageBeep(1); other->MessageBeep(1); Mine::LockWindowUpdate(2);
  int BackupSeek = 0; (void)BackupSeek;
  BackupSeek(0);
}
SOURCE
"$VSSCC" --check e.cpp >log && fail "the exit code says that nothing is missing"
printf '%s\n' 'e.cpp:4: <WinRT/base.h>: C++/WinRT' 'e.cpp:5: <no/such/thing.hpp>: ' \
  'e.cpp:9: MessageBoxA: the lab has no windows' 'e.cpp:12: BackupSeek: ' >want
[ "$(wc -l <log)" = 4 ] || fail "four things of e.cpp ask for advice"
while IFS= read -r line; do grep -qF "$line" log || fail "no advice: $line"; done <want

printf '#include <stdio.h>\nint main(int, char **v) { puts(v[0]); return 7; }\n' >d.cpp
# shellcheck disable=SC2086
CXX=$BUILD_CXX "$VSSCC" d.cpp -o d $BUILD_FLAGS >log 2>&1 || fail "a program"
status=0
env -u VSSLAB_SERVICE ./d >log 2>&1 || status=$?
[ "$status" != 0 ] && [ "$status" != 7 ] || fail "main ran without a service to connect to ($status)"
grep -q "VSSLAB_SERVICE is not set" log || fail "nothing says what is missing"
