// Which shadow copies outlived their deletion because a provider could not delete them.
#pragma once

#include <string>
#include <unordered_set>

#include "rules/support.h"

namespace vsslab::rules {

// The copies, by id, that a provider was asked to delete and did not: its DeleteSnapshots failed,
// answered with a code that is not expected, as S_FALSE, or never came back. That they are still
// there is not the service's doing.
inline std::unordered_set<std::string> copies_kept_by_providers(const RunView& run) {
  std::unordered_set<std::string> kept;
  for (const Call* call : run.all(Ev::delete_snapshots)) {
    if (call->kind != ActorKind::provider) continue;
    if (call->returned() && call->hr() == hr::ok) continue;
    if (const auto id = run.arg(*call, "id")) kept.insert(guid_text(*id));
  }
  return kept;
}

}  // namespace vsslab::rules
