// What of all there is a run looks at: rules by glob and level, seeds, a shard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "rules/rule.h"

namespace vsslab {

// '*' stands for any text, '?' for one character; letters match in any case.
bool glob_match(std::string_view pattern, std::string_view text);

struct RuleSelection {
  std::vector<std::string> rules;  // globs over ids and slugs; empty: all
  std::vector<std::string> skip;
  Level level = Level::info;  // this and everything stricter
};

// The rules of the catalogue that are asked for, in its order. An error when a glob matches no rule
// or nothing is left.
Result<std::vector<const Rule*>> select_rules(const RuleSelection& selection);

// "7" or "1..100", both ends included, at most kSeedsMax of them.
inline constexpr std::size_t kSeedsMax = 1'000'000;  // seeds_max
Result<std::vector<std::uint64_t>> parse_seeds(std::string_view text);

// "2/5": the second of five parts; every item belongs to exactly one part.
struct Shard {
  std::size_t index = 1;  // from 1
  std::size_t count = 1;
  bool has(std::size_t item) const { return item % count == index - 1; }
};
Result<Shard> parse_shard(std::string_view text);

Result<Level> parse_level(std::string_view text);

}  // namespace vsslab
