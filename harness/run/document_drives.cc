#include "run/document_drives.h"

#include <set>
#include <utility>

#include "metadata/component_path.h"
#include "metadata/writer_metadata.h"

namespace vsslab {
namespace {

bool is_drive(std::string_view root) { return root.size() == 3 && root[1] == ':'; }

}  // namespace

std::vector<std::string> document_drives(const Journal& journal,
                                         const std::function<bool(std::string_view)>& which) {
  const metadata::Environment environment = metadata::standard_environment();
  std::set<std::string> drives;
  for (const Event& event : journal.events()) {
    if (event.name != "WriterMetadata" || event.document < 0) continue;
    if (!which(journal.arg(event, "writer").value_or(""))) continue;
    const auto& stored = journal.documents()[static_cast<std::size_t>(event.document)];
    const auto document = metadata::parse_writer_metadata(stored.text, "WriterMetadata");
    if (!document) continue;  // VSS takes no such document
    for (const metadata::Component& component : document->components) {
      for (std::string& root : metadata::volumes_of(component, environment).roots) {
        if (is_drive(root)) drives.insert(std::move(root));
      }
    }
  }
  return {drives.begin(), drives.end()};
}

}  // namespace vsslab
