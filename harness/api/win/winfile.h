// Files and volumes of the lab machine (learn.microsoft.com, fileapi.h). Paths are Windows paths
// on the lab's volumes; shadow copies open through their device names.
#ifndef VSSLAB_WIN_WINFILE_H
#define VSSLAB_WIN_WINFILE_H

#include <winbase.h>

#define GENERIC_READ 0x80000000u
#define GENERIC_WRITE 0x40000000u
#define FILE_SHARE_READ 0x1
#define FILE_SHARE_WRITE 0x2
#define FILE_SHARE_DELETE 0x4
#define CREATE_NEW 1
#define CREATE_ALWAYS 2
#define OPEN_EXISTING 3
#define OPEN_ALWAYS 4
#define TRUNCATE_EXISTING 5
#define FILE_ATTRIBUTE_READONLY 0x1
#define FILE_ATTRIBUTE_HIDDEN 0x2
#define FILE_ATTRIBUTE_SYSTEM 0x4
#define FILE_ATTRIBUTE_DIRECTORY 0x10
#define FILE_ATTRIBUTE_ARCHIVE 0x20
#define FILE_ATTRIBUTE_NORMAL 0x80
#define FILE_ATTRIBUTE_TEMPORARY 0x100
#define FILE_ATTRIBUTE_SPARSE_FILE 0x200
#define FILE_ATTRIBUTE_REPARSE_POINT 0x00000400
#define FILE_ATTRIBUTE_COMPRESSED 0x800
#define FILE_ATTRIBUTE_OFFLINE 0x1000
#define FILE_ATTRIBUTE_ENCRYPTED 0x4000
#define INVALID_FILE_ATTRIBUTES 0xFFFFFFFFu
#define INVALID_FILE_SIZE 0xFFFFFFFFu
#define FILE_BEGIN 0
#define FILE_CURRENT 1
#define FILE_END 2
#define FILE_FLAG_BACKUP_SEMANTICS 0x02000000
#define INVALID_SET_FILE_POINTER 0xFFFFFFFFu
#define FILE_FLAG_WRITE_THROUGH 0x80000000u
#define FILE_FLAG_OVERLAPPED 0x40000000u
#define FILE_FLAG_NO_BUFFERING 0x20000000u
#define FILE_FLAG_RANDOM_ACCESS 0x10000000u
#define FILE_FLAG_DELETE_ON_CLOSE 0x04000000u
#define FILE_FLAG_OPEN_REPARSE_POINT 0x00200000u
#define GENERIC_EXECUTE 0x20000000u
#define GENERIC_ALL 0x10000000u
#define FILE_READ_ATTRIBUTES 0x80
#define FILE_WRITE_ATTRIBUTES 0x100
#define FILE_READ_DATA 0x1
#define FILE_WRITE_DATA 0x2
#define FILE_APPEND_DATA 0x4
#define FILE_FLAG_SEQUENTIAL_SCAN 0x08000000

typedef struct _WIN32_FIND_DATAW {
  DWORD dwFileAttributes;
  FILETIME ftCreationTime;
  FILETIME ftLastAccessTime;
  FILETIME ftLastWriteTime;
  DWORD nFileSizeHigh;
  DWORD nFileSizeLow;
  DWORD dwReserved0;
  DWORD dwReserved1;
  WCHAR cFileName[MAX_PATH];
  WCHAR cAlternateFileName[14];
} WIN32_FIND_DATAW, *PWIN32_FIND_DATAW, *LPWIN32_FIND_DATAW;

typedef struct _WIN32_FIND_DATAA {
  DWORD dwFileAttributes;
  FILETIME ftCreationTime;
  FILETIME ftLastAccessTime;
  FILETIME ftLastWriteTime;
  DWORD nFileSizeHigh;
  DWORD nFileSizeLow;
  DWORD dwReserved0;
  DWORD dwReserved1;
  CHAR cFileName[MAX_PATH];
  CHAR cAlternateFileName[14];
} WIN32_FIND_DATAA, *PWIN32_FIND_DATAA, *LPWIN32_FIND_DATAA;

// A call with one completes at once: the event is set before the call returns.
typedef struct _OVERLAPPED {
  ULONG_PTR Internal;
  ULONG_PTR InternalHigh;
  union {
    struct {
      DWORD Offset;
      DWORD OffsetHigh;
    };
    PVOID Pointer;
  };
  HANDLE hEvent;
} OVERLAPPED, *LPOVERLAPPED;

typedef struct _WIN32_FILE_ATTRIBUTE_DATA {
  DWORD dwFileAttributes;
  FILETIME ftCreationTime;
  FILETIME ftLastAccessTime;
  FILETIME ftLastWriteTime;
  DWORD nFileSizeHigh;
  DWORD nFileSizeLow;
} WIN32_FILE_ATTRIBUTE_DATA, *LPWIN32_FILE_ATTRIBUTE_DATA;
typedef enum _GET_FILEEX_INFO_LEVELS {
  GetFileExInfoStandard,
  GetFileExMaxInfoLevel
} GET_FILEEX_INFO_LEVELS;

typedef struct _BY_HANDLE_FILE_INFORMATION {
  DWORD dwFileAttributes;
  FILETIME ftCreationTime;
  FILETIME ftLastAccessTime;
  FILETIME ftLastWriteTime;
  DWORD dwVolumeSerialNumber;
  DWORD nFileSizeHigh;
  DWORD nFileSizeLow;
  DWORD nNumberOfLinks;
  DWORD nFileIndexHigh;
  DWORD nFileIndexLow;
} BY_HANDLE_FILE_INFORMATION, *LPBY_HANDLE_FILE_INFORMATION;

EXTERN_C HANDLE CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                            LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                            DWORD dwFlagsAndAttributes, HANDLE hTemplateFile);
EXTERN_C BOOL ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
                       LPDWORD lpNumberOfBytesRead, LPOVERLAPPED lpOverlapped);
EXTERN_C BOOL WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
                        LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED lpOverlapped);
EXTERN_C BOOL FlushFileBuffers(HANDLE hFile);
EXTERN_C BOOL GetFileSizeEx(HANDLE hFile, LARGE_INTEGER* lpFileSize);
EXTERN_C DWORD GetFileSize(HANDLE hFile, LPDWORD lpFileSizeHigh);
EXTERN_C BOOL SetFilePointerEx(HANDLE hFile, LARGE_INTEGER liDistanceToMove,
                               LARGE_INTEGER* lpNewFilePointer, DWORD dwMoveMethod);
EXTERN_C BOOL DeleteFileW(LPCWSTR lpFileName);
EXTERN_C BOOL CopyFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, BOOL bFailIfExists);
EXTERN_C BOOL CreateDirectoryW(LPCWSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes);
EXTERN_C BOOL RemoveDirectoryW(LPCWSTR lpPathName);
EXTERN_C DWORD GetFileAttributesW(LPCWSTR lpFileName);
EXTERN_C HANDLE FindFirstFileW(LPCWSTR lpFileName, LPWIN32_FIND_DATAW lpFindFileData);
EXTERN_C BOOL FindNextFileW(HANDLE hFindFile, LPWIN32_FIND_DATAW lpFindFileData);
EXTERN_C BOOL FindClose(HANDLE hFindFile);

EXTERN_C BOOL GetVolumePathNameW(LPCWSTR lpszFileName, LPWSTR lpszVolumePathName,
                                 DWORD cchBufferLength);
EXTERN_C BOOL GetVolumeNameForVolumeMountPointW(LPCWSTR lpszVolumeMountPoint, LPWSTR lpszVolumeName,
                                                DWORD cchBufferLength);
EXTERN_C BOOL GetVolumePathNamesForVolumeNameW(LPCWSTR lpszVolumeName, LPWCH lpszVolumePathNames,
                                               DWORD cchBufferLength, LPDWORD lpcchReturnLength);

EXTERN_C DWORD QueryDosDeviceW(LPCWSTR lpDeviceName, LPWSTR lpTargetPath, DWORD ucchMax);
EXTERN_C DWORD GetLogicalDrives();
#define DRIVE_UNKNOWN 0
#define DRIVE_NO_ROOT_DIR 1
#define DRIVE_REMOVABLE 2
#define DRIVE_FIXED 3
#define DRIVE_REMOTE 4
#define DRIVE_CDROM 5
#define DRIVE_RAMDISK 6
EXTERN_C UINT GetDriveTypeW(LPCWSTR lpRootPathName);
EXTERN_C HANDLE FindFirstVolumeW(LPWSTR lpszVolumeName, DWORD cchBufferLength);
EXTERN_C BOOL FindNextVolumeW(HANDLE hFindVolume, LPWSTR lpszVolumeName, DWORD cchBufferLength);
EXTERN_C BOOL FindVolumeClose(HANDLE hFindVolume);
EXTERN_C DWORD GetFullPathNameW(LPCWSTR lpFileName, DWORD nBufferLength, LPWSTR lpBuffer,
                                LPWSTR* lpFilePart);
EXTERN_C BOOL MoveFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName);
#define MOVEFILE_REPLACE_EXISTING 0x1
#define MOVEFILE_COPY_ALLOWED 0x2
#define MOVEFILE_DELAY_UNTIL_REBOOT 0x4
#define MOVEFILE_WRITE_THROUGH 0x8
EXTERN_C BOOL MoveFileExW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, DWORD dwFlags);
EXTERN_C BOOL SetFileAttributesW(LPCWSTR lpFileName, DWORD dwFileAttributes);
EXTERN_C BOOL GetFileAttributesExW(LPCWSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
                                   LPVOID lpFileInformation);
EXTERN_C BOOL GetFileInformationByHandle(HANDLE hFile,
                                         LPBY_HANDLE_FILE_INFORMATION lpFileInformation);
EXTERN_C DWORD SetFilePointer(HANDLE hFile, LONG lDistanceToMove, PLONG lpDistanceToMoveHigh,
                              DWORD dwMoveMethod);
EXTERN_C BOOL SetEndOfFile(HANDLE hFile);
EXTERN_C BOOL GetFileTime(HANDLE hFile, LPFILETIME lpCreationTime, LPFILETIME lpLastAccessTime,
                          LPFILETIME lpLastWriteTime);
EXTERN_C BOOL SetFileTime(HANDLE hFile, const FILETIME* lpCreationTime,
                          const FILETIME* lpLastAccessTime, const FILETIME* lpLastWriteTime);
EXTERN_C DWORD GetFileType(HANDLE hFile);
#define FILE_TYPE_UNKNOWN 0
#define FILE_TYPE_DISK 1
#define FILE_TYPE_CHAR 2
EXTERN_C BOOL GetOverlappedResult(HANDLE hFile, LPOVERLAPPED lpOverlapped,
                                  LPDWORD lpNumberOfBytesTransferred, BOOL bWait);
// No volume or disk of the lab takes a control code: FALSE, ERROR_INVALID_FUNCTION.
EXTERN_C BOOL DeviceIoControl(HANDLE hDevice, DWORD dwIoControlCode, LPVOID lpInBuffer,
                              DWORD nInBufferSize, LPVOID lpOutBuffer, DWORD nOutBufferSize,
                              LPDWORD lpBytesReturned, LPOVERLAPPED lpOverlapped);

// The current folder of every program is the root of C:.
EXTERN_C DWORD GetCurrentDirectoryW(DWORD nBufferLength, LPWSTR lpBuffer);
EXTERN_C DWORD GetTempPathW(DWORD nBufferLength, LPWSTR lpBuffer);
EXTERN_C UINT GetWindowsDirectoryW(LPWSTR lpBuffer, UINT uSize);
EXTERN_C UINT GetSystemDirectoryW(LPWSTR lpBuffer, UINT uSize);
EXTERN_C BOOL GetDiskFreeSpaceExW(LPCWSTR lpDirectoryName,
                                  ULARGE_INTEGER* lpFreeBytesAvailableToCaller,
                                  ULARGE_INTEGER* lpTotalNumberOfBytes,
                                  ULARGE_INTEGER* lpTotalNumberOfFreeBytes);
EXTERN_C BOOL GetVolumeInformationW(LPCWSTR lpRootPathName, LPWSTR lpVolumeNameBuffer,
                                    DWORD nVolumeNameSize, LPDWORD lpVolumeSerialNumber,
                                    LPDWORD lpMaximumComponentLength, LPDWORD lpFileSystemFlags,
                                    LPWSTR lpFileSystemNameBuffer, DWORD nFileSystemNameSize);
EXTERN_C DWORD GetLogicalDriveStringsW(DWORD nBufferLength, LPWSTR lpBuffer);
#define DDD_RAW_TARGET_PATH 0x1
#define DDD_REMOVE_DEFINITION 0x2
#define DDD_EXACT_MATCH_ON_REMOVE 0x4
#define DDD_NO_BROADCAST_SYSTEM 0x8
// A drive letter for a shadow copy's device, as backup programs make one.
EXTERN_C BOOL DefineDosDeviceW(DWORD dwFlags, LPCWSTR lpDeviceName, LPCWSTR lpTargetPath);

EXTERN_C HANDLE CreateFileA(LPCSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                            LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                            DWORD dwFlagsAndAttributes, HANDLE hTemplateFile);
EXTERN_C BOOL DeleteFileA(LPCSTR lpFileName);
EXTERN_C BOOL CopyFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, BOOL bFailIfExists);
EXTERN_C BOOL MoveFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName);
EXTERN_C BOOL MoveFileExA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, DWORD dwFlags);
EXTERN_C BOOL CreateDirectoryA(LPCSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes);
EXTERN_C BOOL RemoveDirectoryA(LPCSTR lpPathName);
EXTERN_C DWORD GetFileAttributesA(LPCSTR lpFileName);
EXTERN_C BOOL SetFileAttributesA(LPCSTR lpFileName, DWORD dwFileAttributes);
EXTERN_C BOOL GetFileAttributesExA(LPCSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
                                   LPVOID lpFileInformation);
EXTERN_C HANDLE FindFirstFileA(LPCSTR lpFileName, LPWIN32_FIND_DATAA lpFindFileData);
EXTERN_C BOOL FindNextFileA(HANDLE hFindFile, LPWIN32_FIND_DATAA lpFindFileData);
EXTERN_C BOOL GetVolumePathNameA(LPCSTR lpszFileName, LPSTR lpszVolumePathName,
                                 DWORD cchBufferLength);
EXTERN_C BOOL GetVolumeNameForVolumeMountPointA(LPCSTR lpszVolumeMountPoint, LPSTR lpszVolumeName,
                                                DWORD cchBufferLength);
EXTERN_C BOOL GetVolumePathNamesForVolumeNameA(LPCSTR lpszVolumeName, LPSTR lpszVolumePathNames,
                                               DWORD cchBufferLength, LPDWORD lpcchReturnLength);
EXTERN_C DWORD QueryDosDeviceA(LPCSTR lpDeviceName, LPSTR lpTargetPath, DWORD ucchMax);
EXTERN_C BOOL DefineDosDeviceA(DWORD dwFlags, LPCSTR lpDeviceName, LPCSTR lpTargetPath);
EXTERN_C UINT GetDriveTypeA(LPCSTR lpRootPathName);
EXTERN_C HANDLE FindFirstVolumeA(LPSTR lpszVolumeName, DWORD cchBufferLength);
EXTERN_C BOOL FindNextVolumeA(HANDLE hFindVolume, LPSTR lpszVolumeName, DWORD cchBufferLength);
EXTERN_C DWORD GetFullPathNameA(LPCSTR lpFileName, DWORD nBufferLength, LPSTR lpBuffer,
                                LPSTR* lpFilePart);
EXTERN_C DWORD GetCurrentDirectoryA(DWORD nBufferLength, LPSTR lpBuffer);
EXTERN_C DWORD GetTempPathA(DWORD nBufferLength, LPSTR lpBuffer);
EXTERN_C UINT GetWindowsDirectoryA(LPSTR lpBuffer, UINT uSize);
EXTERN_C UINT GetSystemDirectoryA(LPSTR lpBuffer, UINT uSize);
EXTERN_C BOOL GetDiskFreeSpaceExA(LPCSTR lpDirectoryName,
                                  ULARGE_INTEGER* lpFreeBytesAvailableToCaller,
                                  ULARGE_INTEGER* lpTotalNumberOfBytes,
                                  ULARGE_INTEGER* lpTotalNumberOfFreeBytes);
EXTERN_C BOOL GetVolumeInformationA(LPCSTR lpRootPathName, LPSTR lpVolumeNameBuffer,
                                    DWORD nVolumeNameSize, LPDWORD lpVolumeSerialNumber,
                                    LPDWORD lpMaximumComponentLength, LPDWORD lpFileSystemFlags,
                                    LPSTR lpFileSystemNameBuffer, DWORD nFileSystemNameSize);
EXTERN_C DWORD GetLogicalDriveStringsA(DWORD nBufferLength, LPSTR lpBuffer);

EXTERN_C BOOL SetVolumeMountPointW(LPCWSTR lpszVolumeMountPoint, LPCWSTR lpszVolumeName);
EXTERN_C BOOL DeleteVolumeMountPointW(LPCWSTR lpszVolumeMountPoint);
EXTERN_C BOOL SetVolumeMountPointA(LPCSTR lpszVolumeMountPoint, LPCSTR lpszVolumeName);
EXTERN_C BOOL DeleteVolumeMountPointA(LPCSTR lpszVolumeMountPoint);

#define SetVolumeMountPoint VSSLAB_AW(SetVolumeMountPoint)
#define DeleteVolumeMountPoint VSSLAB_AW(DeleteVolumeMountPoint)
#define MoveFileEx VSSLAB_AW(MoveFileEx)
#define SetFileAttributes VSSLAB_AW(SetFileAttributes)
#define GetFileAttributesEx VSSLAB_AW(GetFileAttributesEx)
#define GetCurrentDirectory VSSLAB_AW(GetCurrentDirectory)
#define GetTempPath VSSLAB_AW(GetTempPath)
#define GetWindowsDirectory VSSLAB_AW(GetWindowsDirectory)
#define GetSystemDirectory VSSLAB_AW(GetSystemDirectory)
#define GetDiskFreeSpaceEx VSSLAB_AW(GetDiskFreeSpaceEx)
#define GetVolumeInformation VSSLAB_AW(GetVolumeInformation)
#define GetLogicalDriveStrings VSSLAB_AW(GetLogicalDriveStrings)
#define DefineDosDevice VSSLAB_AW(DefineDosDevice)

#define QueryDosDevice VSSLAB_AW(QueryDosDevice)
#define GetDriveType VSSLAB_AW(GetDriveType)
#define FindFirstVolume VSSLAB_AW(FindFirstVolume)
#define FindNextVolume VSSLAB_AW(FindNextVolume)
#define GetFullPathName VSSLAB_AW(GetFullPathName)
#define MoveFile VSSLAB_AW(MoveFile)
#define CreateFile VSSLAB_AW(CreateFile)
#define DeleteFile VSSLAB_AW(DeleteFile)
#define CopyFile VSSLAB_AW(CopyFile)
#define CreateDirectory VSSLAB_AW(CreateDirectory)
#define RemoveDirectory VSSLAB_AW(RemoveDirectory)
#define GetFileAttributes VSSLAB_AW(GetFileAttributes)
#define FindFirstFile VSSLAB_AW(FindFirstFile)
#define FindNextFile VSSLAB_AW(FindNextFile)
#define WIN32_FIND_DATA VSSLAB_AW(WIN32_FIND_DATA)
#define LPWIN32_FIND_DATA VSSLAB_AW(LPWIN32_FIND_DATA)
#define GetVolumePathName VSSLAB_AW(GetVolumePathName)
#define GetVolumeNameForVolumeMountPoint VSSLAB_AW(GetVolumeNameForVolumeMountPoint)
#define GetVolumePathNamesForVolumeName VSSLAB_AW(GetVolumePathNamesForVolumeName)

#endif
