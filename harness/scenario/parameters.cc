#include "scenario/parameters.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/suggest.h"

namespace vsslab::scenario {
namespace {

constexpr std::size_t kParametersMax = 256;            // parameters_max, of one scenario
constexpr std::size_t kParameterValueBytesMax = 4096;  // parameter_value_bytes_max
constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

struct Parameter {
  std::string name;
  std::string value;
  std::vector<std::string> values;  // those that are allowed; empty: any
  xml::Element element;
  bool used = false;
};

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

// What is wrong with a value; empty when nothing is.
std::string fault_of(const Parameter& parameter, const std::string& value) {
  if (value.size() > kParameterValueBytesMax) {
    return fmt::format("has more than {} bytes (parameter_value_bytes_max)",
                       kParameterValueBytesMax);
  }
  if (has_control_character(value)) return "has a control character in it";
  if (parameter.values.empty()) return {};
  const auto& values = parameter.values;
  if (std::find(values.begin(), values.end(), value) != values.end()) return {};
  return "is not one of " + joined(values);
}

Parameter read_parameter(const Source& source, const xml::Element& element) {
  check_shape(source, element, {"name", "default", "values"});
  Parameter parameter;
  parameter.element = element;
  parameter.name = required_text(source, element, "name");
  if (parameter.name.empty() || parameter.name.size() > limits::kSuggestWordBytesMax ||
      parameter.name.find_first_not_of(kLetters) != std::string::npos) {
    refuse_attribute(source, element, "name",
                     fmt::format("'{}' is no name of a parameter", parameter.name),
                     "write letters, digits, '-' and '_', at most 64");
  }
  parameter.values = list(element, "values");
  parameter.value = required_text(source, element, "default");
  if (parameter.value.find("${") != std::string::npos) {
    refuse_attribute(source, element, "default", "a default is a text of its own",
                     "parameters are used outside of Parameters");
  }
  if (const std::string fault = fault_of(parameter, parameter.value); !fault.empty()) {
    refuse_attribute(source, element, "default",
                     fmt::format("the default '{}' {}", parameter.value, fault));
  }
  return parameter;
}

class Parameters {
 public:
  Parameters(const Source& source, const xml::Element& declarations) : source_(source) {
    check_shape(source, declarations, {}, {"Parameter"});
    for (const xml::Element& element : declarations.children()) {
      Parameter parameter = read_parameter(source, element);
      if (find(parameter.name) != nullptr) {
        refuse_attribute(source, element, "name",
                         fmt::format("a second parameter '{}'", parameter.name));
      }
      if (all_.size() == kParametersMax) {
        refuse(source, element,
               fmt::format("more than {} parameters (parameters_max)", kParametersMax));
      }
      all_.push_back(std::move(parameter));
    }
  }

  void set(const plan::Setting& setting) {
    Parameter* parameter = find(setting.name);
    if (parameter == nullptr) {
      refuse(Error{fmt::format("--set {}={}: the scenario has no parameter '{}'", setting.name,
                               setting.value, setting.name),
                   source_.document.file_name(),
                   0,
                   {},
                   hint_for(setting.name)});
    }
    if (const std::string fault = fault_of(*parameter, setting.value); !fault.empty()) {
      Error error = source_.document.attribute_error(
          parameter->element, "name",
          fmt::format("--set {}={}: the value {}", setting.name, setting.value, fault));
      refuse(std::move(error));
    }
    parameter->value = setting.value;
  }

  // The value of ${name}; null when there is no such parameter.
  const std::string* use(std::string_view name) {
    Parameter* parameter = find(name);
    if (parameter == nullptr) return nullptr;
    parameter->used = true;
    return &parameter->value;
  }

  std::string hint_for(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const Parameter& parameter : all_) names.push_back(parameter.name);
    std::string hint = did_you_mean(name, names);
    if (hint.empty() && !names.empty()) hint = fmt::format("it has {}", fmt::join(names, ", "));
    return hint;
  }

  void check_used() const {
    for (const Parameter& parameter : all_) {
      if (parameter.used) continue;
      refuse_attribute(source_, parameter.element, "name",
                       fmt::format("the parameter '{}' is used nowhere", parameter.name),
                       fmt::format("write ${{{}}} inside an attribute's value", parameter.name));
    }
  }

 private:
  Parameter* find(std::string_view name) {
    for (Parameter& parameter : all_) {
      if (parameter.name == name) return &parameter;
    }
    return nullptr;
  }

  const Source& source_;
  std::vector<Parameter> all_;
};

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Walks over a text that is known to be well-formed XML and copies it, with the attribute values
// filled in. Lines stay where they are: no value has a line break.
class Filler {
 public:
  Filler(const Source& source, Parameters& parameters)
      : source_(source), parameters_(parameters), text_(source.document.text()) {}

  std::string fill() {
    while (at_ < text_.size()) {
      const std::size_t tag = std::min(text_.find('<', at_), text_.size());
      copy_to(tag);
      if (text_.substr(at_).starts_with("<!--")) {
        copy_behind("-->");
      } else if (text_.substr(at_).starts_with("<![CDATA[")) {
        copy_behind("]]>");
      } else if (text_.substr(at_).starts_with("<?")) {
        copy_behind("?>");
      } else if (at_ < text_.size()) {
        fill_tag();
      }
    }
    return std::move(out_);
  }

 private:
  void copy_to(std::size_t end) {
    out_ += text_.substr(at_, end - at_);
    at_ = end;
  }
  void copy_behind(std::string_view mark) {
    const std::size_t found = text_.find(mark, at_);
    copy_to(found == std::string_view::npos ? text_.size() : found + mark.size());
  }

  void fill_tag() {
    const bool declaration = is_tag("<Parameter");
    char quote = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (quote != 0 && c == '$' && !declaration && fill_reference()) continue;
      out_ += c;
      ++at_;
      if (quote == 0 && c == '>') return;
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
    }
  }

  bool is_tag(std::string_view start) const {
    const std::string_view rest = text_.substr(at_);
    return rest.starts_with(start) && rest.size() > start.size() &&
           std::string_view(" \t\r\n/>").find(rest[start.size()]) != std::string_view::npos;
  }

  // At '$'. False: it is a mere dollar.
  bool fill_reference() {
    if (text_.substr(at_).starts_with("$${")) {
      out_ += "${";
      at_ += 3;
      return true;
    }
    if (!text_.substr(at_).starts_with("${")) return false;
    const std::size_t begin = at_ + 2;
    const std::size_t end = std::min(text_.find_first_not_of(kLetters, begin), text_.size());
    const std::string_view name = text_.substr(begin, end - begin);
    if (end == text_.size() || text_[end] != '}') refuse_here("'${' without a name and '}'");
    const std::string* value = parameters_.use(name);
    if (value == nullptr) {
      refuse_here(fmt::format("there is no parameter '{}'", name), parameters_.hint_for(name));
    }
    out_ += escaped(*value);
    if (out_.size() > limits::kScenarioBytesMax) {
      refuse_here(
          fmt::format("with its parameters the scenario has more bytes than "
                      "scenario_bytes_max ({})",
                      limits::kScenarioBytesMax));
    }
    at_ = end + 1;
    return true;
  }

  [[noreturn]] void refuse_here(std::string message, std::string hint = {}) const {
    constexpr std::size_t kShownMax = 120;
    const auto line =
        1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
    std::size_t begin = text_.rfind('\n', at_);
    begin = begin == std::string_view::npos ? 0 : begin + 1;
    begin = text_.find_first_not_of(" \t", begin);
    const std::size_t end = std::min(text_.find_first_of("\r\n", begin), text_.size());
    if (hint.empty()) hint = "write $${ for the characters themselves";
    refuse(Error{std::move(message), source_.document.file_name(), static_cast<int>(line),
                 std::string(text_.substr(begin, std::min(end - begin, kShownMax))),
                 std::move(hint)});
  }

  const Source& source_;
  Parameters& parameters_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::optional<std::string> with_parameters(const Source& source,
                                           const std::vector<plan::Setting>& settings) {
  const xml::Element root = source.document.root();
  const xml::Element declarations =
      root.name() == "Scenario" ? root.child("Parameters") : xml::Element();
  if (!declarations) {
    if (settings.empty()) return std::nullopt;
    refuse(Error{fmt::format("--set {}={}: the scenario has no parameters", settings[0].name,
                             settings[0].value),
                 source.document.file_name(),
                 0,
                 {},
                 "a scenario declares them in its element Parameters"});
  }
  Parameters parameters(source, declarations);
  for (const plan::Setting& setting : settings) parameters.set(setting);
  std::string text = Filler(source, parameters).fill();
  parameters.check_used();
  return text;
}

}  // namespace vsslab::scenario
