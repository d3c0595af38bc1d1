// The management of shadow copies behind vsmgmt.h.
#pragma once

#include <windows.h>

#include "service/impl.h"

namespace vsslab {

// The interface of the system provider's own, asked for by its identifier.
HRESULT provider_management(LabVss::Impl& service, const Guid& provider, REFIID iid,
                            IUnknown** out);
// What CoCreateInstance gives for CLSID_VssSnapshotMgmt.
HRESULT make_snapshot_mgmt(LabVss::Impl& service, const Guid& iid, void** out);

}  // namespace vsslab
