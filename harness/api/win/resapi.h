// Cluster shared volumes (learn.microsoft.com, resapi.h). The lab machine is in no cluster: no path
// is on a shared volume, and the other calls give ERROR_INVALID_FUNCTION.
#ifndef VSSLAB_WIN_RESAPI_H
#define VSSLAB_WIN_RESAPI_H

#include <shlwapi.h>
#include <winbase.h>

EXTERN_C BOOL ClusterIsPathOnSharedVolume(LPCWSTR lpszPathName);
EXTERN_C BOOL ClusterGetVolumePathName(LPCWSTR lpszFileName, LPWSTR lpszVolumePathName,
                                       DWORD cchBufferLength);
EXTERN_C BOOL ClusterGetVolumeNameForVolumeMountPoint(LPCWSTR lpszVolumeMountPoint,
                                                      LPWSTR lpszVolumeName, DWORD cchBufferLength);
EXTERN_C DWORD ClusterPrepareSharedVolumeForBackup(LPCWSTR lpszFileName, LPWSTR lpszVolumePathName,
                                                   LPDWORD lpcchVolumePathName,
                                                   LPWSTR lpszVolumeName, LPDWORD lpcchVolumeName);
EXTERN_C DWORD ClusterClearBackupStateForSharedVolume(LPCWSTR lpszVolumePathName);

#endif
