#include "requester/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "metadata/backup_components.h"
#include "xml/document.h"

namespace vsslab::requester {
namespace {

using metadata::Component;
using metadata::WriterMetadata;

Component component(std::string path, std::string name, bool selectable,
                    std::vector<std::string> directories) {
  Component made;
  made.logical_path = std::move(path);
  made.name = std::move(name);
  made.selectable = selectable;
  for (std::string& directory : directories) {
    metadata::FileSet files;
    files.path = std::move(directory);
    files.filespec = "*";
    made.files.push_back(files);
  }
  return made;
}

WriterMetadata writer(const char* id, std::vector<Component> components) {
  WriterMetadata made;
  made.identification.writer_id = *Guid::parse(id);
  made.components = std::move(components);
  return made;
}

constexpr const char* kFirst = "11111111-0000-0000-0000-000000000000";
constexpr const char* kSecond = "22222222-0000-0000-0000-000000000000";

BackupSelection select(const std::vector<WriterMetadata>& writers, SelectionRequest request) {
  std::vector<const WriterMetadata*> pointers;
  for (const WriterMetadata& one : writers) pointers.push_back(&one);
  return select_for_backup(pointers, request);
}

std::vector<std::string> names(const std::vector<WriterMetadata>& writers,
                               const BackupSelection& selection) {
  std::vector<std::string> out;
  for (const ChosenComponent& c : selection.components) {
    out.push_back(metadata::full_path(writers[c.writer].components[c.component]));
  }
  return out;
}

TEST(Selection, TakesEverythingAndTheVolumesThatItTouches) {
  const std::vector<WriterMetadata> writers = {
      writer(kFirst, {component("", "Data", true, {"d:\\data", "%SystemRoot%\\x"}),
                      component("Data", "Part", false, {"E:\\part"}),
                      component("", "Settings", false, {"C:\\settings"})})};
  const BackupSelection selection = select(writers, {});
  EXPECT_EQ(names(writers, selection), (std::vector<std::string>{"Data", "Settings"}));
  EXPECT_EQ(selection.volumes, (std::vector<std::string>{"D:\\", "C:\\", "E:\\"}));
  EXPECT_TRUE(selection.left_out.empty());
}

TEST(Selection, LeavesOutWhatLiesOutsideTheSet) {
  const std::vector<WriterMetadata> writers = {writer(
      kFirst,
      {component("", "Inside", true, {"c:\\in"}),
       component("", "Outside", true, {"C:\\in", "E:\\out"}),
       component("", "Above", true, {"C:\\in"}), component("Above", "Below", false, {"F:\\out"})})};
  const std::vector<std::string> volumes = {"c:\\"};
  const BackupSelection selection = select(writers, {.volumes = volumes});
  EXPECT_EQ(names(writers, selection), (std::vector<std::string>{"Inside"}));
  ASSERT_EQ(selection.left_out.size(), 2u);
  EXPECT_EQ(selection.left_out[0].volume, "E:\\");
  EXPECT_EQ(selection.left_out[1].volume, "F:\\");
  EXPECT_EQ(selection.left_out[1].why, LeftOutComponent::Why::volume);
  EXPECT_EQ(selection.volumes, volumes);
}

TEST(Selection, AMandatoryComponentTakesItsWriterWithIt) {
  const std::vector<WriterMetadata> writers = {writer(
      kFirst,
      {component("", "Optional", true, {"C:\\in"}), component("BCD", "BCD", false, {"D:\\Boot"})})};
  const std::vector<std::string> volumes = {"C:\\"};
  const BackupSelection selection = select(writers, {.volumes = volumes});
  EXPECT_TRUE(selection.components.empty());
  ASSERT_EQ(selection.left_out.size(), 2u);
  EXPECT_EQ(selection.left_out[1].why, LeftOutComponent::Why::writer);
  EXPECT_FALSE(selection.takes(0));
}

TEST(Selection, AVolumeHasManyNames) {
  const std::vector<WriterMetadata> writers = {
      writer(kFirst, {component("", "Boot", true,
                                {"\\\\?\\Volume{C7463ABA-F40D-11E9-80C7-806E6F6E6963}\\Boot"})})};
  const std::vector<std::string> volumes = {"S:\\"};
  const auto identity = [](std::string_view name) {
    return name.starts_with("S:") ? "\\\\?\\Volume{c7463aba-f40d-11e9-80c7-806e6f6e6963}\\"
                                  : std::string(name);
  };
  EXPECT_EQ(select(writers, {.volumes = volumes, .volume_identity = identity}).components.size(),
            1u);
  EXPECT_TRUE(select(writers, {.volumes = volumes}).components.empty());
}

TEST(Selection, BetestNamesComponentsAndMandatoryOnesComeAlong) {
  const std::vector<WriterMetadata> writers = {
      writer(kFirst, {component("", "A", true, {"C:\\a"}), component("", "B", true, {"D:\\b"}),
                      component("", "Must", false, {"C:\\must"})}),
      writer(kSecond, {component("", "Other", true, {"C:\\other"})})};
  plan::BetestSelection betest;
  betest.writers.push_back(
      {.writer_id = *Guid::parse(kFirst), .components = {{"", "A", 1}, {"", "Nowhere", 2}}});
  betest.writers.push_back(
      {.writer_id = *Guid::parse("33333333-0000-0000-0000-000000000000"), .components = {}});
  const BackupSelection selection = select(writers, {.betest = &betest});
  EXPECT_EQ(names(writers, selection), (std::vector<std::string>{"A", "Must"}));
  EXPECT_EQ(selection.volumes, (std::vector<std::string>{"C:\\"}));
  ASSERT_EQ(selection.refused.size(), 2u);
  EXPECT_EQ(selection.refused[0].reason, "no such writer took part");
  EXPECT_EQ(selection.refused[1].name, "Nowhere");
}

TEST(Selection, DependenciesGoTogetherOrNotAtAll) {
  Component web = component("", "Web", true, {"C:\\web"});
  web.dependencies.push_back({*Guid::parse(kSecond), "db", "Orders", {}});
  web.dependencies.push_back({*Guid::parse(kSecond), "\\\\far\\db", "Remote", {}});
  const std::vector<WriterMetadata> writers = {
      writer(kFirst, {web}), writer(kSecond, {component("db", "Orders", true, {"E:\\orders"}),
                                              component("db", "Unasked", true, {"F:\\no"})})};
  plan::BetestSelection betest;
  betest.writers.push_back({.writer_id = *Guid::parse(kFirst), .components = {{"", "Web", 1}}});
  EXPECT_EQ(names(writers, select(writers, {.betest = &betest})),
            (std::vector<std::string>{"Web", "db\\Orders"}));

  const std::vector<std::string> volumes = {"C:\\"};
  const BackupSelection cut = select(writers, {.betest = &betest, .volumes = volumes});
  EXPECT_TRUE(cut.components.empty());
  ASSERT_EQ(cut.left_out.size(), 2u);
  EXPECT_EQ(cut.left_out[1].why, LeftOutComponent::Why::dependency);
  EXPECT_EQ(cut.left_out[1].volume, "E:\\");
}

// ---- against a real machine --------------------------------------------------------------------

std::filesystem::path corpus() {
  const char* given = std::getenv("VSSLAB_CORPUS");
  if (given != nullptr && *given != '\0') return given;
  return std::filesystem::path(VSSLAB_SOURCE_DIR) / ".." / "shared" / "corpus";
}

using Keys = std::set<metadata::ComponentId>;

// DiskShadow's backup of C: alone on a Windows Server 2012 R2 with SQL Server: its writers'
// documents as input, the components of its Backup Components Document as the answer.
TEST(SelectionCorpus, TakesWhatDiskShadowTook) {
  const std::filesystem::path folder = corpus();
  if (!std::filesystem::exists(folder / "wm")) {
    GTEST_SKIP() << "NOT TESTED: the corpus is not at " << folder << "; set VSSLAB_CORPUS";
  }
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "wm")) {
    if (entry.path().filename().string().find("with_sql") != std::string::npos) {
      files.insert(entry.path());
    }
  }
  ASSERT_EQ(files.size(), 11u);
  std::vector<WriterMetadata> writers;
  for (const std::filesystem::path& file : files) {
    const auto bytes = xml::read_file(file.string());
    ASSERT_TRUE(bytes.has_value()) << bytes.error().to_text();
    auto parsed = metadata::parse_writer_metadata(*bytes, file.string());
    ASSERT_TRUE(parsed.has_value()) << parsed.error().to_text();
    writers.push_back(std::move(*parsed));
  }
  const std::vector<std::string> volumes = {"C:\\"};
  const BackupSelection selection = select(writers, {.volumes = volumes});
  Keys ours;
  std::set<Guid> our_writers;
  for (const ChosenComponent& c : selection.components) {
    const WriterMetadata& of = writers[c.writer];
    ours.insert({of.identification.writer_id, metadata::key_of(of.components[c.component])});
    our_writers.insert(of.identification.writer_id);
  }

  const auto bytes = xml::read_file((folder / "bcd" / "02-with_sql-BCDocument.xml").string());
  ASSERT_TRUE(bytes.has_value()) << bytes.error().to_text();
  const auto real = metadata::parse_backup_components(*bytes, "02-with_sql-BCDocument.xml");
  ASSERT_TRUE(real.has_value()) << real.error().to_text();
  Keys theirs;
  std::set<Guid> their_writers;
  for (const auto& of : real->writers) {
    their_writers.insert(of.writer_id);
    for (const auto& entry : of.components) {
      theirs.insert({of.writer_id, {entry.logical_path, entry.name}});
    }
  }
  EXPECT_EQ(ours, theirs);
  EXPECT_EQ(our_writers, their_writers);
  EXPECT_EQ(theirs.size(), 9u);

  // Four SQL Server databases on E:, and the ASR Writer with all of its ten components.
  std::map<std::string, int> left_out;
  for (const LeftOutComponent& out : selection.left_out) {
    ++left_out[writers[out.writer].identification.friendly_name];
  }
  EXPECT_EQ(left_out, (std::map<std::string, int>{{"ASR Writer", 10}, {"SqlServerWriter", 4}}));
}

// `writers` writers with 100 components of ten file sets each; every component depends on its like
// of the next writer.
std::vector<WriterMetadata> many(std::size_t writers) {
  std::vector<WriterMetadata> all;
  for (std::size_t w = 0; w < writers; ++w) {
    WriterMetadata made;
    made.identification.writer_id.data1 = static_cast<std::uint32_t>(w + 1);
    for (int c = 0; c < 100; ++c) {
      Component part = component(c % 2 == 0 ? "" : "Data" + std::to_string(c - 1),
                                 "Data" + std::to_string(c), c % 2 == 0, {});
      for (int f = 0; f < 10; ++f) {
        metadata::FileSet files;
        files.path = "%SystemDrive%\\data\\" + std::to_string(w) + "\\" + std::to_string(f);
        files.filespec = "*";
        part.files.push_back(files);
      }
      metadata::Dependency on;
      on.writer_id.data1 = static_cast<std::uint32_t>((w + 1) % writers + 1);
      on.logical_path = part.logical_path;
      on.component_name = part.name;
      part.dependencies.push_back(on);
      made.components.push_back(std::move(part));
    }
    all.push_back(std::move(made));
  }
  return all;
}

// Counted, not timed: each file set is looked at a fixed number of times.
TEST(Selection, CostsGrowAsTheWritersDo) {
  const auto count = [](std::size_t writers) {
    const std::vector<WriterMetadata> all = many(writers);
    std::size_t asked = 0;
    plan::BetestSelection betest;
    betest.writers.push_back({all.front().identification.writer_id, {{"", "Data0"}}, 0});
    SelectionRequest request;
    request.betest = &betest;
    request.volume_identity = [&](std::string_view volume) {
      ++asked;
      return std::string(volume);
    };
    const BackupSelection selection = select(all, request);
    // Dependencies lead once around; each writer brings its component.
    EXPECT_EQ(selection.components.size(), writers);
    EXPECT_TRUE(selection.left_out.empty());
    return asked;
  };
  const std::size_t few = count(10);
  const std::size_t ten_times = count(100);
  EXPECT_GT(few, 0U);
  EXPECT_LE(ten_times, 12 * few);
}

TEST(Selection, LeavesOutAChainOfDependenciesInOnePass) {
  std::vector<WriterMetadata> all = many(50);
  for (metadata::FileSet& files : all[7].components[0].files) files.path = "E:\\elsewhere";
  const std::vector<std::string> volumes{"C:\\"};
  SelectionRequest request;
  request.volumes = volumes;
  const BackupSelection selection = select(all, request);
  // All writers depend on one another in a ring, so that Data0 of none can be taken.
  for (const ChosenComponent& c : selection.components) {
    EXPECT_NE(all[c.writer].components[c.component].name, "Data0");
  }
  EXPECT_EQ(selection.left_out.size(), 50U);
}

}  // namespace
}  // namespace vsslab::requester
