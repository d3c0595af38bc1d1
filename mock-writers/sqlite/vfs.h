// What SQLite asks of an operating system, as two classes to derive from. SQLite itself never
// touches the host: its files, its clock and its chance are the lab's.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

namespace vsslab::mock::sqlite {

// One open file. All give an SQLITE_… code.
class VfsFile {
 public:
  virtual ~VfsFile() = default;
  // What lies behind the end reads as zeros, and the code says so (SQLITE_IOERR_SHORT_READ).
  virtual int read(void* out, int bytes, sqlite3_int64 offset) = 0;
  virtual int write(const void* data, int bytes, sqlite3_int64 offset) = 0;
  virtual int truncate(sqlite3_int64 size) = 0;
  virtual int sync() = 0;
  virtual int size(sqlite3_int64& out) = 0;
};

// Registered with SQLite under a name of its own as long as it lives. Nobody else opens the files:
// locks are always granted.
class Vfs {
 public:
  Vfs();
  virtual ~Vfs();
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;

  const char* name() const { return name_.c_str(); }
  // SQLite's one generator starts again from this VFS's chance. What the last user of the process
  // left in it decides nothing then.
  void seed_sqlite();

 protected:
  // An SQLITE_… code; `out` when it is SQLITE_OK. `path` is null for a nameless temporary file.
  virtual int open(const char* path, int flags, std::unique_ptr<VfsFile>& out) = 0;
  virtual int remove(const char* path) = 0;
  virtual bool exists(const char* path) = 0;
  virtual void randomness(char* out, int bytes) = 0;
  // Milliseconds of the Julian day.
  virtual sqlite3_int64 now() = 0;

 private:
  struct Glue;
  std::string name_;
  sqlite3_vfs vfs_{};
};

// The lab's time as SQLite counts it.
sqlite3_int64 lab_julian_ms();

}  // namespace vsslab::mock::sqlite
