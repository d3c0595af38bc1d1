// Where the value of a flag comes from: the command line, else the environment (VSSLAB_*), else
// vsslab.toml, else the default.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/config_file.h"
#include "core/error.h"

namespace CLI {
class App;
}

namespace vsslab::cli {

class ConfigFlags {
 public:
  // `command` is the section that counts, `commands` are all sections that may be there.
  // `known_anywhere` tells whether some command has a flag of that name.
  ConfigFlags(std::string command, std::vector<std::string> commands,
              std::function<bool(std::string_view)> known_anywhere);

  void declare(CLI::App& app);
  bool print() const { return print_; }

  // After the command line and the environment: fills in what they left open.
  Result<void> apply(CLI::App& app);
  // The flags as they count, in the form of the file, with where each comes from.
  std::string text(CLI::App& app, const std::vector<std::string>& arguments) const;

 private:
  Result<ConfigFile> load() const;
  Result<void> apply_item(CLI::App& app, const ConfigItem& item);
  Result<void> check_section(const ConfigItem& item) const;
  std::string resolved(const std::string& key, const std::string& value) const;

  std::string command_;
  std::vector<std::string> commands_;
  std::function<bool(std::string_view)> known_anywhere_;
  std::string config_;  // --config
  bool print_ = false;
  ConfigFile file_;
  std::vector<std::string> from_file_;  // flags
};

}  // namespace vsslab::cli
