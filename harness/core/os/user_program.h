// A program of the user's: run to its end, with the streams of this one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/error.h"

namespace vsslab::os {

// The first word is the program, the others its parameters: no shell reads them. Gives its exit
// code, 128 and the signal's number when one ended it.
Result<int> run_program(const std::vector<std::string>& words,
                        const std::map<std::string, std::string>& variables);

}  // namespace vsslab::os
