// The user of a tool at a terminal: this program's standard streams and files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"
#include "requester/tools/tool.h"

namespace vsslab::cli {

class ConsoleHost : public requester::ToolHost {
 public:
  explicit ConsoleHost(Output& out) : out_(out) {}

  void print(std::string_view text) override;
  std::optional<std::string> read_line() override;
  Result<std::string> read_file(const std::string& path) override;
  Result<void> write_file(const std::string& path, std::string_view bytes) override;
  Result<std::vector<requester::HostEntry>> read_folder(const std::string& path) override;
  Result<void> make_folder(const std::string& path) override;
  Result<bool> has_file(const std::string& path) override;
  Result<int> run_program(const std::vector<std::string>& words,
                          const std::map<std::string, std::string>& variables) override;

 private:
  Output& out_;
};

}  // namespace vsslab::cli
