#include "core/suggest.h"

#include <algorithm>
#include <vector>

#include "core/ascii.h"
#include "core/limits.h"

namespace vsslab {
namespace {

using ascii::lower;

constexpr std::size_t kListedMax = 12;  // a longer list of valid words helps nobody

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Optimal string alignment over three rows.
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        now[j] = std::min(now[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > limits::kSuggestWordBytesMax) return {};
  std::string_view best;
  std::size_t best_distance = word.size() / 3 + 1;  // farther is another word, not a slip
  for (std::string_view candidate : candidates) {
    if (candidate.empty() || candidate.size() > limits::kSuggestWordBytesMax) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance || (distance == best_distance && best.empty())) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string_view nearest(std::string_view word,
                         std::initializer_list<std::string_view> candidates) {
  return nearest(word, std::span(candidates.begin(), candidates.size()));
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  if (const std::string_view best = nearest(word, candidates); !best.empty()) {
    return "did you mean '" + std::string(best) + "'?";
  }
  if (candidates.empty() || candidates.size() > kListedMax) return {};
  std::string text = "valid: ";
  for (std::string_view candidate : candidates) {
    if (text.size() > 7) text += ", ";
    text += candidate;
  }
  return text;
}

std::string did_you_mean(std::string_view word,
                         std::initializer_list<std::string_view> candidates) {
  return did_you_mean(word, std::span(candidates.begin(), candidates.size()));
}

}  // namespace vsslab
