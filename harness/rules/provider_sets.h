// A provider's calls, put in order by shadow copy set. Shared by the provider families.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/hresult.h"
#include "rules/view.h"

namespace vsslab::rules {

// One set as one provider sees it, calls in the order they began.
struct ProviderSet {
  std::string id;  // lower case; "" when the journal names none
  std::vector<const Call*> calls;

  const Call* first(Ev name) const;
  // BeginPrepareSnapshot that succeeded.
  std::size_t prepared() const;
};

// In the order in which the sets were first mentioned.
std::vector<ProviderSet> sets_of(const RunView& run, const ProviderInfo& provider);

// The sets of a run by their id, as guid_text writes it.
class SetsById {
 public:
  explicit SetsById(const RunView& run);
  std::span<const SnapshotSet* const> of(const std::string& id) const;  // in the order of the run

 private:
  std::unordered_map<std::string, std::vector<const SnapshotSet*>> sets_;
};

// The requester's AddToSnapshotSet that a provider's call served; null when there is none.
const Call* added_by(const Session& session, const Call& provider_call);

// Position of a call in the sequence from BeginPrepareSnapshot (1) to PostFinalCommitSnapshots (7);
// 0 for any other.
int stage_of(Ev name);

// May the method return the code? Lists of the method's own page, else the closed list (X12).
bool may_return(Ev method, Hr code);

// The provider's process died under the call: the code is that of the connection, not its own.
bool is_lost_connection(Hr code);

}  // namespace vsslab::rules
