#include "metadata/backup_expiry.h"

#include <gtest/gtest.h>

namespace vsslab::metadata {
namespace {

TEST(BackupExpiry, ComesBackAsItWasWritten) {
  EXPECT_EQ(parse_expiry(expiry_text(134117856000000000)), 134117856000000000u);
  for (const char* const other : {"", "expires=", "expires=x", "expires=1 ", "expires=-1", "1"}) {
    EXPECT_FALSE(parse_expiry(other)) << other;
  }
}

TEST(BackupExpiry, IsShownAsAMoment) {
  EXPECT_EQ(moment_text(0), "1601-01-01 00:00:00 UTC");
  EXPECT_EQ(moment_text(116444736000000000 + 86'399ULL * 10'000'000), "1970-01-01 23:59:59 UTC");
}

TEST(BackupExpiry, IsTheDirectoryServices) {
  EXPECT_TRUE(backups_expire(*Guid::parse("B2014C9E-8711-4C5C-A5A9-3CF384484757")));
  EXPECT_TRUE(backups_expire(*Guid::parse("DD846AAA-A1B6-42A8-AAF8-03DCB6114BFD")));
  EXPECT_FALSE(backups_expire(*Guid::parse("5affb034-969f-4919-8875-88f830d0ef89")));
}

}  // namespace
}  // namespace vsslab::metadata
