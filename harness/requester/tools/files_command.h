// The lab machine's files from the command line, in the words of cmd.exe: dir, type, copy, xcopy,
// move, ren, del, mkdir, rmdir, attrib, fc, fsutil. Over Windows' file calls alone. No real
// program: cmd's commands, with files of the user's beside those of the machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "requester/files.h"
#include "requester/tools/tool.h"

namespace vsslab::requester {

int run_files(ToolHost& host, const std::vector<std::string>& arguments);
bool files_only_reads(const std::vector<std::string>& arguments);

inline constexpr std::size_t kTreeFilesMax = 100'000;  // tree_files_max, that one command handles

// What a command is given. A path with a drive or a device is the machine's, any other the user's.
struct FilesCall {
  ToolHost& host;
  std::vector<std::string> words{};
  std::string switches{};  // " y s a-d ": in lower case
  std::string usage{};
  bool failed = false;

  bool has(std::string_view name) const;
  void print(const std::string& line) { host.print(line + "\n"); }
  int code() const { return failed ? 1 : 0; }
  // Windows' text of the last error, or of this one; the command goes on with what is left.
  void refuse(std::uint32_t error);
  void refuse_last();
  void refuse(const Error& error);
  int wrong_syntax();
  // Asks; the answer's first letter in lower case, or 0 at the end of the input.
  char ask(const std::string& question);
};

// "C:/Data/" as "C:\\Data"; a root keeps its backslash.
std::string machine_path(const std::string& word);
bool is_folder(const std::string& machine_path);
// What a word names on the machine: a pattern's matches, a folder itself, a file itself.
struct Named {
  std::string folder;   // that a pattern looks in
  std::string pattern;  // its last name; empty for a folder or file itself
  bool exists = false;
  bool directory = false;
};
Named named(const std::string& machine_path);
// The entries of `folder` that match, without "." and ".."; the last error when it cannot be read.
std::vector<FoundFile> entries(const std::string& folder, const std::string& pattern,
                               std::uint32_t& error);

// ---- the commands ----
int files_dir(FilesCall& call);  // files_show.cc
int files_type(FilesCall& call);
int files_fc(FilesCall& call);
int files_attrib(FilesCall& call);
int files_copy(FilesCall& call);  // files_copy.cc
int files_xcopy(FilesCall& call);
int files_move(FilesCall& call);  // files_change.cc
int files_ren(FilesCall& call);
int files_del(FilesCall& call);
int files_mkdir(FilesCall& call);
int files_rmdir(FilesCall& call);
int files_fsutil(FilesCall& call);

}  // namespace vsslab::requester
