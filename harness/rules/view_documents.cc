#include <unordered_map>

#include "metadata/backup_components.h"
#include "metadata/writer_metadata.h"
#include "rules/view_builder.h"

namespace vsslab {

// Parsed documents by their index in the journal; null for one that does not parse.
struct RunView::Documents {
  std::unordered_map<std::int32_t, std::unique_ptr<const metadata::WriterMetadata>> writers;
  std::unordered_map<std::int32_t, std::unique_ptr<const metadata::BackupComponents>> components;
};

RunView::RunView(const Journal& journal)
    : journal_(journal), documents_(std::make_unique<Documents>()) {
  Builder(*this).build();
}

RunView::~RunView() = default;

const metadata::WriterMetadata* RunView::writer_metadata(std::int32_t index) const {
  const auto stored = journal_.documents();
  if (index < 0 || static_cast<std::size_t>(index) >= stored.size()) return nullptr;
  const StoredDocument& document = stored[static_cast<std::size_t>(index)];
  if (document.kind != DocumentKind::writer_metadata) return nullptr;
  if (document.writer_metadata) return document.writer_metadata.get();
  const auto [entry, made] = documents_->writers.try_emplace(index);
  if (made) {
    if (auto parsed = metadata::parse_writer_metadata(document.text, "journal")) {
      entry->second = std::make_unique<const metadata::WriterMetadata>(std::move(*parsed));
    }
  }
  return entry->second.get();
}

const metadata::BackupComponents* RunView::backup_components(std::int32_t index) const {
  const auto stored = journal_.documents();
  if (index < 0 || static_cast<std::size_t>(index) >= stored.size()) return nullptr;
  const StoredDocument& document = stored[static_cast<std::size_t>(index)];
  if (document.kind != DocumentKind::backup_components) return nullptr;
  if (document.backup_components) return document.backup_components.get();
  const auto [entry, made] = documents_->components.try_emplace(index);
  if (made) {
    if (auto parsed = metadata::parse_backup_components(document.text, "journal")) {
      entry->second = std::make_unique<const metadata::BackupComponents>(std::move(*parsed));
    }
  }
  return entry->second.get();
}

}  // namespace vsslab
