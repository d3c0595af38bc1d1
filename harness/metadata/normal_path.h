// Paths of documents and journals in one spelling, so that they can be compared.
#pragma once

#include <string>
#include <string_view>

namespace vsslab::metadata {

// One spelling of an expanded path: "C:/x", "C:\\.\\x", "C:\\y\\..\\x", "C:\\\\x" and
// "\\\\?\\C:\\x" are "C:\\x", as Win32 takes them. Names keep their case; no backslash stays at the
// end, not even a root's. A path that starts with no volume, device or share stays as it is.
std::string normal_path(std::string_view expanded_path);

}  // namespace vsslab::metadata
