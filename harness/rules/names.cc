#include "rules/names.h"

#include <array>
#include <unordered_map>

namespace vsslab::rules {
namespace {

constexpr std::array<std::string_view, kEventNames> kNames = {"",
#define VSSLAB_X(constant, text) text,
                                                              VSSLAB_EVENT_NAMES(VSSLAB_X)
#undef VSSLAB_X
};

}  // namespace

std::string_view event_name(Ev name) { return kNames[static_cast<std::size_t>(name)]; }

Ev find_event(std::string_view text) {
  static const auto* const index = [] {
    auto* map = new std::unordered_map<std::string_view, Ev>(kEventNames * 2);
    for (std::size_t i = 1; i < kEventNames; ++i) map->emplace(kNames[i], static_cast<Ev>(i));
    return map;
  }();
  const auto found = index->find(text);
  return found == index->end() ? Ev::unknown : found->second;
}

}  // namespace vsslab::rules
