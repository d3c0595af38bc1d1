// The user of a tool in a scenario: types the scenario's lines, has the scenario's files, and keeps
// what the tools write for the next one to read.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "requester/tools/tool.h"

namespace vsslab {

// By name; between the tools of one requester.
using UserFiles = std::map<std::string, std::string>;

class ScriptedUser : public requester::ToolHost {
 public:
  // `printed` gets each line that the tool prints. `plan` and `files` outlive it.
  ScriptedUser(const plan::ToolPlan& plan, UserFiles& files,
               std::function<void(std::string_view line)> printed);

  void print(std::string_view text) override;
  std::optional<std::string> read_line() override;
  Result<std::string> read_file(const std::string& path) override;
  Result<void> write_file(const std::string& path, std::string_view bytes) override;
  Result<std::vector<requester::HostEntry>> read_folder(const std::string& path) override;
  Result<void> make_folder(const std::string& path) override;
  Result<bool> has_file(const std::string& path) override;
  // Refused: a scenario starts no programs of the user's machine, so that it comes out the same
  // everywhere.
  Result<int> run_program(const std::vector<std::string>& words,
                          const std::map<std::string, std::string>& variables) override;
  Result<plan::BetestSelection> parse_selection(std::string bytes,
                                                const std::string& file) override;

  // The tool has ended; a last line without its end is one too.
  void finish();

 private:
  void told(std::string_view line);

  const plan::ToolPlan& plan_;
  UserFiles& files_;
  std::function<void(std::string_view)> printed_;
  std::size_t typed_ = 0;
  std::string line_;
  std::size_t lines_ = 0;
  std::size_t written_ = 0;
};

}  // namespace vsslab
