#include "metadata/backup_need.h"

#include <gtest/gtest.h>

namespace vsslab::metadata {
namespace {

constexpr std::uint32_t kFull = 1, kIncremental = 2, kDifferential = 3, kLog = 4, kCopy = 5;

TEST(BackupNeed, TheTypeIsOneThatTheWriterSupports) {
  EXPECT_EQ(effective_type(kIncremental, 0x2), kIncremental);
  EXPECT_EQ(effective_type(kIncremental, 0x1), kFull);
  EXPECT_EQ(effective_type(kDifferential, 0x1), kDifferential);
  EXPECT_EQ(effective_type(kLog, 0x8), kLog);
  EXPECT_EQ(effective_type(kCopy, 0x10), kCopy);
  EXPECT_EQ(effective_type(kCopy, 0), kFull);
  EXPECT_EQ(effective_type(kFull, 0x1F), kFull);
}

TEST(BackupNeed, ASetIsTakenByTheBitsOfTheType) {
  FileSet set;
  set.backup_type = 0x0401;  // copied in full backups, from the shadow copy in incremental ones
  EXPECT_TRUE(backup_required(set, kFull));
  EXPECT_TRUE(backup_required(set, kCopy));
  EXPECT_FALSE(backup_required(set, kIncremental));
  EXPECT_FALSE(snapshot_required(set, kFull));
  EXPECT_TRUE(snapshot_required(set, kIncremental));
  EXPECT_FALSE(copy_required(set, kFull));
  EXPECT_FALSE(copy_required(set, kIncremental)) << "what is not copied needs no shadow copy";
  set.backup_type = 0x0F0F;
  EXPECT_TRUE(copy_required(set, kFull));
  EXPECT_FALSE(backup_required(set, kLog));
  set.kind = FileKind::database_log;
  EXPECT_TRUE(copy_required(set, kLog));
}

}  // namespace
}  // namespace vsslab::metadata
