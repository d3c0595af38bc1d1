// The part of ATL that VSS programs use: smart pointers, BSTR and VARIANT holders, text conversion
// (learn.microsoft.com, "ATL Class Overview").
#ifndef VSSLAB_WIN_ATLBASE_H
#define VSSLAB_WIN_ATLBASE_H

#include <cassert>
#include <new>

#include <atlcomcli.h>
#include <atlconv.h>
#include <tchar.h>
#include <windows.h>

#endif
