// Files by name: searching, attributes, folders, copies and moves.

#include <windows.h>

#include <shlwapi.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "volume/path.h"
#include "win32/file_objects.h"

namespace vsslab {

namespace {

using What = FileReport::What;

constexpr DWORD kCopyBytes = 1 << 20;

class FindObject final : public KernelObject {
 public:
  bool waitable() const override { return false; }
  bool signaled(ThreadKey) const override { return false; }
  std::vector<FileInfo> found;
  std::size_t next = 0;
};

template <class Data>
void describe_times(const Lab& lab, const FileInfo& info, Data* data) {
  data->dwFileAttributes = attributes_of(info);
  data->ftCreationTime = file_time(lab, info.created);
  data->ftLastAccessTime = file_time(lab, info.accessed);
  data->ftLastWriteTime = file_time(lab, info.modified);
  data->nFileSizeHigh = static_cast<DWORD>(info.size >> 32);
  data->nFileSizeLow = static_cast<DWORD>(info.size);
}

void describe(const Lab& lab, const FileInfo& info, LPWIN32_FIND_DATAW data) {
  *data = WIN32_FIND_DATAW{};
  describe_times(lab, info, data);
  const std::wstring name = to_wide(info.name);
  std::copy_n(name.c_str(), std::min<std::size_t>(name.size(), MAX_PATH - 1), data->cFileName);
}

BOOL refused(Lab& lab, DWORD error, FileReport report) {
  report.error = error;
  report_file(lab, std::move(report));
  return fail_with<BOOL>(error, FALSE);
}

// Removing or renaming needs everybody's leave.
bool may_go(const Lab& lab, const VolumeSet::Location& at) {
  return lab.sharing.allows(*at.volume, at.path, {4, 7});
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C BOOL DeleteFileW(LPCWSTR name) {
  return at_path<BOOL>(FALSE, name, true, [](Lab& lab, const VolumeSet::Location& at) -> BOOL {
    const FileReport report{.what = What::removed, .path = canonical(at)};
    if (!may_go(lab, at)) return refused(lab, ERROR_SHARING_VIOLATION, report);
    const BlockedScope blocked(lab.scheduler);  // writes may be held
    return finish(lab, at.volume->remove(at.path), report);
  });
}

EXTERN_C BOOL CreateDirectoryW(LPCWSTR name, LPSECURITY_ATTRIBUTES) {
  return at_path<BOOL>(FALSE, name, true, [](Lab& lab, const VolumeSet::Location& at) -> BOOL {
    const BlockedScope blocked(lab.scheduler);
    const auto made = at.volume->create_directory(at.path);
    if (!made) return finish(made);
    return finish(lab, made, {.what = What::directory_made, .path = canonical(at)});
  });
}

EXTERN_C BOOL RemoveDirectoryW(LPCWSTR name) {
  return at_path<BOOL>(FALSE, name, false, [](Lab& lab, const VolumeSet::Location& at) -> BOOL {
    const BlockedScope blocked(lab.scheduler);
    return finish(at.volume->remove_directory(at.path));
  });
}

EXTERN_C DWORD GetFileAttributesW(LPCWSTR name) {
  return at_path<DWORD>(INVALID_FILE_ATTRIBUTES, name, false, [](Lab&, auto& at) -> DWORD {
    const auto info = at.volume->stat(at.path);
    if (!info) return fail_with<DWORD>(error_code(info.error()), INVALID_FILE_ATTRIBUTES);
    return attributes_of(*info);
  });
}

EXTERN_C BOOL SetFileAttributesW(LPCWSTR name, DWORD attributes) {
  return at_path<BOOL>(FALSE, name, false, [&](Lab& lab, auto& at) -> BOOL {
    const BlockedScope blocked(lab.scheduler);
    return finish(at.volume->set_attributes(at.path, attributes & ~DWORD{FILE_ATTRIBUTE_NORMAL}));
  });
}

EXTERN_C BOOL GetFileAttributesExW(LPCWSTR name, GET_FILEEX_INFO_LEVELS level, LPVOID out) {
  if (level != GetFileExInfoStandard || out == nullptr) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  return at_path<BOOL>(FALSE, name, false, [&](Lab& lab, auto& at) -> BOOL {
    const auto info = at.volume->stat(at.path);
    if (!info) return finish(info);
    describe_times(lab, *info, static_cast<LPWIN32_FILE_ATTRIBUTE_DATA>(out));
    return TRUE;
  });
}

namespace {

// A whole copy that shares the content; nothing when the bytes have to be copied.
std::optional<BOOL> share_content(HANDLE from, HANDLE to) {
  return on_lab<>(std::optional<BOOL>(FALSE), [&](Lab& lab) -> std::optional<BOOL> {
    const auto source = object_as<FileObject>(from);
    const auto target = object_as<FileObject>(to);
    if (source == nullptr || target == nullptr) return std::nullopt;
    while (true) {
      const auto source_at = locate(lab, source->path);
      const auto target_at = locate(lab, target->path);
      if (!source_at || !target_at) return fail_with<BOOL>(ERROR_NOT_READY, FALSE);
      const BlockedScope blocked(lab.scheduler);  // writes may be held
      const auto shared = target_at->volume->share(
          target_at->path, *source_at->volume, source_at->path, source->offset, kCopyBytes,
          [&](std::string_view bytes) {
            source->took_part(FileReport::What::read, source->offset, bytes);
            source->offset += bytes.size();
          });
      if (!shared) return std::nullopt;
      if (!*shared) return finish(*shared);
      if (**shared == 0) break;
    }
    source->went_to(*target);
    return TRUE;
  });
}

}  // namespace

// Attributes and the time of the last change go along, as CopyFile has it.
EXTERN_C BOOL CopyFileW(LPCWSTR from, LPCWSTR to, BOOL fail_if_exists) {
  const HANDLE source = CreateFileW(from, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                                    OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, nullptr);
  if (source == INVALID_HANDLE_VALUE) return FALSE;
  WIN32_FILE_ATTRIBUTE_DATA data{};
  if (!GetFileAttributesExW(from, GetFileExInfoStandard, &data)) {
    const DWORD error = GetLastError();
    CloseHandle(source);
    return fail_with<BOOL>(error, FALSE);
  }
  const HANDLE target = CreateFileW(to, GENERIC_WRITE, 0, nullptr,
                                    fail_if_exists ? CREATE_NEW : CREATE_ALWAYS, 0, nullptr);
  BOOL copied = target != INVALID_HANDLE_VALUE;
  std::optional<BOOL> shared;
  if (copied) shared = share_content(source, target);
  if (shared) copied = *shared;
  std::vector<char> buffer(copied && !shared ? kCopyBytes : 0);
  for (DWORD read = 1, written = 0; copied && !shared && read > 0;) {
    copied = ReadFile(source, buffer.data(), kCopyBytes, &read, nullptr) &&
             (read == 0 || WriteFile(target, buffer.data(), read, &written, nullptr));
  }
  copied = copied && SetFileTime(target, nullptr, nullptr, &data.ftLastWriteTime);
  const DWORD error = GetLastError();
  CloseHandle(source);
  if (target != INVALID_HANDLE_VALUE) CloseHandle(target);
  if (!copied) return fail_with<BOOL>(error, FALSE);
  return data.dwFileAttributes == FILE_ATTRIBUTE_NORMAL ||
         SetFileAttributesW(to, data.dwFileAttributes);
}

EXTERN_C HANDLE FindFirstFileW(LPCWSTR pattern, LPWIN32_FIND_DATAW data) {
  const std::string text = full_name(to_utf8(pattern));
  const std::size_t cut = text.find_last_of("\\/");
  if (cut == std::string::npos || cut + 1 == text.size()) {
    return fail_with<HANDLE>(cut == std::string::npos ? ERROR_PATH_NOT_FOUND : ERROR_FILE_NOT_FOUND,
                             INVALID_HANDLE_VALUE);
  }
  const std::wstring directory = to_wide(text.substr(0, cut + 1));
  const std::string names = text.substr(cut + 1);
  return at_path_told<HANDLE>(
      INVALID_HANDLE_VALUE, directory.c_str(), What::listed, [&](Lab& lab, auto& at) -> HANDLE {
        auto listed = at.volume->list(at.path);
        if (!listed) {
          const DWORD error = error_code(listed.error());
          report_file(lab, {.what = What::listed, .path = canonical(at), .error = error});
          return fail_with<HANDLE>(error, INVALID_HANDLE_VALUE);
        }
        if (files_watched(lab)) {
          const auto folder = [](const FileInfo& info) {
            return info.directory && (info.attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0;
          };
          const auto folders = std::count_if(listed->begin(), listed->end(), folder);
          report_file(lab, {.what = What::listed,
                            .path = canonical(at),
                            .folders = static_cast<std::uint64_t>(folders)});
        }
        auto find = std::make_shared<FindObject>();
        if (!at.path.empty() && (names == "*" || names == "*.*")) {
          for (const char* dots : {".", ".."}) {
            FileInfo self = *at.volume->stat(at.path);
            self.name = dots;
            find->found.push_back(std::move(self));
          }
        }
        for (FileInfo& info : *listed) {
          if (matches_wildcard(names, info.name)) find->found.push_back(std::move(info));
        }
        if (find->found.empty()) {
          return fail_with<HANDLE>(ERROR_FILE_NOT_FOUND, INVALID_HANDLE_VALUE);
        }
        describe(lab, find->found[find->next++], data);
        const HANDLE handle = open_handle(std::move(find));
        return handle == nullptr ? INVALID_HANDLE_VALUE : handle;
      });
}

EXTERN_C BOOL FindNextFileW(HANDLE handle, LPWIN32_FIND_DATAW data) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto find = object_as<FindObject>(handle);
    if (find == nullptr) return FALSE;
    if (find->next >= find->found.size()) return fail_with<BOOL>(ERROR_NO_MORE_FILES, FALSE);
    describe(lab, find->found[find->next++], data);
    return TRUE;
  });
}

EXTERN_C BOOL FindClose(HANDLE handle) { return CloseHandle(handle); }

EXTERN_C BOOL PathFileExistsW(LPCWSTR path) {
  return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES ? TRUE : FALSE;
}

namespace {

// "C:\\data\\..\\.\\last" as "C:\\last"; a path with another beginning than a drive stays.
std::string without_detours(const std::string& path) {
  if (path.size() < 3 || path[1] != ':' || path[2] != '\\') return path;
  std::vector<std::string_view> parts;
  const std::string_view rest = std::string_view(path).substr(3);
  for (std::size_t at = 0; at < rest.size();) {
    const std::size_t end = std::min(rest.find('\\', at), rest.size());
    const std::string_view part = rest.substr(at, end - at);
    at = end + 1;
    if (part == ".." && !parts.empty()) parts.pop_back();
    if (!part.empty() && part != "." && part != "..") parts.push_back(part);
  }
  std::string plain = path.substr(0, 3);
  for (const std::string_view part : parts) {
    plain += part;
    plain += '\\';
  }
  const bool folder = rest.empty() || rest.ends_with('\\') || parts.empty();
  if (!folder) plain.pop_back();
  return plain;
}

}  // namespace

EXTERN_C DWORD GetFullPathNameW(LPCWSTR name, DWORD size, LPWSTR out, LPWSTR* file) {
  std::string full = to_utf8(name);
  std::replace(full.begin(), full.end(), '/', '\\');
  const std::wstring wide = to_wide(without_detours(full_name(full)));
  if (wide.size() + 1 > size) return static_cast<DWORD>(wide.size() + 1);
  std::copy_n(wide.c_str(), wide.size() + 1, out);
  const std::size_t slash = wide.rfind(L'\\');
  if (file != nullptr) *file = slash + 1 < wide.size() ? out + slash + 1 : nullptr;
  return static_cast<DWORD>(wide.size());
}

EXTERN_C BOOL MoveFileW(LPCWSTR from, LPCWSTR to) {
  return MoveFileExW(from, to, MOVEFILE_COPY_ALLOWED);
}

EXTERN_C BOOL MoveFileExW(LPCWSTR from, LPCWSTR to, DWORD flags) {
  const bool replace = (flags & MOVEFILE_REPLACE_EXISTING) != 0;
  const bool delayed = (flags & MOVEFILE_DELAY_UNTIL_REBOOT) != 0;
  if (delayed && (flags & MOVEFILE_COPY_ALLOWED) != 0) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  return at_path<BOOL>(FALSE, from, false, [&](Lab& lab, auto& source) -> BOOL {
    FileReport report{.what = delayed ? What::moved_at_reboot : What::moved,
                      .path = canonical(source)};
    if (to == nullptr) {  // removed at the restart
      if (!delayed) return refused(lab, ERROR_INVALID_PARAMETER, report);
      lab.pending_moves.push_back({report.path, {}, false});
      report_file(lab, report);
      return TRUE;
    }
    return at_path<BOOL>(FALSE, to, false, [&](Lab&, auto& target) -> BOOL {
      report.to = canonical(target);
      report.replaced = target.volume->stat(target.path).has_value();
      const auto info = source.volume->stat(source.path);
      if (!info) return refused(lab, error_code(info.error()), report);
      report.bytes = info->size;
      const bool one_volume = source.volume == target.volume;
      if (delayed) {
        if (!one_volume) return refused(lab, ERROR_NOT_SAME_DEVICE, report);
        lab.pending_moves.push_back({report.path, report.to, replace});
        report_file(lab, report);
        return TRUE;
      }
      if (!may_go(lab, source) || (report.replaced && replace && !may_go(lab, target))) {
        return refused(lab, ERROR_SHARING_VIOLATION, report);
      }
      const BlockedScope blocked(lab.scheduler);
      if (one_volume) {
        return finish(lab, source.volume->rename(source.path, target.path, replace), report);
      }
      if ((flags & MOVEFILE_COPY_ALLOWED) == 0) return refused(lab, ERROR_NOT_SAME_DEVICE, report);
      return CopyFileW(from, to, replace ? FALSE : TRUE) && DeleteFileW(from);
    });
  });
}
