#include "requester/catalogue.h"

#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "xml/document.h"
#include "xml/writer.h"

namespace vsslab::requester {

namespace {

constexpr std::string_view kKinds[] = {"File", "Directory", "Partial"};

struct Unreadable {
  Error error;
};

class Reader {
 public:
  explicit Reader(const xml::Document& document) : document_(document) {}

  Catalogue read() {
    const xml::Element root = document_.root();
    if (root.name() != "Catalogue") refuse(root, "the root element is no Catalogue");
    Catalogue catalogue;
    catalogue.backup_type = static_cast<std::uint32_t>(number(root, "type"));
    catalogue.made = number(root, "made");
    for (const xml::Element child : root.children()) {
      if (child.name() == "Writer") {
        catalogue.writers.push_back(
            {id(child, "id"), id(child, "instance"), inside(child, "document")});
      } else {
        catalogue.files.push_back(file(child, catalogue.writers.size()));
      }
    }
    return catalogue;
  }

 private:
  [[noreturn]] void refuse(const xml::Element& at, std::string message) const {
    throw Unreadable{document_.error(at, std::move(message))};
  }
  std::string text(const xml::Element& at, std::string_view name) const {
    return std::string(at.attribute_or(name, {}));
  }
  std::uint64_t number(const xml::Element& at, std::string_view name) const {
    const std::string_view value = at.attribute_or(name, "0");
    std::uint64_t parsed = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (error != std::errc() || end != value.data() + value.size()) {
      refuse(at, fmt::format("attribute '{}' is no number", name));
    }
    return parsed;
  }
  Guid id(const xml::Element& at, std::string_view name) const {
    const auto parsed = Guid::parse(at.attribute_or(name, {}));
    if (!parsed) refuse(at, fmt::format("attribute '{}' is no GUID", name));
    return *parsed;
  }
  std::string inside(const xml::Element& at, std::string_view name) const {
    std::string path = text(at, name);
    if (path.empty() || path.find("..") != std::string::npos ||
        path.find(':') != std::string::npos || path.front() == '\\') {
      refuse(at, fmt::format("attribute '{}' does not name a file of the folder", name));
    }
    return path;
  }
  StoredFile file(const xml::Element& at, std::size_t writers) const {
    StoredFile file;
    bool known = false;
    for (std::size_t i = 0; i < std::size(kKinds); ++i) {
      if (at.name() != kKinds[i]) continue;
      file.kind = static_cast<StoredFile::Kind>(i);
      known = true;
    }
    if (!known) refuse(at, fmt::format("unknown element '{}'", at.name()));
    file.path = text(at, "path");
    if (file.path.empty()) refuse(at, "a file without path");
    if (file.kind != StoredFile::Kind::directory) file.stored = inside(at, "stored");
    file.size = number(at, "size");
    file.modified = number(at, "modified");
    file.ranges = text(at, "ranges");
    file.ranges_file = text(at, "rangesFile");
    file.writer = number(at, "writer");
    if (file.writer >= writers) refuse(at, "a file of an unknown writer");
    file.logical_path = text(at, "logicalPath");
    file.component = text(at, "component");
    file.set_path = text(at, "setPath");
    file.set_spec = text(at, "setSpec");
    file.set_recursive = at.attribute_or("setRecursive", "no") == "yes";
    return file;
  }

  const xml::Document& document_;
};

}  // namespace

std::string emit(const Catalogue& catalogue) {
  xml::Writer out(xml::Layout::indented);
  out.declaration();
  out.open("Catalogue");
  out.attribute("type", std::to_string(catalogue.backup_type));
  out.attribute("made", std::to_string(catalogue.made));
  for (const Catalogue::Writer& writer : catalogue.writers) {
    out.open("Writer");
    out.attribute("id", writer.class_id.to_string());
    out.attribute("instance", writer.instance_id.to_string());
    out.attribute("document", writer.document);
    out.close();
  }
  for (const StoredFile& file : catalogue.files) {
    out.open(kKinds[static_cast<std::size_t>(file.kind)]);
    const auto attribute = [&](std::string_view name, std::string_view value) {
      if (!value.empty()) out.attribute(name, value);
    };
    out.attribute("path", file.path);
    attribute("stored", file.stored);
    out.attribute("size", std::to_string(file.size));
    out.attribute("modified", std::to_string(file.modified));
    attribute("ranges", file.ranges);
    attribute("rangesFile", file.ranges_file);
    out.attribute("writer", std::to_string(file.writer));
    attribute("logicalPath", file.logical_path);
    out.attribute("component", file.component);
    attribute("setPath", file.set_path);
    attribute("setSpec", file.set_spec);
    if (file.set_recursive) out.attribute("setRecursive", "yes");
    out.close();
  }
  out.close();
  return std::move(out).take();
}

Result<Catalogue> parse_catalogue(std::string_view bytes, std::string_view file_name) {
  auto document = xml::parse(std::string(bytes), std::string(file_name));
  if (!document) return tl::make_unexpected(std::move(document.error()));
  try {
    return Reader(*document).read();
  } catch (Unreadable& unreadable) {
    return tl::make_unexpected(std::move(unreadable.error));
  }
}

}  // namespace vsslab::requester
