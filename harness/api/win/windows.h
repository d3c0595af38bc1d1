// The part of Windows that writers, requesters and providers use around VSS. Time and waiting go
// through the lab's scheduler, so the same source runs in virtual and in real time.
#ifndef VSSLAB_WIN_WINDOWS_H
#define VSSLAB_WIN_WINDOWS_H

#include <minwindef.h>
#include <msvcrt.h>
#include <unknwn.h>
#include <winbase.h>
#include <winerror.h>
#include <winfile.h>
#ifndef WIN32_LEAN_AND_MEAN
#include <objbase.h>
#endif

#endif
