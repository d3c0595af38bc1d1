#include "mock-writers/testwriter/file_memory.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "mock-writers/components.h"
#include "mock-writers/files.h"
#include "mock-writers/text.h"

namespace vsslab::mock {

namespace {

// Small letters of a path, for the few comparisons of names that the writer itself wrote.
std::wstring folded(std::wstring text) {
  for (WCHAR& c : text) {
    if (c >= L'A' && c <= L'Z') c = static_cast<WCHAR>(c - L'A' + L'a');
  }
  while (!text.empty() && text.back() == L'\\') text.pop_back();
  return text;
}

// Decimal, or hexadecimal with 0x.
void read_number(std::string_view text, std::uint64_t& out) {
  const bool hex = text.substr(0, 2) == "0x" || text.substr(0, 2) == "0X";
  if (hex) text.remove_prefix(2);
  std::from_chars(text.data(), text.data() + text.size(), out, hex ? 16 : 10);
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> parse_ranges(std::string_view text) {
  if (text.find(":\\") != std::string_view::npos) return {};  // the path of a ranges file
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view one = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    const std::size_t colon = one.find(':');
    if (colon == std::string_view::npos) return {};
    std::uint64_t offset = 0, length = 0;
    read_number(one.substr(0, colon), offset);
    read_number(one.substr(colon + 1), length);
    ranges.emplace_back(offset, length);
  }
  return ranges;
}

// FNV-1a over a file, or over ranges of it. Nothing when it cannot be read so far.
std::optional<std::uint64_t> sum_of(const std::wstring& path, const std::string& ranges_text,
                                    std::uint64_t* size) {
  const HANDLE file = CreateFileW(path.c_str(), GENERIC_READ,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                  OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return std::nullopt;
  LARGE_INTEGER bytes{};
  GetFileSizeEx(file, &bytes);
  *size = static_cast<std::uint64_t>(bytes.QuadPart);
  auto ranges = parse_ranges(ranges_text);
  if (ranges_text.empty()) ranges = {{0, *size}};
  std::uint64_t sum = 0xcbf29ce484222325;
  bool good = true;
  std::vector<char> buffer(1 << 16);
  for (const auto& [offset, length] : ranges) {
    LARGE_INTEGER to{};
    to.QuadPart = static_cast<LONGLONG>(offset);
    SetFilePointerEx(file, to, NULL, FILE_BEGIN);
    for (std::uint64_t done = 0; good && done < length;) {
      const auto wanted = static_cast<DWORD>(std::min<std::uint64_t>(buffer.size(), length - done));
      DWORD read = 0;
      good = ReadFile(file, buffer.data(), wanted, &read, NULL) && read == wanted;
      for (DWORD i = 0; i < read; ++i) {
        sum = (sum ^ static_cast<unsigned char>(buffer[i])) * 0x100000001b3;
      }
      done += read;
    }
  }
  CloseHandle(file);
  if (!good) return std::nullopt;
  return sum;
}

// What a ranges file says, as AddPartialFile has it in words; empty when it cannot be read.
std::string ranges_in_file(const std::wstring& path) {
  const HANDLE file = CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                  NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return {};
  std::string ranges;
  const auto next = [&](std::uint64_t& word) {
    DWORD read = 0;
    return ReadFile(file, &word, sizeof word, &read, NULL) && read == sizeof word;
  };
  std::uint64_t count = 0, offset = 0, length = 0;
  bool good = next(count) && count > 0;
  for (std::uint64_t i = 0; good && i < count; ++i) {
    good = next(offset) && next(length);
    ranges += (i == 0 ? "" : ",") + std::to_string(offset) + ":" + std::to_string(length);
  }
  CloseHandle(file);
  return good ? ranges : std::string();
}

// The path in the argument `ranges` of AddPartialFile, when it names a ranges file.
std::wstring ranges_path(std::string_view ranges) {
  if (ranges.substr(0, 5) == "File=") ranges.remove_prefix(5);
  return expand(wide(ranges));
}

bool is_ranges_file(const std::string& ranges) { return parse_ranges(ranges).empty(); }

// Where the ranges file of a partial file is now: the requester may have moved it.
std::wstring ranges_path_now(IVssComponent& component, const std::wstring& file) {
  UINT count = 0;
  if (FAILED(component.GetPartialFileCount(&count))) return {};
  for (UINT i = 0; i < count; ++i) {
    BSTR path = NULL, name = NULL, ranges = NULL, data = NULL;
    if (FAILED(component.GetPartialFile(i, &path, &name, &ranges, &data))) continue;
    const std::wstring directory = expand(wide(take(path)));
    const std::wstring full = join(directory, wide(take(name)));
    const std::string said = take(ranges);
    take(data);
    if (folded(full) == folded(file)) return ranges_path(said);
  }
  return {};
}

std::set<std::wstring> excluded_names(const plan::TestWriterConfig& config) {
  std::set<std::wstring> names;
  const auto add = [&](const plan::FileSpec& spec) {
    for (const std::wstring& file :
         matching_files(expand(wide(spec.path)), wide(spec.filespec), spec.recursive)) {
      names.insert(folded(file));
    }
  };
  for (const plan::FileSpec& spec : config.exclude_files) add(spec);
  for (const plan::FileSpec& spec : config.exclude_files_from_snapshot) add(spec);
  return names;
}

struct Moved {
  std::wstring from, spec, to;
  bool recursive;
};

using Count = HRESULT (STDMETHODCALLTYPE IVssComponent::*)(UINT*);
using Get = HRESULT (STDMETHODCALLTYPE IVssComponent::*)(UINT, IVssWMFiledesc**);

std::vector<Moved> moves(IVssComponent& component, Count count, Get get) {
  std::vector<Moved> all;
  UINT number = 0;
  if (FAILED((component.*count)(&number))) return all;
  for (UINT i = 0; i < number; ++i) {
    IVssWMFiledesc* file = NULL;
    if (FAILED((component.*get)(i, &file))) continue;
    BSTR path = NULL, spec = NULL, to = NULL;
    Moved moved{};
    file->GetPath(&path);
    file->GetFilespec(&spec);
    file->GetAlternateLocation(&to);
    file->GetRecursive(&moved.recursive);
    moved.from = wide(take(path));
    moved.spec = wide(take(spec));
    moved.to = wide(take(to));
    file->Release();
    all.push_back(std::move(moved));
  }
  return all;
}

// Where the file of a set has gone.
std::wstring place_of(const RememberedFile& file, const std::vector<Moved>& moves) {
  if (file.set == NULL) return file.path;
  for (const Moved& moved : moves) {
    if (folded(moved.from) != folded(wide(file.set->path)) ||
        folded(moved.spec) != folded(wide(file.set->filespec)) ||
        moved.recursive != file.set->recursive) {
      continue;
    }
    const std::wstring root = expand(wide(file.set->path));
    const std::size_t cut = root.size() + (root.back() == L'\\' ? 0 : 1);
    return join(expand(moved.to), file.path.substr(cut));
  }
  return file.path;
}

}  // namespace

std::vector<std::wstring> excluded_files(const plan::TestComponent& component,
                                         const plan::TestWriterConfig& config) {
  const std::set<std::wstring> excluded = excluded_names(config);
  std::vector<std::wstring> there;
  for (const plan::ComponentFile& set : component.files) {
    for (const std::wstring& file :
         matching_files(expand(wide(set.path)), wide(set.filespec), set.recursive)) {
      if (excluded.count(folded(file)) != 0) there.push_back(file);
    }
  }
  return there;
}

void FileMemory::remember(const plan::TestComponent& component,
                          const plan::TestWriterConfig& config, bool partial) {
  const std::set<std::wstring> excluded = excluded_names(config);
  const Key key{component.logical_path, component.name};
  std::vector<RememberedFile>& files = files_[key];
  files.clear();
  std::set<std::wstring> known;
  const auto add = [&](const std::wstring& path, const std::wstring& source,
                       const std::string& ranges, const plan::ComponentFile* set) {
    if (excluded.count(folded(path)) != 0 || !known.insert(folded(path)).second) return;
    RememberedFile file{path, 0, 0, ranges, set};
    const auto sum = sum_of(source, ranges, &file.size);
    if (!sum) return;
    file.sum = *sum;
    files.push_back(std::move(file));
  };
  if (partial) {
    for (const plan::PartialFile& file : component.partial_files) {
      const std::wstring path = join(expand(wide(file.path)), wide(file.filespec));
      if (!is_ranges_file(file.ranges)) {
        add(path, path, file.ranges, NULL);
        continue;
      }
      const std::wstring ranges_file = ranges_path(file.ranges);
      const std::string ranges = ranges_in_file(ranges_file);
      known.insert(folded(ranges_file));  // comes back wherever the requester says
      if (ranges.empty()) continue;
      const std::size_t before = files.size();
      add(path, path, ranges, NULL);
      if (files.size() > before) files.back().by_ranges_file = true;
    }
  }
  std::vector<RememberedTarget>& targets = targets_[key];
  targets.clear();
  for (const plan::TestComponent::DirectedTarget& target : component.directed_targets) {
    std::uint64_t size = 0;
    const auto sum =
        sum_of(join(expand(wide(target.path)), wide(target.filespec)), target.ranges, &size);
    if (sum) targets.push_back({&target, *sum});
  }
  for (const plan::ComponentFile& set : component.files) {
    // A spit writer's copies are what is backed up.
    const std::wstring home = expand(wide(set.path));
    const std::wstring from = set.alternate_path.empty() ? home : expand(wide(set.alternate_path));
    const std::size_t cut = from.size() + (from.back() == L'\\' ? 0 : 1);
    for (const std::wstring& file : matching_files(from, wide(set.filespec), set.recursive)) {
      add(join(home, file.substr(cut)), file, {}, &set);
    }
  }
}

void FileMemory::check_includes(IVssComponent& restored, const plan::TestComponent& component,
                                const plan::TestWriterConfig& config, const Tell& tell) const {
  const auto remembered = files_.find({component.logical_path, component.name});
  if (remembered == files_.end()) return;
  const std::vector<Moved> targets =
      moves(restored, &IVssComponent::GetNewTargetCount, &IVssComponent::GetNewTarget);
  const std::vector<Moved> mappings =
      moves(restored, &IVssComponent::GetAlternateLocationMappingCount,
            &IVssComponent::GetAlternateLocationMapping);
  for (const RememberedFile& file : remembered->second) {
    const bool directed = std::any_of(
        component.directed_targets.begin(), component.directed_targets.end(), [&](const auto& to) {
          return folded(join(expand(wide(to.path)), wide(to.filespec))) == folded(file.path);
        });
    if (directed) continue;
    if (file.by_ranges_file) {
      // "VSS will update this information so that the path returned by GetPartialFile is correct."
      const std::wstring ranges_file = ranges_path_now(restored, file.path);
      if (ranges_in_file(ranges_file) != file.ranges) {
        tell("the ranges file of " + narrow(file.path.c_str()) + " is not at " +
             narrow(ranges_file.c_str()));
        continue;
      }
    }
    std::wstring place = place_of(file, mappings);
    if (place == file.path) place = place_of(file, targets);
    const std::string name = narrow(place.c_str());
    std::uint64_t size = 0;
    const auto sum = sum_of(place, file.ranges, &size);
    if (GetFileAttributesW(place.c_str()) == INVALID_FILE_ATTRIBUTES) {
      // Was it put where a mapping leads, without a word about it?
      bool elsewhere = false;
      for (const plan::AlternateMapping& mapping : config.alternate_mappings) {
        const Moved unsaid{wide(mapping.path), wide(mapping.filespec), wide(mapping.alternate_path),
                           mapping.recursive};
        const std::wstring other = place_of(file, {unsaid});
        elsewhere = elsewhere || (other != file.path &&
                                  GetFileAttributesW(other.c_str()) != INVALID_FILE_ATTRIBUTES);
      }
      tell(elsewhere ? name +
                           " is at its alternate location, and AddAlternativeLocationMapping "
                           "was not called"
                     : name + " did not come back");
    } else if (!sum || *sum != file.sum || (file.ranges.empty() && size != file.size)) {
      tell(name + " came back with other content");
    }
  }
  check_targets(restored, {component.logical_path, component.name}, tell);
}

// What was directed elsewhere, under the one target that heeds it.
void FileMemory::check_targets(IVssComponent& restored, const Key& key, const Tell& tell) const {
  VSS_RESTORE_TARGET where = VSS_RT_ORIGINAL;
  const auto targets = targets_.find(key);
  if (targets == targets_.end() || FAILED(restored.GetRestoreTarget(&where)) ||
      where != VSS_RT_DIRECTED) {
    return;
  }
  for (const RememberedTarget& one : targets->second) {
    const std::wstring place =
        join(expand(wide(one.target->to_path)), wide(one.target->to_filespec));
    std::uint64_t size = 0;
    if (sum_of(place, one.target->to_ranges, &size) != one.sum) {
      tell(narrow(place.c_str()) + " does not hold what the directed target names");
    }
  }
}

}  // namespace vsslab::mock
