#include "rules/provider_sets.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "rules/support.h"

namespace vsslab::rules {

const Call* ProviderSet::first(Ev name) const {
  for (const Call* call : calls) {
    if (call->name == name) return call;
  }
  return nullptr;
}

std::size_t ProviderSet::prepared() const {
  return static_cast<std::size_t>(std::count_if(calls.begin(), calls.end(), [](const Call* call) {
    return call->name == Ev::begin_prepare_snapshot && call->ok();
  }));
}

int stage_of(Ev name) {
  switch (name) {
    case Ev::begin_prepare_snapshot:
      return 1;
    case Ev::end_prepare_snapshots:
      return 2;
    case Ev::pre_commit_snapshots:
      return 3;
    case Ev::commit_snapshots:
      return 4;
    case Ev::post_commit_snapshots:
      return 5;
    case Ev::pre_final_commit_snapshots:
      return 6;
    case Ev::post_final_commit_snapshots:
      return 7;
    default:
      return 0;
  }
}

std::vector<ProviderSet> sets_of(const RunView& run, const ProviderInfo& provider) {
  std::vector<ProviderSet> sets;
  std::unordered_map<std::string, std::size_t> place_of;
  for (const Call* call : provider.calls) {
    if (stage_of(call->name) == 0 && call->name != Ev::abort_snapshots) continue;
    std::string id = guid_text(run.arg(*call, "set").value_or(""));
    const auto [place, fresh] = place_of.emplace(std::move(id), sets.size());
    if (fresh) sets.push_back({place->first, {}});
    sets[place->second].calls.push_back(call);
  }
  return sets;
}

SetsById::SetsById(const RunView& run) {
  for (const SnapshotSet& set : run.sets()) {
    if (!set.id.empty()) sets_[guid_text(set.id)].push_back(&set);
  }
}

std::span<const SnapshotSet* const> SetsById::of(const std::string& id) const {
  const auto found = sets_.find(id);
  return found == sets_.end() ? std::span<const SnapshotSet* const>() : found->second;
}

const Call* added_by(const Session& session, const Call& provider_call) {
  const Call* add = session.calls.previous(Ev::add_to_snapshot_set, provider_call.seq());
  const bool around =
      add != nullptr && add->returned() && add->last_seq() > provider_call.last_seq();
  return around ? add : nullptr;
}

namespace {

constexpr Hr kCannotRevertDiskId = static_cast<Hr>(0x800423FE);

constexpr Hr kClosedList[] = {hr::out_of_memory,
                              hr::invalid_arg,
                              hr::access_denied,
                              hr::bad_state,
                              hr::object_not_found,
                              hr::insufficient_storage,
                              hr::volume_not_supported,
                              hr::volume_not_supported_by_provider,
                              hr::maximum_number_of_snapshots_reached,
                              hr::provider_veto,
                              kCannotRevertDiskId};
constexpr Hr kBeginPrepare[] = {hr::out_of_memory,
                                hr::invalid_arg,
                                hr::maximum_number_of_volumes_reached,
                                hr::maximum_number_of_snapshots_reached,
                                hr::nested_volume_limit,
                                hr::provider_veto,
                                hr::volume_not_supported_by_provider,
                                hr::unsupported_context};
constexpr Hr kFinalCommit[] = {hr::out_of_memory, hr::invalid_arg, hr::provider_veto};
constexpr Hr kOnLoad[] = {hr::out_of_memory, hr::invalid_arg, hr::provider_veto};
// What the pages of IsVolumeSupported and RevertToSnapshot add.
constexpr Hr kSupportToo[] = {hr::nested_volume_limit, hr::unexpected};
constexpr Hr kRevertToo[] = {hr::revert_in_progress, hr::not_impl};

template <std::size_t N>
bool lists(const Hr (&codes)[N], Hr code) {
  return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

}  // namespace

bool may_return(Ev method, Hr code) {
  if (code == hr::ok) return true;
  switch (method) {
    case Ev::begin_prepare_snapshot:
      return lists(kBeginPrepare, code);
    case Ev::pre_final_commit_snapshots:
    case Ev::post_final_commit_snapshots:
      return lists(kFinalCommit, code);
    case Ev::on_load:
      return lists(kOnLoad, code);
    case Ev::is_volume_supported:
    case Ev::is_volume_snapshotted:
      return lists(kClosedList, code) || lists(kSupportToo, code);
    case Ev::revert_to_snapshot:
      return lists(kClosedList, code) || lists(kRevertToo, code);
    case Ev::query:
      return code == hr::s_false || lists(kClosedList, code);  // S_FALSE: nothing there
    default:
      return lists(kClosedList, code);  // S_FALSE is the page's first example of a wrong code
  }
}

bool is_lost_connection(Hr code) {
  // RPC_S_CALL_FAILED, RPC_S_SERVER_UNAVAILABLE, RPC_E_DISCONNECTED
  return code == hr::rpc_call_failed || code == static_cast<Hr>(0x800706BA) ||
         code == static_cast<Hr>(0x80010108);
}

}  // namespace vsslab::rules
