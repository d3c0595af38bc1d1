// A real machine's writers as mirror writers, backed up with the volume set of its manifest (C:
// alone): the document that results has the writers and components of the real one.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <tuple>

#include "metadata/backup_components.h"
#include "metadata/writer_metadata.h"
#include "plan/plan.h"
#include "rules/rule.h"
#include "run/run_scenario.h"
#include "sdk/party_factory.h"

namespace vsslab {
namespace {

namespace fs = std::filesystem;

fs::path corpus() {
  const char* given = std::getenv("VSSLAB_CORPUS");
  return given != nullptr && *given != 0 ? fs::path(given)
                                         : fs::path(VSSLAB_SOURCE_DIR) / ".." / "shared" / "corpus";
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

plan::ScenarioPlan real_machine(const fs::path& folder) {
  plan::ScenarioPlan scenario;
  scenario.name = "corpus";
  std::set<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder / "wm")) {
    if (entry.path().filename().string().find("with_sql") != std::string::npos) {
      files.insert(entry.path());
    }
  }
  for (const fs::path& file : files) {
    plan::WriterPlan writer;
    writer.kind = plan::WriterKind::mirror;
    writer.metadata_xml = bytes_of(file);
    writer.metadata_file = file.filename().string();
    const auto document =
        metadata::parse_writer_metadata(writer.metadata_xml, writer.metadata_file);
    if (!document) {
      ADD_FAILURE() << document.error().to_text();
      continue;
    }
    writer.name = document->identification.friendly_name;
    writer.friendly_name = writer.name;
    writer.instance_name = document->identification.instance_name;
    writer.writer_id = document->identification.writer_id;
    writer.keep_instance_id = true;
    scenario.writers.push_back(std::move(writer));
  }
  plan::RequesterPlan requester;
  requester.name = "backup";
  plan::BackupPlan backup;
  backup.bootable_system_state = true;
  backup.volumes = {"C:\\"};
  requester.operations.emplace_back(std::move(backup));
  scenario.requesters.push_back(std::move(requester));
  return scenario;
}

using Included = std::set<std::tuple<std::string, std::string, std::string>>;

// Writer id, logical path and name of every explicitly included component.
Included included(const metadata::BackupComponents& document) {
  Included all;
  for (const auto& writer : document.writers) {
    for (const auto& component : writer.components) {
      all.insert({writer.writer_id.to_string(), component.logical_path, component.name});
    }
  }
  return all;
}

TEST(Corpus, ARealMachineIsBackedUpAsItWas) {
  const fs::path folder = corpus();
  if (!fs::exists(folder / "wm")) {
    GTEST_SKIP() << "NOT RUN: no corpus at " << folder << "; set VSSLAB_CORPUS";
  }
  const plan::ScenarioPlan scenario = real_machine(folder);
  ASSERT_EQ(scenario.writers.size(), 11u);
  ScenarioOptions options;
  options.rules.assign(catalogue().begin(), catalogue().end());
  const ScenarioResult result = run_scenario(scenario, options, sdk::party_factory());
  ASSERT_EQ(result.toolkit_error, "");

  for (const Finding& finding : result.findings) {
    EXPECT_NE(finding.verdict, Verdict::fail)
        << finding.rule_id << " " << finding.subject << ": " << finding.actual;
  }
  const auto warned = [&](const std::string& rule, const std::string& subject) {
    for (const Finding& finding : result.findings) {
      if (finding.rule_id == rule && finding.subject == subject) {
        return finding.verdict == Verdict::warning;
      }
    }
    return false;
  };
  EXPECT_TRUE(warned("VSSR-COMP-017", "ASR Writer"));
  EXPECT_TRUE(warned("VSSR-COMP-017", "SqlServerWriter"));

  const std::string* text = nullptr;
  for (const StoredDocument& document : result.journal->documents()) {
    if (document.kind == DocumentKind::backup_components) text = &document.text;
  }
  ASSERT_NE(text, nullptr);
  const auto ours = metadata::parse_backup_components(*text, "ours");
  ASSERT_TRUE(ours.has_value()) << ours.error().to_text();
  const auto real = metadata::parse_backup_components(
      bytes_of(folder / "bcd" / "02-with_sql-BCDocument.xml"), "02-with_sql-BCDocument.xml");
  ASSERT_TRUE(real.has_value()) << real.error().to_text();
  EXPECT_EQ(included(*ours), included(*real));
  EXPECT_EQ(ours->select_components, real->select_components);
  EXPECT_EQ(ours->bootable_system_state_backup, real->bootable_system_state_backup);
  EXPECT_EQ(ours->backup_type, real->backup_type);
  std::set<std::string> our_instances, real_instances;
  for (const auto& writer : ours->writers) our_instances.insert(writer.instance_id.to_string());
  for (const auto& writer : real->writers) real_instances.insert(writer.instance_id.to_string());
  EXPECT_EQ(our_instances, real_instances);
}

}  // namespace
}  // namespace vsslab
