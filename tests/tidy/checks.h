// The house rules as a program. Each check takes texts and gives complaints, so that it can be
// tested on small inputs; tree_test.cc runs them over the project.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vsslab::tidy {

struct SourceFile {
  std::string path;  // from the root of the project, '/' between the parts
  std::string text;
};

struct Complaint {
  std::string path;
  int line = 0;
  std::string what;
  friend bool operator==(const Complaint&, const Complaint&) = default;
};
std::string to_text(const std::vector<Complaint>& complaints);

// The files below `root` whose names end in one of `endings`; build folders, results and .git
// apart.
std::vector<SourceFile> read_tree(const std::string& root, const std::vector<std::string>& folders,
                                  const std::vector<std::string>& endings);

// Source text with comments, string and character literals blanked out; line breaks stay.
std::string blank_literals(std::string_view text);

// folder -> folders that it may include, from the table "| folder | may include |". A folder that
// may include everything has "everything".
std::map<std::string, std::set<std::string>> read_layers(std::string_view markdown);

// Includes that the table does not allow, folders that it does not have, and cycles in the table.
std::vector<Complaint> check_layers(const std::map<std::string, std::set<std::string>>& layers,
                                    const std::vector<SourceFile>& files,
                                    const std::set<std::string>& api_headers);

// Clocks, sleeps and chance outside harness/core; order that hangs on addresses or hashing;
// operating system headers outside core/os; tinyxml2.h outside xml; Asio outside core/asio.h.
std::vector<Complaint> check_banned(const SourceFile& file);

std::vector<Complaint> check_columns(const SourceFile& file, std::size_t columns_max);
std::vector<Complaint> check_function_lengths(const SourceFile& file, int lines_max);
std::vector<Complaint> check_leftovers(const SourceFile& file);  // notes to oneself

// Members of `names` that no text of `users` contains.
std::vector<std::string> unreferenced(const std::vector<std::string>& names,
                                      const std::vector<SourceFile>& users);

// Pages below docs/ that a reader who starts at README.md cannot reach by links.
std::vector<std::string> unreachable_pages(const std::vector<SourceFile>& pages);

}  // namespace vsslab::tidy
