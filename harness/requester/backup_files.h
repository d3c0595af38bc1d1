// Copies the files of a backup's components from the shadow copies to the backup folder. Internal
// to requester/.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/backup_components.h"
#include "metadata/component_path.h"
#include "metadata/writer_metadata.h"
#include "requester/catalogue.h"
#include "requester/file_sets.h"
#include "requester/files.h"

namespace vsslab::requester {

class BackupFiles {
 public:
  using Note = std::function<void(std::string)>;
  // `base_made`: when the copies of the base backup were made; 0: there is no base.
  BackupFiles(std::string folder, std::uint32_t type, std::uint64_t base_made, SourceMap sources,
              Note note);

  // One writer: the indices of its explicitly added components, and what the writer said about them
  // during the backup. Gives the components of which a file could not be copied.
  std::set<std::size_t> copy_writer(const Catalogue::Writer& identity,
                                    const metadata::WriterMetadata& writer,
                                    const std::vector<std::size_t>& components,
                                    const metadata::WriterComponents* said);

  Catalogue& catalogue() { return catalogue_; }
  // A line for each file that is copied.
  using Detail = std::function<void(const std::string&)>;
  void tell_files(Detail detail) { detail_ = std::move(detail); }
  // Windows' error of the first file that could not be copied; 0: it was something else.
  std::uint32_t first_error() const { return first_error_; }

 private:
  // One explicit component at work.
  struct Work {
    const metadata::WriterMetadata& writer;
    const metadata::ComponentTree& tree;
    const Excludes& excludes;
    std::uint32_t type;           // effective
    std::set<std::string> taken;  // folded paths that partial or differenced files decided
    bool failed = false;
  };
  void take_differenced(Work& work, const metadata::Component& component,
                        const metadata::DifferencedFile& file);
  void take_partial(Work& work, const metadata::Component& component,
                    const metadata::PartialFile& file);
  void take_set(Work& work, const metadata::Component& component, const metadata::FileSet& set);
  void take_file(Work& work, const metadata::Component& component, const metadata::FileSet* set,
                 const FoundFile& file, const std::string& path, const std::string& source);
  StoredFile entry(const metadata::Component& component, const metadata::FileSet* set,
                   const FoundFile& file, const std::string& path) const;
  void fail(Work& work, const metadata::Component& component, std::string why);
  void fail(Work& work, const metadata::Component& component, const FileFailure& failure);
  std::optional<std::string> read_from(const std::string& path) const;

  std::string folder_;
  std::uint32_t type_;
  std::uint64_t base_made_;
  SourceMap sources_;
  Note note_;
  Detail detail_;
  std::uint32_t first_error_ = 0;
  Catalogue catalogue_;
  std::map<std::string, std::string> stored_;  // folded path -> file in the folder
};

}  // namespace vsslab::requester
