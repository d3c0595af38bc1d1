#include "volume/folder_volume.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace vsslab {
namespace {

namespace fs = std::filesystem;

class FolderVolumes : public testing::Test {
 protected:
  FolderVolumes() {
    std::string name = (fs::temp_directory_path() / "vsslab-folder-XXXXXX").string();
    base_ = ::mkdtemp(name.data());
    folder_ = base_ / "volume";
    fs::create_directories(folder_ / "Data");
    std::ofstream(folder_ / "Data" / "Orders.db") << "orders";
    auto made = FolderVolume::make({.root = "P:\\"}, folder_.string(), nullptr);
    volume_ = std::move(*made);
  }
  ~FolderVolumes() override {
    volume_.reset();
    fs::remove_all(base_);
  }

  fs::path base_, folder_;
  std::unique_ptr<Volume> volume_;
};

TEST_F(FolderVolumes, AreFolders) {
  EXPECT_FALSE(FolderVolume::make({}, (folder_ / "nothing").string(), nullptr));
  EXPECT_FALSE(FolderVolume::make({}, (folder_ / "Data" / "Orders.db").string(), nullptr));
}

TEST_F(FolderVolumes, ShowTheHostsFilesAsWindowsDoes) {
  EXPECT_EQ(volume_->read_file("data\\ORDERS.DB").value(), "orders");
  EXPECT_EQ(volume_->stat("data\\orders.db")->size, 6u);
  EXPECT_EQ(volume_->stat("data\\nothing").error(), FileError::file_not_found);
  EXPECT_EQ(volume_->stat("nothing\\orders.db").error(), FileError::path_not_found);
  const auto found = volume_->find("", "*.db", true);
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().path, "Data\\Orders.db");
}

TEST_F(FolderVolumes, KeepToTheFolder) {
  std::ofstream(base_ / "secret.txt") << "secret";
  fs::create_symlink(base_ / "secret.txt", folder_ / "link.txt");
  fs::create_directory_symlink(base_, folder_ / "up");
  for (const char* const path : {"link.txt", "up\\secret.txt", "..\\secret.txt",
                                 "Data\\..\\..\\secret.txt", "../secret.txt"}) {
    EXPECT_FALSE(volume_->read_file(path)) << path;
  }
  EXPECT_FALSE(volume_->write_file("up\\made.txt", "x"));
  EXPECT_FALSE(fs::exists(base_ / "made.txt"));
  EXPECT_EQ(volume_->list("")->size(), 1u);
}

TEST_F(FolderVolumes, Change) {
  ASSERT_TRUE(volume_->write_file("New\\Sub\\a.txt", "hello"));
  ASSERT_TRUE(volume_->append("new\\sub\\A.txt", " world"));
  ASSERT_TRUE(volume_->rename("new\\sub\\a.txt", "new\\b.txt", false));
  std::ifstream file(folder_ / "New" / "b.txt");
  std::string content;
  std::getline(file, content);
  EXPECT_EQ(content, "hello world");
  EXPECT_EQ(volume_->remove_directory("new").error(), FileError::dir_not_empty);
  ASSERT_TRUE(volume_->remove("new\\b.txt"));
  ASSERT_TRUE(volume_->remove_directory("new\\sub"));
  ASSERT_TRUE(volume_->remove_directory("new"));
  EXPECT_FALSE(fs::exists(folder_ / "New"));
}

TEST_F(FolderVolumes, AreCopiedAtAMomentUntilTheCopyIsGone) {
  const std::string device = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1";
  auto copy = volume_->copy_now(device);
  ASSERT_TRUE(copy);
  EXPECT_EQ((*copy)->device(), device);
  ASSERT_TRUE(volume_->write_file("Data\\Orders.db", "changed"));
  EXPECT_EQ((*copy)->read_file("data\\orders.db").value(), "orders");
  (*copy)->set_read_only(true);
  EXPECT_EQ((*copy)->write_file("x", "x").error(), FileError::write_protect);
  fs::path copies = folder_;
  copies += ".shadow-copies";
  EXPECT_TRUE(fs::exists(copies));
  (*copy)->take_offline();
  EXPECT_FALSE((*copy)->read_file("data\\orders.db"));
  EXPECT_FALSE(fs::exists(copies));
}

TEST_F(FolderVolumes, SayWhyTheyCannotBeCopied) {
  fs::path copies = folder_;
  copies += ".shadow-copies";
  std::ofstream(copies) << "taken";
  EXPECT_FALSE(volume_->copy_now("\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1"));
  const auto& trouble = dynamic_cast<const FolderVolume&>(*volume_).trouble();
  EXPECT_EQ(trouble.find(copies.string() + ": "), 0u) << trouble;
  EXPECT_GT(trouble.size(), copies.string().size() + 2) << trouble;
}

}  // namespace
}  // namespace vsslab
