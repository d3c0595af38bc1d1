#include "mock-writers/sqlite/vfs.h"

#include <windows.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace vsslab::mock::sqlite {

namespace {

constexpr int kPathBytesMax = 1024;
constexpr int kSectorBytes = 512;  // what a torn write is torn into

// SQLite gives the memory: the object itself lies behind the pointer.
struct Opened {
  sqlite3_file base;
  VfsFile* file;
};

VfsFile& file_of(sqlite3_file* opened) { return *reinterpret_cast<Opened*>(opened)->file; }

int on_close(sqlite3_file* opened) {
  delete reinterpret_cast<Opened*>(opened)->file;
  return SQLITE_OK;
}
int on_read(sqlite3_file* opened, void* out, int bytes, sqlite3_int64 offset) {
  return file_of(opened).read(out, bytes, offset);
}
int on_write(sqlite3_file* opened, const void* data, int bytes, sqlite3_int64 offset) {
  return file_of(opened).write(data, bytes, offset);
}
int on_truncate(sqlite3_file* opened, sqlite3_int64 size) { return file_of(opened).truncate(size); }
int on_sync(sqlite3_file* opened, int) { return file_of(opened).sync(); }
int on_size(sqlite3_file* opened, sqlite3_int64* out) { return file_of(opened).size(*out); }
int on_lock(sqlite3_file*, int) { return SQLITE_OK; }
int on_check_lock(sqlite3_file*, int* out) {
  *out = 0;
  return SQLITE_OK;
}
int on_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int on_sector(sqlite3_file*) { return kSectorBytes; }
int on_device(sqlite3_file*) { return 0; }  // promises nothing

// Version 1: no shared memory, so that a write-ahead log needs the exclusive locking mode.
const sqlite3_io_methods kMethods = {1,          on_close,  on_read,   on_write, on_truncate,
                                     on_sync,    on_size,   on_lock,   on_lock,  on_check_lock,
                                     on_control, on_sector, on_device, nullptr,  nullptr,
                                     nullptr,    nullptr,   nullptr,   nullptr};

std::string new_name() {
  static unsigned made = 0;
  return "vsslab-" + std::to_string(++made);
}

}  // namespace

struct Vfs::Glue {
  static Vfs& self(sqlite3_vfs* vfs) { return *static_cast<Vfs*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* out, int flags, int* told) {
    out->pMethods = nullptr;
    std::unique_ptr<VfsFile> file;
    const int code = self(vfs).open(path, flags, file);
    if (code != SQLITE_OK) return code;
    reinterpret_cast<Opened*>(out)->file = file.release();
    out->pMethods = &kMethods;
    if (told != nullptr) *told = flags;
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int) { return self(vfs).remove(path); }
  static int access(sqlite3_vfs* vfs, const char* path, int, int* out) {
    *out = self(vfs).exists(path) ? 1 : 0;
    return SQLITE_OK;
  }
  static int full_name(sqlite3_vfs*, const char* path, int bytes, char* out) {
    const std::size_t length = std::strlen(path);
    if (length >= static_cast<std::size_t>(bytes)) return SQLITE_CANTOPEN;
    std::memcpy(out, path, length + 1);
    return SQLITE_OK;
  }
  static int randomness(sqlite3_vfs* vfs, int bytes, char* out) {
    self(vfs).randomness(out, bytes);
    return bytes;
  }
  static int sleep(sqlite3_vfs*, int microseconds) {
    Sleep(static_cast<DWORD>(microseconds / 1000));
    return microseconds;
  }
  static int now_days(sqlite3_vfs* vfs, double* out) {
    *out = static_cast<double>(self(vfs).now()) / 86'400'000.0;
    return SQLITE_OK;
  }
  static int now_ms(sqlite3_vfs* vfs, sqlite3_int64* out) {
    *out = self(vfs).now();
    return SQLITE_OK;
  }
  static int last_error(sqlite3_vfs*, int, char*) { return 0; }
};

Vfs::Vfs() : name_(new_name()) {
  sqlite3_initialize();
  vfs_.iVersion = 2;
  vfs_.szOsFile = sizeof(Opened);
  vfs_.mxPathname = kPathBytesMax;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = Glue::open;
  vfs_.xDelete = Glue::remove;
  vfs_.xAccess = Glue::access;
  vfs_.xFullPathname = Glue::full_name;
  vfs_.xRandomness = Glue::randomness;
  vfs_.xSleep = Glue::sleep;
  vfs_.xCurrentTime = Glue::now_days;
  vfs_.xCurrentTimeInt64 = Glue::now_ms;
  vfs_.xGetLastError = Glue::last_error;
  sqlite3_vfs_register(&vfs_, 0);
}

Vfs::~Vfs() { sqlite3_vfs_unregister(&vfs_); }

void Vfs::seed_sqlite() {
  // The generator asks the default VFS at its next use; it is used here, so that whoever becomes
  // the default later changes nothing.
  sqlite3_vfs_register(&vfs_, 1);
  sqlite3_randomness(0, nullptr);
  char first = 0;
  sqlite3_randomness(1, &first);
}

sqlite3_int64 lab_julian_ms() {
  FILETIME now{};
  GetSystemTimeAsFileTime(&now);
  const auto ticks = static_cast<std::uint64_t>(now.dwHighDateTime) << 32 | now.dwLowDateTime;
  constexpr sqlite3_int64 kOf1601 = 199'222'286'400'000;  // 2305813.5 days
  return kOf1601 + static_cast<sqlite3_int64>(ticks / 10'000);
}

}  // namespace vsslab::mock::sqlite
