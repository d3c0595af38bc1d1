#include "scenario/read.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "core/suggest.h"

namespace vsslab::scenario {

std::string Source::resolve(std::string_view path) const {
  const std::filesystem::path given{std::string(path)};
  if (given.is_absolute() || directory.empty()) return given.string();
  return (std::filesystem::path(directory) / given).lexically_normal().string();
}

std::string Source::read(const xml::Element& element, std::string_view attribute) const {
  const std::string name = text(element, attribute);
  if (name.empty()) {
    refuse_attribute(*this, element, attribute, fmt::format("attribute '{}' is empty", attribute),
                     "name a file, seen from the folder of this one");
  }
  return read(element, attribute, name);
}

std::string Source::read(const xml::Element& element, std::string_view attribute,
                         const std::string& name) const {
  if (--*files_left < 0) {
    refuse(*this, element,
           fmt::format("more than {} files are named (scenario_files_max)",
                       limits::kScenarioFilesMax));
  }
  auto bytes = read_file(resolve(name));
  if (!bytes) {
    refuse_attribute(*this, element, attribute, bytes.error().message,
                     "paths are seen from the folder of the file that names them");
  }
  return std::move(*bytes);
}

void refuse(Error error) { throw Refused{std::move(error)}; }

void refuse(const Source& source, const xml::Element& element, std::string message,
            std::string hint) {
  refuse(source.document.error(element, std::move(message), std::move(hint)));
}

void refuse_attribute(const Source& source, const xml::Element& element, std::string_view attribute,
                      std::string message, std::string hint) {
  refuse(source.document.attribute_error(element, attribute, std::move(message), std::move(hint)));
}

void check_attributes(const Source& source, const xml::Element& element, Names attributes) {
  const std::span<const std::string_view> known(attributes.begin(), attributes.size());
  if (auto error = xml::unknown_attribute(source.document, element, known)) {
    refuse(std::move(*error));
  }
}

void check_no_text(const Source& source, const xml::Element& element) {
  if (!element.has_text()) return;
  refuse(source, element, fmt::format("element '{}' holds text, but takes none", element.name()),
         "values are written as attributes");
}

void check_shape(const Source& source, const xml::Element& element, Names attributes,
                 Names children) {
  check_attributes(source, element, attributes);
  check_no_text(source, element);
  const std::span<const std::string_view> known(children.begin(), children.size());
  if (auto error = xml::unknown_child(source.document, element, known)) {
    refuse(std::move(*error));
  }
}

bool has(const xml::Element& element, std::string_view attribute) {
  return element.attribute(attribute).has_value();
}

std::string text(const xml::Element& element, std::string_view attribute,
                 std::string_view otherwise) {
  return std::string(element.attribute_or(attribute, otherwise));
}

std::string required_text(const Source& source, const xml::Element& element,
                          std::string_view attribute) {
  const auto value = element.attribute(attribute);
  if (!value) {
    refuse(source, element,
           fmt::format("element '{}' lacks its attribute '{}'", element.name(), attribute));
  }
  return std::string(*value);
}

bool yes_no(const Source& source, const xml::Element& element, std::string_view attribute,
            bool otherwise) {
  const auto value = element.attribute(attribute);
  if (!value) return otherwise;
  if (*value == "yes") return true;
  if (*value == "no") return false;
  refuse_attribute(source, element, attribute,
                   fmt::format("attribute '{}' is '{}'", attribute, *value), "write yes or no");
}

std::optional<Duration> duration(const Source& source, const xml::Element& element,
                                 std::string_view attribute) {
  const auto value = element.attribute(attribute);
  if (!value) return std::nullopt;
  const auto parsed = parse_duration(*value);
  if (!parsed) {
    refuse_attribute(source, element, attribute,
                     fmt::format("attribute '{}' is '{}', which is no duration", attribute, *value),
                     "write a whole number with a unit: 250ms, 20s, 5m, 1h");
  }
  return parsed;
}

namespace {

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::uint64_t> number(const Source& source, const xml::Element& element,
                                    std::string_view attribute, std::uint64_t most) {
  const auto value = element.attribute(attribute);
  if (!value) return std::nullopt;
  const auto parsed = parse_unsigned(*value);
  if (!parsed || *parsed > most) {
    refuse_attribute(source, element, attribute,
                     fmt::format("attribute '{}' is '{}'", attribute, *value),
                     most == UINT64_MAX ? "write a whole number"
                                        : fmt::format("write a whole number, at most {}", most));
  }
  return parsed;
}

std::optional<std::uint64_t> bytes(const Source& source, const xml::Element& element,
                                   std::string_view attribute) {
  const auto value = element.attribute(attribute);
  if (!value) return std::nullopt;
  struct Unit {
    std::string_view name;
    int shift;
  };
  constexpr Unit kUnits[] = {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}, {"B", 0}};
  for (const Unit& unit : kUnits) {
    if (!value->ends_with(unit.name)) continue;
    const auto parsed = parse_unsigned(value->substr(0, value->size() - unit.name.size()));
    if (parsed && *parsed <= (UINT64_MAX >> 1 >> unit.shift)) return *parsed << unit.shift;
    break;
  }
  refuse_attribute(source, element, attribute,
                   fmt::format("attribute '{}' is '{}', which is no size", attribute, *value),
                   "write a whole number with a unit: 512B, 64KiB, 20MiB, 1GiB, 2TiB");
}

std::optional<Guid> guid(const Source& source, const xml::Element& element,
                         std::string_view attribute) {
  const auto value = element.attribute(attribute);
  if (!value) return std::nullopt;
  const auto parsed = Guid::parse(*value);
  if (!parsed) {
    refuse_attribute(source, element, attribute,
                     fmt::format("attribute '{}' is '{}', which is no GUID", attribute, *value),
                     "write 8-4-4-4-12 hexadecimal digits");
  }
  return parsed;
}

std::optional<Hr> hresult(const Source& source, const xml::Element& element,
                          std::string_view attribute) {
  const auto value = element.attribute(attribute);
  if (!value) return std::nullopt;
  const auto parsed = parse_hresult(*value);
  if (!parsed) {
    std::vector<std::string_view> names;
    for (const HresultInfo& info : hresult_table()) names.push_back(info.name);
    std::string hint = did_you_mean(*value, names);
    if (hint.empty()) hint = "write a name of vss.h (VSS_E_BAD_STATE) or 0x and 8 digits";
    refuse_attribute(source, element, attribute,
                     fmt::format("attribute '{}' is '{}', which is no HRESULT", attribute, *value),
                     std::move(hint));
  }
  return parsed;
}

namespace {

std::optional<std::uint32_t> words_value(const Source& source, const xml::Element& element,
                                         std::string_view attribute, plan::Words words,
                                         Result<std::uint32_t> (*parse)(plan::Words,
                                                                        std::string_view)) {
  const auto value = element.attribute(attribute);
  if (!value) return std::nullopt;
  auto parsed = parse(words, *value);
  if (!parsed) {
    refuse_attribute(source, element, attribute,
                     fmt::format("{} in attribute '{}'", parsed.error().message, attribute),
                     parsed.error().hint);
  }
  return *parsed;
}

}  // namespace

std::optional<std::uint32_t> word(const Source& source, const xml::Element& element,
                                  std::string_view attribute, plan::Words words) {
  return words_value(source, element, attribute, words, plan::parse_word);
}

std::optional<std::uint32_t> mask(const Source& source, const xml::Element& element,
                                  std::string_view attribute, plan::Words words) {
  return words_value(source, element, attribute, words, plan::parse_mask);
}

// Virtual runs begin at 2026-01-01T00:00:00Z.
std::optional<Time> moment(const Source& source, const xml::Element& element,
                           std::string_view attribute) {
  const auto value = element.attribute(attribute);
  if (!value) return std::nullopt;
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
  bool well = value->size() == kForm.size();
  for (std::size_t i = 0; well && i < kForm.size(); ++i) {
    const char c = (*value)[i];
    well = kForm[i] == 'd' ? c >= '0' && c <= '9' : c == kForm[i];
  }
  const auto part = [&](std::size_t at, std::size_t size) {
    return static_cast<int>(*parse_unsigned(value->substr(at, size)));
  };
  if (well) {
    using namespace std::chrono;
    const year_month_day date(year(part(0, 4)), month(static_cast<unsigned>(part(5, 2))),
                              day(static_cast<unsigned>(part(8, 2))));
    const bool in_reach = part(0, 4) >= 1970 && part(0, 4) <= 2200;
    if (date.ok() && in_reach && part(11, 2) < 24 && part(14, 2) < 60 && part(17, 2) < 60) {
      constexpr sys_days kStart = year_month_day(year(2026), January, day(1));
      return sys_days(date) - kStart + hours(part(11, 2)) + minutes(part(14, 2)) +
             std::chrono::seconds(part(17, 2));
    }
  }
  refuse_attribute(source, element, attribute,
                   fmt::format("attribute '{}' is '{}', which is no moment", attribute, *value),
                   "write one of 1970 to 2200 as 2025-12-31T23:59:59Z");
}

std::optional<std::uint32_t> file_attributes(const Source& source, const xml::Element& element,
                                             std::string_view attribute) {
  const auto value = element.attribute(attribute);
  if (!value) return std::nullopt;
  std::uint32_t attributes = 0;
  for (const char c : *value) {
    switch (c) {
      case 'R':
        attributes |= 0x1;
        break;
      case 'H':
        attributes |= 0x2;
        break;
      case 'S':
        attributes |= 0x4;
        break;
      case 'A':
        attributes |= 0x20;
        break;
      default:
        refuse_attribute(source, element, attribute,
                         fmt::format("attribute '{}' is '{}'", attribute, *value),
                         "write the letters of R (read-only), H (hidden), S (system), A (archive)");
    }
  }
  return attributes;
}

std::vector<std::string> list(const xml::Element& element, std::string_view attribute) {
  std::vector<std::string> items;
  std::string_view rest = element.attribute_or(attribute, {});
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    std::string_view item = rest.substr(0, comma);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return items;
}

void check_one_of(const Source& source, const xml::Element& element, std::string_view attribute,
                  std::string_view value, const std::vector<std::string_view>& words,
                  std::string_view what) {
  if (std::find(words.begin(), words.end(), value) != words.end()) return;
  refuse_attribute(source, element, attribute, fmt::format("unknown {} '{}'", what, value),
                   did_you_mean(value, words));
}

std::string one_of(const Source& source, const xml::Element& element, std::string_view attribute,
                   Names words, std::string_view otherwise) {
  const std::string value = text(element, attribute, otherwise);
  check_one_of(source, element, attribute, value, words, attribute);
  return value;
}

}  // namespace vsslab::scenario
