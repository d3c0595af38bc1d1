// Which vsslab this is.
#pragma once

#include <string>

namespace vsslab::cli {

std::string version();       // "0.1.0"
std::string version_text();  // version, commit, compiler, rule catalogue; several lines

}  // namespace vsslab::cli
