// What `vsslab run` is asked to run: scenario files, folders, suites, Microsoft's pair, stored
// inputs. Loads the plans and knows how a command line names each again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "plan/plan.h"
#include "scenario/inputs.h"

namespace CLI {
class App;
}

namespace vsslab::cli {

struct RunSource {
  plan::ScenarioPlan plan;
  std::string arguments;  // of a command that runs the same: "scenarios/x.xml"
  std::string settings;   // and " --set delay=5s"
  // What it was read from, when that cannot be found again by the journal alone: standard input, a
  // pair of Microsoft's files.
  std::optional<scenario::Inputs> inputs;
  std::string inputs_file;  // their name beside the journals
  bool from_stdin = false;
};

class SourceFlags {
 public:
  void declare(CLI::App& app);
  Result<std::vector<RunSource>> load() const;
  std::string command_words() const;  // " scenarios/timing --set delay=5s"

 private:
  Result<RunSource> load_one(const std::string& file,
                             const std::vector<plan::Setting>& settings) const;
  Result<RunSource> load_pair() const;
  Result<void> check() const;
  std::string pair_words() const;
  std::string setting_words() const;

  std::vector<std::string> paths_;
  std::vector<std::string> settings_;
  std::string writer_;
  std::string betest_;
  std::string type_;  // empty: FULL
};

// Writes the sources' inputs into `folder`. A source that came from standard input is run again
// from there.
Result<void> store_inputs(std::vector<RunSource>& sources, const std::string& folder);

}  // namespace vsslab::cli
