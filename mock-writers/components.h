// The components that a requester added, as a writer's handler sees them.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <functional>
#include <string>

namespace vsslab::mock {

using VisitComponent = std::function<bool(IVssComponent& component, const std::string& logical_path,
                                          const std::string& name)>;

// Calls `visit` for each component until it gives false. NULL, no components in this backup, gives
// true. False when a call failed or `visit` did not want to go on.
bool for_each_component(IVssWriterComponents* components, const VisitComponent& visit);

// A text to know this backup by later: what a writer stores with SetBackupStamp.
std::wstring stamp_of(const VSS_ID& snapshot_set);

// Copies a string that VSS handed out and frees it.
std::string take(BSTR text);

}  // namespace vsslab::mock
