// Puts the files of one component back: looks where they can go, decides, copies. Internal to
// requester/.
#pragma once

#include <cstdint>
#include <functional>
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
  RestoreFiles(std::string folder, Note note)
      : folder_(std::move(folder)), note_(std::move(note)) {}

  PutBack put_back(const ComponentFiles& component);

 private:
  struct Placed {
    const StoredFile* file;
    std::string original;   // with new targets
    std::string alternate;  // empty: no mapping
    const metadata::AlternateLocationMapping* mapping = nullptr;
    bool done = false;  // by a directed target
  };
  std::vector<Placed> places(const ComponentFiles& component) const;
  static PlaceFacts look(const std::vector<Placed>& files);
  bool put_directed(const ComponentFiles& component, std::vector<Placed>& files, bool& any);
  Done<void> put(const Placed& placed, const std::string& to, const ComponentFiles& component,
                 PutBack& result);
  Done<void> put_at_reboot(const Placed& placed);

  std::string folder_;
  Note note_;
  std::size_t staged_ = 0;
};

}  // namespace vsslab::requester
