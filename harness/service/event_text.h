// The words of VSS's entries in the Application log, as vssvc.exe has them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/hresult.h"

namespace vsslab {

// "0x80042314, VSS could not hold …": the code and what Windows has to say about it.
std::string logged_code(Hr code);

std::string unexpected_error_text(std::string_view routine, Hr code);  // 8193
std::string unexpected_step_text(std::string_view step, Hr code);      // 12289
std::string provider_call_text(std::string_view provider, std::string_view routine,
                               Hr code);  // 12293
// 12297 when the volume could not be flushed, 12298 when its writes could not be held; `index` of
// the volume in the set.
std::string hold_text(bool flush, std::string_view volume, std::size_t index, Hr code);

}  // namespace vsslab
