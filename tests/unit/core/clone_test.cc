// Copies of files: the same bytes whatever the file system can do, and shared blocks where it can.
// VSSLAB_REFLINK_FOLDER names a folder on a file system that can; tests/unit/volume/reflink_test.sh
// makes one.
#include "core/os/clone.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace vsslab {
namespace {

namespace fs = std::filesystem;

// A folder of its own below `parent`, gone at the end.
struct Folder {
  explicit Folder(const fs::path& parent) {
    std::string name = (parent / "vsslab-clone-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path = name;
  }
  ~Folder() {
    std::error_code ignored;
    if (!path.empty()) fs::remove_all(path, ignored);
  }
  fs::path path;
};

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string pattern(std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>(i * 31 + i / 4096);
  return text;
}

TEST(Clone, HasTheBytesAndIsAFileOfItsOwn) {
  const Folder folder(fs::temp_directory_path());
  ASSERT_FALSE(folder.path.empty());
  for (const std::size_t bytes : {0, 1, 4096, (3 << 20) + 17}) {
    const fs::path from = folder.path / std::to_string(bytes);
    const fs::path to = folder.path / (std::to_string(bytes) + ".copy");
    write(from, pattern(bytes));
    ASSERT_FALSE(os::clone_file(from, to));
    EXPECT_TRUE(read(to) == pattern(bytes)) << bytes;
    write(from, "changed");
    EXPECT_TRUE(read(to) == pattern(bytes)) << bytes << ", after the original was changed";
  }
}

TEST(Clone, ReplacesNothingAndFollowsNoLink) {
  const Folder folder(fs::temp_directory_path());
  ASSERT_FALSE(folder.path.empty());
  write(folder.path / "a", "a");
  write(folder.path / "b", "b");
  fs::create_symlink("a", folder.path / "link");
  EXPECT_EQ(os::clone_file(folder.path / "a", folder.path / "b"), std::errc::file_exists);
  EXPECT_EQ(read(folder.path / "b"), "b");
  EXPECT_EQ(os::clone_file(folder.path / "none", folder.path / "c"),
            std::errc::no_such_file_or_directory);
  EXPECT_TRUE(os::clone_file(folder.path / "link", folder.path / "d"));
  EXPECT_FALSE(fs::exists(folder.path / "d"));
}

TEST(Clone, SharesItsBlocksWhereTheFileSystemCan) {
  const char* const wanted = std::getenv("VSSLAB_REFLINK_FOLDER");
  if (wanted == nullptr) {
    GTEST_SKIP() << "NOT TESTED: VSSLAB_REFLINK_FOLDER names no folder on btrfs or XFS";
  }
  const Folder folder(wanted);
  ASSERT_FALSE(folder.path.empty()) << wanted;
  const std::string text = pattern(32 << 20);
  write(folder.path / "original", text);
  const std::uintmax_t room = fs::space(folder.path).available;
  bool shared = false;
  // More copies than the file system has room for, if each had blocks of its own.
  for (std::uintmax_t i = 0; i <= room / text.size(); ++i) {
    ASSERT_FALSE(
        os::clone_file(folder.path / "original", folder.path / std::to_string(i), &shared));
    ASSERT_TRUE(shared);
  }
  write(folder.path / "original", "changed");
  EXPECT_TRUE(read(folder.path / "0") == text);
}

}  // namespace
}  // namespace vsslab
