// Windows' file calls in the words of a backup program. Paths are UTF-8. Internal to requester/.
#pragma once

#include <windows.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace vsslab::requester {

// "opening C:\\data\\a.txt: 0x80070020": what failed, and Windows' code.
struct FileFailure {
  std::string what;
  std::uint32_t error = 0;
  std::string text() const;
};
template <class T>
using Done = tl::expected<T, FileFailure>;

struct FoundFile {
  std::string path;  // by the name that the writer knows: "C:\\data\\a.txt"
  bool directory = false;
  std::uint64_t size = 0;
  std::uint64_t modified = 0;  // FILETIME
  std::uint32_t attributes = 0;
};

// "C:\\data" + "a.txt"
std::string join(std::string_view directory, std::string_view name);
// The last name of a path, and what stands before it without the backslash.
std::string_view file_name(std::string_view path);
std::string_view folder_of(std::string_view path);
// %SystemRoot%\x, C:/Windows/x -> C:\Windows\x, no backslash at the end. Unknown variables stay.
std::string expand(std::string_view path);
// "%NOPE%": the first that expand() left; empty when it left none.
std::string unknown_variable(std::string_view expanded);
bool has_wildcard(std::string_view filespec);

// Where the files of a volume are read: on the volume itself, or on its shadow copy.
class SourceMap {
 public:
  // `device` has no backslash at its end.
  void add(std::string_view volume, std::string_view device);
  // The path on the copy; nothing when the volume has none.
  std::optional<std::string> on_copy(const std::string& path) const;

 private:
  std::map<std::string, std::string, std::less<>> devices_;  // by folded name of the volume
};

// The root of the path's volume or mounted folder, "C:\\mnt\\data\\", and one spelling for all
// names of a volume. Empty when the path leads nowhere.
std::string volume_path_of(const std::string& path);
std::string volume_identity(std::string_view volume);
// Volumes that are mounted in folders below `path`, by these folders.
std::vector<std::string> mounted_below(const std::string& path);

// Calls `visit` for every file of `directory` that matches, and of the folders below it when
// `recursive`; then also for the folders themselves. `where` turns a path into the one to read; a
// path for which it has none is skipped and told to `lost`. Folders that lead elsewhere (junctions)
// are not followed, but mounted folders are, on the mounted volume's own copy.
struct Walk {
  std::function<std::optional<std::string>(const std::string&)> where;
  std::function<void(const FoundFile&)> visit;
  std::function<void(const std::string&)> lost;
  bool run(const std::string& directory, const std::string& filespec, bool recursive) const;
};

std::optional<FoundFile> find_file(const std::string& path);
Done<void> make_folder(const std::string& directory);
// Content, time and attributes. What is there is replaced; a read-only one gives way.
Done<void> copy_file(const std::string& from, const std::string& to);
Done<std::string> read_file(const std::string& path);
Done<void> write_file(const std::string& path, std::string_view content);

struct Range {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool operator==(const Range&) const = default;
};
// "0:512, 0x1000:64"; nothing when it is not of that form. An empty text is no range.
std::optional<std::vector<Range>> parse_ranges(std::string_view text);
// A ranges file: the number of ranges, then offset and length of each, all as 64 bits.
std::optional<std::vector<Range>> parse_ranges_file(std::string_view bytes);
// Copies `from`'s ranges to `to`'s, byte by byte in their order; both have as many bytes. A target
// that does not exist is made when `create`. Without `to_ranges` they are one piece from its start.
Done<void> copy_ranges(const std::string& from, const std::vector<Range>& from_ranges,
                       const std::string& to, const std::vector<Range>& to_ranges, bool create);

// Can the file be written over now?
bool replaceable(const std::string& path);
// Could a file be made there: does the path lead to a volume that takes writes?
bool creatable(const std::string& path);

}  // namespace vsslab::requester
