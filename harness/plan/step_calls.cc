#include "plan/step_calls.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/hresult.h"
#include "core/suggest.h"

namespace vsslab::plan {

namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    base = 16;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "320MiB", "512B", a plain number; "unbounded" is -1, "remove" 0, as vsmgmt.h has them.
std::optional<std::int64_t> parse_size(std::string_view text) {
  if (text == "unbounded") return -1;
  if (text == "remove") return 0;
  constexpr std::pair<std::string_view, int> kUnits[] = {
      {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}, {"B", 0}};
  int shift = 0;
  for (const auto& [unit, bits] : kUnits) {
    if (!text.ends_with(unit)) continue;
    text.remove_suffix(unit.size());
    shift = bits;
    break;
  }
  const auto number = text.empty() ? std::nullopt : parse_number(text);
  const bool fits = number && *number <= (std::uint64_t{INT64_MAX} >> shift);
  return fits ? std::optional(static_cast<std::int64_t>(*number << shift)) : std::nullopt;
}

bool well_typed(const ArgSpec& spec, std::string_view value) {
  switch (spec.type) {
    case ArgType::yes_no:
      return value == "yes" || value == "no";
    case ArgType::number:
      return parse_number(value).has_value();
    case ArgType::size:
      return parse_size(value).has_value();
    case ArgType::duration:
      return value == "infinite" || parse_duration(value).has_value();
    case ArgType::guid:
      return Guid::parse(value).has_value();
    case ArgType::provider:
      return value.empty() || Guid::parse(value).has_value();
    case ArgType::hresult:
      return parse_hresult(value).has_value();
    default:
      return true;
  }
}

Result<void> check_value(const CallSpec& call, const ArgSpec& spec, std::string_view value) {
  if (spec.type == ArgType::word || spec.type == ArgType::mask) {
    auto parsed = spec.type == ArgType::word ? parse_word(spec.words(), value)
                                             : parse_mask(spec.words(), value);
    if (parsed) return {};
    parsed.error().message =
        fmt::format("{} in attribute '{}' of {}", parsed.error().message, spec.name, call.name);
    return tl::make_unexpected(std::move(parsed.error()));
  }
  if (well_typed(spec, value)) return {};
  return fail(fmt::format("attribute '{}' of {} is '{}', but has to be {}", spec.name, call.name,
                          value, arg_type_name(spec.type)));
}

const ArgSpec* find_arg(const CallSpec& call, std::string_view name) {
  for (const ArgSpec& spec : call.args) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

Error unknown_argument(const CallSpec& call, std::string_view name) {
  std::vector<std::string_view> names{"object", "expect"};
  for (const ArgSpec& spec : call.args) names.push_back(spec.name);
  return Error{.message = fmt::format("step {} has no attribute '{}'", call.name, name),
               .hint = did_you_mean(name, names)};
}

}  // namespace

std::string_view arg_type_name(ArgType type) {
  switch (type) {
    case ArgType::text:
      return "text";
    case ArgType::yes_no:
      return "yes or no";
    case ArgType::number:
      return "a number";
    case ArgType::size:
      return "a size (512B, 64KiB, 320MiB, 1GiB, a number of bytes), 'unbounded' or 'remove'";
    case ArgType::duration:
      return "a duration with a unit (250ms, 5s, 2m) or 'infinite'";
    case ArgType::guid:
      return "a GUID";
    case ArgType::writer:
      return "a writer's name or class id";
    case ArgType::writers:
      return "a comma-separated list of writers' names or class ids";
    case ArgType::provider:
      return "a provider's id, or empty for VSS to choose";
    case ArgType::volume:
      return "a volume (\"C:\\\")";
    case ArgType::snapshot:
      return "a shadow copy's id, a volume of the set, or 'set'";
    case ArgType::word:
      return "one of the known words";
    case ArgType::mask:
      return "known words joined by '|'";
    case ArgType::hresult:
      return "an HRESULT's name or 0x…";
    case ArgType::document:
      return "a document's name or file";
  }
  return "text";
}

const CallSpec* find_step_call(std::string_view name) {
  const auto calls = step_calls();
  const auto at =
      std::lower_bound(calls.begin(), calls.end(), name,
                       [](const CallSpec& a, std::string_view wanted) { return a.name < wanted; });
  return at != calls.end() && at->name == name ? &*at : nullptr;
}

bool is_common_step_attribute(std::string_view name) {
  return name == "object" || name == "expect";
}

Result<void> check_step(const Step& step) {
  const CallSpec* const call = find_step_call(step.call);
  if (call == nullptr) {
    std::vector<std::string_view> names;
    for (const CallSpec& known : step_calls()) names.push_back(known.name);
    return fail(Error{.message = fmt::format("unknown step '{}'", step.call),
                      .hint = did_you_mean(step.call, names)});
  }
  for (const auto& [name, value] : step.args) {
    const ArgSpec* const spec = find_arg(*call, name);
    if (spec == nullptr) return fail(unknown_argument(*call, name));
    if (auto checked = check_value(*call, *spec, value); !checked) return checked;
  }
  for (const ArgSpec& spec : call->args) {
    const bool is_given = std::any_of(step.args.begin(), step.args.end(),
                                      [&](const auto& arg) { return arg.first == spec.name; });
    if (spec.required && !is_given) {
      return fail(fmt::format("step {} lacks its attribute '{}'", call->name, spec.name));
    }
  }
  return {};
}

StepArgs::StepArgs(const Step& step) : call_(find_step_call(step.call)), step_(step) {
  VSSLAB_ASSERT(call_ != nullptr);
}

const ArgSpec& StepArgs::spec(std::string_view name) const {
  const ArgSpec* const found = find_arg(*call_, name);
  VSSLAB_ASSERT(found != nullptr);
  return *found;
}

std::string_view StepArgs::value(std::string_view name) const {
  for (const auto& [key, text] : step_.args) {
    if (key == name) return text;
  }
  return spec(name).default_value;
}

bool StepArgs::given(std::string_view name) const {
  VSSLAB_ASSERT(find_arg(*call_, name) != nullptr);
  return std::any_of(step_.args.begin(), step_.args.end(),
                     [&](const auto& arg) { return arg.first == name; });
}

std::string StepArgs::text(std::string_view name) const { return std::string(value(name)); }

bool StepArgs::flag(std::string_view name) const {
  VSSLAB_ASSERT(spec(name).type == ArgType::yes_no);
  return value(name) == "yes";
}

std::uint64_t StepArgs::number(std::string_view name) const {
  VSSLAB_ASSERT(spec(name).type == ArgType::number);
  return parse_number(value(name)).value_or(0);
}

std::int64_t StepArgs::size(std::string_view name) const {
  VSSLAB_ASSERT(spec(name).type == ArgType::size);
  return parse_size(value(name)).value_or(0);
}

std::optional<Duration> StepArgs::duration(std::string_view name) const {
  VSSLAB_ASSERT(spec(name).type == ArgType::duration);
  return parse_duration(value(name));
}

Guid StepArgs::guid(std::string_view name) const {
  return Guid::parse(value(name)).value_or(Guid{});
}

std::uint32_t StepArgs::word(std::string_view name) const {
  const ArgSpec& arg = spec(name);
  VSSLAB_ASSERT(arg.words != nullptr);
  const auto parsed = arg.type == ArgType::mask ? parse_mask(arg.words(), value(name))
                                                : parse_word(arg.words(), value(name));
  VSSLAB_ASSERT(parsed.has_value());
  return *parsed;
}

Hr StepArgs::hresult(std::string_view name) const {
  const auto parsed = parse_hresult(value(name));
  VSSLAB_ASSERT(parsed.has_value());
  return *parsed;
}

std::vector<std::string> StepArgs::list(std::string_view name) const {
  std::vector<std::string> items;
  std::string_view rest = value(name);
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

}  // namespace vsslab::plan
