#include "mock-writers/sqlite/file_vfs.h"

#include <windows.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "mock-writers/sqlite/write_cache.h"
#include "mock-writers/text.h"

namespace vsslab::mock::sqlite {

namespace {

OVERLAPPED at(std::uint64_t offset) {
  OVERLAPPED place{};
  place.Offset = static_cast<DWORD>(offset);
  place.OffsetHigh = static_cast<DWORD>(offset >> 32);
  return place;
}

int write_error() { return GetLastError() == ERROR_DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE; }

class LabFile final : public VfsFile {
 public:
  LabFile(HANDLE handle, std::mt19937_64* disk_chance) : handle_(handle) {
    if (disk_chance == nullptr) return;
    cache_.emplace(*disk_chance, [this](std::uint64_t offset, const char* data, std::size_t bytes) {
      return put(offset, data, bytes);
    });
  }
  ~LabFile() override {
    if (cache_) cache_->sync();
    CloseHandle(handle_);
  }
  LabFile(const LabFile&) = delete;
  LabFile& operator=(const LabFile&) = delete;

  int read(void* out, int bytes, sqlite3_int64 offset) override {
    OVERLAPPED place = at(static_cast<std::uint64_t>(offset));
    DWORD done = 0;
    if (!ReadFile(handle_, out, static_cast<DWORD>(bytes), &done, &place) &&
        GetLastError() != ERROR_HANDLE_EOF) {
      return SQLITE_IOERR_READ;
    }
    char* const text = static_cast<char*>(out);
    const auto wanted = static_cast<std::size_t>(bytes);
    std::memset(text + done, 0, wanted - done);
    std::uint64_t end = static_cast<std::uint64_t>(offset) + done;
    if (cache_) {
      cache_->overlay(static_cast<std::uint64_t>(offset), text, wanted);
      end = std::max(end, cache_->end());
    }
    const bool all = end >= static_cast<std::uint64_t>(offset) + wanted;
    return all ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  }

  int write(const void* data, int bytes, sqlite3_int64 offset) override {
    const char* const text = static_cast<const char*>(data);
    const auto place = static_cast<std::uint64_t>(offset);
    return cache_ ? cache_->write(place, text, static_cast<std::size_t>(bytes))
                  : put(place, text, static_cast<std::size_t>(bytes));
  }

  int truncate(sqlite3_int64 size) override {
    if (cache_) cache_->truncate(static_cast<std::uint64_t>(size));
    LARGE_INTEGER end{};
    end.QuadPart = size;
    const bool done = SetFilePointerEx(handle_, end, nullptr, FILE_BEGIN) && SetEndOfFile(handle_);
    return done ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
  }

  int sync() override {
    if (cache_) {
      if (const int code = cache_->sync()) return code;
    }
    return FlushFileBuffers(handle_) ? SQLITE_OK : SQLITE_IOERR_FSYNC;
  }

  int size(sqlite3_int64& out) override {
    LARGE_INTEGER size{};
    if (!GetFileSizeEx(handle_, &size)) return SQLITE_IOERR_FSTAT;
    out = size.QuadPart;
    if (cache_) out = std::max(out, static_cast<sqlite3_int64>(cache_->end()));
    return SQLITE_OK;
  }

 private:
  int put(std::uint64_t offset, const char* data, std::size_t bytes) {
    OVERLAPPED place = at(offset);
    DWORD done = 0;
    const bool written =
        WriteFile(handle_, data, static_cast<DWORD>(bytes), &done, &place) && done == bytes;
    return written ? SQLITE_OK : write_error();
  }

  HANDLE handle_;
  std::optional<WriteCache> cache_;
};

}  // namespace

FileVfs::FileVfs(const Options& options)
    : chance_(options.seed), disk_chance_(~options.seed), any_order_(options.any_order) {
  seed_sqlite();
}

int FileVfs::open(const char* path, int flags, std::unique_ptr<VfsFile>& out) {
  if (path == nullptr) return SQLITE_CANTOPEN;  // temporary tables are kept in memory
  const bool writes = (flags & SQLITE_OPEN_READWRITE) != 0;
  const HANDLE handle =
      CreateFileW(wide(path).c_str(), writes ? GENERIC_READ | GENERIC_WRITE : GENERIC_READ,
                  FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                  (flags & SQLITE_OPEN_CREATE) != 0 ? OPEN_ALWAYS : OPEN_EXISTING,
                  FILE_ATTRIBUTE_NORMAL, nullptr);
  if (handle == INVALID_HANDLE_VALUE) return SQLITE_CANTOPEN;
  out = std::make_unique<LabFile>(handle, any_order_ ? &disk_chance_ : nullptr);
  return SQLITE_OK;
}

int FileVfs::remove(const char* path) {
  if (DeleteFileW(wide(path).c_str())) return SQLITE_OK;
  return GetLastError() == ERROR_FILE_NOT_FOUND ? SQLITE_IOERR_DELETE_NOENT : SQLITE_IOERR_DELETE;
}

bool FileVfs::exists(const char* path) {
  return GetFileAttributesW(wide(path).c_str()) != INVALID_FILE_ATTRIBUTES;
}

void FileVfs::randomness(char* out, int bytes) {
  for (int i = 0; i < bytes; ++i) out[i] = static_cast<char>(chance_());
}

}  // namespace vsslab::mock::sqlite
