// Attributes of the two documents, described once for reading and writing: a `fields(visitor,
// struct)` function names each attribute, AttributeReader fills the struct and AttributeWriter
// writes it. Internal to metadata/.
//
// What we would write for a value ("ours") is compared with what the document has; a difference is
// kept as a Spelling, so that the document comes back as it was while the value is unchanged.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "core/guid.h"
#include "core/hresult.h"
#include "core/suggest.h"
#include "metadata/enums.h"
#include "metadata/kept.h"
#include "metadata/unknown.h"
#include "xml/document.h"
#include "xml/writer.h"

namespace vsslab::metadata {

// When an attribute is written.
enum class Write {
  always,
  unless_default,  // empty text, false, null id, or the default that the field names
};

// The first error of a document; reading goes on and is thrown away. Errors after it are not even
// worded, for finding a line costs a walk through the text.
struct ReadContext {
  const xml::Document& document;
  std::optional<Error> error;
  UnknownParts* unknown = nullptr;  // where to note what is kept though nobody knows it

  void fail(Error found) {
    if (!error) error = std::move(found);
  }
};

// Of one element; `known` are the names that would have been read there.
void note_unknown_attribute(const ReadContext& context, const xml::Element& element,
                            std::string_view name, std::span<const std::string_view> known);
void note_unknown_word(const ReadContext& context, const xml::Element& element,
                       std::string_view attribute, std::string_view word,
                       std::span<const std::string_view> known);
void note_unknown_element(const ReadContext& context, const xml::Element& element);

// Decimal, or hexadecimal after 0x; the whole text.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    base = 16;
  }
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failure != std::errc() || end != text.data() + text.size() || text.empty()) {
    return std::nullopt;
  }
  return value;
}

std::optional<bool> parse_yes_no(std::string_view text);
inline std::string_view yes_no(bool value) { return value ? "yes" : "no"; }

class AttributeReader {
 public:
  AttributeReader(ReadContext& context, const xml::Element& element, KeptPtr& kept)
      : context_(context), element_(element), kept_(kept), attributes_(element.attributes()) {
    if (attributes_.size() > kFewAttributes) many_used_.resize(attributes_.size());
  }

  // Keeps the attributes that no field asked for.
  ~AttributeReader() {
    if (used_count_ == attributes_.size()) return;
    for (std::size_t i = 0; i < attributes_.size(); ++i) {
      if (is_used(i)) continue;
      kept_.make().attributes.emplace_back(attributes_[i].name, attributes_[i].value);
      if (context_.unknown != nullptr) {
        note_unknown_attribute(context_, element_, attributes_[i].name, asked_for_);
      }
    }
  }
  AttributeReader(const AttributeReader&) = delete;
  AttributeReader& operator=(const AttributeReader&) = delete;

  void text(std::string_view name, std::string& value, Write write) {
    const Entry* found = take(name);
    value = found == nullptr ? std::string_view() : found->value;
    if (found != nullptr && found->value.empty() && write == Write::unless_default) {
      spelled(name, found, std::nullopt);
    } else if (found == nullptr && write == Write::always) {
      spelled(name, found, "");
    }
  }

  // Without it the document makes no sense.
  void required_text(std::string_view name, std::string& value) {
    if (const Entry* found = take(name)) {
      value = found->value;
    } else {
      missing(name);
    }
  }

  void flag(std::string_view name, bool& value, Write write) {
    const Entry* found = take(name);
    if (found != nullptr) {
      const std::optional<bool> parsed = parse_yes_no(found->value);
      if (!parsed) return wrong(name, found->value, "yes or no");
      value = *parsed;
    }
    const bool written = write == Write::always || value;
    compare(name, found, written ? std::optional(yes_no(value)) : std::nullopt);
  }

  void optional_flag(std::string_view name, std::optional<bool>& value) {
    const Entry* found = take(name);
    if (found == nullptr) return;
    value = parse_yes_no(found->value);
    if (!value) return wrong(name, found->value, "yes or no");
    compare(name, found, yes_no(*value));
  }

  template <class Number>
  void number(std::string_view name, Number& value, Write write,
              std::type_identity_t<Number> otherwise = 0) {
    const Entry* found = take(name);
    value = otherwise;
    if (found != nullptr) {
      const std::optional<Number> parsed = parse_number<Number>(found->value);
      if (!parsed) return wrong(name, found->value, "a number");
      value = *parsed;
    }
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    const std::string_view ours(digits.data(), static_cast<std::size_t>(end - digits.data()));
    const bool written = write == Write::always || value != otherwise;
    compare(name, found, written ? std::optional(ours) : std::nullopt);
  }

  void code(std::string_view name, Hr& value) {
    const Entry* found = take(name);
    if (found != nullptr) {
      const std::optional<Hr> parsed = parse_hresult(found->value);
      if (!parsed) return wrong(name, found->value, "a result code such as 0x800423f4");
      value = *parsed;
    }
    const std::string ours = hresult_hex(value);
    compare(name, found, value != 0 ? std::optional<std::string_view>(ours) : std::nullopt);
  }

  void guid(std::string_view name, Guid& value, Write write) {
    const Entry* found = take(name);
    if (found == nullptr && write == Write::always) return missing(name);
    if (found != nullptr && (write == Write::always || !found->value.empty())) {
      const std::optional<Guid> parsed = Guid::parse(found->value);
      if (!parsed) return wrong(name, found->value, "a GUID: 8-4-4-4-12 hexadecimal digits");
      value = *parsed;
    }
    const std::string ours = value.to_string();
    const bool written = write == Write::always || !value.is_null();
    compare(name, found, written ? std::optional<std::string_view>(ours) : std::nullopt);
  }

  // An unknown word reads as `undefined` and is kept.
  template <class E>
  void choice(std::string_view name, E& value, Write write,
              std::type_identity_t<E> otherwise = E::undefined) {
    const Entry* found = take(name);
    value = otherwise;
    if (found != nullptr) {
      const std::optional<E> parsed = parse_name<E>(found->value);
      value = parsed.value_or(E::undefined);
      if (!parsed && context_.unknown != nullptr) note_word<E>(name, found->value);
    }
    const bool written = write == Write::always || value != otherwise;
    compare(name, found, written ? std::optional(xml_name(value)) : std::nullopt);
  }

  // A namespace declaration: another one means another kind of document.
  void name_space(std::string_view expected) {
    const Entry* found = take("xmlns");
    if (found != nullptr && found->value != expected) {
      return wrong("xmlns", found->value, fmt::format("'{}'", expected));
    }
    compare("xmlns", found, expected);
  }

 private:
  using Entry = xml::Attribute;
  static constexpr std::size_t kFewAttributes = 64;

  bool is_used(std::size_t i) const {
    return attributes_.size() > kFewAttributes ? many_used_[i] : (used_ >> i & 1) != 0;
  }

  template <class E>
  void note_word(std::string_view name, std::string_view word) {
    std::vector<std::string_view> known;
    for (const EnumName<E>& one : names_of<E>()) known.push_back(one.xml);
    note_unknown_word(context_, element_, name, word, known);
  }

  // Documents hold attributes in the order of the fields, so the search starts after the last one.
  const Entry* take(std::string_view name) {
    if (context_.unknown != nullptr) asked_for_.push_back(name);
    for (std::size_t tried = 0; tried < attributes_.size(); ++tried) {
      if (next_ >= attributes_.size()) next_ = 0;
      const std::size_t at = next_++;
      if (attributes_[at].name != name) continue;
      if (attributes_.size() > kFewAttributes) {
        many_used_[at] = true;
      } else {
        used_ |= std::uint64_t{1} << at;
      }
      ++used_count_;
      return &attributes_[at];
    }
    return nullptr;
  }

  void compare(std::string_view name, const Entry* found, std::optional<std::string_view> ours) {
    if (found == nullptr ? ours.has_value() : ours != found->value) spelled(name, found, ours);
  }

  void spelled(std::string_view name, const Entry* found, std::optional<std::string_view> ours) {
    Spelling spelling{std::string(name), std::nullopt, std::nullopt};
    if (found != nullptr) spelling.theirs = std::string(found->value);
    if (ours) spelling.ours = std::string(*ours);
    kept_.make().spellings.push_back(std::move(spelling));
  }

  void missing(std::string_view name) {
    if (context_.error) return;
    context_.fail(context_.document.error(
        element_, fmt::format("'{}' lacks the attribute '{}'", element_.name(), name)));
  }

  void wrong(std::string_view name, std::string_view value, std::string expected) {
    if (context_.error) return;
    context_.fail(
        context_.document.attribute_error(element_, name,
                                          fmt::format("{}='{}' of '{}' is not valid", name,
                                                      xml::shortened(value, 60), element_.name()),
                                          "expected " + std::move(expected)));
  }

  ReadContext& context_;
  const xml::Element& element_;
  KeptPtr& kept_;
  const std::span<const Entry> attributes_;
  std::uint64_t used_ = 0;  // a bit for each of the first 64
  std::vector<bool> many_used_;
  std::size_t used_count_ = 0, next_ = 0;
  std::vector<std::string_view> asked_for_;  // when unknown parts are noted
};

class AttributeWriter {
 public:
  AttributeWriter(xml::Writer& out, const KeptPtr& kept) : out_(out), kept_(kept.get()) {}
  ~AttributeWriter() {
    if (kept_ == nullptr) return;
    for (const auto& [name, value] : kept_->attributes) out_.attribute(name, value);
  }
  AttributeWriter(const AttributeWriter&) = delete;
  AttributeWriter& operator=(const AttributeWriter&) = delete;

  void text(std::string_view name, const std::string& value, Write write) {
    put(name, write == Write::always || !value.empty() ? std::optional<std::string_view>(value)
                                                       : std::nullopt);
  }
  void required_text(std::string_view name, const std::string& value) { put(name, value); }
  void flag(std::string_view name, bool value, Write write) {
    put(name, write == Write::always || value ? std::optional(yes_no(value)) : std::nullopt);
  }
  void optional_flag(std::string_view name, const std::optional<bool>& value) {
    put(name, value ? std::optional(yes_no(*value)) : std::nullopt);
  }
  template <class Number>
  void number(std::string_view name, Number value, Write write,
              std::type_identity_t<Number> otherwise = 0) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    const std::string_view ours(digits.data(), static_cast<std::size_t>(end - digits.data()));
    put(name, write == Write::always || value != otherwise ? std::optional(ours) : std::nullopt);
  }
  void code(std::string_view name, Hr value) {
    const std::string ours = hresult_hex(value);
    put(name, value != 0 ? std::optional<std::string_view>(ours) : std::nullopt);
  }
  void guid(std::string_view name, const Guid& value, Write write) {
    const std::string ours = value.to_string();
    put(name, write == Write::always || !value.is_null() ? std::optional<std::string_view>(ours)
                                                         : std::nullopt);
  }
  template <class E>
  void choice(std::string_view name, E value, Write write,
              std::type_identity_t<E> otherwise = E::undefined) {
    put(name, write == Write::always || value != otherwise ? std::optional(xml_name(value))
                                                           : std::nullopt);
  }
  void name_space(std::string_view expected) { put("xmlns", expected); }

 private:
  void put(std::string_view name, std::optional<std::string_view> ours) {
    if (kept_ != nullptr) {
      for (const Spelling& spelling : kept_->spellings) {
        if (spelling.name != name || spelling.ours != ours) continue;
        if (spelling.theirs) out_.attribute(name, *spelling.theirs);
        return;
      }
    }
    if (ours) out_.attribute(name, *ours);
  }

  xml::Writer& out_;
  const Kept* kept_;
};

// ---- children ----

// Calls `read(child)` for each child element; it returns the child's kind, or kUnknownChild to have
// it kept. The order is kept when it is not the usual one: kinds ascending, the unknown last.
template <class Read>
void read_children(const ReadContext& context, const xml::Element& element, KeptPtr& kept,
                   Read read) {
  if (element.is_empty()) return;
  std::vector<std::uint8_t> order;
  bool usual = true;
  const auto note = [&](std::uint8_t kind) {
    if (!order.empty() && kind < order.back()) usual = false;
    order.push_back(kind);
  };
  xml::for_each_child(
      element,
      [&](const xml::Element& child) {
        const std::uint8_t kind = read(child);
        if (kind == kUnknownChild) {
          kept.make().nodes.push_back(xml::copy_of(child));
          if (context.unknown != nullptr) note_unknown_element(context, child);
        }
        note(kind);
      },
      [&](xml::Tree loose) {
        kept.make().nodes.push_back(std::move(loose));
        note(kUnknownChild);
      });
  if (!usual) kept.make().order = std::move(order);
}

// Writes children in the kept order, then those that have come since, kinds ascending.
// `counts[kind]` says how many there are; `emit(kind, index)` writes one.
template <std::size_t kKinds, class Emit>
void write_children(xml::Writer& out, const KeptPtr& kept,
                    const std::array<std::size_t, kKinds>& counts, Emit emit) {
  std::array<std::size_t, kKinds> next{};
  std::size_t next_unknown = 0;
  const Kept* known = kept.get();
  const std::size_t unknown = known == nullptr ? 0 : known->nodes.size();
  if (known != nullptr) {
    for (const std::uint8_t kind : known->order) {
      if (kind < kKinds && next[kind] < counts[kind]) emit(kind, next[kind]++);
      if (kind == kUnknownChild && next_unknown < unknown) {
        xml::write(out, known->nodes[next_unknown++]);
      }
    }
  }
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    while (next[kind] < counts[kind]) emit(kind, next[kind]++);
  }
  while (next_unknown < unknown) xml::write(out, known->nodes[next_unknown++]);
}

// An element that may come once.
inline void fail_twice(ReadContext& context, const xml::Element& again) {
  if (context.error) return;
  context.fail(context.document.error(
      again, fmt::format("a second '{}' in '{}'", again.name(), again.parent().name()), {},
      fmt::format("<{}", again.name())));
}

// The root is not what was asked for.
Error wrong_root(const xml::Document& document, std::string_view expected);

inline constexpr std::string_view kWriterMetadataNamespace = "x-schema:#VssWriterMetadataInfo";
inline constexpr std::string_view kBackupComponentsNamespace = "x-schema:#VssComponentMetadata";

// Shared by both documents.
template <class Visitor, class Mapping>
void mapping_fields(Visitor& visit, Mapping& mapping) {
  visit.required_text("path", mapping.path);
  visit.required_text("filespec", mapping.filespec);
  visit.flag("recursive", mapping.recursive, Write::always);
  visit.text("alternatePath", mapping.alternate_path, Write::always);
}

}  // namespace vsslab::metadata
