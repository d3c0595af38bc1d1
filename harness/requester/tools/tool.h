// The command-line requesters that users of Windows know: vssadmin, vshadow, diskshadow, betest;
// `files`, for what is on the
// machine's volumes, and `machine`, for the machine itself.
// Each is a program over IVssBackupComponents, with the lab's machine below it and its user behind
// a ToolHost: what it prints, what it is told, and files that are not on the lab's volumes.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "plan/plan.h"

namespace vsslab::requester {

// One entry of a folder of the user's.
struct HostEntry {
  std::string name;
  bool directory = false;
};

class ToolHost {
 public:
  virtual ~ToolHost() = default;
  // UTF-8, lines end in \n.
  virtual void print(std::string_view text) = 0;
  // From the keyboard, without the line's end; nothing at the end of the input.
  virtual std::optional<std::string> read_line() = 0;
  // Paths without a drive: the user's own files.
  virtual Result<std::string> read_file(const std::string& path) = 0;
  virtual Result<void> write_file(const std::string& path, std::string_view bytes) = 0;
  // Sorted by name; an Error when it is no folder.
  virtual Result<std::vector<HostEntry>> read_folder(const std::string& path) = 0;
  // With those above it; no error if it exists.
  virtual Result<void> make_folder(const std::string& path) = 0;
  virtual Result<bool> has_file(const std::string& path) = 0;
  // A program of the user's with its parameters, and with these variables added to its
  // environment. Its exit code.
  virtual Result<int> run_program(const std::vector<std::string>& words,
                                  const std::map<std::string, std::string>& variables) = 0;
  // The machine goes down and comes up again; for `machine`, which is no program on it.
  virtual Result<void> restart_machine() { return fail("the machine cannot be restarted here"); }
  // A BETest file of either form; `file` is for messages.
  virtual Result<plan::BetestSelection> parse_selection(std::string bytes,
                                                        const std::string& file) {
    (void)bytes;
    return fail(file + " cannot be read here");
  }
};

struct Tool {
  std::string_view name;
  std::string_view summary;
  int (*run)(ToolHost& host, const std::vector<std::string>& arguments);
  // True when these arguments change nothing on the machine.
  bool (*only_reads)(const std::vector<std::string>& arguments);
};

std::span<const Tool> tools();
const Tool* find_tool(std::string_view name);

}  // namespace vsslab::requester
