#include "run/selection.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/ascii.h"
#include "core/suggest.h"

namespace vsslab {
namespace {

bool matches(std::string_view pattern, const Rule& rule) {
  return glob_match(pattern, rule.card.id) || glob_match(pattern, rule.card.slug);
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, value);
  if (text.empty() || problem != std::errc() || rest != end) return std::nullopt;
  return value;
}

Result<void> check_globs(std::string_view flag, const std::vector<std::string>& globs) {
  std::vector<std::string_view> names;
  for (const Rule* rule : catalogue()) {
    names.push_back(rule->card.id);
    names.push_back(rule->card.slug);
  }
  for (const std::string& glob : globs) {
    const auto known = [&](std::string_view name) { return glob_match(glob, name); };
    if (std::any_of(names.begin(), names.end(), known)) continue;
    Error error{fmt::format("{} '{}' matches no rule", flag, glob), {}, 0, {}, {}};
    const std::string_view near = nearest(glob, names);
    error.hint = near.empty() ? "'vsslab list rules' shows them all"
                              : fmt::format("did you mean '{}'?", near);
    return fail(std::move(error));
  }
  return {};
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t after_star = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || ascii::lower(pattern[p]) == ascii::lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++after_star;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<std::vector<const Rule*>> select_rules(const RuleSelection& selection) {
  if (auto known = check_globs("--rule", selection.rules); !known) return fail(known.error());
  if (auto known = check_globs("--skip", selection.skip); !known) return fail(known.error());
  std::vector<const Rule*> selected;
  for (const Rule* rule : catalogue()) {
    const auto hit = [&](const std::string& glob) { return matches(glob, *rule); };
    if (rule->card.level > selection.level) continue;
    if (!selection.rules.empty() &&
        std::none_of(selection.rules.begin(), selection.rules.end(), hit)) {
      continue;
    }
    if (std::any_of(selection.skip.begin(), selection.skip.end(), hit)) continue;
    selected.push_back(rule);
  }
  if (selected.empty()) {
    return fail(Error{"no rule is selected", {}, 0, {}, "loosen --rule, --skip or --level"});
  }
  return selected;
}

Result<std::vector<std::uint64_t>> parse_seeds(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return fail(Error{fmt::format("--seeds '{}': {}", text, why),
                      {},
                      0,
                      {},
                      "write one number or a range, such as 1..100"});
  };
  const std::size_t dots = text.find("..");
  const auto first = whole_number(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : whole_number(text.substr(dots + 2));
  if (!first || !last) return wrong("not a range of whole numbers");
  if (*last < *first) return wrong("the range ends before it begins");
  if (*last - *first >= kSeedsMax) {
    return wrong(fmt::format("more than {} seeds (seeds_max)", kSeedsMax));
  }
  std::vector<std::uint64_t> seeds(*last - *first + 1);
  for (std::size_t i = 0; i < seeds.size(); ++i) seeds[i] = *first + i;
  return seeds;
}

Result<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto index = whole_number(text.substr(0, slash));
    const auto count = whole_number(text.substr(slash + 1));
    if (index && count && *index >= 1 && *index <= *count) return Shard{*index, *count};
  }
  return fail(Error{fmt::format("--shard '{}' is no part of a whole", text),
                    {},
                    0,
                    {},
                    "write I/N with I from 1 to N, such as 2/5"});
}

Result<Level> parse_level(std::string_view text) {
  if (text == "must") return Level::must;
  if (text == "should") return Level::should;
  if (text == "info") return Level::info;
  return fail(Error{fmt::format("--level '{}' is unknown", text),
                    {},
                    0,
                    {},
                    did_you_mean(text, {"must", "should", "info"})});
}

}  // namespace vsslab
