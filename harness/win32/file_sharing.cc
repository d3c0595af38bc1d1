#include "win32/file_sharing.h"

#include <algorithm>

#include "volume/path.h"

namespace vsslab {

namespace {

constexpr FileUse kHeldUse{3, 1};

bool together(FileUse a, FileUse b) {
  return (a.access & ~b.shares) == 0 && (b.access & ~a.shares) == 0;
}

}  // namespace

bool FileSharing::allows(const Volume& volume, std::string_view path, FileUse use) const {
  const Key key{&volume, fold_case(path)};
  if (const auto open = open_.find(key); open != open_.end()) {
    for (const auto& other : open->second) {
      const auto there = other.lock();
      if (there != nullptr && !together(*there, use)) return false;
    }
  }
  return std::all_of(held_.begin(), held_.end(), [&](const auto& entry) {
    const Held& held = entry.second;
    const auto file = held.files.find(key);
    return !held.running || file == held.files.end() || together(file->second, use);
  });
}

FileSharing::Token FileSharing::open(const Volume& volume, std::string_view path, FileUse use) {
  if (!allows(volume, path, use)) return nullptr;
  auto token = std::make_shared<const FileUse>(use);
  auto& others = open_[{&volume, fold_case(path)}];
  std::erase_if(others, [](const auto& other) { return other.expired(); });
  others.push_back(token);
  return token;
}

void FileSharing::hold(const Volume& volume, std::string_view path, std::string holder) {
  held_[std::move(holder)].files[{&volume, fold_case(path)}] = kHeldUse;
}

void FileSharing::set_running(std::string_view holder, bool running) {
  const auto held = held_.find(holder);
  if (held != held_.end()) held->second.running = running;
}

}  // namespace vsslab
