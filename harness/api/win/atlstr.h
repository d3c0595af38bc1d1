// CString, CStringA, CStringW (learn.microsoft.com, "CStringT Class").
#ifndef VSSLAB_WIN_ATLSTR_H
#define VSSLAB_WIN_ATLSTR_H

#include <atlbase.h>
#include <cstringt.h>

#endif
