#include "mock-writers/sqlite/image_vfs.h"

#include <windows.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "mock-writers/text.h"

namespace vsslab::mock::sqlite {

namespace {

// Nothing when it is not there, cannot be read, or is too large.
std::optional<std::string> read_lab_file(const char* path) {
  const HANDLE file = CreateFileW(wide(path).c_str(), GENERIC_READ,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                  OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) return std::nullopt;
  std::optional<std::string> content;
  LARGE_INTEGER size{};
  if (GetFileSizeEx(file, &size) &&
      static_cast<std::uint64_t>(size.QuadPart) <= ImageVfs::kFileBytesMax) {
    content.emplace(static_cast<std::size_t>(size.QuadPart), '\0');
    DWORD done = 0;
    if (!ReadFile(file, content->data(), static_cast<DWORD>(content->size()), &done, nullptr) ||
        done != content->size()) {
      content.reset();
    }
  }
  CloseHandle(file);
  return content;
}

class ImageFile final : public VfsFile {
 public:
  explicit ImageFile(std::shared_ptr<ImageVfs::Image> image) : image_(std::move(image)) {}

  int read(void* out, int bytes, sqlite3_int64 offset) override {
    const std::string& content = image_->content;
    const auto wanted = static_cast<std::size_t>(bytes);
    const auto from = std::min(static_cast<std::size_t>(offset), content.size());
    const std::size_t there = std::min(wanted, content.size() - from);
    std::memcpy(out, content.data() + from, there);
    std::memset(static_cast<char*>(out) + there, 0, wanted - there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  }
  int write(const void* data, int bytes, sqlite3_int64 offset) override {
    const std::size_t end = static_cast<std::size_t>(offset) + static_cast<std::size_t>(bytes);
    if (end > ImageVfs::kFileBytesMax) return SQLITE_FULL;
    image_->written = true;
    if (end > image_->content.size()) image_->content.resize(end);
    std::memcpy(image_->content.data() + offset, data, static_cast<std::size_t>(bytes));
    return SQLITE_OK;
  }
  int truncate(sqlite3_int64 size) override {
    if (static_cast<std::size_t>(size) > ImageVfs::kFileBytesMax) return SQLITE_FULL;
    image_->content.resize(static_cast<std::size_t>(size));
    return SQLITE_OK;
  }
  int sync() override { return SQLITE_OK; }
  int size(sqlite3_int64& out) override {
    out = static_cast<sqlite3_int64>(image_->content.size());
    return SQLITE_OK;
  }

 private:
  std::shared_ptr<ImageVfs::Image> image_;
};

}  // namespace

const ImageVfs::Image* ImageVfs::find(const std::string& path) const {
  const auto found = images_.find(path);
  return found == images_.end() ? nullptr : found->second.get();
}

int ImageVfs::open(const char* path, int flags, std::unique_ptr<VfsFile>& out) {
  std::shared_ptr<Image> image;
  if (path == nullptr) {
    image = std::make_shared<Image>();
  } else if (const auto known = images_.find(path); known != images_.end()) {
    image = known->second;
  } else if (auto content = read_lab_file(path)) {
    image = std::make_shared<Image>(Image{std::move(*content), false});
  }
  if (image == nullptr) {
    // Made here only for what SQLite writes beside a database, never the database itself.
    if ((flags & SQLITE_OPEN_CREATE) == 0 || (flags & SQLITE_OPEN_MAIN_DB) != 0) {
      return SQLITE_CANTOPEN;
    }
    image = std::make_shared<Image>();
  }
  if (path != nullptr) images_[path] = image;
  out = std::make_unique<ImageFile>(std::move(image));
  return SQLITE_OK;
}

int ImageVfs::remove(const char* path) {
  if (!exists(path)) return SQLITE_IOERR_DELETE_NOENT;
  images_[path] = nullptr;
  return SQLITE_OK;
}

bool ImageVfs::exists(const char* path) {
  if (const auto known = images_.find(path); known != images_.end()) {
    return known->second != nullptr;
  }
  return GetFileAttributesW(wide(path).c_str()) != INVALID_FILE_ATTRIBUTES;
}

// Nothing that is made here outlives the look.
void ImageVfs::randomness(char* out, int bytes) {
  std::memset(out, 0, static_cast<std::size_t>(bytes));
}

}  // namespace vsslab::mock::sqlite
