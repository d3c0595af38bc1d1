// The commands of `vsslab files` that move, remove and make.
#include <windows.h>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/files_command.h"
#include "requester/tools/text.h"

namespace vsslab::requester {

namespace {

// Every word is a path of the machine.
bool all_on_machine(FilesCall& call) {
  for (const std::string& word : call.words) {
    if (is_lab_path(word)) continue;
    call.refuse(
        Error{fmt::format("{} is no path of the machine; write one with its drive.", word)});
    return false;
  }
  return true;
}

bool remove_file(FilesCall& call, const FoundFile& file) {
  const std::wstring path = wide(file.path);
  const bool read_only = (file.attributes & FILE_ATTRIBUTE_READONLY) != 0;
  if (read_only && call.has("f")) {
    SetFileAttributesW(path.c_str(), file.attributes & ~DWORD{FILE_ATTRIBUTE_READONLY});
  }
  if (DeleteFileW(path.c_str())) return true;
  const DWORD error = GetLastError();
  call.print(file.path);
  call.refuse(error);
  return false;
}

// How many files went.
std::size_t remove_matching(FilesCall& call, const std::string& folder,
                            const std::string& pattern) {
  std::size_t removed = 0;
  DWORD error = 0;
  for (const FoundFile& file : entries(folder, pattern, error)) {
    constexpr DWORD kUnseen = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM;
    if (file.directory || (file.attributes & kUnseen) != 0) continue;
    if (!remove_file(call, file)) continue;
    ++removed;
    if (call.has("s")) call.print("Deleted file - " + file.path);
  }
  if (!call.has("s")) return removed;
  for (const FoundFile& below : entries(folder, "*", error)) {
    const bool elsewhere = (below.attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    if (below.directory && !elsewhere) removed += remove_matching(call, below.path, pattern);
  }
  return removed;
}

void remove_named(FilesCall& call, const std::string& word) {
  const std::string path = machine_path(word);
  const Named what = named(path);
  const std::string pattern = what.directory ? "*" : std::string(file_name(path));
  const std::string folder = what.folder.size() == 2 ? what.folder + "\\" : what.folder;
  const bool everything = pattern == "*" || pattern == "*.*";
  if (everything && is_folder(folder) && !call.has("q")) {
    const char answer = call.ask(fmt::format("{}, Are you sure (Y/N)? ", join(folder, pattern)));
    if (answer != 'y') return;
  }
  if (!has_wildcard(pattern) && !call.has("s")) {
    if (const auto file = find_file(path)) {
      remove_file(call, *file);
      return;
    }
  } else if (is_folder(folder) && (remove_matching(call, folder, pattern) > 0 || call.failed)) {
    return;
  }
  if (everything && is_folder(folder)) return;  // there was nothing, and nothing is there
  call.failed = true;
  call.print("Could Not Find " + join(folder, pattern));
}

// Everything in a folder, and the folder.
bool remove_tree(FilesCall& call, const std::string& folder) {
  DWORD error = 0;
  for (const FoundFile& entry : entries(folder, "*", error)) {
    const bool elsewhere = (entry.attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    if (entry.directory && !elsewhere) {
      if (!remove_tree(call, entry.path)) return false;
      continue;
    }
    SetFileAttributesW(wide(entry.path).c_str(), FILE_ATTRIBUTE_NORMAL);
    const std::wstring path = wide(entry.path);
    if (!(entry.directory ? RemoveDirectoryW(path.c_str()) : DeleteFileW(path.c_str()))) {
      error = GetLastError();
      call.print(entry.path);
      return call.refuse(error), false;
    }
  }
  if (folder.ends_with(":\\") || RemoveDirectoryW(wide(folder).c_str())) return true;
  return call.refuse_last(), false;
}

}  // namespace

int files_move(FilesCall& call) {
  if (!all_on_machine(call)) return call.code();
  const std::string from = machine_path(call.words[0]);
  std::string to = machine_path(call.words[1]);
  const bool into = is_folder(to);
  const Named what = named(from);
  std::vector<FoundFile> sources;
  DWORD error = ERROR_FILE_NOT_FOUND;
  if (what.pattern.empty()) {
    if (auto file = find_file(from)) sources.push_back(std::move(*file));
  } else {
    sources = entries(what.folder, what.pattern, error);
    std::erase_if(sources, [](const FoundFile& file) { return file.directory; });
    if (error == 0) error = ERROR_FILE_NOT_FOUND;
  }
  if (sources.empty()) call.refuse(error);
  if (sources.size() > 1 && !into) {
    call.refuse(ERROR_PATH_NOT_FOUND);
    return call.code();
  }
  std::size_t moved = 0;
  for (const FoundFile& file : sources) {
    const std::string target = into ? join(to, file_name(file.path)) : to;
    if (sources.size() > 1) call.print(file.path);
    const DWORD flags =
        file.directory ? 0 : DWORD{MOVEFILE_REPLACE_EXISTING} | MOVEFILE_COPY_ALLOWED;
    if (MoveFileExW(wide(file.path).c_str(), wide(target).c_str(), flags)) {
      ++moved;
    } else {
      call.refuse_last();
    }
  }
  const bool folder = sources.size() == 1 && sources[0].directory;
  call.print(fmt::format("{:>9} {}(s) moved.", moved, folder ? "dir" : "file"));
  return call.code();
}

int files_ren(FilesCall& call) {
  const std::string from = machine_path(call.words[0]);
  const std::string& name = call.words[1];
  if (!is_lab_path(call.words[0]) || name.find_first_of("\\/:*?") != std::string::npos) {
    return call.wrong_syntax();
  }
  const std::string to = join(folder_of(from), name);
  if (MoveFileExW(wide(from).c_str(), wide(to).c_str(), 0)) return 0;
  if (GetLastError() == ERROR_ALREADY_EXISTS || GetLastError() == ERROR_FILE_EXISTS) {
    call.print("A duplicate file name exists, or the file\ncannot be found.");
    return 1;
  }
  call.refuse_last();
  return call.code();
}

int files_del(FilesCall& call) {
  if (!all_on_machine(call)) return call.code();
  for (const std::string& word : call.words) remove_named(call, word);
  return call.code();
}

int files_mkdir(FilesCall& call) {
  if (!all_on_machine(call)) return call.code();
  for (const std::string& word : call.words) {
    const std::string path = machine_path(word);
    if (is_folder(path) || find_file(path)) {
      call.failed = true;
      call.print(fmt::format("A subdirectory or file {} already exists.", word));
    } else if (const auto made = make_folder(path); !made) {
      call.refuse(made.error().error);
    }
  }
  return call.code();
}

int files_rmdir(FilesCall& call) {
  if (!all_on_machine(call)) return call.code();
  for (const std::string& word : call.words) {
    const std::string path = machine_path(word);
    const auto folder = find_file(path);
    if (!folder) {
      call.refuse_last();
    } else if (!folder->directory) {
      call.refuse(ERROR_DIRECTORY);
    } else if (!call.has("s")) {
      if (!RemoveDirectoryW(wide(path).c_str())) call.refuse_last();
    } else if (call.has("q") || call.ask(fmt::format("{}, Are you sure (Y/N)? ", word)) == 'y') {
      remove_tree(call, path);
    }
  }
  return call.code();
}

int files_fsutil(FilesCall& call) {
  const std::string& length = call.words[3];
  std::uint64_t bytes = 0;
  const auto [end, bad] = std::from_chars(length.data(), length.data() + length.size(), bytes);
  if (!equal_words(call.words[0], "file") || !equal_words(call.words[1], "createnew") ||
      bad != std::errc() || end != length.data() + length.size() || bytes > INT64_MAX ||
      !is_lab_path(call.words[2])) {
    return call.wrong_syntax();
  }
  const std::string path = machine_path(call.words[2]);
  const HANDLE file = CreateFileW(wide(path).c_str(), GENERIC_WRITE, 0, NULL, CREATE_NEW,
                                  FILE_ATTRIBUTE_NORMAL, NULL);
  LARGE_INTEGER to{};
  to.QuadPart = static_cast<LONGLONG>(bytes);
  const bool made = file != INVALID_HANDLE_VALUE && SetFilePointerEx(file, to, NULL, FILE_BEGIN) &&
                    SetEndOfFile(file);
  const DWORD error = GetLastError();
  if (file != INVALID_HANDLE_VALUE) CloseHandle(file);
  if (!made) {
    if (file != INVALID_HANDLE_VALUE) DeleteFileW(wide(path).c_str());
    call.host.print("Error:  ");
    call.refuse(error);
    return call.code();
  }
  call.print(fmt::format("File {} is created", path));
  return call.code();
}

}  // namespace vsslab::requester
