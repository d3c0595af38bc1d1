// SQLite's files in memory, read from the lab's machine when they are first opened: a database can
// be opened, recovered and looked through where nothing may be written, as on a shadow copy.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "mock-writers/sqlite/vfs.h"

namespace vsslab::mock::sqlite {

class ImageVfs final : public Vfs {
 public:
  static constexpr std::size_t kFileBytesMax = 256ULL << 20;  // database_bytes_max

  struct Image {
    std::string content;
    bool written = false;
  };
  // Null when nobody has opened the file, or it is not there.
  const Image* find(const std::string& path) const;

 private:
  int open(const char* path, int flags, std::unique_ptr<VfsFile>& out) override;
  int remove(const char* path) override;
  bool exists(const char* path) override;
  void randomness(char* out, int bytes) override;
  sqlite3_int64 now() override { return lab_julian_ms(); }

  std::map<std::string, std::shared_ptr<Image>> images_;  // null: removed here
};

}  // namespace vsslab::mock::sqlite
