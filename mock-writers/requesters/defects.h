// Requesters with one named bug each: <Requester defect="NAME"/>, `vsslab conform requester NAME`.
#pragma once

#include <span>
#include <string_view>

#include "mock-writers/defects/defects.h"

namespace vsslab::mock {

struct RequesterDefect {
  std::string_view name;      // "reads-the-volume"
  std::string_view sentence;  // what it does wrong
  BrokenRules rules;
  int (*main)(int argc, wchar_t** argv);
};

std::span<const RequesterDefect> requester_defects();                 // sorted by name
const RequesterDefect* find_requester_defect(std::string_view name);  // null: there is none

}  // namespace vsslab::mock
