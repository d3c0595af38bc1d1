// The management of shadow copies behind vsmgmt.h.
#pragma once

#include <windows.h>

#include <vsmgmt.h>

#include "service/impl.h"

namespace vsslab {

// The interface of the system provider's own, asked for by its identifier.
HRESULT provider_management(LabVss::Impl& service, const Guid& provider, REFIID iid,
                            IUnknown** out);
// What CoCreateInstance gives for CLSID_VssSnapshotMgmt: one object with both interfaces.
class SnapshotMgmt : public IVssSnapshotMgmt, public IVssSnapshotMgmt2 {
 public:
  SnapshotMgmt() = default;
  SnapshotMgmt(const SnapshotMgmt&) = delete;
  SnapshotMgmt& operator=(const SnapshotMgmt&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID riid, void** out) final;
  ULONG STDMETHODCALLTYPE AddRef() final { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() final {
    const ULONG left = --references_;
    if (left == 0) delete this;
    return left;
  }

 protected:
  virtual ~SnapshotMgmt() = default;

 private:
  ULONG references_ = 1;
};
SnapshotMgmt* make_snapshot_mgmt(LabVss::Impl& service);

}  // namespace vsslab
