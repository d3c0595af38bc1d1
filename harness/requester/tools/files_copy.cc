// The commands of `vsslab files` that copy: into the machine, within it, and out of it.
#include <windows.h>

#include <algorithm>

#include <fmt/format.h>

#include "core/limits.h"
#include "requester/com_text.h"
#include "requester/tools/files_command.h"
#include "requester/tools/text.h"
#include "volume/path.h"

namespace vsslab::requester {

namespace {

// One side of a copy: the machine's files or the user's, by one set of words.
struct Item {
  std::string path;
  std::string name;  // below the source, with the separators of its side
  bool directory = false;
  bool hidden = false;
};

char separator(bool machine) { return machine ? '\\' : '/'; }

std::string joined(const std::string& folder, const std::string& name, bool machine) {
  if (machine) return join(folder, name);
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

std::string other_side(std::string name, bool machine) {
  std::replace(name.begin(), name.end(), separator(!machine), separator(machine));
  return name;
}

bool user_folder(FilesCall& call, const std::string& path) {
  return call.host.read_folder(path).has_value();
}

bool any_folder(FilesCall& call, const std::string& path) {
  return is_lab_path(path) ? is_folder(machine_path(path)) : user_folder(call, path);
}

std::string_view last_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// The partial file goes, as CopyFile has it, when there is no room for the rest.
bool put(FilesCall& call, const std::string& to, std::string_view bytes) {
  if (is_lab_path(to)) {
    const HANDLE file = CreateFileW(wide(to).c_str(), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                                    FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) return call.refuse_last(), false;
    DWORD written = 0;
    const BOOL whole =
        WriteFile(file, bytes.data(), static_cast<DWORD>(bytes.size()), &written, NULL);
    const DWORD error = GetLastError();
    CloseHandle(file);
    if (whole) return true;
    DeleteFileW(wide(to).c_str());
    return call.refuse(error), false;
  }
  const auto written = call.host.write_file(to, bytes);
  if (!written) call.refuse(written.error());
  return written.has_value();
}

bool copy_one(FilesCall& call, const std::string& from, const std::string& to) {
  const bool from_machine = is_lab_path(from);
  if (from_machine && is_lab_path(to)) {
    if (same_name(from, to)) {
      call.failed = true;
      return call.print("The file cannot be copied onto itself."), false;
    }
    if (CopyFileW(wide(from).c_str(), wide(to).c_str(), FALSE)) return true;
    return call.refuse_last(), false;
  }
  const auto bytes = from_machine ? read_file(from).map_error([](const FileFailure& failure) {
    return Error{failure.text(), {}, 0, {}, {}};
  })
                                  : call.host.read_file(from);
  if (bytes) return put(call, to, *bytes);
  if (from_machine && !find_file(from)) return call.refuse_last(), false;
  return call.refuse(Error{fmt::format("{}: {}", from, bytes.error().message), {}, 0, {}, {}}),
         false;
}

// What the source words of a copy name: files, those of a folder, those that match.
std::vector<Item> sources_of(FilesCall& call, const std::string& word) {
  std::vector<Item> items;
  if (!is_lab_path(word)) {
    const auto folder = call.host.read_folder(word);
    if (!folder) return {{word, std::string(last_name(word))}};
    for (const HostEntry& entry : *folder) {
      if (!entry.directory) items.push_back({joined(word, entry.name, false), entry.name});
    }
    return items;
  }
  const std::string path = machine_path(word);
  const Named what = named(path);
  if (what.pattern.empty() && !what.directory) return {{path, std::string(file_name(path))}};
  DWORD error = 0;
  for (FoundFile& file : entries(what.folder, what.directory ? "*" : what.pattern, error)) {
    constexpr DWORD kUnseen = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM;
    if (file.directory || (file.attributes & kUnseen) != 0) continue;
    std::string name(file_name(file.path));
    items.push_back({std::move(file.path), std::move(name)});
  }
  if (items.empty()) call.refuse(error == 0 ? DWORD{ERROR_FILE_NOT_FOUND} : error);
  return items;
}

int counted(FilesCall& call, std::size_t copied) {
  call.print(fmt::format("{:>9} file(s) copied.", copied));
  return call.code();
}

// `copy con C:\a.txt`
int copy_typed(FilesCall& call, const std::string& to) {
  std::string text;
  while (const auto line = call.host.read_line()) {
    const std::size_t end = line->find('\x1a');  // Ctrl+Z
    text += line->substr(0, end);
    if (end != std::string::npos) break;
    text += "\r\n";
    if (text.size() > limits::kInputBytesMax) {
      call.refuse(Error{fmt::format("more than {} bytes (input_bytes_max)", limits::kInputBytesMax),
                        {},
                        0,
                        {},
                        {}});
      return counted(call, 0);
    }
  }
  return counted(call, put(call, to, text) ? 1 : 0);
}

// `copy C:\a + b.txt C:\c`: one after the other; read before the first is written over.
int copy_together(FilesCall& call) {
  std::string all;
  std::vector<std::string> parts;
  std::string to = call.words[0];
  for (std::size_t i = 0; i < call.words.size(); ++i) {
    const bool plus = call.words[i] == "+";
    if (i % 2 == 0 && plus) return call.wrong_syntax();
    if (i % 2 == 1 && !plus) {
      if (i + 1 != call.words.size()) return call.wrong_syntax();
      to = call.words[i];
      break;
    }
    if (!plus) parts.push_back(call.words[i]);
    if (plus && i + 1 == call.words.size()) return call.wrong_syntax();
  }
  for (const std::string& part : parts) {
    const auto bytes = read_any(call.host, is_lab_path(part) ? machine_path(part) : part);
    if (!bytes) {
      call.refuse(Error{fmt::format("{}: {}", part, bytes.error().message), {}, 0, {}, {}});
      return counted(call, 0);
    }
    all += *bytes;
  }
  return counted(call, put(call, is_lab_path(to) ? machine_path(to) : to, all) ? 1 : 0);
}

// ---- xcopy --------------------------------------------------------------------------------------

// Everything below a folder that xcopy takes, folders before what is in them.
void tree_of(FilesCall& call, const Item& top, const std::string& pattern, bool below,
             std::vector<Item>& out) {
  const bool machine = is_lab_path(top.path);
  std::vector<Item> found;
  if (machine) {
    DWORD error = 0;
    for (FoundFile& file : entries(top.path, "*", error)) {
      constexpr DWORD kUnseen = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM;
      const bool elsewhere =
          file.directory && (file.attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
      if (elsewhere) continue;
      Item& item = found.emplace_back();
      item.name = file_name(file.path);
      item.path = std::move(file.path);
      item.directory = file.directory;
      item.hidden = (file.attributes & kUnseen) != 0;
    }
  } else if (const auto folder = call.host.read_folder(top.path)) {
    for (const HostEntry& entry : *folder) {
      found.push_back({joined(top.path, entry.name, false), entry.name, entry.directory});
    }
  } else {
    call.refuse(folder.error());
  }
  for (Item& item : found) {
    if (item.hidden && !call.has("h")) continue;
    if (out.size() >= kTreeFilesMax) return;
    if (!item.directory && !matches_wildcard(pattern, item.name)) continue;
    if (item.directory && !below) continue;
    if (!top.name.empty()) item.name = joined(top.name, item.name, machine);
    out.push_back(item);
    if (!item.directory) continue;
    const std::size_t before = out.size();
    tree_of(call, item, pattern, true, out);
    if (out.size() == before && !call.has("e")) out.pop_back();  // an empty one
  }
}

bool make_any_folder(FilesCall& call, const std::string& path) {
  if (!is_lab_path(path)) {
    const auto made = call.host.make_folder(path);
    if (!made) call.refuse(made.error());
    return made.has_value();
  }
  const auto made = make_folder(path);
  if (!made) call.refuse(made.error().error);
  return made.has_value();
}

// Where the copies go: a folder, or the name of a single file's copy. Nothing: the user left.
std::optional<std::string> xcopy_target(FilesCall& call, bool single, bool& as_file) {
  const std::string& word = call.words[1];
  const bool machine = is_lab_path(word);
  const std::string to = machine ? machine_path(word) : word;
  as_file = false;
  if (any_folder(call, word) || word.ends_with('\\') || word.ends_with('/') || call.has("i")) {
    return to;
  }
  if (single && (machine ? find_file(to).has_value() : call.host.read_file(to).has_value())) {
    as_file = true;
    return to;
  }
  const char answer =
      call.ask(fmt::format("Does {} specify a file name\nor directory name on the target\n"
                           "(F = file, D = directory)? ",
                           word));
  as_file = answer == 'f' && single;
  if (answer == 'd' || as_file) return to;
  call.failed = true;
  return std::nullopt;
}

}  // namespace

int files_copy(FilesCall& call) {
  const bool together = std::ranges::find(call.words, "+") != call.words.end();
  if (together) return copy_together(call);
  const std::string last = call.words.back();
  call.words.pop_back();
  const bool machine = is_lab_path(last);
  const std::string to = machine ? machine_path(last) : last;
  if (call.words.size() == 1 && equal_words(call.words[0], "con")) return copy_typed(call, to);
  std::vector<Item> sources;
  for (const std::string& word : call.words) {
    if (!machine && !is_lab_path(word)) {
      call.refuse(Error{fmt::format("neither {} nor {} is a path of the machine", word, last)});
      return counted(call, 0);
    }
    for (Item& item : sources_of(call, word)) sources.push_back(std::move(item));
  }
  const bool folder = any_folder(call, last);
  const bool named_folder = last.ends_with('\\') || last.ends_with('/');
  if (!folder && (named_folder || sources.size() > 1)) {
    call.refuse(ERROR_PATH_NOT_FOUND);
    return counted(call, 0);
  }
  std::size_t copied = 0;
  for (const Item& item : sources) {
    if (sources.size() > 1) call.print(item.path);
    if (copy_one(call, item.path, folder ? joined(to, item.name, machine) : to)) ++copied;
  }
  return counted(call, copied);
}

int files_xcopy(FilesCall& call) {
  const std::string& word = call.words[0];
  const bool from_machine = is_lab_path(word);
  const bool machine = is_lab_path(call.words[1]);
  if (!machine && !from_machine) {
    call.refuse(
        Error{fmt::format("neither {} nor {} is a path of the machine", word, call.words[1])});
    return call.code();
  }
  std::vector<Item> items;
  Item top;
  std::string pattern = "*";
  bool single = false;
  if (any_folder(call, word)) {
    top.path = from_machine ? machine_path(word) : word;
    tree_of(call, top, pattern, call.has("s") || call.has("e"), items);
  } else if (from_machine && has_wildcard(last_name(word))) {
    const Named what = named(machine_path(word));
    top.path = what.folder;
    tree_of(call, top, what.pattern, call.has("s") || call.has("e"), items);
  } else if (!from_machine || find_file(machine_path(word))) {
    single = true;
    items.push_back({from_machine ? machine_path(word) : word, std::string(last_name(word))});
  }
  if (items.size() >= kTreeFilesMax) {
    call.refuse(Error{
        fmt::format("more than {} files (tree_files_max); nothing was copied", kTreeFilesMax)});
    return call.code();
  }
  if (items.empty()) {
    call.print(fmt::format("File not found - {}\n0 File(s) copied", last_name(word)));
    return 1;
  }
  bool as_file = false;
  const auto to = xcopy_target(call, single, as_file);
  if (!to) return call.code();
  if (!as_file && !any_folder(call, *to) && !make_any_folder(call, *to)) return call.code();
  std::size_t copied = 0;
  for (const Item& item : items) {
    const std::string path =
        as_file ? *to
                : joined(*to, from_machine == machine ? item.name : other_side(item.name, machine),
                         machine);
    if (item.directory) {
      if (!make_any_folder(call, path)) break;
      continue;
    }
    if (!call.has("q")) call.print(item.path);
    if (!copy_one(call, item.path, path)) break;  // xcopy ends at the first error
    ++copied;
  }
  call.print(fmt::format("{} File(s) copied", copied));
  return call.code();
}

}  // namespace vsslab::requester
