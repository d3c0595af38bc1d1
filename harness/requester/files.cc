#include "requester/files.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <cwchar>
#include <utility>

#include <fmt/format.h>

#include "core/hresult.h"
#include "core/limits.h"
#include "metadata/component_path.h"
#include "metadata/normal_path.h"
#include "requester/com_text.h"
#include "volume/path.h"

namespace vsslab::requester {

namespace {

constexpr DWORD kPieceBytes = 1 << 20;
constexpr std::size_t kRangesMax = 1'000'000;  // ranges_max, of one file

FileFailure failure(std::string_view doing, std::string_view path) {
  return {fmt::format("{} {}", doing, path), GetLastError()};
}

class File {
 public:
  File() = default;
  explicit File(HANDLE handle) : handle_(handle) {}
  ~File() {
    if (open()) CloseHandle(handle_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool open() const { return handle_ != INVALID_HANDLE_VALUE; }
  HANDLE get() const { return handle_; }

 private:
  HANDLE handle_ = INVALID_HANDLE_VALUE;
};

HANDLE open_to_read(const std::string& path) {
  return CreateFileW(wide(path).c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                     OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);
}

// A read-only file is no obstacle to a restore.
void make_writable(const std::wstring& path) {
  const DWORD attributes = GetFileAttributesW(path.c_str());
  if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_READONLY) != 0) {
    SetFileAttributesW(path.c_str(), attributes & ~DWORD{FILE_ATTRIBUTE_READONLY});
  }
}

std::uint64_t number(const FILETIME& time) {
  return static_cast<std::uint64_t>(time.dwHighDateTime) << 32 | time.dwLowDateTime;
}

bool seek(HANDLE file, std::uint64_t offset) {
  LARGE_INTEGER to{};
  to.QuadPart = static_cast<LONGLONG>(offset);
  return SetFilePointerEx(file, to, NULL, FILE_BEGIN) != FALSE;
}

template <class Data>
FoundFile found(std::string path, const Data& data) {
  FoundFile file;
  file.path = std::move(path);
  file.directory = (data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
  file.size = static_cast<std::uint64_t>(data.nFileSizeHigh) << 32 | data.nFileSizeLow;
  file.modified = number(data.ftLastWriteTime);
  file.attributes = data.dwFileAttributes;
  return file;
}

}  // namespace

std::string FileFailure::text() const {
  return fmt::format("{}: 0x{:08X}", what, 0x80070000U | error);
}

std::string join(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && !path.ends_with('\\')) path += '\\';
  return path += name;
}

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('\\');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('\\');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string expand(std::string_view path) {
  std::string expanded(path);
  if (path.find('%') != std::string_view::npos) {
    const std::wstring source = wide(path);
    std::wstring out(ExpandEnvironmentStringsW(source.c_str(), NULL, 0), L'\0');
    ExpandEnvironmentStringsW(source.c_str(), out.data(), static_cast<DWORD>(out.size()));
    expanded = narrow(out.c_str());
  }
  expanded = metadata::normal_path(expanded);
  if (expanded.size() == 2 && expanded[1] == ':') expanded += '\\';
  return expanded;
}

std::string unknown_variable(std::string_view expanded) {
  const std::size_t begin = expanded.find('%');
  if (begin == std::string_view::npos) return {};
  const std::size_t end = expanded.find('%', begin + 1);
  if (end == std::string_view::npos || end == begin + 1) return {};
  return std::string(expanded.substr(begin, end - begin + 1));
}

bool has_wildcard(std::string_view filespec) {
  return filespec.find_first_of("*?") != std::string_view::npos;
}

// ---- volumes ------------------------------------------------------------------------------------

// Names the volume by its GUID path where Windows knows it, so that "C:\" and "\\?\Volume{…}\" are
// one volume.
std::string volume_identity(std::string_view volume) {
  std::string root(volume);
  if (!root.ends_with('\\')) root += '\\';
  WCHAR name[64] = {};
  if (GetVolumeNameForVolumeMountPointW(wide(root).c_str(), name,
                                        static_cast<DWORD>(std::size(name)))) {
    root = narrow(name);
  }
  return fold_case(root);
}

std::string volume_path_of(const std::string& path) {
  const std::wstring name = wide(path);
  WCHAR usual[MAX_PATH] = {};
  if (GetVolumePathNameW(name.c_str(), usual, MAX_PATH)) return narrow(usual);
  if (name.size() < MAX_PATH) return {};
  std::wstring longer(name.size() + MAX_PATH, L'\0');
  if (!GetVolumePathNameW(name.c_str(), longer.data(), static_cast<DWORD>(longer.size())))
    return {};
  return narrow(longer.c_str());
}

std::vector<std::string> mounted_below(const std::string& path) {
  std::vector<std::string> folders;
  const std::string above = fold_case(path.ends_with('\\') ? path : path + '\\');
  WCHAR name[MAX_PATH] = {};
  const HANDLE search = FindFirstVolumeW(name, MAX_PATH);
  if (search == INVALID_HANDLE_VALUE) return folders;
  do {
    std::wstring list(MAX_PATH, L'\0');
    DWORD needed = 0;
    while (!GetVolumePathNamesForVolumeNameW(name, list.data(), static_cast<DWORD>(list.size()),
                                             &needed) &&
           GetLastError() == ERROR_MORE_DATA && needed > list.size()) {
      list.assign(needed, L'\0');
    }
    for (const WCHAR* at = list.c_str(); *at != L'\0'; at += std::wcslen(at) + 1) {
      std::string folder = narrow(at);
      const std::string folded = fold_case(folder);
      if (folded.size() > above.size() && folded.starts_with(above)) {
        folders.push_back(std::move(folder));
      }
    }
  } while (FindNextVolumeW(search, name, MAX_PATH));
  FindVolumeClose(search);
  return folders;
}

void SourceMap::add(std::string_view volume, std::string_view device) {
  devices_.insert_or_assign(volume_identity(volume), std::string(device));
}

std::optional<std::string> SourceMap::on_copy(const std::string& path) const {
  const std::string root = volume_path_of(path.ends_with('\\') ? path : path + "\\");
  if (root.empty()) return std::nullopt;
  const auto device = devices_.find(volume_identity(root));
  if (device == devices_.end()) return std::nullopt;
  const std::string below = path.size() > root.size() ? path.substr(root.size()) : std::string();
  return device->second + "\\" + below;
}

// ---- finding ------------------------------------------------------------------------------------

bool Walk::run(const std::string& directory, const std::string& filespec, bool recursive) const {
  bool exists = false;
  std::vector<std::string> folders{directory};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    const auto source = where(folder);
    if (!source) {
      lost(folder);
      continue;
    }
    WIN32_FIND_DATAW data{};
    const HANDLE search = FindFirstFileW(wide(join(*source, "*")).c_str(), &data);
    if (search == INVALID_HANDLE_VALUE) {
      exists = exists || GetLastError() == ERROR_FILE_NOT_FOUND;  // an empty root
      continue;
    }
    exists = true;
    std::vector<std::string> below;
    do {
      const std::string name = narrow(data.cFileName);
      if (name == "." || name == "..") continue;
      const FoundFile entry = found(join(folder, name), data);
      if (!entry.directory) {
        if (matches_wildcard(filespec, name)) visit(entry);
        continue;
      }
      if (!recursive) continue;
      const bool elsewhere = (entry.attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
      const bool mounted =
          elsewhere && same_name(volume_path_of(entry.path + "\\"), entry.path + "\\");
      visit(entry);
      if (!elsewhere || mounted) below.push_back(entry.path);
    } while (FindNextFileW(search, &data));
    FindClose(search);
    folders.insert(folders.end(), below.rbegin(), below.rend());
  }
  return exists;
}

std::optional<FoundFile> find_file(const std::string& path) {
  WIN32_FILE_ATTRIBUTE_DATA data{};
  if (!GetFileAttributesExW(wide(path).c_str(), GetFileExInfoStandard, &data)) return std::nullopt;
  return found(path, data);
}

// ---- copying ------------------------------------------------------------------------------------

Done<void> make_folder(const std::string& directory) {
  const std::wstring path = wide(directory);
  const DWORD attributes = GetFileAttributesW(path.c_str());
  if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
    return {};
  }
  const std::string_view above = folder_of(directory);
  if (!above.empty() && !above.ends_with(':') && above.find('\\') != std::string_view::npos) {
    if (auto made = make_folder(std::string(above)); !made) return made;
  }
  if (CreateDirectoryW(path.c_str(), NULL) || GetLastError() == ERROR_ALREADY_EXISTS) return {};
  return tl::make_unexpected(failure("making the folder", directory));
}

Done<void> copy_file(const std::string& from, const std::string& to) {
  if (auto made = make_folder(std::string(folder_of(to))); !made) return made;
  make_writable(wide(to));
  if (CopyFileW(wide(from).c_str(), wide(to).c_str(), FALSE)) return {};
  const FileFailure why = failure(fmt::format("copying {} to", from), to);
  // Nobody is to take what fitted for the whole.
  if (why.error == ERROR_DISK_FULL) DeleteFileW(wide(to).c_str());
  return tl::make_unexpected(why);
}

Done<std::string> read_file(const std::string& path) {
  const File file(open_to_read(path));
  LARGE_INTEGER size{};
  if (!file.open() || !GetFileSizeEx(file.get(), &size)) {
    return tl::make_unexpected(failure("reading", path));
  }
  if (size.QuadPart > static_cast<LONGLONG>(limits::kInputBytesMax)) {
    return tl::make_unexpected(FileFailure{
        fmt::format("reading {}: more than input_bytes_max", path), ERROR_NOT_ENOUGH_MEMORY});
  }
  std::string content(static_cast<std::size_t>(size.QuadPart), '\0');
  DWORD read = 0;
  if (!ReadFile(file.get(), content.data(), static_cast<DWORD>(content.size()), &read, NULL)) {
    return tl::make_unexpected(failure("reading", path));
  }
  content.resize(read);
  return content;
}

Done<void> write_file(const std::string& path, std::string_view content) {
  if (auto made = make_folder(std::string(folder_of(path))); !made) return made;
  make_writable(wide(path));
  const File file(CreateFileW(wide(path).c_str(), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
  DWORD written = 0;
  if (!file.open() ||
      !WriteFile(file.get(), content.data(), static_cast<DWORD>(content.size()), &written, NULL)) {
    return tl::make_unexpected(failure("writing", path));
  }
  return {};
}

// ---- ranges -------------------------------------------------------------------------------------

std::optional<std::vector<Range>> parse_ranges(std::string_view text) {
  std::vector<Range> ranges;
  const auto blanks = [&] {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  };
  const auto number = [&](std::uint64_t& value) {
    blanks();
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
      base = 16;
      text.remove_prefix(2);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    blanks();
    return true;
  };
  while (ranges.size() < kRangesMax) {
    Range range;
    if (!number(range.offset) || !text.starts_with(':')) return std::nullopt;
    text.remove_prefix(1);
    if (!number(range.length) || range.offset + range.length < range.offset) return std::nullopt;
    ranges.push_back(range);
    if (text.empty()) return ranges;
    if (text.front() != ',') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

std::optional<std::vector<Range>> parse_ranges_file(std::string_view bytes) {
  const auto word = [&](std::size_t index) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + index * 8, 8);
    return value;
  };
  if (bytes.size() < 8) return std::nullopt;
  const std::uint64_t count = word(0);
  if (count > kRangesMax || bytes.size() != 8 + count * 16) return std::nullopt;
  std::vector<Range> ranges;
  for (std::size_t i = 0; i < count; ++i) {
    const Range range{word(1 + 2 * i), word(2 + 2 * i)};
    if (range.offset + range.length < range.offset) return std::nullopt;
    ranges.push_back(range);
  }
  return ranges;
}

Done<void> copy_ranges(const std::string& from, const std::vector<Range>& from_ranges,
                       const std::string& to, const std::vector<Range>& to_ranges, bool create) {
  const File source(open_to_read(from));
  if (!source.open()) return tl::make_unexpected(failure("reading", from));
  if (create) {
    if (auto made = make_folder(std::string(folder_of(to))); !made) return made;
  }
  make_writable(wide(to));
  const File target(CreateFileW(wide(to).c_str(), GENERIC_WRITE, 0, NULL,
                                create ? OPEN_ALWAYS : OPEN_EXISTING, 0, NULL));
  if (!target.open()) return tl::make_unexpected(failure("writing ranges of", to));
  std::vector<Range> out = to_ranges;
  if (out.empty()) {
    Range whole;
    for (const Range& range : from_ranges) whole.length += range.length;
    out.push_back(whole);
  }
  std::vector<char> buffer(kPieceBytes);
  auto place = out.begin();
  std::uint64_t used = 0;  // of *place
  for (const Range& range : from_ranges) {
    for (std::uint64_t done = 0; done < range.length;) {
      while (place != out.end() && used == place->length) ++place, used = 0;
      if (place == out.end()) {
        return tl::make_unexpected(
            FileFailure{fmt::format("writing ranges of {}: more bytes than the ranges hold", to),
                        ERROR_INVALID_PARAMETER});
      }
      const std::uint64_t piece =
          std::min({range.length - done, place->length - used, std::uint64_t{kPieceBytes}});
      DWORD read = 0;
      if (!seek(source.get(), range.offset + done) ||
          !ReadFile(source.get(), buffer.data(), static_cast<DWORD>(piece), &read, NULL)) {
        return tl::make_unexpected(failure("reading ranges of", from));
      }
      if (read < piece) {
        return tl::make_unexpected(
            FileFailure{fmt::format("reading ranges of {}: a range lies behind its end", from),
                        ERROR_HANDLE_EOF});
      }
      DWORD written = 0;
      if (!seek(target.get(), place->offset + used) ||
          !WriteFile(target.get(), buffer.data(), read, &written, NULL)) {
        return tl::make_unexpected(failure("writing ranges of", to));
      }
      done += piece;
      used += piece;
    }
  }
  return {};
}

// ---- what a restore asks ------------------------------------------------------------------------

bool replaceable(const std::string& path) {
  const std::wstring name = wide(path);
  const DWORD attributes = GetFileAttributesW(name.c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES) return false;
  if ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) return false;
  // A read-only one can be made writable, if nobody has it open.
  const DWORD access = (attributes & FILE_ATTRIBUTE_READONLY) != 0 ? GENERIC_READ | DELETE
                                                                   : GENERIC_READ | GENERIC_WRITE;
  const File file(CreateFileW(name.c_str(), access, 0, NULL, OPEN_EXISTING, 0, NULL));
  return file.open();
}

bool creatable(const std::string& path) { return !volume_path_of(path).empty(); }

}  // namespace vsslab::requester
