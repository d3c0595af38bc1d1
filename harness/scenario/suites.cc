#include "scenario/suites.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/format.h>

#include "core/limits.h"
#include "core/suggest.h"
#include "xml/document.h"

namespace vsslab::scenario {

namespace fs = std::filesystem;

namespace {

// Files below `folder` that `wanted` takes, as sorted paths with '/' seen from it.
std::vector<std::string> files_below(const std::string& folder,
                                     bool (*wanted)(const std::string& path)) {
  std::vector<std::string> found;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (found.size() >= limits::kSuiteScenariosMax) break;
    if (!at->is_regular_file(error) || at->path().extension() != ".xml") continue;
    if (!wanted(at->path().string())) continue;
    found.push_back(at->path().lexically_relative(folder).generic_string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string suite_file(std::string_view name, const std::string& folder) {
  return (fs::path(folder) / "suites" / (std::string(name) + ".txt")).string();
}

}  // namespace

bool is_scenario_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string head(8192, '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(stream.gcount()));
  std::erase(head, '\0');  // UTF-16
  std::string_view rest = head;
  if (rest.starts_with("\xEF\xBB\xBF") || rest.starts_with("\xFF\xFE")) rest.remove_prefix(2);
  // The first '<' that opens neither a declaration nor a comment.
  for (;;) {
    const std::size_t open = rest.find('<');
    if (open == std::string_view::npos) return false;
    rest.remove_prefix(open);
    const std::string_view end = rest.starts_with("<!--") ? "-->" : "?>";
    if (!rest.starts_with("<!--") && !rest.starts_with("<?")) break;
    const std::size_t close = rest.find(end);
    if (close == std::string_view::npos) return false;
    rest.remove_prefix(close + end.size());
  }
  return rest.starts_with("<Scenario");
}

bool glob_matches(std::string_view pattern, std::string_view path) {
  // reach[t]: the pattern so far matches the first t characters of the path.
  std::vector<bool> reach(path.size() + 1, false);
  reach[0] = true;
  for (std::size_t p = 0; p < pattern.size(); ++p) {
    std::vector<bool> next(path.size() + 1, false);
    if (pattern[p] == '*') {
      const bool over_parts = p + 1 < pattern.size() && pattern[p + 1] == '*';
      for (std::size_t t = 0; t <= path.size(); ++t) {
        const bool longer = t > 0 && next[t - 1] && (over_parts || path[t - 1] != '/');
        next[t] = reach[t] || longer;
      }
      if (over_parts) ++p;
      // "**/" may stand for nothing.
      if (over_parts && p + 1 < pattern.size() && pattern[p + 1] == '/') {
        ++p;
        for (std::size_t t = path.size(); t > 0; --t) {
          next[t] = reach[t] || (next[t - 1] && path[t - 1] == '/');
        }
        next[0] = reach[0];
      }
    } else {
      for (std::size_t t = 0; t < path.size(); ++t) {
        const bool same = pattern[p] == '?' ? path[t] != '/' : pattern[p] == path[t];
        next[t + 1] = reach[t] && same;
      }
    }
    reach = std::move(next);
  }
  return reach[path.size()];
}

std::vector<std::string> find_scenarios(const std::string& folder) {
  std::vector<std::string> files = files_below(folder, is_scenario_file);
  for (std::string& file : files) file = (fs::path(folder) / file).generic_string();
  return files;
}

std::vector<std::string> suite_names(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator at(fs::path(folder) / "suites", error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    if (at->path().extension() == ".txt") names.push_back(at->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

namespace {

Error line_error(const std::string& file, int line, std::string_view text, std::string message) {
  Error error;
  error.message = std::move(message);
  error.file = file;
  error.line = line;
  error.source_line = std::string(text.substr(0, 120));
  return error;
}

Result<void> add_line(std::string_view text, const std::string& folder, const std::string& file,
                      int line, const std::vector<std::string>& all, std::set<std::string>& seen,
                      std::vector<std::string>& out) {
  bool matched = false;
  for (const std::string& candidate : all) {
    if (!glob_matches(text, candidate)) continue;
    matched = true;
    if (seen.insert(candidate).second) {
      out.push_back((fs::path(folder) / candidate).generic_string());
    }
  }
  if (matched) return {};
  const std::vector<std::string_view> names(all.begin(), all.end());
  const std::string_view near = nearest(text, names);
  return fail(line_error(file, line, text, fmt::format("no scenario matches '{}'", text))
                  .with_hint(near.empty() ? "paths are seen from the scenarios folder"
                                          : fmt::format("did you mean '{}'?", near)));
}

}  // namespace

Result<std::vector<std::string>> read_suite(std::string_view name, const std::string& folder) {
  if (name.starts_with('@')) name.remove_prefix(1);
  if (name.ends_with(".txt")) name.remove_suffix(4);
  const std::vector<std::string> known = suite_names(folder);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    std::vector<std::string> written;
    for (const std::string& one : known) written.push_back("@" + one);
    const std::vector<std::string_view> names(written.begin(), written.end());
    const std::string asked = fmt::format("@{}", name);
    return fail(Error{.message = fmt::format("unknown suite '{}'", asked),
                      .hint = did_you_mean(asked, names)});
  }
  const std::string file = suite_file(name, folder);
  auto bytes = xml::read_file(file, limits::kScenarioBytesMax, "scenario_bytes_max");
  if (!bytes) return tl::make_unexpected(std::move(bytes.error()));
  const std::vector<std::string> all = files_below(folder, is_scenario_file);
  std::vector<std::string> files;
  std::set<std::string> seen;
  int line = 0;
  std::string_view rest = *bytes;
  while (!rest.empty()) {
    ++line;
    const std::size_t end = rest.find('\n');
    std::string_view text = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    text = text.substr(0, text.find('#'));
    while (!text.empty() && std::string_view(" \t\r").find(text.back()) != text.npos) {
      text.remove_suffix(1);
    }
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    if (text.empty()) continue;
    if (auto added = add_line(text, folder, file, line, all, seen, files); !added) {
      return tl::make_unexpected(std::move(added.error()));
    }
  }
  if (files.empty()) {
    return fail(Error{.message = fmt::format("suite '@{}' selects nothing", name), .file = file});
  }
  return files;
}

}  // namespace vsslab::scenario
