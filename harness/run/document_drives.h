// On which drives the writers of a finished run keep their files.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/journal.h"

namespace vsslab {

// "F:\\" and so on, sorted: the drives of the file sets in the documents of the writers that
// `which` says yes to, after the variables of a standard installation. Shares and volumes by GUID
// are none.
std::vector<std::string> document_drives(const Journal& journal,
                                         const std::function<bool(std::string_view)>& which);

}  // namespace vsslab
