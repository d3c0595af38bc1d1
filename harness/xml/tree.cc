#include "xml/tree.h"

#include <algorithm>

#include <fmt/format.h>
#include <tinyxml2.h>

namespace vsslab::xml {
namespace {

// Appends text, joined with text just before it: a parser may see one run as several nodes.
void add_text(std::vector<Tree>& children, std::string_view text) {
  if (!children.empty() && children.back().kind == Tree::Kind::text) {
    children.back().name += text;
  } else {
    children.push_back({Tree::Kind::text, std::string(text), {}, {}});
  }
}

}  // namespace

std::string_view Tree::attribute_or(std::string_view attribute, std::string_view otherwise) const {
  for (const auto& [known, value] : attributes) {
    if (known == attribute) return value;
  }
  return otherwise;
}

Tree copy_of(const Element& element) {
  Tree tree;
  tree.name = element.name();
  for (const auto& [name, value] : element.attributes()) tree.attributes.emplace_back(name, value);
  for (const tinyxml2::XMLNode* node = element.handle()->FirstChild(); node != nullptr;
       node = node->NextSibling()) {
    if (const tinyxml2::XMLElement* child = node->ToElement()) {
      tree.children.push_back(copy_of(Element(child)));
    } else if (node->ToText() != nullptr) {
      add_text(tree.children, node->Value());
    } else if (node->ToComment() != nullptr) {
      tree.children.push_back({Tree::Kind::comment, node->Value(), {}, {}});
    }
  }
  return tree;
}

void for_each_child(const Element& element, const std::function<void(const Element&)>& on_element,
                    const std::function<void(Tree)>& on_loose) {
  for (const tinyxml2::XMLNode* node = element.handle()->FirstChild(); node != nullptr;
       node = node->NextSibling()) {
    if (const tinyxml2::XMLElement* child = node->ToElement()) {
      on_element(Element(child));
    } else if (node->ToText() != nullptr) {
      on_loose({Tree::Kind::text, node->Value(), {}, {}});
    } else if (node->ToComment() != nullptr) {
      on_loose({Tree::Kind::comment, node->Value(), {}, {}});
    }
  }
}

void write(Writer& writer, const Tree& tree) {
  switch (tree.kind) {
    case Tree::Kind::text:
      writer.text(tree.name);
      return;
    case Tree::Kind::comment:
      writer.comment(tree.name);
      return;
    case Tree::Kind::element:
      break;
  }
  writer.open(tree.name);
  for (const auto& [name, value] : tree.attributes) writer.attribute(name, value);
  for (const Tree& child : tree.children) write(writer, child);
  writer.close();
}

// ---- comparison ----

namespace {

constexpr std::size_t kShownMax = 80;  // bytes of a value in a message

using Attributes = std::vector<std::pair<std::string, std::string>>;

std::string shown(const Tree& tree) {
  switch (tree.kind) {
    case Tree::Kind::element:
      return fmt::format("<{}>", tree.name);
    case Tree::Kind::text:
      return fmt::format("text '{}'", shortened(tree.name, kShownMax));
    case Tree::Kind::comment:
      return fmt::format("comment '{}'", shortened(tree.name, kShownMax));
  }
  return "?";
}

std::optional<std::string> attribute_difference(const Tree& a, const Tree& b) {
  Attributes in_a = a.attributes, in_b = b.attributes;
  std::sort(in_a.begin(), in_a.end());
  std::sort(in_b.begin(), in_b.end());
  if (in_a == in_b) return std::nullopt;
  for (const auto& [name, value] : in_a) {
    const std::string_view missing("\0", 1);  // no attribute value can be this
    const std::string_view other = b.attribute_or(name, missing);
    if (other == missing) return fmt::format("attribute '{}' only in the first", name);
    if (other != value) {
      return fmt::format("attribute '{}' is '{}' and '{}'", name, shortened(value, kShownMax),
                         shortened(other, kShownMax));
    }
  }
  for (const auto& [name, value] : in_b) {
    if (std::none_of(in_a.begin(), in_a.end(), [&](const auto& at) { return at.first == name; })) {
      return fmt::format("attribute '{}' only in the second", name);
    }
  }
  return std::nullopt;
}

std::optional<std::string> tree_difference(const Tree& a, const Tree& b, const std::string& path) {
  if (a.kind != b.kind || a.name != b.name) {
    return fmt::format("{}: {} and {}", path, shown(a), shown(b));
  }
  if (a.kind != Tree::Kind::element) return std::nullopt;
  const std::string here = path + "/" + a.name;
  if (auto difference = attribute_difference(a, b)) return here + ": " + *difference;
  const std::size_t common = std::min(a.children.size(), b.children.size());
  for (std::size_t i = 0; i < common; ++i) {
    const std::string child_path = fmt::format("{}[{}]", here, i + 1);
    if (auto difference = tree_difference(a.children[i], b.children[i], child_path)) {
      return difference;
    }
  }
  if (a.children.size() > common) {
    return fmt::format("{}: {} only in the first", here, shown(a.children[common]));
  }
  if (b.children.size() > common) {
    return fmt::format("{}: {} only in the second", here, shown(b.children[common]));
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> infoset_difference(const Document& a, const Document& b) {
  return tree_difference(copy_of(a.root()), copy_of(b.root()), "");
}

Result<std::optional<std::string>> infoset_difference(std::string_view a, std::string_view b) {
  Result<Document> first = parse_borrowed(a, "first");
  if (!first) return tl::make_unexpected(first.error());
  Result<Document> second = parse_borrowed(b, "second");
  if (!second) return tl::make_unexpected(second.error());
  return infoset_difference(*first, *second);
}

bool same_infoset(std::string_view a, std::string_view b) {
  const Result<std::optional<std::string>> difference = infoset_difference(a, b);
  return difference && !difference->has_value();
}

}  // namespace vsslab::xml
