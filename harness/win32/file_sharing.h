// Who has which file open, and what they let others do meanwhile: CreateFile's share modes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vsslab {

class Volume;

// Both as bits: 1 read, 2 write, 4 delete (FILE_SHARE_…).
struct FileUse {
  std::uint32_t access = 0;
  std::uint32_t shares = 0;
};

class FileSharing {
 public:
  // By volume and folded path.
  using Key = std::pair<const Volume*, std::string>;

  // The file stays open as long as the token lives; null when somebody does not share it so.
  using Token = std::shared_ptr<const FileUse>;
  Token open(const Volume& volume, std::string_view path, FileUse use);
  bool allows(const Volume& volume, std::string_view path, FileUse use) const;

  // A program of the machine that is no party keeps the file open, and lets others read it.
  // `holder`: the service it belongs to, or "" for one that runs until the machine restarts.
  void hold(const Volume& volume, std::string_view path, std::string holder);
  void set_running(std::string_view holder, bool running);
  // Nobody is left.
  void restart() { open_.clear(), held_.erase(""); }

 private:
  struct Held {
    bool running = true;
    std::map<Key, FileUse> files;
  };

  std::map<Key, std::vector<std::weak_ptr<const FileUse>>> open_;
  std::map<std::string, Held, std::less<>> held_;
};

}  // namespace vsslab
