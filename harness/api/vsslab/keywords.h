// Words that Microsoft's compiler knows without any header, for g++: vsscc includes this file
// first. Clang knows them with -fms-extensions.
#ifndef VSSLAB_KEYWORDS_H
#define VSSLAB_KEYWORDS_H

#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long long
#define _int64 long long
#define __w64
#define __cdecl
#define __stdcall
#define __fastcall
#define _cdecl
#define _stdcall

#include <declspec.h>

#endif
