// vsslab.toml: flags that a project sets for all who work in it.
//
//   color = "never"            # for every command that has the flag
//   [run]
//   jobs = 2
//   report = ["junit=junit.xml", "sarif=findings.sarif"]
//
// A part of TOML: keys, tables, texts, whole numbers, true and false, lists of these.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace vsslab::cli {

struct ConfigItem {
  std::string section;  // a command; empty: every command
  std::string key;      // a flag without its dashes
  std::vector<std::string> values;
  bool list = false;
  bool text = false;  // written in quotes
  int line = 0;
  std::string source_line;
};

struct ConfigFile {
  std::string path;  // empty: there is none
  std::vector<ConfigItem> items;

  Error error(const ConfigItem& item, std::string message, std::string hint = {}) const;
};

// vsslab.toml in the current folder or one above it; empty when there is none.
std::string find_config();

Result<ConfigFile> read_config(const std::string& path);
Result<ConfigFile> parse_config(std::string_view bytes, const std::string& file);

// A value as it is written in the file.
std::string config_text(std::string_view value);

}  // namespace vsslab::cli
