// IVssEnumObject over a finished list, and the records that Query lists.
#pragma once

#include <windows.h>

#include <vss.h>

#include <string_view>
#include <vector>

#include "service/session.h"

namespace vsslab {

// Takes the strings of the list, and gives them back when the enumerator goes.
IVssEnumObject* make_enum_object(const std::vector<VSS_OBJECT_PROP>& list);

// A copy that its receiver frees with CoTaskMemFree.
VSS_PWSZ task_text(std::wstring_view text);

VSS_OBJECT_PROP provider_property(const ProviderRecord& provider);

// "VSS_SS_CREATED"
std::string_view snapshot_state_name(VSS_SNAPSHOT_STATE state);

}  // namespace vsslab
