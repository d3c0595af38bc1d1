// Any bytes: an error or a document; what parses can be written, and what was written is the same
// document.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.h"
#include "xml/document.h"
#include "xml/tree.h"
#include "xml/writer.h"

namespace {

using namespace vsslab;

void check_written(const xml::Document& document, xml::Layout layout) {
  const xml::Tree tree = xml::copy_of(document.root());
  xml::Writer writer(layout);
  writer.declaration();
  xml::write(writer, tree);
  VSSLAB_ASSERT(writer.scrubbed() == 0);  // what was read can be written
  const std::string written = std::move(writer).take();
  const Result<xml::Document> again = xml::parse(written, "written");
  VSSLAB_ASSERT(again.has_value());
  VSSLAB_ASSERT(!xml::infoset_difference(document, *again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<xml::Document> document = xml::parse_borrowed(bytes, "fuzz.xml");
  if (!document) {
    VSSLAB_ASSERT(!document.error().message.empty());
    VSSLAB_ASSERT(xml::is_clean_text(document.error().to_text()));
    return 0;
  }
  check_written(*document, xml::Layout::one_line);
  check_written(*document, xml::Layout::indented);
  const Error error = document->error(document->root(), "message");
  VSSLAB_ASSERT(error.line >= 1 && xml::is_clean_text(error.source_line));
  return 0;
}
