// Any bytes as either document: an error or a model; what parses is written as the same infoset and
// reads back as an equal model.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "metadata/backup_components.h"
#include "metadata/component_path.h"
#include "metadata/describe.h"
#include "metadata/writer_metadata.h"
#include "xml/document.h"
#include "xml/tree.h"

namespace {

using namespace vsslab;
using namespace vsslab::metadata;

template <class Model>
void check_round_trip(const xml::Document& document, const Model& model,
                      Result<Model> (*read)(const xml::Document&, UnknownParts*)) {
  const std::string written = emit(model);
  const Result<xml::Document> again = xml::parse_borrowed(written, "written");
  VSSLAB_ASSERT(again.has_value());
  VSSLAB_ASSERT(!xml::infoset_difference(document, *again));
  UnknownParts unknown;
  const Result<Model> model_again = read(*again, &unknown);
  VSSLAB_ASSERT(unknown.shown.size() <= kUnknownPartsMax);
  for (const Error& part : unknown.shown) VSSLAB_ASSERT(xml::is_clean_text(part.to_text()));
  VSSLAB_ASSERT(model_again.has_value());
  VSSLAB_ASSERT(*model_again == model);
}

// The selection of a full backup adds each component once, as required, requested or implied.
void check_selection(const WriterMetadata& metadata) {
  const Selection selection = select_everything(metadata);
  std::vector<int> times(metadata.components.size(), 0);
  for (const std::size_t index : selection.explicit_components()) ++times[index];
  for (const std::size_t index : selection.implied) ++times[index];
  for (const int count : times) VSSLAB_ASSERT(count <= 1);
  const ComponentTree tree(metadata);
  const Environment environment = standard_environment();
  for (std::size_t i = 0; i < metadata.components.size() && i < 50; ++i) {
    for (const std::string& root : volumes_of_set(tree, i, environment).roots) {
      VSSLAB_ASSERT(volume_root(root) == root);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<xml::Document> document = xml::parse_borrowed(bytes, "fuzz.xml");
  if (!document) return 0;
  if (const Result<WriterMetadata> metadata = read_writer_metadata(*document)) {
    check_round_trip(*document, *metadata, &read_writer_metadata);
    check_selection(*metadata);
    VSSLAB_ASSERT(xml::is_clean_text(describe(*metadata)));
  } else {
    VSSLAB_ASSERT(!metadata.error().message.empty());
  }
  if (const Result<BackupComponents> components = read_backup_components(*document)) {
    check_round_trip(*document, *components, &read_backup_components);
    VSSLAB_ASSERT(xml::is_clean_text(describe(*components)));
  } else {
    VSSLAB_ASSERT(!components.error().message.empty());
  }
  return 0;
}
