// The model of a Writer Metadata Document that the service puts beside its text says what the text
// says: rules read the model while a run is fresh, and parse the text of a stored journal.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "metadata/writer_metadata.h"
#include "run/run_scenario.h"
#include "scenario/scenario.h"
#include "sdk/party_factory.h"

namespace vsslab {
namespace {

namespace fs = std::filesystem;

// How many documents of the run have a model.
std::size_t models_of(const std::string& file) {
  auto plan = scenario::load_scenario(file);
  EXPECT_TRUE(plan) << file;
  if (!plan) return 0;
  const ScenarioResult result = run_scenario(*plan, {}, sdk::party_factory());
  EXPECT_NE(result.journal, nullptr) << file;
  std::size_t models = 0;
  for (const StoredDocument& stored : result.journal->documents()) {
    if (stored.writer_metadata == nullptr) continue;
    ++models;
    const auto parsed = metadata::parse_writer_metadata(stored.text, file);
    EXPECT_TRUE(parsed) << file;
    EXPECT_TRUE(parsed && *parsed == *stored.writer_metadata) << file << "\n" << stored.text;
  }
  return models;
}

TEST(Documents, AModelInTheJournalSaysWhatItsTextSays) {
  const fs::path scenarios = fs::path(VSSLAB_SOURCE_DIR) / "scenarios";
  std::size_t models = 0, files = 0;
  for (const char* folder : {"conformance", "demo"}) {
    for (const auto& entry : fs::directory_iterator(scenarios / folder)) {
      if (entry.path().extension() != ".xml") continue;
      if (entry.path().filename() == "real-clock.xml") continue;  // it takes its time
      ++files;
      models += models_of(entry.path().string());
    }
  }
  EXPECT_GT(files, 30U);
  EXPECT_GT(models, files);
}

}  // namespace
}  // namespace vsslab
