// The rules of each family, as the files of this folder define them. Included by catalogue.cc
// alone.
#pragma once

#include <span>

#include "rules/rule.h"

namespace vsslab::rules {

using RuleSpan = std::span<const Rule* const>;

}  // namespace vsslab::rules
