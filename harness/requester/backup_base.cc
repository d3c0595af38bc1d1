#include "requester/backup_base.h"

#include <vss.h>

#include <utility>

#include "requester/catalogue.h"
#include "requester/files.h"

namespace vsslab::requester {

tl::expected<void, BaseBackup::Unread> BaseBackup::read(const std::string& folder) {
  const auto content = [&](std::string_view name) { return read_file(join(folder, name)); };
  const auto unread = [](const FileFailure& failure) {
    return tl::make_unexpected(
        Unread{failure.text(), static_cast<Hr>(0x80070000U | failure.error)});
  };
  const auto document_text = content(kDocumentFile);
  if (!document_text) return unread(document_text.error());
  auto document = metadata::parse_backup_components(*document_text, join(folder, kDocumentFile));
  if (!document) {
    return tl::make_unexpected(Unread{document.error().to_text(), VSS_E_INVALID_XML_DOCUMENT});
  }
  const auto catalogue_text = content(kCatalogueFile);
  if (!catalogue_text) return unread(catalogue_text.error());
  const auto catalogue = parse_catalogue(*catalogue_text, join(folder, kCatalogueFile));
  if (!catalogue) {
    return tl::make_unexpected(Unread{catalogue.error().to_text(), VSS_E_CORRUPT_XML_DOCUMENT});
  }
  document_ = std::move(*document);
  made_ = catalogue->made;
  return {};
}

// A writer has a new instance id each time it starts: its class tells it.
std::string BaseBackup::stamp(const metadata::WriterMetadata& writer,
                              const metadata::Component& component) const {
  for (const metadata::WriterComponents& base : document_.writers) {
    if (base.writer_id != writer.identification.writer_id) continue;
    const auto* entry = base.find(component.logical_path, component.name);
    if (entry != nullptr && !entry->backup_stamp.empty()) return entry->backup_stamp;
  }
  return {};
}

}  // namespace vsslab::requester
