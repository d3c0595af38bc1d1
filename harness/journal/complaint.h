// How Microsoft's Test Writer begins what it has to say of files after a restore, in the event log
// of the lab: a rule reads it, and redaction leaves it in front of what it takes away.
#pragma once

#include <string_view>

namespace vsslab {

inline constexpr std::string_view kTestWriterComplaint = "PostRestore: component ";

}  // namespace vsslab
