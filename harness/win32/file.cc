// Handles of files.

#include <windows.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "volume/path.h"
#include "volume/volume.h"
#include "win32/file_objects.h"

namespace vsslab {

// ---- what the file calls share ------------------------------------------------------------------

std::string full_name(std::string_view path) {
  const bool full = path.find(':') != std::string_view::npos || path.starts_with('\\');
  return full ? std::string(path) : "C:\\" + std::string(path);
}

std::optional<VolumeSet::Location> locate(Lab& lab, std::string_view path, bool follow_last) {
  if (lab.volumes == nullptr) return std::nullopt;
  auto location = lab.volumes->resolve(full_name(path), follow_last);
  if (location && location->volume == nullptr) return std::nullopt;
  return location;
}

std::string canonical(const VolumeSet::Location& at) {
  const auto names = split_path(at.path);
  std::string path = at.volume->device().empty() ? at.volume->root() : at.volume->device() + "\\";
  if (!names) return path + at.path;
  for (std::size_t i = 0; i < names->size(); ++i) path += (i == 0 ? "" : "\\") + (*names)[i];
  return path;
}

namespace {

LabProcess* watched_process(Lab& lab) {
  LabProcess* const process = current_process();
  if (process == nullptr) return nullptr;
  for (LabObserver* observer : lab.observers) {
    if (observer->watches_files(*process)) return process;
  }
  return nullptr;
}

void tell(const LabProcess& process, const FileReport& report) {
  for (LabObserver* observer : process.lab.observers) {
    if (observer->watches_files(process)) observer->file_used(process, report);
  }
}

}  // namespace

bool files_watched(Lab& lab) { return watched_process(lab) != nullptr; }

void report_file(Lab& lab, FileReport report) {
  if (const LabProcess* process = watched_process(lab)) tell(*process, report);
}

FILETIME file_time(const Lab& lab, Time time) {
  const auto ticks = lab.start + static_cast<FileTimeTicks>(time.count() / 100);
  return FILETIME{static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
}

Time lab_time(const Lab& lab, const FILETIME& time) {
  const auto ticks = static_cast<FileTimeTicks>(time.dwHighDateTime) << 32 | time.dwLowDateTime;
  constexpr std::int64_t kMost = INT64_MAX / 100;
  const auto since = static_cast<std::int64_t>(ticks - lab.start);
  return Time(std::clamp(since, -kMost, kMost) * 100);
}

DWORD attributes_of(const FileInfo& info) {
  DWORD attributes = info.attributes;
  if (info.directory) attributes |= FILE_ATTRIBUTE_DIRECTORY;
  return attributes == 0 ? FILE_ATTRIBUTE_NORMAL : attributes;
}

BOOL give_name(const std::string& text, LPWSTR out, DWORD size) {
  const std::wstring wide = to_wide(text);
  if (wide.size() + 1 > size) return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
  std::copy_n(wide.c_str(), wide.size() + 1, out);
  return TRUE;
}

void FileObject::took_part(FileReport::What what, std::uint64_t at, std::string_view bytes) {
  if (watched == nullptr) return;
  Passed& passed = what == FileReport::What::read ? read_ : written_;
  passed.in_order = passed.in_order && at == passed.bytes;
  if (passed.in_order && !passed.digest) passed.digest.emplace();
  if (passed.in_order) passed.digest->update(bytes);
  passed.bytes += bytes.size();
}

void FileObject::went_to(FileObject& target) const {
  if (watched == nullptr || target.watched == nullptr) return;
  target.written_.bytes = read_.bytes;
  target.written_.in_order = read_.in_order;
  if (read_.digest) target.written_.value = read_.digest->value64();
}

void FileObject::report(FileReport::What what, const Passed& passed) const {
  FileReport report{.what = what, .path = reported_path};
  report.bytes = passed.bytes;
  report.replaced = replaced;
  const auto at = locate(watched->lab, path);
  const auto info = at ? at->volume->stat(at->path) : FileResult<FileInfo>();
  report.whole = at && info && passed.in_order && passed.bytes == info->size;
  // Opened only to see whether that can be done.
  if (what == FileReport::What::read && passed.bytes == 0 && !report.whole) return;
  if (report.whole) {
    report.digest = passed.value    ? *passed.value
                    : passed.digest ? passed.digest->value64()
                                    : digest64({});
  }
  tell(*watched, report);
}

// A handle that nothing passed through is told only where that says something.
FileObject::~FileObject() {
  if (watched == nullptr) return;
  if (read_.bytes > 0 || (reads && !writes)) report(FileReport::What::read, read_);
  if (written_.bytes > 0 || made) report(FileReport::What::written, written_);
}

namespace {

constexpr DWORD kReads = GENERIC_READ | GENERIC_ALL | FILE_READ_DATA;
constexpr DWORD kWrites = GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA | FILE_APPEND_DATA;

// Where a read or write of `overlapped` takes place, and that it is done.
void begin_overlapped(FileObject& file, LPOVERLAPPED overlapped) {
  if (overlapped == nullptr) return;
  file.offset = static_cast<std::uint64_t>(overlapped->OffsetHigh) << 32 | overlapped->Offset;
}
void end_overlapped(LPOVERLAPPED overlapped, std::size_t bytes) {
  if (overlapped == nullptr) return;
  overlapped->Internal = 0;
  overlapped->InternalHigh = bytes;
  if (overlapped->hEvent != nullptr) SetEvent(overlapped->hEvent);
}

// Makes or empties the file as CreateFile's disposition asks; the error, or 0.
DWORD prepare(Volume& volume, const std::string& path, DWORD disposition, DWORD flags,
              bool writes) {
  const auto info = volume.stat(path);
  if (info && info->directory) {
    const bool allowed = (flags & FILE_FLAG_BACKUP_SEMANTICS) != 0 && disposition == OPEN_EXISTING;
    return allowed ? 0 : ERROR_ACCESS_DENIED;
  }
  const bool must_exist = disposition == OPEN_EXISTING || disposition == TRUNCATE_EXISTING;
  if (!info && must_exist) return error_code(info.error());
  if (info && disposition == CREATE_NEW) return ERROR_FILE_EXISTS;
  const bool empties = !info || disposition == CREATE_ALWAYS || disposition == TRUNCATE_EXISTING;
  if ((writes || empties) && volume.read_only()) return ERROR_WRITE_PROTECT;
  if (info && (writes || empties) && (info->attributes & FILE_ATTRIBUTE_READONLY) != 0) {
    return ERROR_ACCESS_DENIED;
  }
  if (!empties) return 0;
  const auto made = volume.create_file(path, true);
  return made ? 0 : error_code(made.error());
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C HANDLE CreateFileW(LPCWSTR name, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES,
                            DWORD disposition, DWORD flags, HANDLE) {
  if (disposition < CREATE_NEW || disposition > TRUNCATE_EXISTING) {
    return fail_with<HANDLE>(ERROR_INVALID_PARAMETER, INVALID_HANDLE_VALUE);
  }
  const auto what = (access & kWrites) != 0 ? FileReport::What::written : FileReport::What::read;
  return at_path_told<HANDLE>(
      INVALID_HANDLE_VALUE, name, what, [&](Lab& lab, const VolumeSet::Location& at) -> HANDLE {
        auto file = std::make_shared<FileObject>();
        file->path = to_utf8(name);
        file->reads = (access & kReads) != 0;
        file->writes = (access & kWrites) != 0;
        const auto there = at.volume->stat(at.path);
        FileUse use;
        use.access = (file->reads ? 1u : 0u) | (file->writes ? 2u : 0u) |
                     ((access & (DELETE | GENERIC_ALL)) != 0 ? 4u : 0u);
        use.shares = share & 7u;
        const bool empties = disposition == CREATE_ALWAYS || disposition == TRUNCATE_EXISTING;
        const bool file_there = there && !there->directory;
        DWORD error = 0;
        if (file_there && (use.access != 0 || empties)) {
          const FileUse asked{use.access | (empties ? 2u : 0u), use.shares};
          if (disposition != CREATE_NEW && !lab.sharing.allows(*at.volume, at.path, asked)) {
            error = ERROR_SHARING_VIOLATION;
          }
        }
        const BlockedScope blocked(lab.scheduler);  // writes may be held
        if (error == 0) error = prepare(*at.volume, at.path, disposition, flags, file->writes);
        const bool directory = there && there->directory;
        if (error == 0 && !directory && use.access != 0) {
          file->sharing = lab.sharing.open(*at.volume, at.path, use);
        }
        LabProcess* const watched =
            directory || (!file->reads && !file->writes) ? nullptr : watched_process(lab);
        if (error != 0) {
          if (watched != nullptr) {
            tell(*watched,
                 {.what = what, .path = canonical(at), .replaced = file_there, .error = error});
          }
          return fail_with<HANDLE>(error, INVALID_HANDLE_VALUE);
        }
        file->watched = watched;
        file->replaced = file_there;
        file->made = file->writes && (empties || !file_there);
        if (watched != nullptr) file->reported_path = canonical(at);
        const HANDLE handle = open_handle(std::move(file));
        const bool told = there && (disposition == CREATE_ALWAYS || disposition == OPEN_ALWAYS);
        set_last_error(told ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
        return handle == nullptr ? INVALID_HANDLE_VALUE : handle;
      });
}

EXTERN_C BOOL ReadFile(HANDLE handle, LPVOID buffer, DWORD bytes, LPDWORD done,
                       LPOVERLAPPED overlapped) {
  if (done != nullptr) *done = 0;
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto file = object_as<FileObject>(handle);
    if (file == nullptr) return FALSE;
    const auto at = locate(lab, file->path);
    if (!at) return fail_with<BOOL>(ERROR_NOT_READY, FALSE);
    if (!file->reads) return fail_with<BOOL>(ERROR_ACCESS_DENIED, FALSE);
    begin_overlapped(*file, overlapped);
    const auto read = at->volume->read_at(
        at->path, file->offset, std::span<std::byte>(static_cast<std::byte*>(buffer), bytes));
    if (!read) return finish(read);
    file->took_part(FileReport::What::read, file->offset,
                    std::string_view(static_cast<const char*>(buffer), *read));
    file->offset += *read;
    end_overlapped(overlapped, *read);
    if (done != nullptr) *done = static_cast<DWORD>(*read);
    const bool past_end = overlapped != nullptr && *read == 0 && bytes > 0;
    return past_end ? fail_with<BOOL>(ERROR_HANDLE_EOF, FALSE) : TRUE;
  });
}

EXTERN_C BOOL WriteFile(HANDLE handle, LPCVOID buffer, DWORD bytes, LPDWORD done,
                        LPOVERLAPPED overlapped) {
  if (done != nullptr) *done = 0;
  if (std::dynamic_pointer_cast<ConsoleObject>(object_of(handle)) != nullptr) {
    return WriteConsoleA(handle, buffer, bytes, done, nullptr);
  }
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto file = object_as<FileObject>(handle);
    if (file == nullptr) return FALSE;
    const auto at = locate(lab, file->path);
    if (!at) return fail_with<BOOL>(ERROR_NOT_READY, FALSE);
    if (!file->writes) return fail_with<BOOL>(ERROR_ACCESS_DENIED, FALSE);
    begin_overlapped(*file, overlapped);
    const BlockedScope blocked(lab.scheduler);  // writes may be held
    const std::string_view data(static_cast<const char*>(buffer), bytes);
    const auto written = at->volume->write_at(at->path, file->offset, data);
    if (!written) return finish(written);
    file->took_part(FileReport::What::written, file->offset, data);
    file->offset += bytes;
    end_overlapped(overlapped, bytes);
    if (done != nullptr) *done = bytes;
    return TRUE;
  });
}

EXTERN_C BOOL SetEndOfFile(HANDLE handle) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto file = object_as<FileObject>(handle);
    if (file == nullptr) return FALSE;
    const auto at = locate(lab, file->path);
    if (!at) return fail_with<BOOL>(ERROR_NOT_READY, FALSE);
    if (!file->writes) return fail_with<BOOL>(ERROR_ACCESS_DENIED, FALSE);
    const BlockedScope blocked(lab.scheduler);
    return finish(at->volume->resize(at->path, file->offset));
  });
}

EXTERN_C BOOL GetFileTime(HANDLE handle, LPFILETIME created, LPFILETIME accessed,
                          LPFILETIME written) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto file = object_as<FileObject>(handle);
    if (file == nullptr) return FALSE;
    const auto at = locate(lab, file->path);
    if (!at) return fail_with<BOOL>(ERROR_NOT_READY, FALSE);
    const auto info = at->volume->stat(at->path);
    if (!info) return finish(info);
    if (created != nullptr) *created = file_time(lab, info->created);
    if (accessed != nullptr) *accessed = file_time(lab, info->accessed);
    if (written != nullptr) *written = file_time(lab, info->modified);
    return TRUE;
  });
}

EXTERN_C BOOL SetFileTime(HANDLE handle, const FILETIME* created, const FILETIME* accessed,
                          const FILETIME* written) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto file = object_as<FileObject>(handle);
    if (file == nullptr) return FALSE;
    const auto at = locate(lab, file->path);
    if (!at) return fail_with<BOOL>(ERROR_NOT_READY, FALSE);
    Volume::Times times;
    if (created != nullptr) times.created = lab_time(lab, *created);
    if (accessed != nullptr) times.accessed = lab_time(lab, *accessed);
    if (written != nullptr) times.modified = lab_time(lab, *written);
    const BlockedScope blocked(lab.scheduler);
    return finish(at->volume->set_times(at->path, times));
  });
}

EXTERN_C BOOL FlushFileBuffers(HANDLE handle) { return object_as<FileObject>(handle) != nullptr; }

EXTERN_C BOOL GetFileSizeEx(HANDLE handle, LARGE_INTEGER* size) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto file = object_as<FileObject>(handle);
    if (file == nullptr) return FALSE;
    const auto at = locate(lab, file->path);
    if (!at) return fail_with<BOOL>(ERROR_NOT_READY, FALSE);
    const auto info = at->volume->stat(at->path);
    if (!info) return finish(info);
    size->QuadPart = static_cast<LONGLONG>(info->size);
    return TRUE;
  });
}

EXTERN_C DWORD GetFileSize(HANDLE handle, LPDWORD high) {
  LARGE_INTEGER size{};
  if (!GetFileSizeEx(handle, &size)) return INVALID_FILE_SIZE;
  if (high != nullptr) *high = static_cast<DWORD>(size.QuadPart >> 32);
  return size.LowPart;
}

EXTERN_C BOOL SetFilePointerEx(HANDLE handle, LARGE_INTEGER distance, LARGE_INTEGER* now,
                               DWORD method) {
  const auto file = object_as<FileObject>(handle);
  if (file == nullptr) return FALSE;
  LARGE_INTEGER size{};
  if (method == FILE_END && !GetFileSizeEx(handle, &size)) return FALSE;
  const LONGLONG base = method == FILE_BEGIN     ? 0
                        : method == FILE_CURRENT ? static_cast<LONGLONG>(file->offset)
                                                 : size.QuadPart;
  LONGLONG to = 0;
  if (__builtin_add_overflow(base, distance.QuadPart, &to) || to < 0) {
    return fail_with<BOOL>(131, FALSE);  // ERROR_NEGATIVE_SEEK
  }
  file->offset = static_cast<std::uint64_t>(to);
  if (now != nullptr) now->QuadPart = to;
  return TRUE;
}
