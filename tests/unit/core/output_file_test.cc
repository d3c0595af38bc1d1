#include "core/output_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vsslab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class OutputFiles : public testing::Test {
 protected:
  OutputFiles()
      : folder_(fs::temp_directory_path() / ("vsslab-output-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~OutputFiles() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  static std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(OutputFiles, AreThereWholeOrNotAtAll) {
  ASSERT_TRUE(write_file(path("a"), "before"));
  {
    OutputFile file(path("a"));
    file.write("half");
    EXPECT_EQ(content(path("a")), "before");
  }
  EXPECT_EQ(content(path("a")), "before");
  EXPECT_EQ(files(), 1u) << "what was begun is gone";
  ASSERT_TRUE(write_file(path("a"), "after"));
  EXPECT_EQ(content(path("a")), "after");
  EXPECT_EQ(files(), 1u);
}

TEST_F(OutputFiles, KeepTheirPermissions) {
  ASSERT_TRUE(write_file(path("a"), "before"));
  fs::permissions(path("a"), fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_TRUE(write_file(path("a"), "after"));
  EXPECT_EQ(fs::status(path("a")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

// Its folder takes no file beside it: a folder stands where that would be.
TEST_F(OutputFiles, AreWrittenInPlaceWhereNothingCanStandBeside) {
  ASSERT_TRUE(write_file(path("a"), "before"));
  fs::create_directories(path("a.new"));
  ASSERT_TRUE(write_file(path("a"), "after"));
  EXPECT_EQ(content(path("a")), "after");
}

TEST_F(OutputFiles, ALinkStaysALink) {
  ASSERT_TRUE(write_file(path("a"), "before"));
  fs::create_symlink(path("a"), path("link"));
  ASSERT_TRUE(write_file(path("link"), "after"));
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(content(path("a")), "after");
}

TEST_F(OutputFiles, SayWhyNot) {
  const auto nowhere = write_file(path("no/such/folder"), "a");
  ASSERT_FALSE(nowhere);
  EXPECT_THAT(nowhere.error().message, HasSubstr("No such file or directory"));
  if (!fs::is_character_file("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  fs::create_symlink("/dev/full", path("full"));
  const auto full = write_file(path("full"), "a");
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().message, HasSubstr("cannot be written: No space left on device"));
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

}  // namespace
}  // namespace vsslab
