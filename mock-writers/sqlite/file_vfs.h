// SQLite's files as files of the lab's machine, through Windows' calls. On a disk with a cache that
// loses and reorders, when asked for.
#pragma once

#include <cstdint>
#include <random>

#include "mock-writers/sqlite/vfs.h"

namespace vsslab::mock::sqlite {

class FileVfs final : public Vfs {
 public:
  struct Options {
    std::uint64_t seed = 42;  // of SQLite's chance, and of the disk's
    bool any_order = false;   // what no sync has made safe reaches the volume torn, in any order
  };
  explicit FileVfs(const Options& options);

 private:
  int open(const char* path, int flags, std::unique_ptr<VfsFile>& out) override;
  int remove(const char* path) override;
  bool exists(const char* path) override;
  void randomness(char* out, int bytes) override;
  sqlite3_int64 now() override { return lab_julian_ms(); }

  std::mt19937_64 chance_;
  std::mt19937_64 disk_chance_;
  bool any_order_;
};

}  // namespace vsslab::mock::sqlite
