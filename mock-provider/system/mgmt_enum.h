// IVssEnumMgmtObject over a finished list.
#pragma once

#include <vsmgmt.h>

#include <vector>

namespace vsslab {

// Takes the list and its strings (CoTaskMemAlloc); one reference for the caller.
IVssEnumMgmtObject* make_mgmt_enum(const std::vector<VSS_MGMT_OBJECT_PROP>& list);

}  // namespace vsslab
