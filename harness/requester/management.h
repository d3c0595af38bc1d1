// The management of shadow copy storage, as its users reach it. Internal to requester/.
#pragma once

#include <windows.h>

#include <vsmgmt.h>

#include <functional>

#include "core/hresult.h"

namespace vsslab::requester {

// An interface of the system provider, by IVssSnapshotMgmt.
Hr open_management(REFIID iid, void** out);

// Every object of a list; its texts go when `use` returns.
Hr for_each_managed(IVssEnumMgmtObject& list,
                    const std::function<void(const VSS_MGMT_OBJECT_PROP&)>& use);

}  // namespace vsslab::requester
