#include "tidy/checks.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace vsslab::tidy {
namespace {

namespace fs = std::filesystem;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t`");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t`") - begin + 1));
}

// The folder of the table that a file belongs to: "core", "mock-writers".
std::string layer_of(std::string_view path) {
  if (path.starts_with("harness/")) path.remove_prefix(8);
  return std::string(path.substr(0, path.find('/')));
}

// Where a depth-first walk meets a folder that it is still inside.
bool reaches_itself(const std::map<std::string, std::set<std::string>>& layers,
                    const std::string& from, const std::string& target,
                    std::set<std::string>& seen) {
  const auto found = layers.find(from);
  if (found == layers.end()) return false;
  for (const std::string& next : found->second) {
    if (next == target) return true;
    if (seen.insert(next).second && reaches_itself(layers, next, target, seen)) return true;
  }
  return false;
}

}  // namespace

std::string to_text(const std::vector<Complaint>& complaints) {
  std::ostringstream out;
  for (const Complaint& complaint : complaints) {
    out << complaint.path << ':' << complaint.line << ": " << complaint.what << '\n';
  }
  return out.str();
}

std::vector<SourceFile> read_tree(const std::string& root, const std::vector<std::string>& folders,
                                  const std::vector<std::string>& endings) {
  std::vector<SourceFile> files;
  for (const std::string& folder : folders) {
    const fs::path top = fs::path(root) / folder;
    if (!fs::exists(top)) continue;
    const auto take = [&](const fs::path& path) {
      const std::string name = path.filename().string();
      if (std::none_of(endings.begin(), endings.end(),
                       [&](const std::string& ending) { return name.ends_with(ending); })) {
        return;
      }
      std::ifstream in(path, std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      files.push_back({fs::relative(path, root).generic_string(), text.str()});
    };
    if (fs::is_regular_file(top)) {
      take(top);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
      if (entry.is_regular_file()) take(entry.path());
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::string blank_literals(std::string_view text) {
  std::string out(text);
  const auto blank = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end && i < out.size(); ++i) {
      if (out[i] != '\n') out[i] = ' ';
    }
  };
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t end = i + 1;
    if (text.substr(i, 2) == "//") {
      end = std::min(text.find('\n', i), text.size());
      blank(i, end);
    } else if (text.substr(i, 2) == "/*") {
      end = std::min(text.find("*/", i + 2), text.size() - 2) + 2;
      blank(i, end);
    } else if (text.substr(i, 2) == "R\"" &&
               (i == 0 ||
                (std::isalnum(static_cast<unsigned char>(text[i - 1])) == 0 &&
                 text[i - 1] != '_') ||
                text[i - 1] == 'L')) {
      const std::size_t open = text.find('(', i);
      if (open == std::string_view::npos) break;
      const std::string close = ")" + std::string(text.substr(i + 2, open - i - 2)) + "\"";
      end = std::min(text.find(close, open), text.size() - close.size()) + close.size();
      blank(i, end);
    } else if (text[i] == '"' ||
               (text[i] == '\'' &&
                (i == 0 || std::isxdigit(static_cast<unsigned char>(text[i - 1])) == 0))) {
      while (end < text.size() && text[end] != text[i] && text[end] != '\n') {
        end += text[end] == '\\' ? 2U : 1U;
      }
      ++end;
      blank(i + 1, end - 1);
    }
    i = end;
  }
  return out;
}

std::map<std::string, std::set<std::string>> read_layers(std::string_view markdown) {
  std::map<std::string, std::set<std::string>> layers;
  bool inside = false;
  for (const std::string_view line : lines_of(markdown)) {
    if (line.starts_with("| folder | may include |")) {
      inside = true;
      continue;
    }
    if (!inside) continue;
    if (!line.starts_with('|')) break;
    if (line.starts_with("| ---") || line.starts_with("|---")) continue;
    const std::size_t middle = line.find('|', 1);
    const std::size_t end = line.rfind('|');
    std::set<std::string>& allowed = layers[trimmed(line.substr(1, middle - 1))];
    std::istringstream list(std::string(line.substr(middle + 1, end - middle - 1)));
    std::string item;
    while (std::getline(list, item, ',')) {
      const std::string name = trimmed(item);
      if (name != "nothing of ours" && !name.empty()) allowed.insert(name);
    }
  }
  return layers;
}

std::vector<Complaint> check_layers(const std::map<std::string, std::set<std::string>>& layers,
                                    const std::vector<SourceFile>& files,
                                    const std::set<std::string>& api_headers) {
  std::vector<Complaint> complaints;
  for (const auto& [folder, allowed] : layers) {
    std::set<std::string> seen;
    if (reaches_itself(layers, folder, folder, seen)) {
      complaints.push_back(
          {"docs/architecture.md", 0, "'" + folder + "' includes itself in a ring"});
    }
    for (const std::string& name : allowed) {
      if (name != "everything" && !layers.contains(name)) {
        complaints.push_back({"docs/architecture.md", 0,
                              "'" + folder + "' may include '" + name + "', which is no folder"});
      }
    }
  }
  static const std::regex kInclude(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
  for (const SourceFile& file : files) {
    const std::string own = layer_of(file.path);
    const auto rules = layers.find(own);
    if (rules == layers.end()) {
      complaints.push_back({file.path, 0, "folder '" + own + "' is not in the table"});
      continue;
    }
    if (rules->second.contains("everything")) continue;
    int number = 0;
    for (const std::string_view line : lines_of(file.text)) {
      ++number;
      std::cmatch match;
      if (!std::regex_search(line.data(), line.data() + line.size(), match, kInclude)) continue;
      const std::string target = match[2];
      std::string layer = layer_of(target);
      if (api_headers.contains(target)) {
        layer = "api";
      } else if (match[1] == "<" || target.find('/') == std::string::npos ||
                 !layers.contains(layer)) {
        continue;
      }
      if (layer != own && !rules->second.contains(layer)) {
        complaints.push_back(
            {file.path, number, "'" + own + "' may not include '" + layer + "' (" + target + ")"});
      }
    }
  }
  return complaints;
}

std::vector<Complaint> check_banned(const SourceFile& file) {
  struct Ban {
    std::regex pattern;
    std::string why;
    std::vector<std::string> allowed;  // beginnings of paths
    bool raw = false;                  // includes: look at the text itself
  };
  static const std::vector<Ban> kBans = {
      {std::regex(R"((steady_clock|system_clock|high_resolution_clock)::now)"),
       "a clock is read outside harness/core",
       {"harness/core/"}},
      {std::regex(R"(this_thread::sleep_(for|until))"), "sleeps outside the scheduler", {}},
      {std::regex(R"(\brandom_device\b)"), "chance that is not the lab's", {}},
      {std::regex(R"(std::\w+_distribution)"), "differs between standard libraries", {}},
      {std::regex(R"((^|[^\w:.>])s?rand\s*\()"), "chance that is not the lab's", {}},
      {std::regex(R"(std::(multi)?(map|set)<\s*(const )?[\w:]+( const)?\s*\*)"),
       "an order that hangs on addresses",
       {}},
      {std::regex(
           R"(#\s*include\s*<(unistd|pthread|poll|fcntl|signal|csignal|dlfcn|sys/\w+)(\.h)?>)"),
       "the operating system is named in core/os only",
       {"harness/core/os/", "harness/api/win/fcntl.h", "harness/api/win/io.h", "tests/"},
       true},
      {std::regex(R"(#\s*include\s*<tinyxml2\.h>)"),
       "tinyxml2 is used by xml only",
       {"harness/xml/", "tests/bench/"},
       true},
      {std::regex(R"(#\s*include\s*<boost/asio)"),
       "Asio is included by core/asio.h only",
       {"harness/core/asio.h"},
       true},
  };
  std::vector<Complaint> complaints;
  const std::string blanked = blank_literals(file.text);
  const auto code = lines_of(blanked);
  const auto raw = lines_of(file.text);
  for (const Ban& ban : kBans) {
    if (std::any_of(ban.allowed.begin(), ban.allowed.end(),
                    [&](const std::string& path) { return file.path.starts_with(path); })) {
      continue;
    }
    for (std::size_t i = 0; i < code.size(); ++i) {
      const std::string_view line = ban.raw ? raw[i] : code[i];
      if (std::regex_search(line.begin(), line.end(), ban.pattern)) {
        complaints.push_back({file.path, static_cast<int>(i) + 1, ban.why});
      }
    }
  }
  // Iteration over an unordered container that the same file declares.
  static const std::regex kUnordered(R"(std::unordered_(map|set)<[^;={]*>\s+(\w+)\s*[;={])");
  std::set<std::string> unordered;
  for (std::sregex_iterator it(blanked.begin(), blanked.end(), kUnordered), end; it != end; ++it) {
    unordered.insert((*it)[2]);
  }
  static const std::regex kRangeFor(R"(for\s*\([^;)]*:\s*(\w+)\))");
  for (std::size_t i = 0; i < code.size(); ++i) {
    std::cmatch match;
    const char* const begin = code[i].data();
    if (std::regex_search(begin, begin + code[i].size(), match, kRangeFor) &&
        unordered.contains(match[1])) {
      complaints.push_back({file.path, static_cast<int>(i) + 1,
                            "walks an unordered container: the order differs between libraries"});
    }
  }
  return complaints;
}

std::vector<Complaint> check_columns(const SourceFile& file, std::size_t columns_max) {
  std::vector<Complaint> complaints;
  int number = 0;
  bool table = false;  // laid out by hand, between "clang-format off" and "on"
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    if (line.find("// clang-format o") != std::string_view::npos) {
      table = line.find("// clang-format off") != std::string_view::npos;
    }
    if (table) continue;
    const auto columns = std::count_if(line.begin(), line.end(), [](char byte) {
      return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    });
    if (static_cast<std::size_t>(columns) > columns_max) {
      complaints.push_back({file.path, number, std::to_string(columns) + " columns"});
    }
  }
  return complaints;
}

namespace {

// What stands before a '{' that opens a function's body: "…) const", "…) -> int", "…) : a_(b)".
bool opens_function(std::string head) {
  static const std::regex kTail(
      R"(\)\s*(const|noexcept|override|final|mutable|&|\s)*(->\s*[\w:<>,&*\s]+)?$)");
  static const std::regex kControl(
      R"((^|\s|\()(if|for|while|switch|catch|else)\s*(constexpr\s*)?\()");
  while (!head.empty() && std::isspace(static_cast<unsigned char>(head.back())) != 0) {
    head.pop_back();
  }
  if (!std::regex_search(head, kTail)) return false;
  return !std::regex_search(head, kControl) || head.find("](") != std::string::npos;
}

}  // namespace

std::vector<Complaint> check_function_lengths(const SourceFile& file, int lines_max) {
  struct Open {
    int line;
    bool function;
  };
  std::vector<Complaint> complaints;
  const std::string code = blank_literals(file.text);
  std::vector<Open> open;
  std::string head;
  int line = 1;
  for (const char letter : code) {
    if (letter == '\n') ++line;
    if (letter == '{') {
      open.push_back({line, opens_function(head)});
      head.clear();
    } else if (letter == '}') {
      if (open.empty()) return complaints;
      const Open block = open.back();
      open.pop_back();
      head.clear();
      if (block.function && line - block.line + 1 > lines_max) {
        complaints.push_back({file.path, block.line,
                              "a function of " + std::to_string(line - block.line + 1) + " lines"});
      }
    } else if (letter == ';') {
      head.clear();
    } else {
      head += letter;
    }
  }
  return complaints;
}

std::vector<Complaint> check_leftovers(const SourceFile& file) {
  // Spelled in two pieces, so that this file does not complain about itself.
  static const std::regex kLeftover(
      "\\b(TO"
      "DO|FIX"
      "ME|XX"
      "X:)");
  std::vector<Complaint> complaints;
  int number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    if (std::regex_search(line.begin(), line.end(), kLeftover)) {
      complaints.push_back({file.path, number, "a note to oneself was left behind"});
    }
  }
  return complaints;
}

std::vector<std::string> unreferenced(const std::vector<std::string>& names,
                                      const std::vector<SourceFile>& users) {
  std::vector<std::string> alone;
  for (const std::string& name : names) {
    if (std::none_of(users.begin(), users.end(), [&](const SourceFile& user) {
          return user.text.find(name) != std::string::npos;
        })) {
      alone.push_back(name);
    }
  }
  return alone;
}

std::vector<std::string> unreachable_pages(const std::vector<SourceFile>& pages) {
  static const std::regex kLink(R"(\]\(([^)#\s]+\.md)[^)]*\))");
  std::set<std::string> reached = {"README.md"};
  std::vector<std::string> queue = {"README.md"};
  while (!queue.empty()) {
    const std::string path = queue.back();
    queue.pop_back();
    const auto page = std::find_if(pages.begin(), pages.end(),
                                   [&](const SourceFile& file) { return file.path == path; });
    if (page == pages.end()) continue;
    const std::string& text = page->text;
    for (std::sregex_iterator it(text.begin(), text.end(), kLink), end; it != end; ++it) {
      const fs::path target = fs::path(path).parent_path() / std::string((*it)[1]);
      const std::string normal = target.lexically_normal().generic_string();
      if (reached.insert(normal).second) queue.push_back(normal);
    }
  }
  std::vector<std::string> alone;
  for (const SourceFile& page : pages) {
    if (!reached.contains(page.path)) alone.push_back(page.path);
  }
  return alone;
}

}  // namespace vsslab::tidy
