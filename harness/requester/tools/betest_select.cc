#include "requester/tools/betest_select.h"

#include <algorithm>
#include <optional>

#include "metadata/backup_components.h"
#include "metadata/writer_metadata.h"
#include "requester/catalogue.h"
#include "requester/files.h"
#include "requester/restore_parts.h"
#include "requester/tools/text.h"

namespace vsslab::requester {

namespace {

class Wishes {
 public:
  Wishes(const std::string& folder, ToolHost& host) : folder_(folder), host_(host) {
    const std::string document = join(folder_, kDocumentFile);
    const auto bytes = read_any(host_, document);
    auto parsed = bytes ? metadata::parse_backup_components(*bytes, document)
                        : Result<metadata::BackupComponents>(metadata::BackupComponents{});
    if (parsed) document_ = std::move(*parsed);
    const auto listed = read_any(host_, join(folder_, kCatalogueFile));
    auto catalogue = listed ? parse_catalogue(*listed, std::string(kCatalogueFile))
                            : Result<Catalogue>(Catalogue{});
    if (catalogue) catalogue_ = std::move(*catalogue);
  }

  void add(const plan::BetestSelection::Writer& writer) {
    if (writer.components.empty()) {
      for (const metadata::WriterComponents& said : document_.writers) {
        if (said.writer_id != writer.writer_id) continue;
        for (const metadata::ComponentEntry& entry : said.components) {
          wish(writer.writer_id, {entry.logical_path, entry.name});
        }
      }
      return;
    }
    for (const plan::BetestSelection::Component& component : writer.components) {
      const metadata::ComponentKey key{component.logical_path, component.name};
      if (stands_in_document(writer.writer_id, key, component.any_path)) {
        wish(writer.writer_id, key).any_path = component.any_path;
      } else if (const auto part = part_of(writer.writer_id, key, component.any_path)) {
        parts_.push_back({writer.writer_id, *part});
      } else {
        wish(writer.writer_id, key).any_path = component.any_path;
      }
    }
  }

  // A part of what is asked for as a whole comes with it.
  std::vector<plan::ComponentRestore> take() {
    const std::size_t whole = wishes_.size();
    for (const auto& [writer, part] : parts_) {
      const auto is_it = [&](const plan::ComponentRestore& wanted) {
        return wanted.writer == writer.to_string() && wanted.name == part.whole.name &&
               (wanted.any_path || wanted.logical_path == part.whole.logical_path);
      };
      const auto end = wishes_.begin() + static_cast<std::ptrdiff_t>(whole);
      if (std::any_of(wishes_.begin(), end, is_it)) continue;
      const auto known = std::find_if(end, wishes_.end(), is_it);
      plan::ComponentRestore& to = known != wishes_.end() ? *known : wish(writer, part.whole);
      to.subcomponents.push_back({part.part.logical_path, part.part.name});
    }
    return std::move(wishes_);
  }

 private:
  struct Part {
    Guid writer;
    RestorePart part;
  };

  plan::ComponentRestore& wish(const Guid& writer, const metadata::ComponentKey& key) {
    plan::ComponentRestore& wanted = wishes_.emplace_back();
    wanted.writer = writer.to_string();
    wanted.logical_path = key.logical_path;
    wanted.name = key.name;
    return wanted;
  }

  bool stands_in_document(const Guid& writer, const metadata::ComponentKey& key,
                          bool any_path) const {
    for (const metadata::WriterComponents& said : document_.writers) {
      if (said.writer_id != writer) continue;
      for (const metadata::ComponentEntry& entry : said.components) {
        if (entry.name != key.name) continue;
        if (any_path || entry.logical_path == key.logical_path) return true;
      }
    }
    return false;
  }

  std::optional<RestorePart> part_of(const Guid& writer, const metadata::ComponentKey& key,
                                     bool any_path) {
    for (const Catalogue::Writer& kept : catalogue_.writers) {
      if (kept.class_id != writer) continue;
      const auto bytes = read_any(host_, join(folder_, kept.document));
      if (!bytes) continue;
      const auto stored = metadata::parse_writer_metadata(*bytes, kept.document);
      if (!stored) continue;
      for (const metadata::WriterComponents& said : document_.writers) {
        if (said.writer_id != writer || said.instance_id != kept.instance_id) continue;
        auto part = find_part(*stored, said.components, key, any_path);
        if (part && part->selectable) return part;
      }
    }
    return std::nullopt;
  }

  const std::string& folder_;
  ToolHost& host_;
  metadata::BackupComponents document_;
  Catalogue catalogue_;
  std::vector<plan::ComponentRestore> wishes_;
  std::vector<Part> parts_;
};

}  // namespace

std::vector<plan::ComponentRestore> restore_wishes(const plan::BetestSelection& selection,
                                                   const std::string& folder, ToolHost& host) {
  Wishes wishes(folder, host);
  for (const plan::BetestSelection::Writer& writer : selection.writers) wishes.add(writer);
  return wishes.take();
}

}  // namespace vsslab::requester
