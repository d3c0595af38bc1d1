// The commands of `vsslab files` that look: dir, type, fc, attrib.
#include <windows.h>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/files_command.h"
#include "requester/tools/text.h"
#include "volume/path.h"

namespace vsslab::requester {

namespace {

constexpr std::size_t kDifferencesMax = 100;  // fc_differences_max, that are printed

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

// "11/27/2026  05:49 PM"
std::string dir_time(std::uint64_t ticks) {
  const FILETIME time{static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
  SYSTEMTIME at{};
  FileTimeToSystemTime(&time, &at);
  const int hour = at.wHour % 12 == 0 ? 12 : at.wHour % 12;
  return fmt::format("{:02}/{:02}/{:04}  {:02}:{:02} {}", at.wMonth, at.wDay, at.wYear, hour,
                     at.wMinute, at.wHour < 12 ? "AM" : "PM");
}

constexpr std::pair<char, DWORD> kLetters[] = {{'a', FILE_ATTRIBUTE_ARCHIVE},
                                               {'s', FILE_ATTRIBUTE_SYSTEM},
                                               {'h', FILE_ATTRIBUTE_HIDDEN},
                                               {'r', FILE_ATTRIBUTE_READONLY},
                                               {'d', FILE_ATTRIBUTE_DIRECTORY}};

// What /A asks for; without it everything but hidden and system files.
struct Wanted {
  DWORD set = 0, clear = 0;
  bool takes(DWORD attributes) const {
    return (attributes & set) == set && (attributes & clear) == 0;
  }
};

Wanted wanted_of(const std::string& switches) {
  Wanted wanted;
  const std::size_t at = switches.find(" a");
  if (at == std::string::npos) {
    wanted.clear = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM;
    return wanted;
  }
  bool without = false;
  for (std::size_t i = at + 2; i < switches.size() && switches[i] != ' '; ++i) {
    if (switches[i] == '-') {
      without = true;
      continue;
    }
    for (const auto& [letter, attribute] : kLetters) {
      if (letter == switches[i]) (without ? wanted.clear : wanted.set) |= attribute;
    }
    if (switches[i] != ':') without = false;
  }
  return wanted;
}

struct Sums {
  std::uint64_t files = 0, bytes = 0, folders = 0;
};

class Listing {
 public:
  explicit Listing(FilesCall& call) : call_(call), wanted_(wanted_of(call.switches)) {}

  void run(const std::string& word) {
    const std::string path = machine_path(word);
    const Named what = named(path);
    const bool whole = what.directory;
    folder_ = what.folder.size() == 2 ? what.folder + "\\" : what.folder;
    if (!is_folder(folder_)) return call_.refuse(ERROR_PATH_NOT_FOUND);
    const std::string pattern = whole ? "*" : std::string(file_name(path));
    if (!bare()) head();
    if (!list(folder_, pattern, 0) || shown_ == 0) {
      call_.failed = true;
      if (!bare()) call_.print(fmt::format("\n Directory of {}\n", folder_));
      return call_.print("File Not Found");
    }
    if (bare()) return;
    if (call_.has("s")) {
      call_.print("\n     Total Files Listed:");
      foot(all_);
    }
    call_.host.print(fmt::format("{:>16} Dir(s) {:>15} bytes free\n", with_commas(all_.folders),
                                 with_commas(free_bytes())));
  }

 private:
  bool bare() const { return call_.has("b"); }

  std::uint64_t free_bytes() const {
    ULARGE_INTEGER free{};
    GetDiskFreeSpaceExW(wide(folder_).c_str(), NULL, NULL, &free);
    return free.QuadPart;
  }

  void head() {
    const std::string root = volume_path_of(folder_ + (folder_.ends_with('\\') ? "" : "\\"));
    const bool drive = root.size() == 3 && root[1] == ':';
    WCHAR label[MAX_PATH] = {};
    DWORD serial = 0;
    GetVolumeInformationW(wide(root).c_str(), label, MAX_PATH, &serial, NULL, NULL, NULL, 0);
    const std::string name =
        drive ? root.substr(0, 1) : root.substr(0, root.empty() ? 0 : root.size() - 1);
    const std::string text = narrow(label);
    call_.print(
        fmt::format(" Volume in drive {} {}", name, text.empty() ? "has no label." : "is " + text));
    call_.print(
        fmt::format(" Volume Serial Number is {:04X}-{:04X}", serial >> 16, serial & 0xFFFF));
  }

  void foot(const Sums& sums) {
    call_.print(fmt::format("{:>16} File(s) {:>14} bytes", with_commas(sums.files),
                            with_commas(sums.bytes)));
  }

  // Windows lists a folder itself and the one above first, except in a root.
  void dots(const std::string& folder, Sums& sums) {
    auto self = find_file(folder);
    if (!self || folder.ends_with(":\\")) return;
    self->attributes &= ~DWORD{FILE_ATTRIBUTE_REPARSE_POINT};
    for (const char* name : {".", ".."}) line(*self, name, sums);
  }

  void line(const FoundFile& file, std::string_view name, Sums& sums) {
    ++shown_;
    if (!file.directory) {
      ++sums.files;
      sums.bytes += file.size;
      return call_.print(
          fmt::format("{} {:>17} {}", dir_time(file.modified), with_commas(file.size), name));
    }
    ++sums.folders;
    if ((file.attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0) {
      return call_.print(fmt::format("{}    <DIR>          {}", dir_time(file.modified), name));
    }
    const std::string volume = volume_name_of(file.path);
    // A shadow copy's device has no volume's name.
    call_.print(fmt::format("{}    <JUNCTION>     {}{}", dir_time(file.modified), name,
                            volume.empty() ? "" : fmt::format(" [\\??\\{}]", volume.substr(4))));
  }

  // False when the folder itself cannot be read.
  bool list(const std::string& folder, const std::string& pattern, std::size_t depth) {
    DWORD error = 0;
    std::vector<FoundFile> found = entries(folder, pattern, error);
    if (error != 0 && error != ERROR_FILE_NOT_FOUND) return false;
    std::erase_if(found, [&](const FoundFile& file) { return !wanted_.takes(file.attributes); });
    const bool with_dots = pattern == "*" && wanted_.takes(FILE_ATTRIBUTE_DIRECTORY);
    if (bare()) {
      for (const FoundFile& file : found) {
        ++shown_;
        call_.print(call_.has("s") ? file.path : std::string(file_name(file.path)));
      }
    } else if (!found.empty() || (depth == 0 && with_dots)) {
      Sums sums;
      call_.print(fmt::format("\n Directory of {}\n", folder));
      if (with_dots) dots(folder, sums);
      for (const FoundFile& file : found) line(file, file_name(file.path), sums);
      foot(sums);
      all_.files += sums.files;
      all_.bytes += sums.bytes;
      all_.folders += sums.folders;
    }
    return !call_.has("s") || below(folder, pattern, depth);
  }

  bool below(const std::string& folder, const std::string& pattern, std::size_t depth) {
    DWORD error = 0;
    for (const FoundFile& entry : entries(folder, "*", error)) {
      const bool elsewhere = (entry.attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
      if (entry.directory && !elsewhere) list(entry.path, pattern, depth + 1);
    }
    return true;
  }

  FilesCall& call_;
  Wanted wanted_;
  std::string folder_;
  Sums all_;
  std::uint64_t shown_ = 0;
};

// A machine's files that a word names; an error is printed.
std::vector<FoundFile> files_of(FilesCall& call, const std::string& word) {
  const std::string path = machine_path(word);
  const Named what = named(path);
  if (what.pattern.empty()) {
    const auto file = find_file(path);
    if (file && !file->directory) return {*file};
    call.refuse(what.directory ? ERROR_ACCESS_DENIED : GetLastError());
    return {};
  }
  DWORD error = 0;
  std::vector<FoundFile> found = entries(what.folder, what.pattern, error);
  std::erase_if(found, [](const FoundFile& file) { return file.directory; });
  if (found.empty()) call.refuse(error == 0 ? DWORD{ERROR_FILE_NOT_FOUND} : error);
  return found;
}

Result<std::string> content_of(FilesCall& call, const std::string& word) {
  return read_any(call.host, is_lab_path(word) ? machine_path(word) : word);
}

}  // namespace

int files_dir(FilesCall& call) {
  if (call.words.empty()) call.words.emplace_back("C:\\");
  for (const std::string& word : call.words) Listing(call).run(word);
  return call.code();
}

int files_type(FilesCall& call) {
  std::vector<FoundFile> files;
  for (const std::string& word : call.words) {
    for (FoundFile& file : files_of(call, word)) files.push_back(std::move(file));
  }
  for (const FoundFile& file : files) {
    if (files.size() > 1) call.host.print(fmt::format("\n{}\n\n\n", file.path));
    if (const auto content = read_any(call.host, file.path)) {
      call.host.print(*content);
    } else {
      call.refuse(content.error());
    }
  }
  return call.code();
}

int files_fc(FilesCall& call) {
  std::string bytes[2];
  for (std::size_t i = 0; i < 2; ++i) {
    auto content = content_of(call, call.words[i]);
    if (!content) {
      call.print(fmt::format("FC: cannot open {} - {}", call.words[i], content.error().message));
      return 2;
    }
    bytes[i] = std::move(*content);
  }
  call.print(fmt::format("Comparing files {} and {}", call.words[0], call.words[1]));
  const std::size_t common = std::min(bytes[0].size(), bytes[1].size());
  std::size_t differences = 0;
  for (std::size_t at = 0; at < common; ++at) {
    if (bytes[0][at] == bytes[1][at]) continue;
    if (++differences > kDifferencesMax) continue;
    call.print(fmt::format("{:08X}: {:02X} {:02X}", at, static_cast<unsigned char>(bytes[0][at]),
                           static_cast<unsigned char>(bytes[1][at])));
  }
  if (differences > kDifferencesMax) {
    call.print(fmt::format("FC: {} more bytes differ (fc_differences_max)",
                           differences - kDifferencesMax));
  }
  const bool longer = bytes[0].size() != bytes[1].size();
  if (longer) {
    const std::size_t which = bytes[0].size() > bytes[1].size() ? 0 : 1;
    call.print(fmt::format("FC: {} longer than {}", call.words[which], call.words[1 - which]));
  }
  if (differences == 0 && !longer) call.print("FC: no differences encountered");
  return differences == 0 && !longer ? 0 : 1;
}

int files_attrib(FilesCall& call) {
  DWORD set = 0, clear = 0;
  std::vector<std::string> paths;
  for (const std::string& word : call.words) {
    if (word[0] != '+' && word[0] != '-') {
      paths.push_back(word);
      continue;
    }
    const auto* const known = std::ranges::find_if(kLetters, [&](const auto& letter) {
      return word.size() == 2 && lower(word)[1] == letter.first && letter.first != 'd';
    });
    if (known == std::end(kLetters)) {
      call.print(fmt::format("Parameter format not correct - {}", word));
      return 2;
    }
    (word[0] == '+' ? set : clear) |= known->second;
  }
  if (paths.empty()) return call.wrong_syntax();
  for (const std::string& word : paths) {
    const std::string path = machine_path(word);
    std::vector<FoundFile> files;
    if (is_folder(path)) {
      files.push_back(find_file(path).value_or(FoundFile{path}));
    } else {
      files = files_of(call, word);
    }
    for (const FoundFile& file : files) {
      const DWORD now = file.attributes;
      if (set == 0 && clear == 0) {
        const auto mark = [&](DWORD attribute, char letter) {
          return (now & attribute) != 0 ? letter : ' ';
        };
        call.print(fmt::format("{}  {}{}{}                {}", mark(FILE_ATTRIBUTE_ARCHIVE, 'A'),
                               mark(FILE_ATTRIBUTE_SYSTEM, 'S'), mark(FILE_ATTRIBUTE_HIDDEN, 'H'),
                               mark(FILE_ATTRIBUTE_READONLY, 'R'), file.path));
      } else if (!SetFileAttributesW(wide(file.path).c_str(), (now | set) & ~clear)) {
        call.refuse_last();
      }
    }
  }
  return call.code();
}

}  // namespace vsslab::requester
