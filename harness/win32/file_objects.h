// What the file calls share: handles, places, errors, reports.
#pragma once

#include <windows.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/digest.h"
#include "volume/volume_set.h"
#include "win32/call.h"
#include "win32/wide.h"

namespace vsslab {

// An open file. A path is looked up at every call, so that a handle into a shadow copy that was
// deleted fails instead of dangling.
class FileObject final : public KernelObject {
 public:
  ~FileObject() override;
  bool signaled(ThreadKey) const override { return true; }

  // Bytes that went through the handle, for the report at its end.
  void took_part(FileReport::What what, std::uint64_t at, std::string_view bytes);
  // All that was read here was written there, and nothing else.
  void went_to(FileObject& target) const;

  std::string path;  // full
  std::uint64_t offset = 0;
  bool reads = false;
  bool writes = false;
  bool replaced = false;
  bool made = false;  // created or emptied by this handle
  FileSharing::Token sharing;
  LabProcess* watched = nullptr;  // the process to report about; null: nobody listens
  std::string reported_path;      // as canonical() gives it

 private:
  struct Passed {
    std::uint64_t bytes = 0;
    bool in_order = true;
    std::optional<DigestStream> digest;
    std::optional<std::uint64_t> value;  // of the digest, where another handle made it
  };
  void report(FileReport::What what, const Passed& passed) const;

  Passed read_, written_;
};

inline DWORD error_code(FileError error) { return static_cast<DWORD>(error); }

// The current folder of every program is the root of C:.
std::string full_name(std::string_view path);
std::optional<VolumeSet::Location> locate(Lab& lab, std::string_view path, bool follow_last = true);
// The volume's root or device and the path below it.
std::string canonical(const VolumeSet::Location& at);
// To the observers that listen to the running process.
void report_file(Lab& lab, FileReport report);
// Whether somebody listens to the running process.
bool files_watched(Lab& lab);

// Runs `body(lab, location)` for a full path. ERROR_PATH_NOT_FOUND when it leads nowhere.
template <class T, class Body>
T at_path(T otherwise, LPCWSTR path, bool follow_last, Body body) {
  if (path == nullptr) return fail_with<T>(ERROR_PATH_NOT_FOUND, otherwise);
  return on_lab<>(T(otherwise), [&](Lab& lab) -> T {
    const auto location = locate(lab, to_utf8(path), follow_last);
    if (!location) return fail_with<T>(ERROR_PATH_NOT_FOUND, otherwise);
    return body(lab, *location);
  });
}

// The same; that it leads nowhere is told when somebody listens.
template <class T, class Body>
T at_path_told(T otherwise, LPCWSTR path, FileReport::What what, Body body) {
  if (path == nullptr) return fail_with<T>(ERROR_PATH_NOT_FOUND, otherwise);
  return on_lab<>(T(otherwise), [&](Lab& lab) -> T {
    const std::string name = to_utf8(path);
    const auto location = locate(lab, name);
    if (location) return body(lab, *location);
    report_file(lab, {.what = what, .path = full_name(name), .error = ERROR_PATH_NOT_FOUND});
    return fail_with<T>(ERROR_PATH_NOT_FOUND, otherwise);
  });
}

template <class T>
BOOL finish(const FileResult<T>& result) {
  if (result) return TRUE;
  return fail_with<BOOL>(error_code(result.error()), FALSE);
}
// The same for a change of a file, told when somebody listens.
template <class T>
BOOL finish(Lab& lab, const FileResult<T>& result, FileReport report) {
  report.error = result ? 0 : error_code(result.error());
  report_file(lab, std::move(report));
  return finish(result);
}

FILETIME file_time(const Lab& lab, Time time);
Time lab_time(const Lab& lab, const FILETIME& time);
DWORD attributes_of(const FileInfo& info);

// The name that a caller gets back, in a buffer of `size` characters.
BOOL give_name(const std::string& text, LPWSTR out, DWORD size);

}  // namespace vsslab
