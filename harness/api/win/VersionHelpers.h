// The version of Windows (learn.microsoft.com, versionhelpers.h): the lab machine is
// newer than all that have a name here, and a server unless a scenario asks for a client.
#ifndef VSSLAB_WIN_VERSIONHELPERS_H
#define VSSLAB_WIN_VERSIONHELPERS_H

#include <winproc.h>

inline bool IsWindowsVersionOrGreater(WORD major, WORD, WORD) { return major <= 10; }
inline bool IsWindowsXPOrGreater() { return true; }
inline bool IsWindowsXPSP1OrGreater() { return true; }
inline bool IsWindowsXPSP2OrGreater() { return true; }
inline bool IsWindowsXPSP3OrGreater() { return true; }
inline bool IsWindowsVistaOrGreater() { return true; }
inline bool IsWindowsVistaSP1OrGreater() { return true; }
inline bool IsWindowsVistaSP2OrGreater() { return true; }
inline bool IsWindows7OrGreater() { return true; }
inline bool IsWindows7SP1OrGreater() { return true; }
inline bool IsWindows8OrGreater() { return true; }
inline bool IsWindows8Point1OrGreater() { return true; }
inline bool IsWindows10OrGreater() { return true; }
inline bool IsWindowsServer() {
  OSVERSIONINFOEXW version{};
  version.dwOSVersionInfoSize = sizeof(version);
  return !GetVersionExW(reinterpret_cast<LPOSVERSIONINFOW>(&version)) ||
         version.wProductType != VER_NT_WORKSTATION;
}

#endif
