// Every real document of the corpus parses and comes back without loss. The corpus is no part of
// the project; where it is absent these tests say so and are skipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "metadata/backup_components.h"
#include "metadata/describe.h"
#include "metadata/writer_metadata.h"
#include "xml/document.h"
#include "xml/tree.h"

namespace vsslab::metadata {
namespace {

namespace fs = std::filesystem;

fs::path corpus() {
  if (const char* path = std::getenv("VSSLAB_CORPUS")) return path;
  return fs::path(VSSLAB_SOURCE_DIR) / ".." / "shared" / "corpus";
}

std::vector<fs::path> documents(const char* folder) {
  std::vector<fs::path> paths;
  if (!fs::is_directory(corpus() / folder)) return paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(corpus() / folder)) {
    if (entry.path().extension() == ".xml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

#define SKIP_WITHOUT_CORPUS(paths)                                                    \
  if ((paths).empty()) {                                                              \
    GTEST_SKIP() << "NO REAL DOCUMENT WAS CHECKED: the corpus is not at " << corpus() \
                 << "; set VSSLAB_CORPUS to its folder";                              \
  }

std::string bytes_of(const fs::path& path) {
  const Result<std::string> bytes = xml::read_file(path.string());
  EXPECT_TRUE(bytes) << bytes.error().to_text();
  return bytes.value_or("");
}

// As a program that dumps the string of the API leaves it: UTF-16LE, no mark, one NUL.
std::string as_windows_dump(const std::string& ascii) {
  std::string out;
  for (const char c : ascii) {
    out += c;
    out += '\0';
  }
  return out.append(2, '\0');
}

void expect_same(const std::string& a, const std::string& b, const fs::path& path) {
  const auto difference = xml::infoset_difference(a, b);
  ASSERT_TRUE(difference) << path << ": " << difference.error().to_text();
  EXPECT_FALSE(difference->has_value()) << path << ": " << difference->value();
}

TEST(Corpus, WriterMetadataRoundTrips) {
  const std::vector<fs::path> paths = documents("wm");
  SKIP_WITHOUT_CORPUS(paths);
  for (const fs::path& path : paths) {
    const std::string bytes = bytes_of(path);
    const Result<WriterMetadata> metadata = parse_writer_metadata(bytes, path.string());
    ASSERT_TRUE(metadata) << metadata.error().to_text();
    const std::string written = emit(*metadata);
    expect_same(bytes, written, path);
    EXPECT_EQ(written.find('\n'), std::string::npos) << path << ": Windows writes one line";
    const Result<WriterMetadata> again = parse_writer_metadata(written, "written");
    ASSERT_TRUE(again) << again.error().to_text();
    EXPECT_EQ(*again, *metadata) << path;
    EXPECT_EQ(emit(*again), written) << path;
    const Result<WriterMetadata> dumped = parse_writer_metadata(as_windows_dump(bytes), "dump");
    ASSERT_TRUE(dumped) << dumped.error().to_text();
    EXPECT_EQ(*dumped, *metadata) << path;
    EXPECT_FALSE(describe(*metadata).empty());
  }
}

TEST(Corpus, BackupComponentsRoundTrip) {
  const std::vector<fs::path> paths = documents("bcd");
  SKIP_WITHOUT_CORPUS(paths);
  for (const fs::path& path : paths) {
    const std::string bytes = bytes_of(path);
    const Result<BackupComponents> document = parse_backup_components(bytes, path.string());
    ASSERT_TRUE(document) << document.error().to_text();
    const std::string written = emit(*document);
    expect_same(bytes, written, path);
    const Result<BackupComponents> again = parse_backup_components(written, "written");
    ASSERT_TRUE(again) << again.error().to_text();
    EXPECT_EQ(*again, *document) << path;
    // The writer's own values, byte for byte as they stand in the file.
    for (const WriterComponents& writer : document->writers) {
      for (const ComponentEntry& entry : writer.components) {
        if (!entry.backup_stamp.empty()) {
          EXPECT_NE(bytes.find("backupStamp=\"" + entry.backup_stamp + "\""), std::string::npos);
        }
        if (entry.backup_metadata) {
          EXPECT_NE(bytes.find("metadata=\"" + entry.backup_metadata->metadata + "\""),
                    std::string::npos);
        }
      }
    }
    EXPECT_FALSE(describe(*document).empty());
  }
}

TEST(Corpus, SystemWriterIsReadInFull) {
  const fs::path path = corpus() / "wm" / "15-with_sql-system-writer.xml";
  if (!fs::exists(path)) GTEST_SKIP() << "NO REAL DOCUMENT WAS CHECKED: " << path << " is absent";
  const Result<WriterMetadata> metadata = parse_writer_metadata(bytes_of(path), path.string());
  ASSERT_TRUE(metadata) << metadata.error().to_text();
  EXPECT_EQ(metadata->identification.friendly_name, "System Writer");
  EXPECT_EQ(metadata->identification.usage, UsageType::bootable_system_state);
  EXPECT_EQ(metadata->file_set_count(), 18995U);
  ASSERT_TRUE(metadata->restore_method);
  EXPECT_EQ(metadata->restore_method->method,
            RestoreMethodType::restore_at_reboot_if_cannot_replace);
  EXPECT_TRUE(metadata->restore_method->reboot_required);
}

TEST(Corpus, SqlServerComponentsAreRead) {
  const fs::path path = corpus() / "bcd" / "02-with_sql-BCDocument.xml";
  if (!fs::exists(path)) GTEST_SKIP() << "NO REAL DOCUMENT WAS CHECKED: " << path << " is absent";
  const Result<BackupComponents> document = parse_backup_components(bytes_of(path), path.string());
  ASSERT_TRUE(document) << document.error().to_text();
  EXPECT_TRUE(document->select_components);
  EXPECT_TRUE(document->bootable_system_state_backup);
  EXPECT_EQ(document->backup_type, BackupType::full);
  const WriterComponents* sql =
      document->find(*Guid::parse("A65FAA63-5EA8-4EBC-9DBD-A0C4DB26912A"),
                     *Guid::parse("dd8d6255-b3bb-4ec1-8249-73cd75c0ee21"));
  ASSERT_NE(sql, nullptr);
  EXPECT_EQ(sql->backup_schema, 881U);
  EXPECT_EQ(sql->instance_name, "Microsoft SQL Server 2017:SQLWriter");
  const ComponentEntry* database = sql->find("WIN2012-SQL17-2", "local1");
  ASSERT_NE(database, nullptr);
  EXPECT_EQ(database->backup_stamp, "CAAAAMQv3+t4udUB");
  ASSERT_TRUE(database->backup_metadata);
  EXPECT_TRUE(database->backup_metadata->metadata.starts_with("BCAAAFRBUEUAAAMAjAAOAQAAAA"));
}

}  // namespace
}  // namespace vsslab::metadata
