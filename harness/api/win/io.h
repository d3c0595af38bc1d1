// Descriptors of Microsoft's C run-time library (learn.microsoft.com, "Low-level I/O"): what
// console programs ask about their standard streams, and whether a file is there.
#ifndef VSSLAB_WIN_IO_H
#define VSSLAB_WIN_IO_H

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <winfile.h>

// The streams of the lab are UTF-8 in every mode: nothing changes but the answer's meaning.
inline int _setmode(int descriptor, int mode) {
  const bool known = mode == _O_TEXT || mode == _O_BINARY || mode == _O_WTEXT ||
                     mode == _O_U16TEXT || mode == _O_U8TEXT;
  if (descriptor >= 0 && descriptor <= 2 && known) return _O_TEXT;
  errno = known ? EBADF : EINVAL;
  return -1;
}

inline int _fileno(FILE* stream) { return stream == NULL ? -1 : fileno(stream); }
// A party's standard streams are a console.
inline int _isatty(int descriptor) { return descriptor >= 0 && descriptor <= 2 ? 64 : 0; }

// 0: it is there; 2: it may be written; 4: read; 6: both.
inline int _waccess(const wchar_t* path, int mode) {
  const DWORD attributes = GetFileAttributesW(path);
  if (attributes == INVALID_FILE_ATTRIBUTES) {
    errno = ENOENT;
    return -1;
  }
  const bool folder = (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
  if ((mode & 2) == 0 || folder || (attributes & FILE_ATTRIBUTE_READONLY) == 0) return 0;
  errno = EACCES;
  return -1;
}
inline int _access(const char* path, int mode) {
  wchar_t wide[MAX_PATH + 1];
  if (MultiByteToWideChar(CP_ACP, 0, path, -1, wide, MAX_PATH + 1) == 0) {
    errno = ENOENT;
    return -1;
  }
  return _waccess(wide, mode);
}

#endif
