#include "xml/document.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <tinyxml2.h>

#include "core/input_file.h"
#include "core/suggest.h"
#include "xml/scan.h"

namespace vsslab::xml {

// ---- handles ----

namespace {

// The record of an element's name; its attributes follow.
const Attribute* record_of(const tinyxml2::XMLElement* element) {
  return static_cast<const Attribute*>(element->GetUserData());
}

}  // namespace

Element ChildIterator::operator*() const { return Element(at_); }
ChildIterator& ChildIterator::operator++() {
  at_ = at_->NextSiblingElement();
  return *this;
}

std::string_view Element::name() const { return record_of(at_)->name; }

std::string_view Element::local_name() const {
  const std::string_view whole = name();
  const std::size_t colon = whole.rfind(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

int Element::line() const { return at_->GetLineNum(); }

std::span<const Attribute> Element::attributes() const {
  const Attribute* record = record_of(at_);
  return {record + 1, attribute_count(*record)};
}

std::optional<std::string_view> Element::attribute(std::string_view name) const {
  for (const auto& [known, value] : attributes()) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::string_view Element::attribute_or(std::string_view name, std::string_view otherwise) const {
  return attribute(name).value_or(otherwise);
}

int Element::attribute_line(std::string_view name) const {
  const tinyxml2::XMLAttribute* found = at_->FindAttribute(std::string(name).c_str());
  return found == nullptr ? line() : found->GetLineNum();
}

Range<ChildIterator> Element::children() const {
  return Range(ChildIterator(at_->FirstChildElement()));
}

Element Element::child(std::string_view name) const {
  for (const Element element : children()) {
    if (element.name() == name) return element;
  }
  return {};
}

Element Element::next_sibling(std::string_view name) const {
  for (const tinyxml2::XMLElement* next = at_->NextSiblingElement(); next != nullptr;
       next = next->NextSiblingElement()) {
    if (Element(next).name() == name) return Element(next);
  }
  return {};
}

Element Element::parent() const {
  const tinyxml2::XMLNode* above = at_->Parent();
  return Element(above == nullptr ? nullptr : above->ToElement());
}

std::string Element::text() const {
  std::string out;
  for (const tinyxml2::XMLNode* node = at_->FirstChild(); node != nullptr;
       node = node->NextSibling()) {
    if (node->ToText() != nullptr) out += node->Value();
  }
  return out;
}

bool Element::has_text() const { return text().find_first_not_of(" \t\r\n") != std::string::npos; }

bool Element::is_empty() const { return at_->NoChildren(); }

namespace {

// Gives each element of the tree its record. TinyXML-2 and our scanner read the same elements in
// the same order.
void attach_records(tinyxml2::XMLElement* root, std::vector<Attribute>& records) {
  std::size_t next = 0;
  tinyxml2::XMLElement* at = root;
  while (true) {
    VSSLAB_ASSERT(next < records.size());
    at->SetUserData(&records[next]);
    next += 1 + attribute_count(records[next]);
    if (tinyxml2::XMLElement* child = at->FirstChildElement()) {
      at = child;
      continue;
    }
    tinyxml2::XMLElement* sibling = nullptr;
    while ((sibling = at->NextSiblingElement()) == nullptr) {
      if (at == root) {
        VSSLAB_ASSERT(next == records.size());
        return;
      }
      at = at->Parent()->ToElement();
    }
    at = sibling;
  }
}

Error located(std::string_view text, std::string_view file_name, Fault fault) {
  Error error;
  error.message = std::move(fault.message);
  error.file = file_name;
  error.line = line_of(text, fault.at);
  error.source_line = excerpt(text, fault.at);
  error.hint = std::move(fault.hint);
  return error;
}

std::size_t offset_of_line(std::string_view text, int line) {
  std::size_t at = 0;
  for (int i = 1; i < line; ++i) {
    const std::size_t next = text.find('\n', at);
    if (next == std::string_view::npos) break;
    at = next + 1;
  }
  return at;
}

}  // namespace

// ---- Document ----

Document::Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Element Document::root() const { return Element(tree_->RootElement()); }

std::string_view Document::text() const { return text_; }

std::string Document::first_comment() const {
  const auto trimmed = [](std::string_view comment) {
    const std::size_t begin = comment.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return std::string();
    return std::string(comment.substr(begin, comment.find_last_not_of(" \t\r\n") - begin + 1));
  };
  for (const tinyxml2::XMLNode* parent :
       {static_cast<const tinyxml2::XMLNode*>(tree_.get()),
        static_cast<const tinyxml2::XMLNode*>(tree_->RootElement())}) {
    for (const tinyxml2::XMLNode* node = parent->FirstChild(); node != nullptr;
         node = node->NextSibling()) {
      if (node->ToComment() != nullptr) return trimmed(node->Value());
      if (node->ToElement() != nullptr && parent == tree_.get()) break;
    }
  }
  return {};
}

Error Document::error(const Element& element, std::string message, std::string hint,
                      std::string_view fault) const {
  Error error;
  error.message = std::move(message);
  error.file = file_name_;
  error.line = element.line();
  error.hint = std::move(hint);
  const std::size_t line_at = offset_of_line(text_, error.line);
  std::size_t at = std::string_view::npos;
  if (!fault.empty()) at = text_.find(fault, line_at);
  if (at == std::string_view::npos) at = text_.find(element.name(), line_at);
  error.source_line = excerpt(text_, at == std::string_view::npos ? line_at : at);
  return error;
}

Error Document::attribute_error(const Element& element, std::string_view attribute,
                                std::string message, std::string hint) const {
  Error error = this->error(element, std::move(message), std::move(hint));
  error.line = element.attribute_line(attribute);
  const std::size_t line_at = offset_of_line(text_, error.line);
  // The value tells one of many equal attributes on a long line from the others.
  const std::string_view value = element.attribute_or(attribute, "");
  std::size_t at = std::string_view::npos;
  for (const char quote : {'"', '\''}) {
    if (at != std::string_view::npos) break;
    at = text_.find(fmt::format("{}={}{}{}", attribute, quote, value, quote), line_at);
  }
  if (at == std::string_view::npos) at = text_.find(attribute, line_at);
  if (at != std::string_view::npos) error.source_line = excerpt(text_, at);
  return error;
}

// ---- parsing ----

Result<Document> parse_parts(std::string owned, std::string_view bytes, std::string_view file_name,
                             const Limits& limits) {
  Document document;
  document.file_name_ = file_name;
  if (bytes.data() == nullptr) {
    document.owned_ = std::make_unique<std::string>(std::move(owned));
    bytes = *document.owned_;
  }
  if (bytes.size() > limits.bytes_max) {
    return fail(Error{fmt::format("{} bytes are more than {} ({})", bytes.size(),
                                  limits.bytes_max_name, limits.bytes_max),
                      std::string(file_name),
                      0,
                      {},
                      {}});
  }
  Result<Decoded> decoded = decode(bytes, file_name);
  if (!decoded) return tl::make_unexpected(std::move(decoded.error()));
  document.encoding_ = decoded->encoding;
  if (decoded->encoding == Encoding::utf8) {
    document.text_ = decoded->text(bytes);
  } else {
    document.owned_ = std::make_unique<std::string>(std::move(decoded->owned));
    document.text_ = *document.owned_;
  }
  const std::string_view text = document.text_;

  ScanResult scanned = scan(text, limits);
  if (scanned.fault) return fail(located(text, file_name, std::move(*scanned.fault)));

  document.tree_ = std::make_unique<tinyxml2::XMLDocument>();
  tinyxml2::XMLDocument& tree = *document.tree_;
  tree.Parse(text.data(), text.size());
  if (tree.Error()) {
    ScanResult again = scan_with_duplicates(text, limits);
    if (again.fault) return fail(located(text, file_name, std::move(*again.fault)));
    return fail(located(text, file_name,
                        Fault{offset_of_line(text, tree.ErrorLineNum()),
                              fmt::format("malformed XML ({})", tree.ErrorName()),
                              {}}));
  }
  document.records_ = std::move(scanned.records);
  document.decoded_values_ = std::move(scanned.decoded_values);
  attach_records(tree.RootElement(), document.records_);
  return document;
}

Result<Document> parse(std::string bytes, std::string_view file_name, const Limits& limits) {
  return parse_parts(std::move(bytes), {}, file_name, limits);
}

Result<Document> parse_borrowed(std::string_view bytes, std::string_view file_name,
                                const Limits& limits) {
  if (bytes.data() == nullptr) bytes = std::string_view("", 0);
  return parse_parts({}, bytes, file_name, limits);
}

Result<Document> parse_file(const std::string& path, const Limits& limits) {
  Result<std::string> bytes = read_file(path, limits.bytes_max, limits.bytes_max_name);
  if (!bytes) return tl::make_unexpected(std::move(bytes.error()));
  return parse(std::move(*bytes), path == "-" ? "<stdin>" : path, limits);
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max,
                              std::string_view limit_name) {
  return read_input(path, bytes_max, limit_name);
}

// ---- strictness for formats of ours ----

namespace {

std::string nearest_of(std::string_view word, std::span<const std::string_view> known) {
  return did_you_mean(word, known);
}

bool contains(std::span<const std::string_view> known, std::string_view name) {
  for (const std::string_view candidate : known) {
    if (candidate == name) return true;
  }
  return false;
}

}  // namespace

std::optional<Error> unknown_attribute(const Document& document, const Element& element,
                                       std::span<const std::string_view> known) {
  for (const auto& [name, value] : element.attributes()) {
    if (contains(known, name)) continue;
    return document.attribute_error(
        element, name, fmt::format("unknown attribute '{}' of '{}'", name, element.name()),
        nearest_of(name, known));
  }
  return std::nullopt;
}

std::optional<Error> unknown_child(const Document& document, const Element& element,
                                   std::span<const std::string_view> known) {
  for (const Element child : element.children()) {
    if (contains(known, child.name())) continue;
    return document.error(child,
                          fmt::format("unknown element '{}' in '{}'", child.name(), element.name()),
                          nearest_of(child.name(), known), fmt::format("<{}", child.name()));
  }
  return std::nullopt;
}

}  // namespace vsslab::xml
