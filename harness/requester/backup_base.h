// The backup that an incremental or differential one builds on, as its folder holds it. Internal to
// requester/.
#pragma once

#include <cstdint>
#include <string>

#include "core/error.h"
#include "core/hresult.h"
#include "metadata/backup_components.h"
#include "metadata/writer_metadata.h"

namespace vsslab::requester {

class BaseBackup {
 public:
  struct Unread {
    std::string text;
    Hr hr = hr::ok;
  };
  tl::expected<void, Unread> read(const std::string& folder);

  // Its stamp of the same component, unchanged (VSSR-INCR-001); empty without one.
  std::string stamp(const metadata::WriterMetadata& writer,
                    const metadata::Component& component) const;
  std::uint64_t made() const { return made_; }  // FILETIME; 0: no base was read

 private:
  metadata::BackupComponents document_;
  std::uint64_t made_ = 0;
};

}  // namespace vsslab::requester
