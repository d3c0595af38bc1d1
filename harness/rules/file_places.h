// File sets as places, and which of many name a file. What rules on copying and on restoring share.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metadata/component_path.h"
#include "metadata/writer_metadata.h"
#include "rules/support.h"

namespace vsslab::rules {

// A file set's names. Paths are expanded, lower case, without a backslash at the end.
struct FilePlace {
  std::string path, filespec;
  bool recursive = false;
  // "sub\\a.txt" when it names the file (a whole path in lower case), else nothing.
  std::optional<std::string> rest_of(std::string_view file) const;
  friend auto operator<=>(const FilePlace&, const FilePlace&) = default;
};
FilePlace place_of(std::string_view path, std::string_view filespec, bool recursive);
FilePlace home_of(const metadata::FileSet& set);
FilePlace read_place_of(const metadata::FileSet& set);  // the alternate path where there is one

// Many places, each with a number. Asking costs the depth of the path and the places with a
// wildcard in its directories, however many places name other files.
class PlaceIndex {
 public:
  void add(const FilePlace& place, std::uint32_t id);
  // The numbers of those that name the file, ascending.
  std::vector<std::uint32_t> at(std::string_view file) const;
  bool empty() const { return exact_.empty() && patterns_.empty(); }

 private:
  struct Entry {
    FilePlace place;
    std::uint32_t id = 0;
  };
  using Name = std::pair<std::string, std::string>;  // directory, name
  struct LessName {
    using is_transparent = void;
    using View = std::pair<std::string_view, std::string_view>;
    bool operator()(const View& a, const View& b) const { return a < b; }
  };
  std::map<Name, std::vector<Entry>, LessName> exact_;
  std::map<std::string, std::vector<Entry>, std::less<>> patterns_;  // by directory
  bool recursive_ = false;
};

// The path of a file in lower case; a path on a shadow copy's device as that of its volume.
class FilePaths {
 public:
  explicit FilePaths(const RunView& run);
  std::string live(std::string_view path) const;
  bool on_copy(std::string_view path) const;
  // The same place, named by the volume that is mounted there.
  FilePlace real(FilePlace place) const;
  // A shadow copy was made of the volume on which the path is.
  bool has_copy(std::string_view path) const;

 private:
  std::map<std::string, std::string, std::less<>> volume_of_;  // by device, lower case
  std::set<std::string, std::less<>> copied_;                  // volumes
  std::map<std::string, std::string, std::less<>> mounts_;     // volumes by folder
};

// A writer's document with what is looked up in it for each file.
struct WriterFiles {
  explicit WriterFiles(const metadata::WriterMetadata& document);

  // The file sets of a component and of all that comes along with it.
  std::vector<const metadata::FileSet*> sets_of(std::string_view path, std::string_view name) const;
  bool excluded(std::string_view file) const { return !excludes.at(file).empty(); }

  const metadata::WriterMetadata* document;
  metadata::ComponentTree tree;
  PlaceIndex excludes;
  // Alternate locations by the file set that they are for.
  std::map<FilePlace, std::vector<const metadata::AlternateLocationMapping*>> mappings;
};

// The documents of the writers in the sessions, each looked through once.
class WriterFilesOf {
 public:
  explicit WriterFilesOf(const RunView& run) : run_(run) {}
  // Null when the writer gave no document that reads.
  const WriterFiles* operator()(const Participation& part);

 private:
  const RunView& run_;
  std::map<std::size_t, WriterFiles> files_;  // by place in run.participations()
};

}  // namespace vsslab::rules
