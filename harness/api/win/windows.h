// The part of Windows that writers, requesters and providers use around VSS. Time and waiting go
// through the lab's scheduler, so the same source runs in virtual and in real time.
#ifndef VSSLAB_WIN_WINDOWS_H
#define VSSLAB_WIN_WINDOWS_H

#ifdef VSSLAB_WINDOWS_SOURCE
#include <specstrings.h>
#endif

#include <minwindef.h>
#include <msvcrt.h>
#include <objbase.h>
#include <unknwn.h>
#include <winbase.h>
#include <winerror.h>
#include <winfile.h>
#include <winnls.h>
#include <winproc.h>
#include <winreg.h>
#include <winsvc.h>

#endif
