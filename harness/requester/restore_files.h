// Puts the files of one component back: looks where they can go, decides, copies. Internal to
// requester/.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "metadata/backup_components.h"
#include "metadata/writer_metadata.h"
#include "requester/catalogue.h"
#include "requester/files.h"
#include "requester/restore_place.h"

namespace vsslab::requester {

struct ComponentFiles {
  std::vector<const StoredFile*> files;  // of the component and what comes along, in their order
  metadata::RestoreMethod method;
  const metadata::ComponentEntry* entry =
      nullptr;                // targets, as read after PreRestore; may be null
  std::string ranges_folder;  // see RestorePlan
};

struct PutBack {
  metadata::FileRestoreStatus status = metadata::FileRestoreStatus::none;
  std::vector<metadata::AlternateLocationMapping> mappings;       // those that were used
  std::vector<std::pair<std::size_t, std::string>> moved_ranges;  // partial file, ranges file
  bool reboot = false;
};

class RestoreFiles {
 public:
  using Note = std::function<void(std::string)>;
  // `ours`: the files that earlier restores of the chain have put there, folded; this one adds its
  // own.
  RestoreFiles(std::string folder, std::set<std::string>& ours, Note note)
      : folder_(std::move(folder)), ours_(ours), note_(std::move(note)) {}

  // A line for each file that is put back.
  using Detail = std::function<void(const std::string&)>;
  void tell_files(Detail detail) { detail_ = std::move(detail); }

  PutBack put_back(const ComponentFiles& component);

 private:
  struct Placed {
    const StoredFile* file;
    std::string original;   // with new targets
    std::string alternate;  // empty: no mapping
    const metadata::AlternateLocationMapping* mapping = nullptr;
    bool done = false;  // by a directed target
  };
  // How the bytes of a stored file lie on the medium, for ranges of the writer's file.
  static Done<std::vector<Range>> on_medium(const StoredFile& file,
                                            const std::vector<Range>& ranges);
  std::vector<Placed> places(const ComponentFiles& component) const;
  PlaceFacts look(const std::vector<Placed>& files) const;
  bool put_directed(const ComponentFiles& component, std::vector<Placed>& files, bool& any);
  Done<void> put_directed(const metadata::DirectedTarget& target, Placed& placed);
  // Where a ranges file comes back to.
  static std::string ranges_place(const ComponentFiles& component, const StoredFile& file,
                                  const std::string& otherwise);
  Done<void> put(const Placed& placed, const std::string& to, const ComponentFiles& component,
                 PutBack& result);
  Done<void> put_ranges(const Placed& placed, const std::string& to,
                        const ComponentFiles& component, PutBack& result);
  Done<void> put_at_reboot(const Placed& placed);
  std::string waiting_for(const std::string& original) const;

  std::string folder_;
  std::set<std::string>& ours_;
  Note note_;
  Detail detail_;
  std::set<std::string> lost_ranges_;  // ranges files that did not come back, folded
  std::size_t staged_ = 0;
};

}  // namespace vsslab::requester
