#include "rules/file_overlap.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "core/ascii.h"
#include "metadata/component_path.h"
#include "metadata/normal_path.h"

namespace vsslab::rules {
namespace {

constexpr std::size_t kFileOverlapsMax = 16;          // file_overlaps_max
constexpr std::size_t kPatternStepsMax = 50'000'000;  // pattern_steps_max: characters compared

constexpr std::uint64_t kHashStart = 0xcbf29ce484222325ULL;

constexpr std::uint64_t add_char(std::uint64_t hash, char c) {
  return (hash ^ static_cast<unsigned char>(ascii::lower(c))) * 0x100000001b3ULL;
}

std::uint64_t add_text(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = add_char(hash, c);
  return hash;
}

using ascii::equal_ignoring_case;

bool has_wildcard(std::string_view text) {
  return text.find('*') != text.npos || text.find('?') != text.npos;
}

std::string_view all_files(std::string_view pattern) { return pattern == "*.*" ? "*" : pattern; }

struct Entry {
  std::uint32_t component = 0, file = 0;
  std::uint64_t path_hash = 0;
  std::string_view path;  // into the document, or into `expanded_`
  std::string_view spec;
  bool wide = false;  // a wildcard or recursion
  bool recursive = false;
};

class Finder {
 public:
  explicit Finder(const metadata::WriterMetadata& document) { collect(document); }

  FileOverlaps find() {
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
      look_up_exact(i);
      look_up_wide(i, entries_[i].path_hash, true);
      if (any_recursive_ && entries_[i].wide) look_up_ancestors(i);
    }
    return std::move(result_);
  }

 private:
  void collect(const metadata::WriterMetadata& document) {
    entries_.reserve(document.file_set_count());
    exact_.reserve(document.file_set_count());
    expanded_.reserve(2 * document.file_set_count());  // views into it have to stay good
    for (std::uint32_t c = 0; c < document.components.size(); ++c) {
      const auto& files = document.components[c].files;
      for (std::uint32_t f = 0; f < files.size(); ++f) add(files[f], c, f);
    }
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
      if (!entries_[i].wide) continue;
      wide_[entries_[i].path_hash].push_back(i);
      any_recursive_ |= entries_[i].recursive;
    }
  }

  void add(const metadata::FileSet& set, std::uint32_t component, std::uint32_t file) {
    static const metadata::Environment kEnvironment = metadata::standard_environment();
    Entry entry;
    entry.component = component;
    entry.file = file;
    entry.path = set.path;
    if (entry.path.find('%') != std::string_view::npos) {
      if (auto expanded = metadata::expand_environment(set.path, kEnvironment)) {
        expanded_.push_back(std::move(*expanded));
        entry.path = expanded_.back();
      }
    }
    if (std::string normal = metadata::normal_path(entry.path);
        normal.size() < entry.path.size() || normal != entry.path) {
      expanded_.push_back(std::move(normal));
      entry.path = expanded_.back();
    }
    entry.spec = all_files(set.filespec);
    entry.recursive = set.recursive;
    entry.wide = set.recursive || has_wildcard(entry.spec);
    entry.path_hash = add_text(kHashStart, entry.path);
    entries_.push_back(entry);
  }

  void look_up_exact(std::uint32_t i) {
    const Entry& entry = entries_[i];
    const std::uint64_t hash = add_text(add_char(entry.path_hash, '\0'), entry.spec);
    const auto [known, made] = exact_.emplace(hash, i);
    if (made) return;
    const Entry& other = entries_[known->second];
    if (equal_ignoring_case(entry.path, other.path) &&
        equal_ignoring_case(entry.spec, other.spec)) {
      found(known->second, i);
    }
  }

  // Sets with a wildcard in one directory. Between two of them the later one reports.
  void look_up_wide(std::uint32_t i, std::uint64_t path_hash, bool own_directory) {
    const auto wide = wide_.find(path_hash);
    if (wide == wide_.end()) return;
    const Entry& entry = entries_[i];
    for (const std::uint32_t w : wide->second) {
      const Entry& other = entries_[w];
      if (++steps_ > kPatternStepsMax) {
        result_.complete = false;
        return;
      }
      if (w == i || (own_directory && entry.wide && w > i)) continue;
      if (!own_directory && !other.recursive) continue;
      if (own_directory ? !equal_ignoring_case(entry.path, other.path)
                        : !below(entry.path, other.path)) {
        continue;
      }
      if (own_directory && equal_ignoring_case(entry.spec, other.spec)) continue;  // told as exact
      steps_ += entry.spec.size() * other.spec.size();
      if (steps_ <= kPatternStepsMax && patterns_meet(entry.spec, other.spec)) found(w, i);
    }
  }

  static bool below(std::string_view path, std::string_view above) {
    return path.size() > above.size() && path[above.size()] == '\\' &&
           equal_ignoring_case(path.substr(0, above.size()), above);
  }

  void look_up_ancestors(std::uint32_t i) {
    const std::string_view path = entries_[i].path;
    std::uint64_t hash = kHashStart;
    for (const char c : path) {
      if (c == '\\') look_up_wide(i, hash, false);
      hash = add_char(hash, c);
    }
  }

  void found(std::uint32_t a, std::uint32_t b) {
    const FileOverlap overlap{entries_[a].component, entries_[a].file, entries_[b].component,
                              entries_[b].file};
    std::size_t& count = overlap.same_component() ? inside_ : across_;
    if (count++ < kFileOverlapsMax) result_.found.push_back(overlap);
  }

  std::vector<Entry> entries_;
  std::vector<std::string> expanded_;
  std::unordered_map<std::uint64_t, std::uint32_t> exact_;              // path and spec
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> wide_;  // path
  bool any_recursive_ = false;
  std::size_t steps_ = 0;
  std::size_t inside_ = 0, across_ = 0;
  FileOverlaps result_;
};

}  // namespace

FileOverlaps find_file_overlaps(const metadata::WriterMetadata& document) {
  return Finder(document).find();
}

// Reachable pairs of positions, row by row: time is the product of the lengths, memory one row.
bool patterns_meet(std::string_view a, std::string_view b) {
  a = all_files(a);
  b = all_files(b);
  if (a == "*" || b == "*") return true;
  std::vector<char> row(b.size() + 1, 0), next(b.size() + 1, 0);
  row[0] = 1;
  for (std::size_t j = 0; j < b.size(); ++j) row[j + 1] = row[j] && b[j] == '*';
  for (const char x : a) {
    next[0] = row[0] && x == '*';
    for (std::size_t j = 0; j < b.size(); ++j) {
      const char y = b[j];
      if (x == '*' || y == '*') {
        next[j + 1] = row[j + 1] || next[j];
      } else {
        next[j + 1] = row[j] && (x == '?' || y == '?' || ascii::lower(x) == ascii::lower(y));
      }
    }
    row.swap(next);
  }
  return row[b.size()] != 0;
}

}  // namespace vsslab::rules
