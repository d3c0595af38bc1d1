// The management of a provider's shadow copy storage, with every call on the wire.
#pragma once

#include <windows.h>

#include <vsmgmt.h>

#include <optional>
#include <string>
#include <string_view>

#include "service/impl.h"

namespace vsslab {

// One call of the process that runs now. It belongs to no backup object: session 0.
class ManagementCall {
 public:
  ManagementCall(LabVss::Impl& service, std::string_view name);
  ManagementCall(const ManagementCall&) = delete;
  ManagementCall& operator=(const ManagementCall&) = delete;

  // For a call that can lead to other events; the others are one instant.
  void enter(Args args);
  // What the wire answers in the provider's place.
  const std::optional<Hr>& stopped() const { return stopped_; }
  // A size that the wire may lie about.
  LONGLONG told_size(std::string_view argument, LONGLONG truth) const;
  HRESULT done(Hr result, Args args = {});
  // What an enumeration of this call hands out later.
  Wire::Crossing listing(std::string_view name) const { return {0, actor_, name, seq_}; }
  const std::string& party() const { return party_; }

 private:
  LabVss::Impl& service_;
  std::string_view name_;
  std::string party_;
  ActorId actor_;
  Seq enter_ = 0;
  Seq seq_ = 0;
  std::optional<Hr> stopped_;
};

// `provider`'s management interface behind an object that writes the journal. `managed` answers
// QueryInterface for IVssDifferentialSoftwareSnapshotMgmt, and may for its successors.
HRESULT watch_management(LabVss::Impl& service, const ProviderRecord& provider, IUnknown& managed,
                         REFIID iid, void** out);

}  // namespace vsslab
