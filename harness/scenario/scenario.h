// Scenario files to plans. docs/scenario-format.md describes the format; scenarios/schema has it as
// an XML schema. Every error names file and line, shows the line and says what would be right.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "plan/plan.h"

namespace vsslab::scenario {

// The `format` that this version reads.
inline constexpr int kFormat = 1;

// Files that a scenario names are read through this: path in, bytes out.
using FileReader = std::function<Result<std::string>(const std::string& path)>;

struct Inputs;

// The scenario in a file ("-" is standard input), or in the stored inputs of a run. Paths inside
// are seen from the file's folder. `settings` are for the parameters that it declares. `inputs`
// takes everything that was read, when it is wanted.
Result<plan::ScenarioPlan> load_scenario(const std::string& path,
                                         const std::vector<plan::Setting>& settings = {},
                                         Inputs* inputs = nullptr);

// The same with the bytes handed in. `file` is where they came from: messages, names and the folder
// of paths inside follow it. An empty `read_file` refuses every file that the scenario names.
Result<plan::ScenarioPlan> load_scenario(std::string bytes, const std::string& file,
                                         const FileReader& read_file,
                                         const std::vector<plan::Setting>& settings = {});

// "scenarios/timing/freeze-hang.xml" -> "timing/freeze-hang"; a file elsewhere: its stem.
std::string scenario_name(std::string_view file);

struct PairOptions {
  std::uint32_t backup_type = 1;  // VSS_BACKUP_TYPE
  std::uint64_t seed = 42;
};

// Microsoft's pair without a scenario: a Test Writer file and, unless empty, a BETest file of
// either form. The machine gets the volumes that the writer's files name, with small files in its
// file sets. Every MUST rule is expected to pass. An empty `read_file` reads from the disk.
Result<plan::ScenarioPlan> make_plan_from_pair(const std::string& writer_file,
                                               const std::string& betest_file,
                                               const PairOptions& options = {},
                                               const FileReader& read_file = {});

// The same from the disk; `inputs` takes what was read.
Result<plan::ScenarioPlan> load_pair(const std::string& writer_file, const std::string& betest_file,
                                     std::string_view type, Inputs* inputs);

}  // namespace vsslab::scenario
