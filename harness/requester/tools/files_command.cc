#include "requester/tools/files_command.h"

#include <algorithm>

#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/text.h"
#include "volume/path.h"

namespace vsslab::requester {

namespace {

struct FilesCommand {
  std::string_view name, other;  // two names of one command
  std::string_view syntax;
  std::string_view switches;  // " y s a: ": with a colon one that letters may follow
  int (*run)(FilesCall&);
  std::size_t words_least, words_most;
};

constexpr std::size_t kAny = 1'000'000;

constexpr FilesCommand kCommands[] = {
    {"dir", "",
     "DIR [path] [/A[[:]attributes]] [/B] [/S]\n"
     "  /A  With these attributes: D folders, H hidden, S system, R read-only, A archive,\n"
     "      - before one means not. Without it hidden and system files are not shown.\n"
     "  /B  Names alone.\n"
     "  /S  Also the folders below.\n",
     " a: b s ", files_dir, 0, kAny},
    {"type", "", "TYPE path...\n  Shows what is in files.\n", " ", files_type, 1, kAny},
    {"copy", "",
     "COPY source... destination\n"
     "COPY source + source... destination\n"
     "COPY CON destination\n"
     "  Into, within and out of the machine: a path with a drive (C:\\data\\a.txt) or a device\n"
     "  (\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\a.txt) is the machine's, any other "
     "is\n"
     "  yours. CON is what you type, to the end of the input. /Y, /B and /V change nothing.\n",
     " y b v ", files_copy, 2, kAny},
    {"xcopy", "",
     "XCOPY source destination [/S [/E]] [/I] [/H] [/Q] [/Y]\n"
     "  As COPY, with the folders below (/S), also the empty ones (/E). /I: a destination that\n"
     "  does not exist is a folder. /H: hidden and system files too. /Q: no names.\n",
     " s e i h q y ", files_xcopy, 2, 2},
    {"move", "", "MOVE [/Y] source destination\n  Moves files, or a folder.\n", " y ", files_move,
     2, 2},
    {"ren", "rename", "REN path name\n  Gives a file or folder another name.\n", " ", files_ren, 2,
     2},
    {"del", "erase",
     "DEL path... [/F] [/S] [/Q]\n"
     "  /F  Read-only files too.\n"
     "  /S  Also in the folders below.\n"
     "  /Q  Without asking.\n",
     " f s q ", files_del, 1, kAny},
    {"mkdir", "md", "MKDIR path...\n  Makes folders, with those above.\n", " ", files_mkdir, 1,
     kAny},
    {"rmdir", "rd",
     "RMDIR path... [/S] [/Q]\n"
     "  /S  With everything in it.\n"
     "  /Q  Without asking.\n",
     " s q ", files_rmdir, 1, kAny},
    {"attrib", "",
     "ATTRIB [+R|-R] [+A|-A] [+S|-S] [+H|-H] path...\n  Shows or changes attributes.\n", " ",
     files_attrib, 1, kAny},
    {"fc", "", "FC file1 file2\n  Compares two files, byte by byte. One may be yours.\n", " b ",
     files_fc, 2, 2},
    {"fsutil", "",
     "FSUTIL FILE CREATENEW path length\n  Makes a file of that many bytes, all zero.\n", " ",
     files_fsutil, 4, 4},
};

const FilesCommand* find_command(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return nullptr;
  for (const FilesCommand& command : kCommands) {
    if (equal_words(command.name, arguments[0])) return &command;
    if (!command.other.empty() && equal_words(command.other, arguments[0])) return &command;
  }
  return nullptr;
}

void print_commands(ToolHost& host) {
  host.print("The files of the lab machine:\n\n");
  for (const FilesCommand& command : kCommands) {
    const std::string_view syntax = command.syntax;
    for (std::size_t at = 0; at < syntax.size();) {
      const std::size_t end = syntax.find('\n', at);
      if (syntax[at] != ' ') host.print(fmt::format("{}\n", syntax.substr(at, end - at)));
      at = end + 1;
    }
  }
  host.print("\nA command with /? says more.\n");
}

// "/s", "/s/q", "/a:-d", "/-y" as names; empty when the word is none of the command's, as a path
// that begins with a slash.
std::vector<std::string> switches_of(const FilesCommand& command, const std::string& word) {
  std::vector<std::string> found;
  if (word.size() < 2 || word[0] != '/') return {};
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t end = std::min(word.find('/', at + 1), word.size());
    const std::string name = lower(word.substr(at + 1, end - at - 1));
    if (name.empty()) return {};
    const bool plain = command.switches.find(fmt::format(" {} ", name)) != std::string_view::npos;
    const bool letters =
        command.switches.find(fmt::format(" {}: ", name[0])) != std::string_view::npos &&
        name.find_first_not_of("adhsr:-", 1) == std::string::npos;
    if (!plain && !letters) return {};
    found.push_back(name);
    at = end;
  }
  return found;
}

struct WindowsText {
  DWORD error;
  std::string_view text;
};
constexpr WindowsText kTexts[] = {
    {ERROR_FILE_NOT_FOUND, "The system cannot find the file specified."},
    {ERROR_PATH_NOT_FOUND, "The system cannot find the path specified."},
    {ERROR_ACCESS_DENIED, "Access is denied."},
    {ERROR_NOT_SAME_DEVICE, "The system cannot move the file to a different disk drive."},
    {ERROR_WRITE_PROTECT, "The media is write protected."},
    {ERROR_NOT_READY, "The device is not ready."},
    {ERROR_SHARING_VIOLATION,
     "The process cannot access the file because it is being used by another process."},
    {ERROR_FILE_EXISTS, "The file exists."},
    {ERROR_DISK_FULL, "There is not enough space on the disk."},
    {ERROR_INVALID_NAME, "The filename, directory name, or volume label syntax is incorrect."},
    {ERROR_DIR_NOT_EMPTY, "The directory is not empty."},
    {ERROR_ALREADY_EXISTS, "Cannot create a file when that file already exists."},
    {ERROR_DIRECTORY, "The directory name is invalid."},
};

// Whether nothing of a copy or xcopy goes to the machine.
bool copies_out(const std::vector<std::string>& arguments) {
  const FilesCommand& command = *find_command(arguments);
  std::vector<std::string> words;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (switches_of(command, arguments[i]).empty()) words.push_back(arguments[i]);
  }
  if (words.empty()) return true;
  // Without a destination of their own the joined files become the first.
  const bool joined = words.size() > 1 && words[words.size() - 2] == "+";
  return !is_lab_path(joined ? words.front() : words.back());
}

}  // namespace

bool FilesCall::has(std::string_view name) const {
  return switches.find(fmt::format(" {} ", name)) != std::string::npos;
}

void FilesCall::refuse(std::uint32_t error) {
  failed = true;
  for (const WindowsText& known : kTexts) {
    if (known.error == error) return print(std::string(known.text));
  }
  print(fmt::format("The system has error {} (0x{:08X}).", error, 0x80070000U | error));
}

void FilesCall::refuse_last() { refuse(GetLastError()); }

void FilesCall::refuse(const Error& error) {
  failed = true;
  print(error.message);
}

int FilesCall::wrong_syntax() {
  print("The syntax of the command is incorrect.");
  host.print(usage);
  return 2;
}

char FilesCall::ask(const std::string& question) {
  host.print(question);
  const auto answer = host.read_line();
  if (!answer) host.print("\n");
  const std::string word = answer ? trimmed(*answer) : std::string();
  return word.empty() ? '\0' : lower(word)[0];
}

std::string machine_path(const std::string& word) {
  std::string path = word;
  std::replace(path.begin(), path.end(), '/', '\\');
  if (path.size() == 2) path += '\\';
  while (path.ends_with('\\') && !path.ends_with(":\\")) path.pop_back();
  return path;
}

// A device has no attributes of its own until it is named with its backslash.
bool is_folder(const std::string& path) {
  DWORD attributes = GetFileAttributesW(wide(path).c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES) {
    attributes = GetFileAttributesW(wide(path + "\\").c_str());
  }
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

Named named(const std::string& path) {
  Named found;
  if (has_wildcard(file_name(path))) {
    found.pattern = file_name(path);
    found.folder = folder_of(path);
    if (found.folder.size() == 2) found.folder += '\\';
    found.exists = is_folder(found.folder);
    return found;
  }
  found.directory = is_folder(path);
  found.exists = found.directory || find_file(path).has_value();
  found.folder = found.directory ? path : std::string(folder_of(path));
  return found;
}

std::vector<FoundFile> entries(const std::string& folder, const std::string& pattern,
                               std::uint32_t& error) {
  std::vector<FoundFile> found;
  WIN32_FIND_DATAW data{};
  const HANDLE search = FindFirstFileW(wide(join(folder, pattern)).c_str(), &data);
  error = search == INVALID_HANDLE_VALUE ? GetLastError() : ERROR_SUCCESS;
  if (search == INVALID_HANDLE_VALUE) return found;
  do {
    const std::string name = narrow(data.cFileName);
    if (name == "." || name == "..") continue;
    FoundFile file;
    file.path = join(folder, name);
    file.directory = (data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    file.size = static_cast<std::uint64_t>(data.nFileSizeHigh) << 32 | data.nFileSizeLow;
    file.modified = static_cast<std::uint64_t>(data.ftLastWriteTime.dwHighDateTime) << 32 |
                    data.ftLastWriteTime.dwLowDateTime;
    file.attributes = data.dwFileAttributes;
    found.push_back(std::move(file));
  } while (FindNextFileW(search, &data));
  FindClose(search);
  return found;
}

int run_files(ToolHost& host, const std::vector<std::string>& arguments) {
  const FilesCommand* const command = find_command(arguments);
  if (command == nullptr) {
    const bool help = arguments.empty() || arguments[0] == "/?" || arguments[0] == "-?";
    if (!help) {
      host.print(fmt::format("'{}' is not recognized as a command.\n\n", arguments[0]));
    }
    print_commands(host);
    return help ? 0 : 2;
  }
  FilesCall call{host};
  call.usage = command->syntax;
  call.switches = " ";
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "/?" || word == "-?") {
      host.print(call.usage);
      return 0;
    }
    const auto switches = switches_of(*command, word);
    for (const std::string& name : switches) call.switches += name + " ";
    if (!switches.empty()) continue;
    // Only a copy has use for a path of the user's, as /tmp/a.txt.
    const bool may_be_path =
        command->run == files_copy || command->run == files_xcopy || command->run == files_fc;
    if (word.starts_with('/') && (!may_be_path || word.size() == 2)) {
      host.print(fmt::format("Invalid switch - \"{}\".\n{}", word.substr(1), call.usage));
      return 2;
    }
    if (word.empty()) return call.wrong_syntax();
    call.words.push_back(word);
  }
  if (call.words.size() < command->words_least || call.words.size() > command->words_most) {
    return call.wrong_syntax();
  }
  return command->run(call);
}

bool files_only_reads(const std::vector<std::string>& arguments) {
  const FilesCommand* const command = find_command(arguments);
  if (command == nullptr) return true;
  if (std::ranges::find(arguments, "/?") != arguments.end()) return true;
  if (command->run == files_copy || command->run == files_xcopy) return copies_out(arguments);
  return command->run == files_dir || command->run == files_type || command->run == files_fc;
}

}  // namespace vsslab::requester
