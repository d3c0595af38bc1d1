// A provider's calls, put in order by shadow copy set. Shared by the provider families.
#pragma once

#include <string>
#include <string_view>
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

// Position of a call in the sequence from BeginPrepareSnapshot (1) to PostFinalCommitSnapshots (7);
// 0 for any other.
int stage_of(Ev name);

// May the method return the code? Lists of the method's own page, else the closed list (X12).
bool may_return(Ev method, Hr code);

// The provider's process died under the call: the code is that of the connection, not its own.
bool is_lost_connection(Hr code);

}  // namespace vsslab::rules
